"""How text in a Word document looks: hidden, coloured, tiny, and on what ground, through styles and direct marks."""

from dataclasses import dataclass, replace
from math import isfinite
from xml.etree.ElementTree import Element

from talentpool.resumes.outcome import HiddenReason
from talentpool.resumes.spans import SMALLEST_TYPE, contrast

LEAST_CONTRAST = 24  # as on a PDF page
WHITE, BLACK = 0xFFFFFF, 0x000000
EMU_A_POINT = 12_700
LEAST_EXTENT = 2 * EMU_A_POINT  # a box flatter than type of two points shows none
FARTHEST_POINTS = 1_000.0  # an A4 page is 842 points high; no box of a resume starts farther out
LARGE_SHAPE_POINTS = 20_000.0  # of area; a panel behind text covers a twentieth of a page at least
NARROWEST_SCALE = 10  # per cent of a letter's width
_HIGHLIGHTS = {"white": WHITE, "none": None, "yellow": 0xFFFF00, "lightGray": 0xC0C0C0}
_OFF = frozenset({"0", "false", "off", "none"})
DEEPEST_STYLE = 12


@dataclass(frozen=True, slots=True)
class Look:
    """What decides whether a run is seen.

    `colour` None is automatic: Word picks what shows. `ground` None is a picture or pattern, on which anything does.
    """

    colour: int | None = None
    ground: int | None = WHITE
    points: float = 11.0
    vanishes: bool = False
    scale: int = 100
    marked: HiddenReason | None = None

    def hidden_reason(self) -> HiddenReason | None:
        """Say why a person does not see text that looks like this, or None."""
        if self.marked is not None:
            return self.marked
        if self.vanishes:
            return HiddenReason.MARKED_HIDDEN
        if self.points < SMALLEST_TYPE or self.scale < NARROWEST_SCALE:
            return HiddenReason.TINY
        if self.colour is None or self.ground is None:
            return None
        return HiddenReason.NO_CONTRAST if contrast(self.colour, self.ground) < LEAST_CONTRAST else None


class Styles:
    """The styles of a document, and the looks its paragraphs, runs, tables and cells get from them."""

    def __init__(self, part: Element | None, document: Element) -> None:
        self._styles = {_value(style, "styleId"): style for style in _all(part, "style")}
        self._usual = next((name for name, style in self._styles.items() if _is_usual(style)), None)
        self._default = next((p for d in _all(part, "rPrDefault") for p in _all(d, "rPr")), None)
        background = next((child for child in document if _name(child) == "background"), None)
        self._page = _colour(background, "color") if background is not None else None

    def page_look(self, part: Element) -> Look:
        """Give the look of plain text; a large filled shape in the part makes its ground unknown."""
        look = Look(ground=WHITE if self._page is None else self._page)
        if self._default is not None:
            look = _with_run_marks(self._default, look)
        return replace(look, ground=None) if any(map(_is_panel, part.iter())) else look

    def of_paragraph(self, paragraph: Element, look: Look) -> Look:
        """Give the look of a paragraph's plain text."""
        marks = _child(paragraph, "pPr")
        style = _value(_child(marks, "pStyle"), "val") or self._usual
        look = self._styled(style, look) if style else look
        if marks is None:
            return look
        indent = _child(marks, "ind")
        if indent is not None and abs(_number(indent, "left", "start")) > 20 * FARTHEST_POINTS:
            look = replace(look, marked=HiddenReason.OFF_PAGE)
        return _with_ground(marks, look)

    def of_run(self, run: Element, look: Look) -> Look:
        """Give the look of a run."""
        marks = _child(run, "rPr")
        if marks is None:
            return look
        style = _value(_child(marks, "rStyle"), "val")
        return _with_run_marks(marks, self._styled(style, look) if style else look)

    def of_table(self, table: Element, look: Look) -> Look:
        """Give the look within a table; a style that fills cells makes the ground unknown."""
        marks = _child(table, "tblPr")
        if marks is None:
            return look
        style = self._styles.get(_value(_child(marks, "tblStyle"), "val"))
        fills = [_colour(shade, "fill") for shade in _all(style, "shd")]
        if any(fill not in (None, WHITE) for fill in fills):
            look = replace(look, ground=None)
        return _with_ground(marks, look)

    def of_cell(self, cell: Element, look: Look) -> Look:
        """Give the look within a cell."""
        marks = _child(cell, "tcPr")
        return look if marks is None else _with_ground(marks, look)

    def is_hidden_row(self, row: Element) -> bool:
        """Say whether a table row is marked hidden."""
        return _is_on(_child(_child(row, "trPr"), "hidden"))

    def is_listed(self, paragraph: Element) -> bool:
        """Say whether a paragraph is an item of a list."""
        marks = _child(paragraph, "pPr")
        numbering = _child(marks, "numPr")
        return numbering is not None and _value(_child(numbering, "numId"), "val") != "0"

    def _styled(self, name: str | None, look: Look) -> Look:
        chain: list[Element] = []
        while name in self._styles and len(chain) < DEEPEST_STYLE:
            chain.append(self._styles[name])
            name = _value(_child(chain[-1], "basedOn"), "val")
        for style in reversed(chain):
            for marks in (_child(style, "rPr"), _child(style, "pPr")):
                if marks is not None:
                    look = _with_ground(_child(style, "pPr"), _with_run_marks(marks, look))
        return look


def _is_usual(style: Element) -> bool:
    return _value(style, "type") == "paragraph" and _value(style, "default") in ("1", "true")


def _with_run_marks(marks: Element, look: Look) -> Look:
    look = _with_ground(marks, look)
    for mark in marks:
        name = _name(mark)
        if name in ("vanish", "specVanish"):
            look = replace(look, vanishes=_is_on(mark))
        elif name == "color":
            look = replace(look, colour=_colour(mark, "val"))
        elif name == "sz":
            look = replace(look, points=_number(mark, "val", default=22) / 2)
        elif name == "w":
            look = replace(look, scale=int(_number(mark, "val", default=100)))
        elif name == "highlight":
            colour = _value(mark, "val") or "none"
            look = replace(look, ground=_HIGHLIGHTS.get(colour, BLACK) if colour != "none" else look.ground)
    return look


def _with_ground(marks: Element | None, look: Look) -> Look:
    fill = _colour(_child(marks, "shd"), "fill")
    return look if fill is None else replace(look, ground=fill)


def shape_look(shape: Element, look: Look) -> Look:
    """Give the look within a drawing: on its fill where that is a plain colour, on anything where it is not."""
    for part in shape.iter():
        if _name(part) in ("spPr", "wsp"):
            fill = _child(part, "solidFill")
            if fill is None and any(
                _child(part, name) is not None for name in ("gradFill", "blipFill", "pattFill")
            ):
                return replace(look, ground=None)
            if fill is not None:
                colour = _child(fill, "srgbClr")
                return replace(look, ground=_colour(colour, "val"))
        if "fillcolor" in part.attrib:
            return replace(look, ground=_named_colour(part.attrib["fillcolor"]))
    return look


def shape_reason(shape: Element) -> HiddenReason | None:
    """Say why nothing in a drawing is seen: it is placed where no page is, or has no size; else None."""
    for part in shape.iter():
        if _name(part) == "posOffset" and abs(_finite(part.text)) > FARTHEST_POINTS * EMU_A_POINT:
            return HiddenReason.OFF_PAGE
        if (
            _name(part) == "extent"
            and min(_number(part, "cx", default=1e9), _number(part, "cy", default=1e9)) < LEAST_EXTENT
        ):
            return HiddenReason.COVERED
    return None


def _is_panel(part: Element) -> bool:
    """Say whether a drawing is a large filled shape that may lie beneath text."""
    if _name(part) != "anchor":
        return False
    extent = _child(part, "extent")
    area = _number(extent, "cx") * _number(extent, "cy") / EMU_A_POINT**2 if extent is not None else 0.0
    filled = any(_name(inner) in ("solidFill", "gradFill", "blipFill", "pic") for inner in part.iter())
    return area >= LARGE_SHAPE_POINTS and filled


def _colour(element: Element | None, attribute: str) -> int | None:
    """Read a colour; None when there is none or Word is to choose it."""
    value = _value(element, attribute)
    try:
        return int(value, 16) & WHITE if value and value != "auto" else None
    except ValueError:
        return None


def _named_colour(value: str) -> int | None:
    value = value.strip().split(" ")[0].lstrip("#")
    if value.lower() in ("white", "window"):
        return WHITE
    if len(value) == 3:
        value = "".join(2 * sign for sign in value)
    try:
        return int(value, 16) if len(value) == 6 else None
    except ValueError:
        return None


def _number(element: Element | None, *attributes: str, default: float = 0.0) -> float:
    values = (_value(element, attribute) for attribute in attributes)
    return next((_finite(value, default=default) for value in values if value), default)


def _finite(text: str | None, *, default: float = 0.0) -> float:
    try:
        number = float(text or "")
    except ValueError:
        return default
    return number if isfinite(number) else default


def _is_on(element: Element | None) -> bool:
    return element is not None and (_value(element, "val") or "true") not in _OFF


def _value(element: Element | None, attribute: str) -> str | None:
    if element is None:
        return None
    return next(
        (value for name, value in element.attrib.items() if name.rpartition("}")[2] == attribute), None
    )


def _child(element: Element | None, wanted: str) -> Element | None:
    return None if element is None else next((child for child in element if _name(child) == wanted), None)


def _all(element: Element | None, wanted: str) -> list[Element]:
    return [] if element is None else [part for part in element.iter() if _name(part) == wanted]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
