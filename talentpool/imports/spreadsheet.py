"""Excel workbooks as tables: the first sheet, every cell as the text a CSV export would hold.

Unlike a CSV file a workbook is read as a whole, so its size is limited.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import MOST_COLUMNS, CellFault, NumberedRow, too_long_fault, unique_names

LARGEST_WORKBOOK = 100_000_000  # bytes of the packed file
LONGEST_CELL = 1_000_000

Table = tuple[tuple[str, ...], Callable[[], Iterator[NumberedRow]]]


def open_spreadsheet(path: Path) -> Table:
    """Read the first sheet of a workbook; gives its header and a reader of its rows."""
    if path.stat().st_size > LARGEST_WORKBOOK:
        raise InvalidInputError(f"{path.name} is larger than 100 MB; save the sheet as CSV and import that.")
    try:
        sheet = pd.read_excel(path, engine="calamine", header=None, dtype=object, na_filter=False)
    except Exception as error:  # noqa: BLE001 - the reader raises its own and zip's errors alike
        raise InvalidInputError(f"{path.name} cannot be read as an Excel workbook: {error}.") from error
    table = [[_text(value) for value in row] for row in sheet.itertuples(index=False, name=None)]
    first = next((place for place, cells in enumerate(table) if any(cells)), None)
    if first is None:
        raise InvalidInputError(f"{path.name} is empty: there is no header and no row.")
    header = unique_names(table[first])
    if len(header) > MOST_COLUMNS:
        raise InvalidInputError(
            f"{path.name} has {len(header)} columns; at most {MOST_COLUMNS} can be taken."
        )

    def rows() -> Iterator[NumberedRow]:
        for line, cells in enumerate(table[first + 1 :], start=first + 2):
            if any(cells):
                yield _row(line, cells)

    return header, rows


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
    return str(value).strip()
