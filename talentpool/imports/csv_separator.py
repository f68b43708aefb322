"""What separates the cells of a CSV file: what the file says itself, or what shows the most names of columns."""

import csv
import re

from talentpool.imports.header import LINES_LOOKED_AT, OWN_MARK, Line, most_known_names
from talentpool.imports.vocabulary import Vocabulary

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def separator_of(lines: list[str], vocabulary: Vocabulary) -> str:
    """Say by what the cells of a file are separated, judging by its first lines."""
    return _named_separator(lines) or _own_separator(lines) or _likely_separator(lines, vocabulary)


def _named_separator(lines: list[str]) -> str | None:
    found = re.fullmatch(r'"?sep=(.)"?', lines[0].strip("\ufeff\r\n "), re.IGNORECASE)
    return found[1] if found else None


def _own_separator(lines: list[str]) -> str | None:
    """Give the separator behind the first column of our own export, whatever the texts below are full of."""
    found = re.match(f'"?{re.escape(OWN_MARK)}"?([,;\t|])', lines[0].lstrip("\ufeff"))
    return found[1] if found else None


def _likely_separator(lines: list[str], vocabulary: Vocabulary) -> str:
    """Choose the separator that shows the most names of columns; else the most columns, in about as many records.

    Texts of several lines count as what they are, one cell: whatever they are full of is no separator.
    """
    filled = [line for line in lines if line.strip()]

    def likelihood(separator: str) -> tuple[int, float, int]:
        records = list(csv.reader(filled, delimiter=separator, skipinitialspace=True))
        first = [Line(number, cells) for number, cells in enumerate(records[:LINES_LOOKED_AT])]
        columns = [len(cells) for cells in records]
        agreed = [
            ((count - 1) * (1 + columns[place + 1 :].count(count)) / len(records), count)
            for place, count in enumerate(columns[:LINES_LOOKED_AT])
        ]
        return most_known_names(first, vocabulary), *max(agreed)

    return max(SEPARATORS, key=likelihood)
