"""From the pieces of a page to lines in reading order: columns one after the other, rows of a table across.

A gutter that several lines leave open divides a region into columns, unless the lines on both sides belong together
like a label and its value. What the file itself paints in sequence is the best witness for that, the alignment of
the lines the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from talentpool.resumes.pieces import SPACE_GAP, Piece

MOST_PIECES = 8_000  # of a page; more are read line by line without looking for columns
NARROWEST_GUTTER = 0.8  # ems
FEWEST_LINES = 3  # on either side of a gutter
PAINTED_IN_TURN = 0.35  # share of changes of side below which the file painted one column after the other
ALIGNED = 0.5
PROSE_WORDS = 3.5  # words a line from which both sides are running text
DEEPEST = 12


@dataclass(slots=True)
class Line:
    """The pieces of one line of a region, left to right."""

    pieces: list[Piece] = field(default_factory=list)
    bottom: float = 0.0
    top: float = 0.0

    def add(self, piece: Piece) -> None:
        """Put a piece on the line."""
        self.bottom = min(self.bottom, piece.bottom) if self.pieces else piece.bottom
        self.top = max(self.top, piece.top) if self.pieces else piece.top
        self.pieces.append(piece)


def reading_order(pieces: Sequence[Piece]) -> list[str]:
    """Give the texts of the lines in the order a person reads them; turned text comes last."""
    turns: dict[int, list[Piece]] = {}
    for piece in pieces:
        turns.setdefault(round(piece.style.turn * 57.3), []).append(piece)
    groups = sorted(turns.values(), key=len, reverse=True)
    return [text for group in groups for line in _ordered(group) if (text := _text_of(line))]


def _ordered(pieces: Sequence[Piece]) -> list[Line]:
    lines = lines_of(pieces)
    return lines if len(pieces) > MOST_PIECES else _in_columns(lines, depth=0)


def lines_of(pieces: Iterable[Piece]) -> list[Line]:
    """Put pieces on lines, top to bottom: those share one that overlap by half the lower one's height."""
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.top, piece.left)):
        for line in lines[: -_LOOK_BACK - 1 : -1]:
            shared = min(line.top, piece.top) - max(line.bottom, piece.bottom)
            if shared > 0.5 * min(line.top - line.bottom, piece.height):
                line.add(piece)
                break
        else:
            lines.append(Line())
            lines[-1].add(piece)
    for line in lines:
        line.pieces.sort(key=lambda piece: piece.left)
    return sorted(lines, key=lambda line: -(line.top + line.bottom))


_LOOK_BACK = 6


def _in_columns(lines: list[Line], *, depth: int) -> list[Line]:
    found = _widest_gutter(lines) if depth < DEEPEST and len(lines) >= FEWEST_LINES else None
    if found is None:
        return lines
    first, last, at = found
    left, right = _sides(lines[first:last], at)
    return [
        *_in_columns(lines[:first], depth=depth + 1),
        *_in_columns(lines_of(left), depth=depth + 1),
        *_in_columns(lines_of(right), depth=depth + 1),
        *_in_columns(lines[last:], depth=depth + 1),
    ]


def _sides(lines: Iterable[Line], at: float) -> tuple[list[Piece], list[Piece]]:
    pieces = [piece for line in lines for piece in line.pieces]
    return [p for p in pieces if _middle(p) < at], [p for p in pieces if _middle(p) >= at]


def _middle(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _widest_gutter(lines: list[Line]) -> tuple[int, int, float] | None:
    """Find the gutter that divides the most lines into columns: first line, line after the last, where."""
    best, most = None, 0
    for at in _candidates(lines):
        for first, last in _open_stretches(lines, at):
            stretch = _trimmed(lines, first, last, at)
            if stretch is None or stretch[1] - stretch[0] <= most:
                continue
            if _are_columns(lines[stretch[0] : stretch[1]], at):
                best, most = (*stretch, at), stretch[1] - stretch[0]
    return best


def _candidates(lines: Iterable[Line]) -> list[float]:
    """List where a gutter may run: the left edges of pieces with room before them, each once within 3 points."""
    edges: dict[int, float] = {}
    for line in lines:
        reach = float("-inf")
        for piece in line.pieces:
            room = piece.left - reach
            if reach > float("-inf") and room >= NARROWEST_GUTTER * piece.size:
                at = piece.left - min(room, 2.0 * piece.size) / 4
                edges.setdefault(round(at / 3), at)
            reach = max(reach, piece.right)
    return sorted(edges.values())[:200]


def _open_stretches(lines: Sequence[Line], at: float) -> list[tuple[int, int]]:
    """List the stretches of lines none of whose pieces crosses a vertical."""
    stretches, first = [], 0
    for place, line in enumerate(lines):
        if any(piece.left < at < piece.right for piece in line.pieces):
            if place - first >= FEWEST_LINES:
                stretches.append((first, place))
            first = place + 1
    if len(lines) - first >= FEWEST_LINES:
        stretches.append((first, len(lines)))
    return stretches


def _trimmed(lines: Sequence[Line], first: int, last: int, at: float) -> tuple[int, int] | None:
    """Cut a stretch to where both sides have lines; a side painted first keeps its own longer end."""
    left, right = _sides(lines[first:last], at)
    if not left or not right:
        return None
    left_first = min(p.order for p in left) < min(p.order for p in right)
    other_end = max(p.order for p in (right if left_first else left))
    in_turn = _changes_of_side(left, right) < PAINTED_IN_TURN

    def is_shared(line: Line) -> bool:
        sides = {_middle(piece) < at for piece in line.pieces}
        return len(sides) == 2

    while (
        first < last and not is_shared(lines[first]) and not (in_turn and _belongs(lines[first], other_end))
    ):
        first += 1
    while (
        last > first
        and not is_shared(lines[last - 1])
        and not (in_turn and _belongs(lines[last - 1], other_end))
    ):
        last -= 1
    return (first, last) if last - first >= FEWEST_LINES else None


def _belongs(line: Line, other_end: int) -> bool:
    return min(piece.order for piece in line.pieces) < other_end


def _changes_of_side(left: Sequence[Piece], right: Sequence[Piece]) -> float:
    """Tell how often the file changed sides while painting: about 0 for columns, about 1 for rows."""
    order = sorted([(p.order, 0) for p in left] + [(p.order, 1) for p in right])
    changes = sum(1 for (_, a), (_, b) in zip(order, order[1:], strict=False) if a != b)
    fewer = min(len(lines_of(left)), len(lines_of(right)))
    return (changes - 1) / max(2 * fewer - 1, 1)


def _are_columns(lines: list[Line], at: float) -> bool:
    left, right = _sides(lines, at)
    left_lines, right_lines = lines_of(left), lines_of(right)
    fewer, more = sorted((len(left_lines), len(right_lines)))
    if fewer < FEWEST_LINES:
        return False
    if _changes_of_side(left, right) < PAINTED_IN_TURN:
        return True
    prose = min(_words_a_line(left_lines), _words_a_line(right_lines)) >= PROSE_WORDS
    if prose and fewer >= 0.4 * more:
        return True
    shared = sum(1 for line in lines if len({_middle(piece) < at for piece in line.pieces}) == 2)
    return shared < ALIGNED * fewer


def _words_a_line(lines: Iterable[Line]) -> float:
    return median(sum(piece.text.count(" ") + 1 for piece in line.pieces) for line in lines)


def _text_of(line: Line) -> str:
    pieces = line.pieces
    backwards = sum(len(p.text) if p.is_right_to_left else -len(p.text) for p in pieces) > 0
    if backwards:
        pieces = pieces[::-1]
    text, last = "", None
    for piece in pieces:
        if last is not None and _is_apart(last, piece, backwards=backwards):
            text += " "
        text += piece.text
        last = piece
    return text


def _is_apart(last: Piece, piece: Piece, *, backwards: bool) -> bool:
    gap = last.left - piece.right if backwards else piece.left - last.right
    em = min(last.size, piece.size)
    follows = piece.order > last.order
    spaced = follows and (last.space_after or piece.space_before) and gap > -0.3 * em
    return spaced or gap > SPACE_GAP * em or gap < -em
