"""Tables for spreadsheets: CSV whose cells are shown and never run."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something older


def write_table(file: TextIO, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])


def safe_cell(value: object) -> object:
    """Keep a spreadsheet from running text as a formula, by a quote in front; numbers stay numbers.

    A text that already looks as if it had such a quote gets another, so that `raw_cell` gives back every text.

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell(-0.5), safe_cell(None)
    ("'=1+1", "''=1+1", -0.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def raw_cell(text: str) -> str:
    """Take the quote off again that keeps a spreadsheet from running a text.

    >>> raw_cell("'=1+1"), raw_cell("''=1+1"), raw_cell("'tis"), raw_cell("=1+1")
    ('=1+1', "'=1+1", "'tis", '=1+1')
    """
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS):
        return text[1:]
    return text
