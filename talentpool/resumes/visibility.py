"""Which pieces of a page a person sees: judged by painting the page, with and without its text.

Text shows where painting it changes the picture and its colour differs from what lies beneath. That finds white on
white, covered, clipped, transparent and painted-nowhere text alike, and lets white text on a dark panel be what it
is: visible. Text painted by nothing over a scan counts as visible where there is ink beneath, because it is the
scan's own text layer.
"""

import math
from collections.abc import Sequence

import numpy as np

from talentpool.resumes.outcome import HiddenReason
from talentpool.resumes.pdfium import PdfPage, Picture
from talentpool.resumes.pieces import Piece

SMALLEST_TYPE = 2.0  # points
LEAST_DIFFERENCE = 24  # of 255, in the colour that differs most; light grey (#e8e8e8) on white is less
LEAST_CHANGED = 0.04  # share of the middle of a piece's box that its paint changes
FAINTEST = 0.1  # opacity
PAINTS_NOTHING, PAINTS_OUTLINE, ONLY_CLIPS = 3, (1, 5), 7  # text rendering modes, PDF standard, table 104
SCAN_SHARE = 0.5  # of the page that a picture covers when the page is a scan
OVERLAP = 0.6
PIXELS_A_POINT = 1.0
MIDDLE_FROM = 0.25  # of the height of a box
DARK = 160  # of 255, for ink of a scan


def hidden_reasons(page: PdfPage, pieces: Sequence[Piece]) -> list[HiddenReason | None]:
    """Say for each piece why a person does not see it, or None where one does."""
    reasons = [_by_itself(page, piece) for piece in pieces]
    if not pieces:
        return reasons
    painted = page.picture(text=True, scale=PIXELS_A_POINT)
    ground = (
        np.full_like(painted, 255) if page.has_only_text() else page.picture(text=False, scale=PIXELS_A_POINT)
    )
    places = [_pixels(page, piece, painted) for piece in pieces]
    for number, (piece, place) in enumerate(zip(pieces, places, strict=True)):
        if reasons[number] is None:
            reasons[number] = _by_paint(piece, painted[place], ground[place])
    _reveal_text_layer(page, pieces, reasons, [painted[place] for place in places])
    return reasons


def _by_itself(page: PdfPage, piece: Piece) -> HiddenReason | None:
    left, bottom, right, top = piece.page_box
    across, along = (left + right) / 2, (bottom + top) / 2
    if piece.style.mode in (PAINTS_NOTHING, ONLY_CLIPS):
        return HiddenReason.INVISIBLE
    if piece.style.colour is not None and piece.style.colour[3] < FAINTEST * 255:
        return HiddenReason.INVISIBLE
    if not (page.left <= across <= page.right and page.bottom <= along <= page.top):
        return HiddenReason.OFF_PAGE
    return HiddenReason.TINY if piece.size < SMALLEST_TYPE or piece.height < SMALLEST_TYPE else None


def _has_body(piece: Piece) -> bool:
    """Say whether there are letters or digits, whose paint crosses the middle of the box."""
    return any(sign.isalnum() for sign in piece.text)


def _pixels(page: PdfPage, piece: Piece, picture: Picture) -> tuple[slice, slice]:
    """Give the rows and columns of the middle of a piece's box, where neighbours hardly reach."""
    left, bottom, right, top = piece.page_box
    rows, columns = picture.shape[:2]
    scale = rows / max(page.top - page.bottom, 1e-6)
    if _has_body(piece) and not piece.style.turn:
        top, bottom = top - MIDDLE_FROM * (top - bottom), bottom + MIDDLE_FROM * (top - bottom)
    first_row = min(max(math.floor((page.top - top) * scale), 0), rows - 1)
    first_column = min(max(math.floor((left - page.left) * scale), 0), columns - 1)
    last_row = max(math.ceil((page.top - bottom) * scale), first_row + 1)
    last_column = max(math.ceil((right - page.left) * scale), first_column + 1)
    return slice(first_row, min(last_row, rows)), slice(first_column, min(last_column, columns))


def _by_paint(piece: Piece, painted: Picture, ground: Picture) -> HiddenReason | None:
    colour = piece.style.colour
    if colour is not None and piece.style.mode not in PAINTS_OUTLINE:
        red, green, blue, _ = colour
        beneath = _beneath(ground)
        if max(abs(beneath[0] - blue), abs(beneath[1] - green), abs(beneath[2] - red)) < LEAST_DIFFERENCE:
            return HiddenReason.NO_CONTRAST
    difference = np.maximum(painted, ground) - np.minimum(painted, ground)
    changed = np.count_nonzero(difference >= LEAST_DIFFERENCE)
    least = LEAST_CHANGED * difference.shape[0] * difference.shape[1] if _has_body(piece) else 1
    return None if changed >= least else HiddenReason.COVERED


def _beneath(ground: Picture) -> tuple[float, float, float]:
    """Give the blue, green and red most of the ground has; a thin rule across it is no ground."""
    if ground.min() == ground.max():
        blue = green = red = float(ground[0, 0, 0])
    else:
        blue, green, red = np.median(ground.reshape(-1, 3), axis=0).tolist()
    return blue, green, red


def _reveal_text_layer(
    page: PdfPage,
    pieces: Sequence[Piece],
    reasons: list[HiddenReason | None],
    painted: Sequence[Picture],
) -> None:
    """Let text that nothing paints count as visible where it lies on the ink of a scan, each place once."""
    layer = [place for place, reason in enumerate(reasons) if reason is HiddenReason.INVISIBLE]
    if not layer or page.largest_image_share() < SCAN_SHARE:
        return
    taken = [pieces[place].page_box for place, reason in enumerate(reasons) if reason is None]
    for place in layer:
        box = pieces[place].page_box
        if _has_ink(painted[place]) and not any(_overlap(box, other) > OVERLAP for other in taken[-500:]):
            reasons[place] = None
            taken.append(box)


def _has_ink(picture: Picture) -> bool:
    return bool((picture < DARK).all(axis=2).mean() >= LEAST_CHANGED)


def _overlap(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    area = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0
