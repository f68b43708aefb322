"""Who a row is about and how to reach them: name, place, addresses, numbers, pages. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from talentpool.candidates.entries import EmailEntry, LinkEntry, PersonEntry, PhoneEntry
from talentpool.candidates.identity import email_key, find_addresses, phone_key, url_key
from talentpool.imports.cells import RowCells
from talentpool.imports.fields import Field
from talentpool.imports.values import read_country, split_many
from talentpool.resumes.cleaning import visible_text_of_cell

MOST_VALUES = 20  # addresses, numbers or pages taken from one cell


def read_person(cells: RowCells, source: str) -> PersonEntry:
    """Read what a row says about the person as such."""
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
        introduced_by=cells.text(Field.INTRODUCED_BY, 320) or None,
        fee_until=cells.day(Field.FEE_UNTIL),
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


def read_emails(cells: RowCells) -> tuple[EmailEntry, ...]:
    """Read every e-mail address, each once."""
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.EMAIL):
        found = find_addresses(value)[:MOST_VALUES]
        for address in found:
            by_key.setdefault(email_key(address), address)
        if len(found) < value.count("@") or not found:
            cells.note(column, value, "This is not an e-mail address.", "Write it as name@example.org.")
    pairs = enumerate(by_key.items())
    return tuple(
        EmailEntry(address=address, address_key=key, position=place) for place, (key, address) in pairs
    )


def read_phones(cells: RowCells, country: str | None) -> tuple[PhoneEntry, ...]:
    """Read every phone number, each once; `country` is that of numbers without a prefix."""
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.PHONE):
        for number in split_many(value)[:MOST_VALUES]:
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


def read_links(cells: RowCells) -> tuple[LinkEntry, ...]:
    """Read every page, each once."""
    by_key: dict[str, str] = {}
    for column, value in cells.values(Field.LINK):
        for url in value.replace(";", " ").replace(",", " ").split()[:MOST_VALUES]:
            key = url_key(url)
            if key is None:
                cells.note(
                    column, url, "This is not the address of a page.", "Write it as https://example.org/me."
                )
            else:
                by_key.setdefault(key, url[:2000])
    return tuple(LinkEntry(url=url, url_key=key) for key, url in by_key.items())
