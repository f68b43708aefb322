"""The form of our own export: one file, a person on as many lines as their longest list is long.

The first line of a person has the person as such; each line has the next application, resume, note, e-mail, and so
on, one value a cell, so that nothing has to be joined and taken apart again. A text that a cell cannot hold goes on
in lines marked so. Any value comes back as it was: what a table would change is written as a JSON string.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import zip_longest
from types import UnionType
from typing import Any, NoReturn, get_args, get_type_hints

from talentpool.candidates import whole_person as records
from talentpool.candidates.whole_person import WholePerson
from talentpool.imports.header import OWN_MARK
from talentpool.sheets import LONGEST_EXCEL_CELL, utf16_length

PERSON, MORE, CONTINUED = "person", "more of the person", "longer cells of the line above"
EXACT = "json:"
LONGEST_CSV_CELL = 1_000_000  # what an import takes
_LONGEST_ESCAPE = 12  # characters JSON needs for one of ours: two \uXXXX
# Spaces at an end, control characters, our own mark, and what Excel takes for an escape, do not survive a table.
_NEEDS_JSON = re.compile(r"^\s|\s$|[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ufffd]|^json:|_x[0-9A-Fa-f]{4}_")
Note = Callable[[str, str, str], None]  # column, value, what is wrong
_SECTIONS: dict[str, tuple[str, type[Any]]] = {
    "person": ("", records.Person),
    "emails": ("Email", records.Email),
    "phones": ("Phone", records.Phone),
    "links": ("Link", records.Link),
    "applications": ("Application", records.PastApplication),
    "resumes": ("Resume", records.ResumeText),
    "facts": ("Fact", records.SaidFact),
    "contacts": ("Contact", records.PastContact),
    "notes": ("Note", records.WrittenNote),
    "promises": ("Promise", records.GivenPromise),
    "bases": ("Basis", records.RecordedBasis),
    "holds": ("Hold", records.Hold),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnColumn:
    """One column: a field of one kind of record."""

    header: str
    part: str  # the name in `WholePerson`
    name: str
    kind: type[Any]
    is_optional: bool


def _columns() -> tuple[OwnColumn, ...]:
    found = []
    for part, (word, record) in _SECTIONS.items():
        hints = get_type_hints(record)
        for each in fields(record):
            kind, hint = hints[each.name], hints[each.name]
            if isinstance(hint, UnionType):
                kind = next(one for one in get_args(hint) if one is not type(None))
            header = f"{word} {each.name.replace('_', ' ')}".strip().capitalize()
            found.append(
                OwnColumn(
                    header=header,
                    part=part,
                    name=each.name,
                    kind=kind,
                    is_optional=isinstance(hint, UnionType),
                )
            )
    return tuple(found)


COLUMNS = _columns()
HEADER = (OWN_MARK, *(column.header for column in COLUMNS))
_BY_PART = {part: [column for column in COLUMNS if column.part == part] for part in _SECTIONS}
_EMPTY: dict[str, list[str | None]] = {part: [None] * len(columns) for part, columns in _BY_PART.items()}


def lines_of(whole: WholePerson, *, for_excel: bool = False) -> Iterator[list[str]]:
    """Write one person as lines of the table."""
    parts = [[whole.person], *(getattr(whole, part) for part in _SECTIONS if part != "person")]
    for place, line in enumerate(zip_longest(*parts)):
        cells: list[str | None] = [PERSON if place == 0 else MORE]
        for part, record in zip(_SECTIONS, line, strict=True):
            cells += _EMPTY[part] if record is None else _written(record, part)
        yield from _in_pieces(cells, LONGEST_EXCEL_CELL - 1 if for_excel else LONGEST_CSV_CELL)


def _written(record: object, part: str) -> list[str | None]:
    values = ((getattr(record, column.name), column) for column in _BY_PART[part])
    return [
        None if value in (None, {}, []) or _goes_without_saying(value, column) else _text(value)
        for value, column in values
    ]


def _goes_without_saying(value: object, column: OwnColumn) -> bool:
    return value == "" and not column.is_optional


def _text(value: object) -> str:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else repr(value)


def exact_cell(text: str) -> str:
    r"""Give the cell from which a text comes back as it was.

    >>> exact_cell("Ana"), exact_cell(" Ana\t")
    ('Ana', 'json:" Ana\\t"')
    """
    if text and not _NEEDS_JSON.search(text):
        return text
    return EXACT + json.dumps(text).replace("_x", "\\u005fx")


def text_of_cell(cell: str) -> str:
    """Give the text `exact_cell` was given; raises ValueError if somebody has spoilt it."""
    if not cell.startswith(EXACT):
        return cell
    text = json.loads(cell.removeprefix(EXACT))
    return text if isinstance(text, str) else _refuse(cell)


def _in_pieces(cells: list[str | None], longest: int) -> Iterator[list[str]]:
    """Write a line, and what its cells cannot hold on further lines."""
    exact = ["" if cell is None else exact_cell(cell) for cell in cells]
    if all(len(cell) * 2 <= longest or utf16_length(cell) < longest for cell in exact):
        yield exact
        return
    piece = longest // _LONGEST_ESCAPE - len(EXACT)
    pieces = [
        [one]
        if utf16_length(one) < longest
        else [exact_cell(raw[at : at + piece]) for at in range(0, len(raw or ""), piece) if raw]
        for raw, one in zip(cells, exact, strict=True)
    ]
    for place, line in enumerate(zip_longest(*pieces, fillvalue="")):
        yield [line[0] if place == 0 else CONTINUED, *line[1:]]


def read_whole(lines: Sequence[Sequence[str]], header: Sequence[str], note: Note) -> WholePerson | None:
    """Read one person from their lines, None if they have none; `note` hears of each value that is none.

    A value that cannot be read is left out; a record that is nothing without it goes with it.
    """
    places = {name: place for place, name in enumerate(header)}
    parts: dict[str, list[Any]] = {part: [] for part in _SECTIONS}
    for line in _put_together(lines, header, note):
        for part, columns in _BY_PART.items():
            cells = [_cell(line, places.get(column.header)) for column in columns]
            if all(cell is None for cell in cells) or (part == "person" and parts[part]):
                continue
            record = _record(cells, part, note)
            if record is not None:
                parts[part].append(record)
    person = parts.pop("person")
    if not person:
        return None
    return WholePerson(person=person[0], **{part: tuple(found) for part, found in parts.items()})


def _cell(line: Sequence[str | None], place: int | None) -> str | None:
    return line[place] if place is not None and place < len(line) else None


def _put_together(
    lines: Sequence[Sequence[str]], header: Sequence[str], note: Note
) -> list[list[str | None]]:
    whole: list[list[str | None]] = []
    for cells in lines:
        texts: list[str | None] = []
        for name, cell in zip(header, cells, strict=False):
            try:
                texts.append(text_of_cell(cell) if cell else None)
            except ValueError:
                note(name, cell, "This is not JSON as our export writes it.")
                texts.append(None)
        if cells[0] == CONTINUED and whole:
            pairs = zip(whole[-1][1:], texts[1:], strict=True)
            whole[-1][1:] = [more if before is None else before + (more or "") for before, more in pairs]
        else:
            whole.append(texts)
    return whole


def _record(cells: Sequence[str | None], part: str, note: Note) -> Any:
    values = {}
    for cell, column in zip(cells, _BY_PART[part], strict=True):
        try:
            values[column.name] = _nothing(column) if cell is None else _read(cell, column.kind)
        except ValueError:
            note(column.header, cell or "", "This is not what our export writes here.")
            if not column.is_optional:
                return None
            values[column.name] = None
    return _SECTIONS[part][1](**values)


def _nothing(column: OwnColumn) -> Any:
    if column.is_optional:
        return None
    if _is_document(column.kind):
        return {}
    if column.kind in (str, bool):
        return column.kind()
    raise ValueError("is empty")


def _is_document(kind: type[Any]) -> bool:
    return _form(kind) in (dict, list)


def _form(kind: type[Any]) -> type[Any]:
    form: type[Any] = getattr(kind, "__origin__", kind)
    return form


def _read(text: str, kind: type[Any]) -> Any:
    if kind is str:
        return text
    if kind is bool:
        return {"yes": True, "no": False}.get(text) if text in ("yes", "no") else _refuse(text)
    if kind is datetime:
        return _moment(text)
    if kind is date:
        return date.fromisoformat(text)
    if _is_document(kind):
        found = json.loads(text)
        return found if isinstance(found, _form(kind)) else _refuse(text)
    return kind(text)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
