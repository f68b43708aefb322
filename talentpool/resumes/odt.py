"""Reads an OpenDocument text: page headers, body with tables and frames, page footers; what a person sees of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from xml.etree.ElementTree import Element

from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import HiddenReason, Reading, ResumeFault, ResumeLine, ResumeProblem
from talentpool.resumes.package import Package
from talentpool.resumes.spans import SMALLEST_TYPE, Span, contrast, lines_of_spans

LEAST_CONTRAST = 24
WHITE = 0xFFFFFF
DEEPEST = 100
DEEPEST_STYLE = 12
FARTHEST_CENTIMETRES = 35.0
_SKIPPED = frozenset(
    {
        "annotation",
        "tracked-changes",
        "deletion",
        "sequence-decls",
        "forms",
        "settings",
        "title",
        "desc",
        "note-citation",
    }
)
_MEASURE = re.compile(r"\s*(-?\d{1,6}(?:\.\d{1,6})?)\s*(pt|cm|mm|in|%)?")
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0}
_BREAKS = {"tab": "\t", "line-break": "\n", "soft-hyphen": ""}


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides whether text is seen; `ground` None is a picture, `colour` None automatic."""

    colour: int | None = None
    ground: int | None = WHITE
    points: float = 12.0
    marked: HiddenReason | None = None

    def hidden_reason(self) -> HiddenReason | None:
        if self.marked is not None:
            return self.marked
        if self.points < SMALLEST_TYPE:
            return HiddenReason.TINY
        if self.colour is None or self.ground is None:
            return None
        return HiddenReason.NO_CONTRAST if contrast(self.colour, self.ground) < LEAST_CONTRAST else None


def read_odt(data: bytes, limits: Limits) -> Reading:
    """Read an OpenDocument text; `ResumeFault` when it is encrypted, damaged or unpacks to too much."""
    package = Package(data, limits)
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise ResumeFault(
            ResumeProblem.NEEDS_PASSWORD, "The document opens with a password only. Ask for one without."
        )
    content, styles = package.xml("content.xml"), package.xml("styles.xml")
    if content is None:
        raise ResumeFault(ResumeProblem.DAMAGED, "The document has no text part; ask for it again.")
    reader = _Reader([part for part in (styles, content) if part is not None])
    pages = list(styles.iter()) if styles is not None else []
    parts = [
        *(part for part in pages if _name(part) == "header"),
        *(part for part in content.iter() if _name(part) == "text" and _space(part) == "office"),
        *(part for part in pages if _name(part) == "footer"),
    ]
    lines = chain.from_iterable(reader.blocks(part, reader.page_look(), 0) for part in parts)
    links = [value for part in content.iter() if _name(part) == "a" and (value := _value(part, "href"))]
    return Reading(lines=lines, links=links)


class _Reader:
    """Walks the parts with the document's styles at hand."""

    def __init__(self, parts: list[Element]) -> None:
        self._styles = {
            _value(style, "name"): style for part in parts for style in part.iter() if _name(style) == "style"
        }
        self._defaults = [s for part in parts for s in part.iter() if _name(s) == "default-style"]
        self._layouts = [s for part in parts for s in part.iter() if _name(s) == "page-layout-properties"]

    def page_look(self) -> _Look:
        """Give the look of plain text on this document's page."""
        look = _Look()
        for style in self._defaults:
            if _value(style, "family") == "paragraph":
                look = _marked(style, look)
        for layout in self._layouts:
            look = replace(look, ground=_ground(layout, look.ground))
        return look

    def blocks(self, holder: Element, look: _Look, depth: int) -> Iterator[ResumeLine]:
        """Give the lines of everything in an element, a frame's after the paragraph that holds it."""
        if depth > DEEPEST:
            raise ResumeFault(ResumeProblem.DAMAGED, "The document is nested too deeply. Ask for a PDF.")
        for child in holder:
            name = _name(child)
            if name in ("p", "h"):
                yield from self._paragraph(
                    child, self._styled(child, look), depth, item=_name(holder) == "list-item"
                )
            elif name == "table-row":
                yield from self._row(child, self._styled(child, look), depth)
            elif name not in _SKIPPED:
                yield from self.blocks(child, self._styled(child, look), depth + 1)

    def _row(self, row: Element, look: _Look, depth: int) -> Iterator[ResumeLine]:
        cells = [
            [line for line in self.blocks(cell, self._styled(cell, look), depth + 1) if line.text.strip()]
            for cell in row
            if _name(cell) == "table-cell"
        ]
        filled = [cell for cell in cells if cell]
        if filled and all(len(cell) == 1 and cell[0].hidden is None for cell in filled):
            yield ResumeLine(text="  ".join(cell[0].text.strip() for cell in filled))
            return
        yield from chain.from_iterable(filled)

    def _paragraph(self, paragraph: Element, look: _Look, depth: int, *, item: bool) -> Iterator[ResumeLine]:
        boxes: list[tuple[Element, _Look]] = []
        spans = list(self._spans(paragraph, look, depth, boxes))
        if item and any(span.text.strip() for span in spans):
            spans.insert(0, Span(text="• ", hidden=spans[0].hidden))
        yield from lines_of_spans(spans)
        for box, box_look in boxes:
            yield from self.blocks(box, box_look, depth + 1)

    def _spans(
        self, holder: Element, look: _Look, depth: int, boxes: list[tuple[Element, _Look]]
    ) -> Iterator[Span]:
        if depth > DEEPEST:
            raise ResumeFault(ResumeProblem.DAMAGED, "The document is nested too deeply. Ask for a PDF.")
        yield Span(text=_flowing(holder.text), hidden=look.hidden_reason())
        for child in holder:
            name = _name(child)
            if name == "s":
                yield Span(text=" ")
            elif name in _BREAKS:
                yield Span(text=_BREAKS[name])
            elif name in ("text-box", "note-body"):
                boxes.append((child, look))
            elif name not in _SKIPPED:
                inner = self._styled(child, look)
                yield from self._spans(child, inner, depth + 1, boxes)
            yield Span(text=_flowing(child.tail), hidden=look.hidden_reason())

    def _styled(self, element: Element, look: _Look) -> _Look:
        if _name(element) in ("hidden-text", "hidden-paragraph") or (
            _name(element) == "section" and _value(element, "display") == "none"
        ):
            look = replace(look, marked=HiddenReason.MARKED_HIDDEN)
        if _name(element) == "frame" and _is_far(element):
            look = replace(look, marked=HiddenReason.OFF_PAGE)
        chain_of_styles: list[Element] = []
        name = _value(element, "style-name")
        while name in self._styles and len(chain_of_styles) < DEEPEST_STYLE:
            chain_of_styles.append(self._styles[name])
            name = _value(chain_of_styles[-1], "parent-style-name")
        for style in reversed(chain_of_styles):
            look = _marked(style, look)
        return look


def _marked(style: Element, look: _Look) -> _Look:
    for marks in style:
        if not _name(marks).endswith("-properties"):
            continue
        look = replace(look, ground=_ground(marks, look.ground))
        if _name(marks) != "text-properties":
            continue
        if _value(marks, "display") == "none":
            look = replace(look, marked=HiddenReason.MARKED_HIDDEN)
        colour, size = _colour(_value(marks, "color")), _value(marks, "font-size")
        if _value(marks, "use-window-font-color") == "true":
            look = replace(look, colour=None)
        elif colour is not None:
            look = replace(look, colour=colour)
        if size:
            look = replace(look, points=_measured(size, look.points))
    return look


def _ground(marks: Element, ground: int | None) -> int | None:
    if any(_name(child) == "background-image" and _value(child, "href") for child in marks):
        return None
    fill, colour = _value(marks, "fill"), _colour(_value(marks, "background-color"))
    if fill in ("bitmap", "gradient", "hatch"):
        return None
    if fill == "solid":
        colour = _colour(_value(marks, "fill-color"))
    return ground if colour is None else colour


def _is_far(frame: Element) -> bool:
    places = [_measured(value, 0.0) for name in ("x", "y") if (value := _value(frame, name))]
    return any(abs(place) > FARTHEST_CENTIMETRES * _POINTS["cm"] for place in places)


def _measured(value: str, usual: float) -> float:
    """Give a length in points; per cents are of `usual`."""
    found = _MEASURE.match(value)
    if not found:
        return usual
    number, unit = float(found[1]), found[2]
    return usual * number / 100 if unit == "%" else number * _POINTS.get(unit or "pt", 1.0)


def _colour(value: str | None) -> int | None:
    return int(value[1:], 16) if value and re.fullmatch(r"#[0-9a-fA-F]{6}", value) else None


def _flowing(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text) if text else ""


def _value(element: Element, attribute: str) -> str | None:
    return next(
        (value for name, value in element.attrib.items() if name.rpartition("}")[2] == attribute), None
    )


def _space(element: Element) -> str:
    return str(element.tag).partition("}")[0].rsplit(":", 2)[-2]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
