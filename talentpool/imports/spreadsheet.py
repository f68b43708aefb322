"""Excel workbooks as tables: the first sheet, every cell as the text a CSV export would hold.

Unlike a CSV file a workbook is read as a whole, so its size is limited.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import MOST_COLUMNS, CellFault, NumberedRow, too_long_fault, unique_names
from talentpool.imports.header import LINES_LOOKED_AT, Line, find_header
from talentpool.imports.vocabulary import Vocabulary
from talentpool.sheets import raw_cell

LARGEST_WORKBOOK = 100_000_000  # bytes of the packed file
LONGEST_CELL = 1_000_000

Table = tuple[tuple[str, ...], bool, Callable[[], Iterator[NumberedRow]]]


def open_spreadsheet(path: Path, vocabulary: Vocabulary) -> Table:
    """Read the first sheet of a workbook; gives its header, whether it has one, and a reader of its rows."""
    if path.stat().st_size > LARGEST_WORKBOOK:
        raise InvalidInputError(f"{path.name} is larger than 100 MB; save the sheet as CSV and import that.")
    try:
        sheet = pd.read_excel(path, engine="calamine", header=None, dtype=object, na_filter=False)
    except Exception as error:  # noqa: BLE001 - the reader raises its own and zip's errors alike
        raise InvalidInputError(f"{path.name} cannot be read as an Excel workbook: {error}.") from error
    table = [[_text(value) for value in row] for row in sheet.itertuples(index=False, name=None)]
    filled = [Line(place, cells) for place, cells in enumerate(table[:LINES_LOOKED_AT]) if any(cells)]
    if not any(any(cells) for cells in table):
        raise InvalidInputError(f"{path.name} is empty: there is no header and no row.")
    line = find_header(filled, vocabulary)
    header = unique_names(list(line.cells) if line else [""] * len(table[0]))
    above = line.number + 1 if line else 0  # rows of the sheet before the first person
    if len(header) > MOST_COLUMNS:
        raise InvalidInputError(
            f"{path.name} has {len(header)} columns; at most {MOST_COLUMNS} can be taken."
        )

    def rows() -> Iterator[NumberedRow]:
        for number, cells in enumerate(table[above:], start=above + 1):
            if any(cells):
                yield _row(number, cells)

    return header, line is not None, rows


def _row(line: int, cells: list[str]) -> NumberedRow:
    faults: list[CellFault] = []
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            faults.append(too_long_fault(column, cell))
    kept = ["" if len(cell) > LONGEST_CELL else cell for cell in cells]
    return NumberedRow(line=line, cells=kept, faults=tuple(faults))


def _text(value: object) -> str:
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else repr(value)  # noqa: PLR0124 - NaN
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute) == (0, 0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return raw_cell(str(value).strip())
