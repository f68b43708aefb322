"""From the bytes of a CSV file to numbered rows: streaming, whatever the encoding, separator and quoting.

A cell that cannot be taken becomes empty and is reported with its line; a quotation mark that is never closed
costs its own line at most. Only what makes the whole file unreadable is refused.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_separator import SEPARATORS, separator_of
from talentpool.imports.header import LINES_LOOKED_AT, Line, find_header
from talentpool.imports.vocabulary import Vocabulary
from talentpool.sheets import raw_cell

LONGEST_CELL = 1_000_000  # characters
LONGEST_RECORD = 8_000_000
MOST_COLUMNS = 2_000
_LINES_TO_JUDGE_BY = 30

csv.field_size_limit(2 * LONGEST_RECORD)  # Python's own limit, 131,072, is below a long resume

NEVER_CLOSED = "A quotation mark is opened in this line and never closed."


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
    is_short: bool = False  # it has fewer cells than the header


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvForm:
    """How a CSV file is written."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_line: int  # the line above the first row
    has_header: bool
    may_be_broken: bool  # some characters may not be readable in the encoding

    @property
    def separator_name(self) -> str:
        """Name the separator for people."""
        return SEPARATORS.get(self.separator, self.separator)


def recognise_csv(path: Path, encoding: str, *, may_be_broken: bool, vocabulary: Vocabulary) -> CsvForm:
    """Find out how a CSV file is written; raises InvalidInputError with one sentence if it is no table."""
    lines = _first_lines(path, encoding)
    if not any(line.strip() for line in lines):
        raise InvalidInputError(f"{path.name} is empty: there is no header and no row.")
    separator = separator_of(lines, vocabulary)
    records = [
        Line(number, cells)
        for number, cells in islice(_Records(path, encoding, separator), LINES_LOOKED_AT)
        if not _names_a_separator(number, cells)
    ]
    header = find_header(records, vocabulary)
    width = max(len(record.cells) for record in records) if records else 0
    if not width:
        raise InvalidInputError(f"{path.name} has no line with column names.")
    _check_width(path, len(header.cells) if header else width)
    return CsvForm(
        encoding=encoding,
        separator=separator,
        header=unique_names(list(header.cells) if header else [""] * width),
        header_line=header.number if header else records[0].number - 1,
        has_header=header is not None,
        may_be_broken=may_be_broken,
    )


def _names_a_separator(number: int, cells: list[str]) -> bool:
    return number == 1 and bool(cells) and bool(re.match("sep=|sep$", cells[0].lower()))


def read_csv_rows(path: Path, form: CsvForm) -> Iterator[NumberedRow]:
    """Read the rows below the header, blank lines left out."""
    records = _Records(path, form.encoding, form.separator, columns=len(form.header))
    for line, cells in records:
        if line <= form.header_line:
            continue
        row = _row(line, cells, form, faults=tuple(records.faults))
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


def _check_width(path: Path, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise InvalidInputError(
            f"{path.name} has {columns} columns; at most {MOST_COLUMNS} can be taken. Leave out the ones you do not need."
        )


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Give each column a name of its own, without the quote of our files: empty and repeated ones are numbered."""
    names: list[str] = []
    used: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        wanted = " ".join(raw_cell(cell.strip()).split())[:200] or f"Column {number}"
        name, copy = wanted, 2
        while name in used:
            name, copy = f"{wanted} ({copy})", copy + 1
        used.add(name)
        names.append(name)
    return tuple(names)


def _row(line: int, record: list[str], form: CsvForm, *, faults: tuple[CellFault, ...]) -> NumberedRow:
    cells = [raw_cell(cell.strip()) for cell in record]
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
    if form.may_be_broken and any("\ufffd" in cell for cell in cells):
        found += [_unreadable(column, cell) for column, cell in enumerate(cells) if "\ufffd" in cell]
    is_short = len(record) < width
    return NumberedRow(line=line, cells=cells, faults=tuple(found), extra=extra, is_short=is_short)


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


def _literal_cells(line: str, separator: str) -> list[str]:
    return line.rstrip("\n").split(separator)


@dataclass(slots=True)
class _Records:
    """Reads records with Python's reader, and takes a quoted cell that never closes back to its own line."""

    path: Path
    encoding: str
    separator: str
    columns: int = 0  # 0 while the header is not known
    faults: list[CellFault] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)  # of the record being read
    _again: deque[str] = field(default_factory=deque)  # lines to be read once more
    _size: int = 0
    _has_ended: bool = False  # a record read after this is one whose quotation mark is still open

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        line = 1
        with self.path.open(encoding=self.encoding, errors="replace", newline=None) as file:
            while self._again or not self._has_ended:
                self._has_ended = False
                for cells in csv.reader(self._feed(file), delimiter=self.separator, skipinitialspace=True):
                    taken, self._lines, self._size = self._lines, [], 0
                    if self._has_ended or self._is_torn(taken, cells):
                        yield line, self._first_line_alone(taken)
                        line += 1
                        break  # the reader is ahead of us: another one takes the lines after the first
                    yield line, cells
                    line += len(taken)

    def _feed(self, file: TextIO) -> Iterator[str]:
        """Hand lines to the reader, noting them; ends early when a record gets too long to be one."""
        while self._size < LONGEST_RECORD:
            text = self._again.popleft() if self._again else file.readline(LONGEST_RECORD)
            if not text:
                break
            if len(text) >= LONGEST_RECORD:
                raise InvalidInputError(
                    f"{self.path.name} has a line of more than {LONGEST_RECORD:,} characters; "
                    "it is no table this program can read."
                )
            if "\0" in text:
                text = text.replace("\0", "")
            self._lines.append(text)
            self._size += len(text)
            yield text
        self._has_ended = True

    def _is_torn(self, lines: list[str], cells: list[str]) -> bool:
        """Say whether the record fits the header only if its first line is taken by itself."""
        if len(lines) < 2 or not self.columns or len(cells) == self.columns:
            return False
        return len(_literal_cells(lines[0], self.separator)) == self.columns

    def _first_line_alone(self, lines: list[str]) -> list[str]:
        self._again.extendleft(reversed(lines[1:]))
        self.faults.append(_never_closed(lines[0]))
        return _literal_cells(lines[0].replace('"', ""), self.separator)


def _never_closed(text: str) -> CellFault:
    return CellFault(
        column=None,
        value=text[:200].strip(),
        message=NEVER_CLOSED,
        remedy="Remove the quotation mark, or write it twice inside a quoted cell.",
    )
