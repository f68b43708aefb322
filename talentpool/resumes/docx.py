"""Reads a Word document: headers, body with tables and text boxes, footers, notes; what a person sees of it.

Works on the XML of the parts themselves, because text boxes, content controls and hidden runs matter here.
Relationships are only read for the addresses of links; nothing is ever fetched. Deleted text, comments and field
codes are not part of the text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from xml.etree.ElementTree import Element

from talentpool.resumes.docx_styles import Look, Styles, shape_look, shape_reason
from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import HiddenReason, Reading, ResumeFault, ResumeLine, ResumeProblem
from talentpool.resumes.package import Package
from talentpool.resumes.spans import Span, lines_of_spans

MOST_PARTS = 40
DEEPEST = 100  # boxes in tables in boxes
LONG_CELL = 160  # characters; longer than this, a cell is a column of text
_LINKS = "/hyperlink"
_SKIPPED = frozenset(
    {"instrText", "delText", "delInstrText", "del", "moveFrom", "Fallback", "annotationRef", "rPr"}
)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}


def read_docx(data: bytes, limits: Limits) -> Reading:
    """Read a Word document; `ResumeFault` when it is no such thing or unpacks to too much."""
    package = Package(data, limits)
    main = package.main_document()
    document = package.xml(main) if main else None
    if main is None or document is None:
        raise ResumeFault(ResumeProblem.DAMAGED, "The Word document has no text part; ask for it again.")
    folder = main.rsplit("/", 1)[0] if "/" in main else ""
    styles = Styles(package.xml(f"{folder}/styles.xml"), document)
    parts = [
        *_named_parts(package, folder, "header"),
        document,
        *_named_parts(package, folder, "footer"),
        *_named_parts(package, folder, "footnotes"),
        *_named_parts(package, folder, "endnotes"),
    ]
    lines = chain.from_iterable(_PartReader(styles, part).lines() for part in parts)
    return Reading(lines=_without_repeats(lines), links=_links(package, folder))


def _named_parts(package: Package, folder: str, kind: str) -> list[Element]:
    names = sorted(
        name for name in package.names if name.startswith(f"{folder}/{kind}") and name.endswith(".xml")
    )
    return [part for name in names[:MOST_PARTS] if (part := package.xml(name)) is not None]


def _without_repeats(lines: Iterable[ResumeLine]) -> Iterator[ResumeLine]:
    """Leave out a line that only repeats the one before it, as headers for first and other pages do."""
    last = None
    for line in lines:
        if not line.text or line != last:
            yield line
        last = line


def _links(package: Package, folder: str) -> list[str]:
    names = sorted(
        name for name in package.names if name.startswith(f"{folder}/_rels/") and name.endswith(".rels")
    )
    parts = [package.xml(name) for name in names[:MOST_PARTS]]
    return [
        relation.get("Target", "")
        for part in parts
        if part is not None
        for relation in part
        if relation.get("Type", "").endswith(_LINKS)
    ]


class _PartReader:
    """Walks one part and gives its lines."""

    def __init__(self, styles: Styles, part: Element) -> None:
        self._styles = styles
        self._part = part
        self._boxes: list[tuple[Element, Look]] = []

    def lines(self) -> Iterator[ResumeLine]:
        """Give the lines of the part, a text box after the paragraph that holds it."""
        yield from self._blocks(self._part, self._styles.page_look(self._part), 0)

    def _blocks(self, holder: Element, look: Look, depth: int) -> Iterator[ResumeLine]:
        if depth > DEEPEST:
            raise ResumeFault(ResumeProblem.DAMAGED, "The Word document is nested too deeply. Ask for a PDF.")
        for child in holder:
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child, look, depth)
            elif name == "tbl":
                yield from self._table(child, look, depth)
            elif name not in _SKIPPED and name not in ("sectPr", "tblPr", "tcPr", "pPr"):
                yield from self._blocks(child, look, depth + 1)

    def _paragraph(self, paragraph: Element, look: Look, depth: int) -> Iterator[ResumeLine]:
        look = self._styles.of_paragraph(paragraph, look)
        waiting, self._boxes = self._boxes, []
        spans = list(self._spans(paragraph, look, depth))
        boxes, self._boxes = self._boxes, waiting
        if self._styles.is_listed(paragraph) and any(span.text.strip() for span in spans):
            yield from lines_of_spans([Span(text="• ", hidden=spans[0].hidden), *spans])
        else:
            yield from lines_of_spans(spans)
        for box, box_look in boxes:
            yield from self._blocks(box, box_look, depth + 1)

    def _spans(self, holder: Element, look: Look, depth: int) -> Iterator[Span]:
        if depth > DEEPEST:
            raise ResumeFault(ResumeProblem.DAMAGED, "The Word document is nested too deeply. Ask for a PDF.")
        for child in holder:
            name = _name(child)
            if name == "r":
                yield from self._spans(child, self._styles.of_run(child, look), depth + 1)
            elif name == "t":
                yield Span(text=child.text or "", hidden=look.hidden_reason())
            elif name in _BREAKS:
                yield Span(text=_BREAKS[name], hidden=look.hidden_reason())
            elif name == "txbxContent":
                self._boxes.append((child, look))
            elif name in ("drawing", "pict", "object"):
                self._shape(child, look, depth)
            elif name not in _SKIPPED and name != "pPr":
                yield from self._spans(child, look, depth + 1)

    def _shape(self, shape: Element, look: Look, depth: int) -> None:
        """Note the text boxes of a shape for after the paragraph, with the shape's own ground and place."""
        within = shape_look(shape, look)
        within = replace(within, marked=within.marked or shape_reason(shape))
        for _ in self._spans(shape, within, depth + 1):
            pass

    def _table(self, table: Element, look: Look, depth: int) -> Iterator[ResumeLine]:
        look = self._styles.of_table(table, look)
        for row in _children(table, "tr"):
            if self._styles.is_hidden_row(row):
                look_of_row = replace(look, marked=HiddenReason.MARKED_HIDDEN)
            else:
                look_of_row = look
            cells = [
                list(self._blocks(cell, self._styles.of_cell(cell, look_of_row), depth + 1))
                for cell in _children(row, "tc")
            ]
            yield from _row_lines(cells)


def _row_lines(cells: list[list[ResumeLine]]) -> Iterator[ResumeLine]:
    """Give a row as one line where every cell is short, else cell by cell as a person reads columns."""
    filled = [[line for line in cell if line.text.strip()] for cell in cells]
    filled = [cell for cell in filled if cell]
    if filled and all(
        len(cell) == 1 and cell[0].hidden is None and len(cell[0].text) < LONG_CELL for cell in filled
    ):
        yield ResumeLine(text="  ".join(cell[0].text.strip() for cell in filled))
        return
    for cell in filled:
        yield from cell


def _children(holder: Element, wanted: str) -> Iterator[Element]:
    """Walk over rows or cells, those inside content controls and insertions included."""
    for child in holder:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _children(child, wanted)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
