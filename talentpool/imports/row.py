"""From the cells of a row to what it says about one person: who, how to reach them, what they sent and said.

Every cell is taken by its meaning or noted as a problem; nothing is looked up and nothing is decided here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from talentpool.candidates.identity import (
    email_key,
    find_addresses,
    fold_name,
    phone_key,
    url_key,
)
from talentpool.candidates.models import FactKind
from talentpool.candidates.records import (
    EmailEntry,
    FactEntry,
    LinkEntry,
    PersonEntry,
    PhoneEntry,
    ResumeEntry,
)
from talentpool.imports.application import ReadApplication, read_application
from talentpool.imports.cells import CellProblem, Reading, RowCells
from talentpool.imports.csv_rows import CellFault, NumberedRow
from talentpool.imports.fields import Field
from talentpool.imports.values import (
    read_country,
    read_flag,
    read_languages,
    read_notice,
    read_pay,
    read_permits,
    split_many,
)
from talentpool.resumes.cleaning import visible_text_of_cell

ROW_ID_PREFIX = "row:"  # of ids made from the row of somebody who has no address and no id


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """What a row says about the person's agreement to be kept."""

    given_on: date | None = None  # none: agreed, on a day nobody recorded
    until: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedRow:
    """Everything a row says about one person."""

    line: int
    person: PersonEntry
    company: str = ""
    emails: tuple[EmailEntry, ...] = ()
    phones: tuple[PhoneEntry, ...] = ()
    links: tuple[LinkEntry, ...] = ()
    application: ReadApplication | None = None
    resume: ResumeEntry | None = None
    facts: tuple[FactEntry, ...] = ()
    contacted_on: date | None = None
    promise: str = ""
    promise_due_on: date | None = None
    note: str | None = None
    consent: Consent | None = None
    asked_not_to: bool = False
    is_deleted: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[CellProblem, ...] = ()

    @property
    def names_somebody(self) -> bool:
        """Say whether the row could be anybody's: a name, an address, a page, or a resume."""
        return bool(self.person.full_name or self.emails or self.phones or self.links or self.resume)


def parse_row(row: NumberedRow, reading: Reading, *, source: str) -> ParsedRow:
    """Read one row; never fails, whatever the cells hold."""
    cells = RowCells(row=row, reading=reading)
    for fault in row.faults:
        _note_fault(cells, fault)
    person = _person(cells, source)
    stated_on = cells.day(Field.APPLIED_ON) or cells.day(Field.UPDATED_ON) or person.collected_on
    application = read_application(cells, added_on=person.collected_on)
    return ParsedRow(
        line=row.line,
        person=person,
        company=cells.text(Field.COMPANY),
        emails=_emails(cells),
        phones=_phones(cells, person.country),
        links=_links(cells),
        application=application,
        resume=_resume(cells),
        facts=tuple(_facts(cells, stated_on, source)),
        contacted_on=cells.day(Field.LAST_CONTACT),
        promise=cells.text(Field.PROMISE, 500),
        promise_due_on=cells.day(Field.PROMISE_DUE),
        note=cells.joined(Field.NOTES),
        consent=_consent(cells),
        asked_not_to=_asked_not_to(cells),
        is_deleted=any(_is_yes(cells, value) for _, value in cells.values(Field.IS_DELETED)),
        kept=_kept(cells),
        problems=_each_once(cells.problems),
    )


def _each_once(problems: list[CellProblem]) -> tuple[CellProblem, ...]:
    return tuple(dict.fromkeys(problems))


def _note_fault(cells: RowCells, fault: CellFault) -> None:
    header = None
    if fault.column is not None:
        header = cells.reading.mapping.columns[fault.column].header
    cells.problems.append(
        CellProblem(column=header, value=fault.value, message=fault.message, remedy=fault.remedy)
    )


def _person(cells: RowCells, source: str) -> PersonEntry:
    updated_on = cells.day(Field.UPDATED_ON)
    place = _place(cells)
    return PersonEntry(
        full_name=_full_name(cells),
        headline=cells.text(Field.HEADLINE, 500) or None,
        summary=_visible(cells.joined(Field.SUMMARY)),
        skills=_visible(cells.joined(Field.SKILLS)),
        experience=_visible(cells.joined(Field.EXPERIENCE)),
        street=cells.text(Field.STREET, 320) or None,
        postcode=cells.text(Field.POSTCODE, 32) or None,
        city=place.city or None,
        region=cells.text(Field.REGION, 160) or None,
        country=place.country,
        source=source,
        external_id=cells.text(Field.EXTERNAL_ID, 160) or None,
        external_url=cells.text(Field.EXTERNAL_URL, 2000) or None,
        as_of=datetime.combine(updated_on, time(), UTC) if updated_on else None,
        came_through=cells.text(Field.CAME_THROUGH, 320) or None,
        collected_on=cells.day(Field.ADDED_ON),
    )


def _full_name(cells: RowCells) -> str:
    parts = [cells.text(each, 160) for each in (Field.FIRST_NAME, Field.MIDDLE_NAME, Field.LAST_NAME)]
    if not parts[0] and not parts[2]:
        name = cells.text(Field.FULL_NAME, 320)
        last, comma, first = name.partition(",")
        parts = [first, last] if comma and "," not in first else [name]
    return " ".join(" ".join(parts).split())[:320]


def _visible(text: str | None) -> str | None:
    return visible_text_of_cell(text) if text else None


@dataclass(frozen=True, slots=True)
class _Place:
    city: str
    country: str | None


def _place(cells: RowCells) -> _Place:
    city, country = cells.text(Field.CITY, 160), None
    countries = cells.reading.vocabulary.countries
    for column, value in cells.values(Field.COUNTRY):
        country = read_country(value, countries)
        if country is None:
            cells.note(
                column, value, "This country is not known.", "Write its name or its two-letter ISO code."
            )
    location = cells.text(Field.LOCATION, 160)
    if location:
        before, _, after = location.rpartition(",")
        named = read_country(after, countries)
        country = country or named
        city = city or (before if named else location).split(",")[0].strip()
    return _Place(city, country)


def _emails(cells: RowCells) -> tuple[EmailEntry, ...]:
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.EMAIL):
        found = find_addresses(value)
        for address in found:
            by_key.setdefault(email_key(address), address)
        if len(found) < value.count("@") or not found:
            cells.note(column, value, "This is not an e-mail address.", "Write it as name@example.org.")
    pairs = enumerate(by_key.items())
    return tuple(
        EmailEntry(address=address, address_key=key, position=place) for place, (key, address) in pairs
    )


def _phones(cells: RowCells, country: str | None) -> tuple[PhoneEntry, ...]:
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.PHONE):
        for number in split_many(value):
            key = phone_key(number, country or cells.reading.country)
            if key is None:
                cells.note(
                    column,
                    number,
                    "This is not a phone number.",
                    "Write it with its country, as +49 30 901820.",
                )
            else:
                by_key.setdefault(key, number[:64])
    pairs = enumerate(by_key.items())
    return tuple(PhoneEntry(number=number, number_key=key, position=place) for place, (key, number) in pairs)


def _links(cells: RowCells) -> tuple[LinkEntry, ...]:
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.LINK):
        for url in value.replace(";", " ").replace(",", " ").split():
            key = url_key(url)
            if key is None:
                cells.note(
                    column, url, "This is not the address of a page.", "Write it as https://example.org/me."
                )
            else:
                by_key.setdefault(key, url[:2000])
    return tuple(LinkEntry(url=url, url_key=key) for key, url in by_key.items())


def _resume(cells: RowCells) -> ResumeEntry | None:
    text = visible_text_of_cell(cells.text(Field.RESUME_TEXT))
    if not text:
        return None
    content_hash = hashlib.sha256(text.encode()).hexdigest()
    return ResumeEntry(content_hash=content_hash, visible_text=text, dated_on=cells.day(Field.RESUME_ON))


def _facts(cells: RowCells, stated_on: date | None, source: str) -> list[FactEntry]:
    words = cells.reading.vocabulary
    said: list[tuple[FactKind, str, Mapping[str, object]]] = []
    if pay := cells.text(Field.PAY_EXPECTATION, 500):
        said.append((FactKind.PAY_EXPECTATION, pay, read_pay(pay)))
    if notice := cells.text(Field.NOTICE, 500):
        said.append((FactKind.NOTICE, notice, read_notice(notice)))
    if languages := cells.text(Field.LANGUAGES, 2000):
        spoken = read_languages(languages, words.languages, words.levels)
        said += [(FactKind.LANGUAGE, each, value) for each, value in spoken]
    if permit := cells.text(Field.WORK_PERMIT, 1000):
        rights = read_permits(permit, words.countries, words.flags)
        said += [(FactKind.RIGHT_TO_WORK, each, value) for each, value in rights]
    return [
        FactEntry(kind=kind, said=each, value=dict(value), stated_on=stated_on, source=source)
        for kind, each, value in said
    ]


def _consent(cells: RowCells) -> Consent | None:
    given_on, is_given = _yes_or_day(cells, Field.CONSENT_GIVEN)
    withdrawn_on, is_withdrawn = _yes_or_day(cells, Field.CONSENT_WITHDRAWN)
    until = cells.day(Field.CONSENT_UNTIL)
    if not (is_given or is_withdrawn or until):
        return None
    if is_withdrawn and withdrawn_on is None:
        withdrawn_on = cells.reading.today
    return Consent(given_on=given_on, until=until, withdrawn_on=withdrawn_on)


def _yes_or_day(cells: RowCells, wanted: Field) -> tuple[date | None, bool]:
    """Read a date or a plain yes; the day of a yes is the day of the application, where there is one."""
    if found := cells.day(wanted, may_be_flag=True):
        return found, True
    for column, value in cells.values(wanted):
        answer = read_flag(value, cells.reading.vocabulary.flags)
        if answer is None:
            cells.note(column, value, "This is neither a date nor a yes or no.", "Write it as 2026-11-23.")
        if answer:
            return cells.day(Field.ADDED_ON) or cells.day(Field.APPLIED_ON), True
    return None, False


def _asked_not_to(cells: RowCells) -> bool:
    answers = []
    for column, value in cells.values(Field.DO_NOT_CONTACT):
        answer = read_flag(value, cells.reading.vocabulary.flags)
        if answer is None:
            # Better one person too many left in peace than one written to who asked us not to.
            cells.note(
                column, value, "This is not a yes or no, so it was taken as a yes.", "Write yes or no."
            )
        answers.append(answer is not False)
    for _, value in cells.values(Field.MAY_CONTACT):
        answers.append(read_flag(value, cells.reading.vocabulary.flags) is False)
    return any(answers)


def _is_yes(cells: RowCells, value: str) -> bool:
    return read_flag(value, cells.reading.vocabulary.flags) is True


def _kept(cells: RowCells) -> dict[str, str]:
    kept = cells.kept_values()
    for wanted in (Field.COMPANY, Field.RESUME_FILE):
        kept |= {column.header: value for column, value in cells.values(wanted)}
    return {header: value[:10_000] for header, value in kept.items()}


def row_id(parsed: ParsedRow) -> str:
    """Make an id for a row without any address or id, so that the same row is the same person next time.

    With nothing but a name, the application counts too: two people of one name stay two.
    """
    person = parsed.person
    about = [person.headline, person.summary, person.experience, person.skills, parsed.company]
    about += [person.city, person.postcode, parsed.resume.content_hash if parsed.resume else None]
    if not any(about) and parsed.application:
        about = [parsed.application.role_title, str(parsed.application.applied_on)]
    text = "\x1f".join([fold_name(person.full_name), *(part or "" for part in about)])
    return ROW_ID_PREFIX + hashlib.sha256(text.encode()).hexdigest()[:24]
