"""From the bytes of a CSV file to numbered rows: streaming, whatever the encoding, separator and quoting.

A cell that cannot be taken becomes empty and is reported with its line; a quotation mark that is never closed
costs its own line at most. Only what makes the whole file unreadable is refused.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from talentpool.errors import InvalidInputError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
LONGEST_CELL = 1_000_000  # characters
LONGEST_RECORD = 8_000_000
MOST_COLUMNS = 2_000
_LINES_TO_JUDGE_BY = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFault:
    """What is wrong with a cell, or with the whole row when no column is named."""

    column: int | None
    value: str
    message: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberedRow:
    """One row as the file has it, with the line it starts on; as many cells as the header has."""

    line: int
    cells: list[str]
    faults: tuple[CellFault, ...] = ()
    extra: tuple[str, ...] = ()  # cells beyond the last column


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvForm:
    """How a CSV file is written."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_line: int

    @property
    def separator_name(self) -> str:
        """Name the separator for people."""
        return SEPARATORS.get(self.separator, self.separator)


def recognise_csv(path: Path, encoding: str) -> CsvForm:
    """Find out how a CSV file is written; raises InvalidInputError with one sentence if it is no table."""
    lines = _first_lines(path, encoding)
    if not any(line.strip() for line in lines):
        raise InvalidInputError(f"{path.name} is empty: there is no header and no row.")
    separator = _named_separator(lines) or _likely_separator(lines)
    for line, record in _records(path, encoding, separator):
        cells = _cells(record, separator)
        if not any(cell.strip() for cell in cells) or (
            line == 1 and len(cells) <= 2 and cells[0].startswith("sep")
        ):
            continue
        header = unique_names(cells)
        _check_header(path, cells)
        return CsvForm(encoding=encoding, separator=separator, header=header, header_line=line)
    raise InvalidInputError(f"{path.name} has no line with column names.")


def read_csv_rows(path: Path, form: CsvForm) -> Iterator[NumberedRow]:
    """Read the rows below the header, blank lines left out."""
    records = _Records(path, form.encoding, form.separator, columns=len(form.header))
    for line, record in records:
        if line <= form.header_line:
            continue
        row = _row(line, record, form, faults=tuple(records.faults))
        records.faults.clear()
        if any(row.cells) or row.extra or row.faults:
            yield row


def _first_lines(path: Path, encoding: str) -> list[str]:
    try:
        with path.open(encoding=encoding, errors="replace", newline=None) as file:
            lines = [file.readline(LONGEST_RECORD) for _ in range(_LINES_TO_JUDGE_BY)]
    except OSError as error:
        raise InvalidInputError(f"The file {path.name} cannot be read: {error.strerror}.") from error
    return [line for line in lines if line]


def _named_separator(lines: list[str]) -> str | None:
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip("\ufeff\r\n "), re.IGNORECASE)
    return found[1] if found else None


def _likely_separator(lines: list[str]) -> str:
    """Choose the separator that gives the header the most columns and the lines below about as many."""
    header, *below = [line for line in lines if line.strip()]

    def likelihood(separator: str) -> tuple[float, int]:
        columns = len(_cells([header], separator))
        alike = sum(len(_cells([line], separator)) == columns for line in below)
        return (columns - 1) * (1 + alike), columns

    return max(SEPARATORS, key=likelihood)


def _check_header(path: Path, cells: list[str]) -> None:
    if len(cells) > MOST_COLUMNS:
        raise InvalidInputError(
            f"{path.name} has {len(cells)} columns; at most {MOST_COLUMNS} can be taken. Leave out the ones you do not need."
        )
    if any(re.fullmatch(r"\s*[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}\s*", cell) for cell in cells):
        raise InvalidInputError(
            f"The first line of {path.name} holds a person, not column names. Add a line such as Name,Email,Phone above it."
        )


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Give each column a name of its own: empty and repeated ones are numbered."""
    names: list[str] = []
    used: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.split())[:200] or f"Column {number}"
        name, copy = wanted, 2
        while name in used:
            name, copy = f"{wanted} ({copy})", copy + 1
        used.add(name)
        names.append(name)
    return tuple(names)


def _row(line: int, record: list[str], form: CsvForm, *, faults: tuple[CellFault, ...]) -> NumberedRow:
    cells = [cell.strip() for cell in _cells(record, form.separator)]
    width = len(form.header)
    found = list(faults)
    extra = tuple(cell for cell in cells[width:] if cell)
    if extra:
        found.append(
            CellFault(
                column=None,
                value=form.separator.join(extra)[:200],
                message=f"There are {len(cells)} cells, but the header has {width} columns.",
                remedy=f"Put quotation marks around the cell that contains a {form.separator_name}.",
            )
        )
    cells = cells[:width] + [""] * (width - len(cells))
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            cells[column] = ""
            found.append(too_long_fault(column, cell))
    if any("\ufffd" in piece for piece in record):
        found += [_unreadable(column, cell) for column, cell in enumerate(cells) if "\ufffd" in cell]
    return NumberedRow(line=line, cells=cells, faults=tuple(found), extra=extra)


def too_long_fault(column: int, cell: str) -> CellFault:
    """Say that a cell is longer than can be taken."""
    return CellFault(
        column=column,
        value=cell[:80],
        message=f"The cell has {len(cell):,} characters; at most {LONGEST_CELL:,} can be taken.",
        remedy="Shorten the text, or give the document as a file.",
    )


def _unreadable(column: int, cell: str) -> CellFault:
    return CellFault(
        column=column,
        value=cell[:200],
        message="Some characters of the cell cannot be read.",
        remedy="Export the file as UTF-8 and import it again.",
    )


def _cells(record: list[str], separator: str) -> list[str]:
    csv.field_size_limit(LONGEST_RECORD)  # Python's own limit, 131,072, is below a long resume
    if len(record) == 1 and '"' not in record[0]:
        return record[0].rstrip("\n").split(separator)
    return next(csv.reader(record, delimiter=separator, skipinitialspace=True), [""])


def _literal_cells(line: str, separator: str) -> list[str]:
    return line.rstrip("\n").split(separator)


def _records(path: Path, encoding: str, separator: str) -> "_Records":
    return _Records(path, encoding, separator, columns=0)


@dataclass(slots=True)
class _Records:
    """Joins lines into records while a quoted cell is open, and gives up on one that never closes."""

    path: Path
    encoding: str
    separator: str
    columns: int  # 0 while the header is not known
    faults: list[CellFault] = field(default_factory=list)
    _waiting: deque[tuple[int, str]] = field(default_factory=deque)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        opening = re.compile(f'(?:^|{re.escape(self.separator)}) *"')
        with self.path.open(encoding=self.encoding, errors="replace", newline=None) as file:
            lines = enumerate(iter(lambda: self._readline(file), ""), start=1)
            while (numbered := self._next(lines)) is not None:
                yield from self._record(numbered, lines, opening)

    def _readline(self, file: TextIO) -> str:
        line = file.readline(LONGEST_RECORD)
        if len(line) >= LONGEST_RECORD:
            raise InvalidInputError(
                f"{self.path.name} has a line of more than {LONGEST_RECORD:,} characters; it is no table this program can read."
            )
        return line.replace("\0", "") if "\0" in line else line

    def _next(self, lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        return self._waiting.popleft() if self._waiting else next(lines, None)

    def _record(
        self, first: tuple[int, str], lines: Iterator[tuple[int, str]], opening: re.Pattern[str]
    ) -> Iterator[tuple[int, list[str]]]:
        line, text = first
        taken = [first]
        is_open, size = _is_open(text, False, opening), len(text)
        while is_open and size < LONGEST_RECORD and (following := self._next(lines)) is not None:
            taken.append(following)
            is_open, size = _is_open(following[1], True, opening), size + len(following[1])
        record = [piece for _, piece in taken]
        if not is_open and not self._is_torn(record):
            yield line, record
            return
        self._waiting.extendleft(reversed(taken[1:]))
        self.faults.append(_never_closed(text))
        yield line, [text.replace('"', "")]

    def _is_torn(self, record: list[str]) -> bool:
        """Say whether the record fits the header only if its first line is taken by itself."""
        if len(record) == 1 or not self.columns:
            return False
        whole = len(_cells(record, self.separator))
        return whole != self.columns == len(_literal_cells(record[0], self.separator))


def _is_open(text: str, is_inside: bool, opening: re.Pattern[str]) -> bool:
    """Say whether a quoted cell is still open at the end of a line."""
    place = 0
    while True:
        if is_inside:
            place = text.find('"', place)
            if place < 0:
                return True
            is_inside = text[place + 1 : place + 2] == '"'
            place += 2 if is_inside else 1
            continue
        found = opening.search(text, place)
        if found is None:
            return False
        is_inside, place = True, found.end()


def _never_closed(text: str) -> CellFault:
    return CellFault(
        column=None,
        value=text[:200].strip(),
        message="A quotation mark is opened in this line and never closed.",
        remedy="Remove the quotation mark, or write it twice inside a quoted cell.",
    )
