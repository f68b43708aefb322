"""Cells that leave us in a table: what a spreadsheet would run as a formula starts with a quote."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(value: object) -> str:
    """Give a cell that spreadsheets show and never run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
