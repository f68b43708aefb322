"""From the cells of a row to what it says about one person: who, how to reach them, what they sent and said.

Every cell is taken by its meaning or noted as a problem; nothing is looked up and nothing is decided here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from talentpool.candidates.entries import (
    EmailEntry,
    FactEntry,
    LinkEntry,
    PersonEntry,
    PhoneEntry,
    ResumeEntry,
)
from talentpool.candidates.identity import fold_name, is_personal_page, is_role_address
from talentpool.candidates.models import FactKind
from talentpool.candidates.whole_person import WholePerson
from talentpool.imports.application import ReadApplication, read_application
from talentpool.imports.cells import CellProblem, Reading, RowCells
from talentpool.imports.csv_rows import CellFault, NumberedRow
from talentpool.imports.fields import Field
from talentpool.imports.person import read_emails, read_links, read_person, read_phones
from talentpool.imports.values import (
    read_flag,
    read_languages,
    read_notice,
    read_pay,
    read_permits,
)
from talentpool.resumes.cleaning import visible_text_of_cell

ROW_ID_PREFIX = "row:"  # of ids made from the row of somebody who came without one


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
    files: tuple[ResumeEntry, ...] = ()  # resumes that came as files, the newest last
    file_names: tuple[str, ...] = ()  # of the same, in their archive
    facts: tuple[FactEntry, ...] = ()
    contacted_on: date | None = None
    promise: str = ""
    promise_due_on: date | None = None
    note: str | None = None
    consent: Consent | None = None
    asked_not_to: bool = False
    is_deleted: bool = False
    made_id: str = ""  # made from what the row says about who it is, see `row_id`
    kept: Mapping[str, str] = field(default_factory=dict)
    whole: WholePerson | None = None  # of a row of our own export, which says everything
    problems: tuple[CellProblem, ...] = ()
    is_explained: bool = False  # a problem says already why the row names nobody

    def __post_init__(self) -> None:
        """Make the id the row has by what it says, unless it was given."""
        if not self.made_id:
            object.__setattr__(self, "made_id", row_id(self))  # once: it is asked for again and again

    @property
    def names_somebody(self) -> bool:
        """Say whether the row could be anybody's: a name, an address, a page, or a resume."""
        return bool(
            self.whole or self.person.full_name or self.emails or self.phones or self.links or self.resume
        )

    @property
    def roles(self) -> list[tuple[str, str | None]]:
        """List the roles the row speaks of: title and requisition code."""
        if self.whole:
            return [(one.role, one.requisition) for one in self.whole.applications if one.role is not None]
        return [(self.application.role_title, self.application.requisition)] if self.application else []


def parse_row(row: NumberedRow, reading: Reading, *, source: str) -> ParsedRow:
    """Read one row; never fails, whatever the cells hold."""
    cells = RowCells(row=row, reading=reading)
    for fault in row.faults:
        _note_fault(cells, fault)
    person = read_person(cells, source)
    stated_on = cells.day(Field.APPLIED_ON) or cells.day(Field.UPDATED_ON) or person.collected_on
    application = read_application(cells, added_on=person.collected_on)
    return ParsedRow(
        line=row.line,
        person=person,
        company=cells.text(Field.COMPANY),
        emails=read_emails(cells),
        phones=read_phones(cells, person.country),
        links=read_links(cells),
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
    found, is_yes = cells.day(wanted, may_be_flag=True), False
    for column, value in cells.values(wanted):
        answer = read_flag(value, cells.reading.vocabulary.flags)
        if answer is False:
            return None, False
        if answer is None and not cells.is_day(column, value):
            cells.note(column, value, "This is neither a date nor a yes or no.", "Write it as 2026-11-23.")
        is_yes |= answer is True
    if is_yes and found is None:
        found = cells.day(Field.ADDED_ON) or cells.day(Field.APPLIED_ON)
    return found, is_yes or found is not None


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
    """Make an id from what a row says about who it is, so that the same row is the same person next time.

    That is the name with the addresses, where one of them is personal; else with every detail of the person.
    With nothing but a name, the application counts too: two people of one name stay two.
    """
    person = parsed.person
    emails = [entry.address_key for entry in parsed.emails]
    about: list[str | None] = [*emails, *(entry.number_key for entry in parsed.phones)]
    about += [entry.url_key for entry in parsed.links]
    if (
        not parsed.phones
        and all(map(is_role_address, emails))
        and not any(is_personal_page(entry.url_key) for entry in parsed.links)
    ):
        details = [person.headline, person.summary, person.experience, person.skills, parsed.company]
        details += [person.city, person.postcode, parsed.resume.content_hash if parsed.resume else None]
        if parsed.application and not any(details):
            details = [parsed.application.role_title, str(parsed.application.applied_on)]
        about += details
    text = "\x1f".join([fold_name(person.full_name), *(part or "" for part in about)])
    return ROW_ID_PREFIX + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
