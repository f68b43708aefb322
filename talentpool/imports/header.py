"""Which line of a table holds its column names, if any: told by how many of its cells are known as names.

Some systems put instructions above the header, some write none; a line with somebody's address, number or date
in it is no header.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from talentpool.imports.composition import compose
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import Vocabulary

LINES_LOOKED_AT = 20
OWN_MARK = "Talentpool line"  # the first column of our own export
_LONGEST_NAME = 80  # characters of a column's name
_FEW = 2  # so many known names settle it
_VALUE = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}"  # an address
    r"|\+?[\d\s()./-]{6,}"  # a number or a date
    r"|https?://\S+|www\.\S+"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file as cells, with its number."""

    number: int
    cells: Sequence[str]


def find_header(lines: Sequence[Line], vocabulary: Vocabulary) -> Line | None:
    """Find the line of column names among the first ones; None if the file has none.

    That is the first filled line, unless it is a title, an instruction or somebody's row.
    """
    filled = [line for line in lines if any(cell.strip() for cell in line.cells)]
    if not filled:
        return None
    if filled[0].cells[0].strip("\ufeff ") == OWN_MARK:
        return filled[0]
    known = {line.number: _known_names(line, vocabulary) for line in filled}
    first = filled[0]
    best = max(filled, key=lambda line: known[line.number])
    is_known = known[best.number] >= max(_FEW, len(_filled(best)) / 2)
    if is_known and (holds_values(first) or _is_title(first, best)):
        return best
    return None if holds_values(first) else first


def most_known_names(lines: Sequence[Line], vocabulary: Vocabulary) -> int:
    """Count the names of columns in the line that has the most; 0 where that is too few to be a header."""
    most = max((_known_names(line, vocabulary) for line in lines), default=0)
    return most if most >= _FEW else 0


def _is_title(first: Line, best: Line) -> bool:
    """Say whether the first line is filled much less than the best, or says the same again and again."""
    filled = _filled(first)
    return 2 * len(filled) < len(_filled(best)) or 2 * len(set(filled)) <= len(filled)


def _known_names(line: Line, vocabulary: Vocabulary) -> int:
    """Count the cells that are known as names of columns; none where one of them is a value."""
    if holds_values(line):
        return 0
    return sum(_is_known(cell, vocabulary) for cell in set(_filled(line)))


def holds_values(line: Line) -> bool:
    """Say whether a line holds an address, a number or a page, as only rows do."""
    return any(_VALUE.fullmatch(cell.strip()) for cell in line.cells)


def _filled(line: Line) -> list[str]:
    return [cell.strip() for cell in line.cells if cell.strip()]


def _is_known(cell: str, vocabulary: Vocabulary) -> bool:
    if len(cell) > _LONGEST_NAME:
        return False
    phrase = phrase_of(cell)
    names = (vocabulary.fields, vocabulary.kept, vocabulary.refused)
    return any(phrase in known for known in names) or compose(phrase, vocabulary.composition) is not None
