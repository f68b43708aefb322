"""JSON Resume (jsonresume.org) as a table: one person or a list of them, each a row.

What the format has a place for gets a column whose name any import knows; the rest is kept as it was given. A
document is read as a whole, so its size is limited.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import LONGEST_CELL, CellFault, NumberedRow, too_long_fault

LARGEST_DOCUMENT = 100_000_000  # bytes
HEADER = (
    "Full name", "Email", "Phone", "Street", "Postcode", "City", "Region", "Country", "Headline", "Summary", "Links",
    "Skills", "Experience", "Education", "Languages", "Last modified", "Photo",
)  # fmt: skip
_KEPT = ("interests", "references")
_EXPERIENCE = ("work", "volunteer", "projects", "publications", "awards")
Table = tuple[tuple[str, ...], Callable[[], Iterator[NumberedRow]]]


def open_json_resumes(path: Path, encoding: str) -> Table:
    """Read a document of people; gives its columns and a reader of its rows, numbered from 1."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise InvalidInputError(f"{path.name} is larger than 100 MB; import it in several files.")
    try:
        document = json.loads(path.read_text(encoding=encoding, errors="replace"))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{path.name} is not JSON that can be read: {error}.") from error
    people = document if isinstance(document, list) else [document]
    if not people or not any(
        isinstance(one, Mapping) and isinstance(one.get("basics"), Mapping) for one in people
    ):
        raise InvalidInputError(
            f"{path.name} is JSON, but no resume: each person needs “basics” as jsonresume.org has it."
        )

    def rows() -> Iterator[NumberedRow]:
        for number, person in enumerate(people, start=1):
            yield _row(number, person if isinstance(person, Mapping) else {})

    return (*HEADER, *(name.title() for name in _KEPT)), rows


def _row(number: int, person: Mapping[str, Any]) -> NumberedRow:
    cells = [cell.replace("\0", "") for cell in _cells(person)]
    faults: list[CellFault] = []
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            faults.append(too_long_fault(column, cell))
            cells[column] = ""
    return NumberedRow(line=number, cells=cells, faults=tuple(faults))


def _cells(person: Mapping[str, Any]) -> list[str]:
    basics, meta = _mapping(person.get("basics")), _mapping(person.get("meta"))
    place = _mapping(basics.get("location"))
    links = [basics.get("url"), *(one.get("url") for one in _entries(basics.get("profiles")))]
    languages = [
        _joined((one.get("language"), one.get("fluency")), " ") for one in _entries(person.get("languages"))
    ]
    said = [basics.get("name"), basics.get("email"), basics.get("phone"), place.get("address")]
    said += [place.get("postalCode"), place.get("city"), place.get("region"), place.get("countryCode")]
    said += [basics.get("label"), basics.get("summary"), _joined(links, " "), _skills(person)]
    said += [_joined((_told(person, name) for name in _EXPERIENCE), "\n"), _told(person, "education")]
    said += [_joined(languages, "; "), meta.get("lastModified"), basics.get("image")]
    return [_text(value) for value in said] + [_told(person, name) for name in _KEPT]


def _skills(person: Mapping[str, Any]) -> str:
    words: list[object] = []
    for one in _entries(person.get("skills")):
        keywords = one.get("keywords")
        words += [one.get("name"), *(keywords if isinstance(keywords, list) else ())]
    words += [one.get("name") for one in _entries(person.get("certificates"))]
    return _joined(words, ", ")


def _told(person: Mapping[str, Any], section: str) -> str:
    """Give one section as text: each entry on a line, its parts in their order."""
    return _joined((_joined(_parts(one), ", ") for one in _entries(person.get(section))), "\n")


def _parts(entry: Mapping[str, Any]) -> Iterator[object]:
    for value in entry.values():
        yield from value if isinstance(value, list) else (value,)


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _joined(values: Iterable[object], between: str) -> str:
    return between.join(text for value in values if (text := _text(value)))


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
