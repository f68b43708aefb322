"""From the signs of a page to pieces: runs of words on one line in one style, spaces where the gaps are.

Many PDFs write no spaces at all, and pdfium's own guess glues a sixth of the words of some. Here a gap counts as a
space when it is wide for the letter before it: fonts state widths their glyphs do not keep, an "f" reaches far into
the next letter, and only the usual gap after each letter tells what is unusual.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from talentpool.resumes.pdfium import Sign, Style

# Shares of an em. On 60 real resumes with their texts, gaps inside words stay .10 above the usual one of their
# letter at most, gaps between words .14 at least.
SPACE_GAP = 0.12
USUAL_QUANTILE = 0.2  # of the gaps after a letter, low enough to lie inside words also after an "f"
FEWEST_GAPS = 4
LIGATURE_GAP = -0.3  # nearer than this, two letters share one glyph
COLUMN_GAP = 1.2  # farther apart than this, two runs belong to different pieces
STEP_BACK = 0.6  # a sign this far left of where the last one ended begins a new piece
BASELINE_SHIFT = 0.35
HEBREW_FROM = "\u0590"  # no sign before it runs from right to left
SPACED_OUT = 0.06  # the usual gap of a run that is letter-spaced


@dataclass(slots=True)
class Piece:
    """A run of words. The box is in the frame of the text (turned text lies flat in it), `page_box` on the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    style: Style
    order: int
    page_box: tuple[float, float, float, float]
    space_before: bool = False
    space_after: bool = False
    is_right_to_left: bool = field(default=False)

    @property
    def height(self) -> float:
        """The height of its box."""
        return self.top - self.bottom

    @property
    def size(self) -> float:
        """The em, or the height where a font states none."""
        return self.style.size or self.height


@dataclass(slots=True)
class _Run:
    """The signs of a piece while it grows, in its frame, with the gap before each and whether a space stood there."""

    style: Style
    order: int
    signs: list[str] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    backwards: int = 0
    space_before: bool = False
    space_after: bool = False

    em: float = 1.0


def pieces_of(signs: Iterable[Sign]) -> list[Piece]:
    """Join signs into pieces, in the order the file paints them."""
    runs = list(_runs(signs))
    usual = _usual_gaps(runs)
    return [_finished(run, usual) for run in runs]


def _usual_gaps(runs: Iterable[_Run]) -> dict[str, float]:
    """Give the usual gap after each letter inside words, in ems, and under "" that of a letter not seen enough."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        least = LIGATURE_GAP * run.em
        for sign, gap, spaced in zip(run.signs, run.gaps[1:], run.spaces[1:], strict=False):
            if not spaced and gap > least:
                gaps[sign].append(gap / run.em)
    usual = {
        sign: low
        for sign, found in gaps.items()
        if len(found) >= FEWEST_GAPS and (low := sorted(found)[int(USUAL_QUANTILE * len(found))]) <= 0
    }
    return usual | {"": median(usual.values()) if usual else 0.0}


def _runs(signs: Iterable[Sign]) -> Iterator[_Run]:
    run: _Run | None = None
    spaced = False
    for order, (text, left, bottom, right, top, style) in enumerate(signs):
        if not text or text.isspace():
            spaced = spaced or bool(text)
            continue
        if style.turn:
            left, bottom, right, top = _turned((left, bottom, right, top), -style.turn)
        right_to_left = text > HEBREW_FROM and unicodedata.bidirectional(text) in ("R", "AL")
        gap = 0.0
        if run is not None:
            last = run.boxes[-1]
            gap = last[0] - right if right_to_left else left - last[2]
            shift = abs(bottom + top - last[1] - last[3])
            if not (
                (style is run.style or style == run.style)
                and shift <= 2 * BASELINE_SHIFT * run.em
                and -STEP_BACK * run.em <= gap <= (COLUMN_GAP + 0.3 * spaced) * run.em
            ):
                run.space_after = spaced
                yield run
                run = None
        if run is None:
            run = _Run(style=style, order=order, space_before=spaced, em=style.size or (top - bottom) or 1.0)
            gap, spaced = 0.0, False
        run.signs.append(text)
        run.boxes.append((left, bottom, right, top))
        run.gaps.append(gap)
        run.spaces.append(spaced)
        run.backwards += right_to_left
        spaced = False
    if run is not None:
        run.space_after = spaced
        yield run


def _turned(box: tuple[float, float, float, float], angle: float) -> tuple[float, float, float, float]:
    cosine, sine = math.cos(angle), math.sin(angle)
    left, bottom, right, top = box
    across = [x * cosine - y * sine for x in (left, right) for y in (bottom, top)]
    along = [x * sine + y * cosine for x in (left, right) for y in (bottom, top)]
    return min(across), min(along), max(across), max(along)


def _finished(run: _Run, usual: dict[str, float]) -> Piece:
    text = run.signs[0]
    for sign, is_space in zip(run.signs[1:], _spaces(run, usual), strict=True):
        text += f" {sign}" if is_space else sign
    box = (
        min(box[0] for box in run.boxes),
        min(box[1] for box in run.boxes),
        max(box[2] for box in run.boxes),
        max(box[3] for box in run.boxes),
    )
    return Piece(
        text=text,
        left=box[0],
        bottom=box[1],
        right=box[2],
        top=box[3],
        style=run.style,
        order=run.order,
        page_box=_turned(box, run.style.turn) if run.style.turn else box,
        space_before=run.space_before,
        space_after=run.space_after,
        is_right_to_left=2 * run.backwards > len(run.signs),
    )


def _spaces(run: _Run, usual: dict[str, float]) -> list[bool]:
    """Say for each sign but the first whether a space stands before it."""
    above = [
        gap / run.em - usual.get(sign, usual[""]) for sign, gap in zip(run.signs, run.gaps[1:], strict=False)
    ]
    spread = median(above) if len(above) >= FEWEST_GAPS - 1 else 0.0
    limit = SPACE_GAP + (spread if spread > SPACED_OUT else 0.0)
    return [spaced or wide > limit for spaced, wide in zip(run.spaces[1:], above, strict=True)]
