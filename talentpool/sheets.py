"""Tables for spreadsheets, as CSV and as Excel workbooks: cells are shown and never run."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something older

LONGEST_EXCEL_CELL = 32_767  # UTF-16 units; Excel refuses or cuts what is longer
CUT = " [cut here: a cell of Excel ends; the CSV file has it whole]"
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel writes characters so, and reads them back
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORKBOOK_PARTS = {
    "[Content_Types].xml": f'''{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>''',
    "_rels/.rels": f'''{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/workbook.xml": f'''{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">
<sheets><sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>''',
    "xl/_rels/workbook.xml.rels": f'''{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>''',
}


def write_file(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table to a file: an Excel workbook if its name ends in .xlsx, CSV otherwise."""
    if path.suffix.lower() == ".xlsx":
        write_workbook(path, headings, rows)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        write_table(file, headings, rows)


def write_workbook(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as the one sheet of a workbook, row by row; a text too long for a cell says where it was cut."""
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, part in _WORKBOOK_PARTS.items():
            package.writestr(name, part)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_sheet_row([safe_cell(heading) for heading in headings]).encode())
            for row in rows:
                sheet.write(_sheet_row([safe_cell(cell) for cell in row]).encode())
            sheet.write(b"</sheetData></worksheet>")


def _sheet_row(cells: Sequence[object]) -> str:
    return f"<row>{''.join(map(_sheet_cell, cells))}</row>"


def _sheet_cell(value: object) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = fitting(str(value), LONGEST_EXCEL_CELL)
    text = _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("\ufffd", text))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def utf16_length(text: str) -> int:
    """Count as Excel does: what lies beyond the first 65,536 characters of Unicode is two.

    >>> utf16_length("ab"), utf16_length("a🙂")
    (2, 3)
    """
    return len(text) + sum(character > "\uffff" for character in text)


def fitting(text: str, longest: int) -> str:
    """Give a text that fits a cell: itself, or its beginning and a mark that it was cut."""
    if utf16_length(text) <= longest:
        return text
    kept = text[: longest - len(CUT)]
    while utf16_length(kept) > longest - len(CUT):
        kept = kept[: -max(1, (utf16_length(kept) - longest + len(CUT)) // 2)]
    return kept + CUT


def write_table(file: TextIO, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark."""
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow([safe_cell(heading) for heading in headings])
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
