"""Pages of a PDF through pdfium: their signs with boxes and styles, their links, their picture.

The one module that knows pdfium's C interface; it knows nothing of words, order or who sees what. Coordinates are
PDF points, y upwards, as if the page were not turned.
"""

import ctypes
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # rows, columns, blue-green-red
LETTER = (0.0, 0.0, 612.0, 792.0)  # the page pdfium assumes where a file states none
DEEPEST_FORM = 8
MOST_OBJECTS = 200_000  # of one page; a drawing of more is left out of the test for covered text
MOST_PIXELS = 2_000_000
_LINK_BYTES = 2_048
_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5  # FPDF_PAGEOBJ_…
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of signs is painted. `size` is the height of an em in points as it lands on the page."""

    size: float
    turn: float  # radians the text is turned
    mode: int  # text rendering mode of the PDF standard, table 104; 3 paints nothing
    colour: tuple[int, int, int, int] | None  # red, green, blue, opacity; None where it is a pattern


# One character with its box and style: text, left, bottom, right, top, style. A plain tuple: there are thousands.
Sign = tuple[str, float, float, float, float, Style]


class PasswordNeededError(Exception):
    """The document opens with a password only."""


class DamagedPdfError(Exception):
    """Pdfium finds no document in the bytes."""


class PdfDocument:
    """An open document. Pages are read one at a time and closed before the next."""

    def __init__(self, data: bytes) -> None:
        pdfium.FPDF_InitLibrary()
        self._data = data  # pdfium reads from it as long as the document is open
        self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            if pdfium.FPDF_GetLastError() == _PASSWORD_ERROR:
                raise PasswordNeededError
            raise DamagedPdfError
        self.pages: int = pdfium.FPDF_GetPageCount(self._document)

    def close(self) -> None:
        """Give the memory back."""
        pdfium.FPDF_CloseDocument(self._document)

    def page(self, number: int) -> "PdfPage | None":
        """Load a page, from 0; None when it is damaged."""
        page = pdfium.FPDF_LoadPage(self._document, number)
        return PdfPage(self._document, page) if page else None


class PdfPage:
    """A loaded page; close it before the next."""

    def __init__(self, document: ctypes.c_void_p, page: ctypes.c_void_p) -> None:
        self._document, self._page = document, page
        pdfium.FPDFPage_SetRotation(page, 0)
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
        self.left, self.bottom = float(box.left), float(box.bottom)
        self.right, self.top = float(box.right), float(box.top)
        if not 0 < (self.right - self.left) * (self.top - self.bottom) < math.inf:
            self.left, self.bottom, self.right, self.top = LETTER
        self._text = pdfium.FPDFText_LoadPage(page)
        self._styles: dict[int, Style] = {}

    def close(self) -> None:
        """Give the memory back."""
        pdfium.FPDFText_ClosePage(self._text)
        pdfium.FPDF_ClosePage(self._page)

    def signs(self, most: int) -> Iterator[Sign]:
        """Walk over the characters as the file paints them, spaces as " ", those pdfium makes up left out."""
        text, count = _address(self._text), min(pdfium.FPDFText_CountChars(self._text), most)
        boxes = (ctypes.c_float * (4 * count))()
        at = ctypes.addressof(boxes)
        painters = [_PAINTER(text, index) for index in range(count)]
        painted = [index for index, painter in enumerate(painters) if painter]  # the rest pdfium made up
        for index in painted:
            _LOOSE_BOX(text, index, at + _BOX_BYTES * index)
        edges = memoryview(boxes).cast("B").cast("f").tolist()
        styles = _Styles(text)
        by_painter = self._styles = styles.by_painter
        for index in painted:
            left, top, right, bottom = edges[4 * index : 4 * index + 4]
            if not isfinite(left + top + right + bottom):
                continue  # nowhere
            code, painter = _UNICODE(text, index), painters[index]
            style = by_painter.get(painter) or styles.of(index, painter, top - bottom)
            yield (_SIGNS.get(code) or _sign(code)), left, bottom, right, top, style

    def has_only_text(self) -> bool:
        """Say whether nothing but text is painted, so that the ground is white."""
        return all(kind in (_TEXT, _FORM) for _, kind in self._walk())

    def largest_image_share(self) -> float:
        """Tell how much of the page its largest image covers, 0 to 1."""
        area = max((self.right - self.left) * (self.top - self.bottom), 1.0)
        return max((_area(item) for item, kind in self._walk() if kind == _IMAGE), default=0.0) / area

    def picture(self, *, text: bool, scale: float, most_pixels: int = MOST_PIXELS) -> Picture:
        """Paint the page on white, with its text or without the text whose signs were read.

        `scale` is pixels a point, fewer where the page is so large that the picture would have more than
        `most_pixels`. Without text is for the last picture of a page: its text does not come back.
        """
        width, height = self.right - self.left, self.top - self.bottom
        scale = min(scale, math.sqrt(most_pixels / max(width * height, 1.0)))
        columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
        for painter in () if text else self._styles:
            _SET_ACTIVE(painter, False)
        return self._painted(columns, rows)

    def _painted(self, columns: int, rows: int) -> Picture:
        pixels = np.full((rows, columns, 4), 255, dtype=np.uint8)
        bitmap = pdfium.FPDFBitmap_CreateEx(
            columns, rows, pdfium.FPDFBitmap_BGRx, pixels.ctypes.data_as(ctypes.c_void_p), columns * 4
        )
        if bitmap:
            pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, columns, rows, 0, pdfium.FPDF_ANNOT)
            pdfium.FPDFBitmap_Destroy(bitmap)
        return pixels[:, :, :3]

    def _walk(self) -> Iterator[tuple[int, int]]:
        """Walk over everything painted, with its kind, the parts of forms included."""
        page = _address(self._page)
        count = min(pdfium.FPDFPage_CountObjects(self._page), MOST_OBJECTS)
        for index in range(count):
            yield from self._with_parts(_OBJECT(page, index), depth=0)

    def _with_parts(self, item: int, *, depth: int) -> Iterator[tuple[int, int]]:
        kind = _KIND(item)
        yield item, kind
        if kind == _FORM and depth < DEEPEST_FORM:
            count = pdfium.FPDFFormObj_CountObjects(ctypes.cast(item, pdfium.FPDF_PAGEOBJECT))
            for index in range(min(count, MOST_OBJECTS)):
                yield from self._with_parts(_OBJECT_OF_FORM(item, index), depth=depth + 1)

    def links(self) -> Iterator[str]:
        """Walk over the addresses behind the page's links."""
        place, link = ctypes.c_int(0), pdfium.FPDF_LINK()
        buffer = ctypes.create_string_buffer(_LINK_BYTES)
        while pdfium.FPDFLink_Enumerate(self._page, ctypes.byref(place), ctypes.byref(link)):
            action = pdfium.FPDFLink_GetAction(link)
            if (
                action
                and 0
                < pdfium.FPDFAction_GetURIPath(self._document, action, buffer, _LINK_BYTES)
                < _LINK_BYTES
            ):
                yield buffer.value.decode("utf-8", "replace")


class _Styles:
    """The styles of a page's signs; some producers give every sign a painter of its own, so this must be quick."""

    def __init__(self, text: int) -> None:
        self._text = text
        self._buffer = ctypes.create_string_buffer(_COLOUR_BYTES + _MATRIX_BYTES)
        at = ctypes.addressof(self._buffer)
        self._colour_at = (at, at + 4, at + 8, at + 12)
        self._matrix_at = at + _COLOUR_BYTES
        self._known: dict[tuple[bytes, float, int, int], Style] = {}
        self._last: tuple[bytes, int, int, float] | None = None
        self._style = Style(0.0, 0.0, 0, None)
        self.by_painter: dict[int, Style] = {}

    def of(self, index: int, painter: int, height: float) -> Style:
        """Give the style of the sign with this index, painter and height of its box.

        Signs of one height, colour and mode that follow each other are of one style, which spares half the calls.
        """
        coloured, mode = _FILL_COLOUR(self._text, index, *self._colour_at), _MODE(painter)
        last = (self._buffer.raw[:_COLOUR_BYTES], mode, coloured, height)
        if last != self._last:
            _MATRIX(self._text, index, self._matrix_at)
            key = (self._buffer.raw[:_STYLE_BYTES], _FONT_SIZE(self._text, index), mode, coloured)
            style = self._known.get(key)
            if style is None:
                style = self._known[key] = _style(*key)
            self._last, self._style = last, style
        self.by_painter[painter] = self._style
        return self._style


def _style(parts: bytes, size: float, mode: int, coloured: int) -> Style:
    red, green, blue, opacity, a, b, c, d = struct.unpack("<4I4f", parts)
    return Style(
        size=abs(size) * math.hypot(c, d),
        turn=math.atan2(b, a),
        mode=mode,
        colour=(red, green, blue, opacity) if coloured else None,
    )


def _quick(name: str, result: type, *arguments: type) -> Callable[..., Any]:
    """Give a call with plain numbers in place of pdfium's typed pointers, for those made for every character.

    It keeps the interpreter's lock: nothing else runs in the process that reads files.
    """
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address or 0)


_UNICODE = _quick("FPDFText_GetUnicode", ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_LOOSE_BOX = _quick("FPDFText_GetLooseCharBox", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_PAINTER = _quick("FPDFText_GetTextObject", ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int)
_MATRIX = _quick("FPDFText_GetMatrix", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_FONT_SIZE = _quick("FPDFText_GetFontSize", ctypes.c_double, ctypes.c_void_p, ctypes.c_int)
_FILL_COLOUR = _quick(
    "FPDFText_GetFillColor", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4
)
_MODE = _quick("FPDFTextObj_GetTextRenderMode", ctypes.c_int, ctypes.c_void_p)
_OBJECT = _quick("FPDFPage_GetObject", ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int)
_OBJECT_OF_FORM = _quick("FPDFFormObj_GetObject", ctypes.c_size_t, ctypes.c_void_p, ctypes.c_ulong)
_KIND = _quick("FPDFPageObj_GetType", ctypes.c_int, ctypes.c_void_p)
_SET_ACTIVE = _quick("FPDFPageObj_SetIsActive", ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_COLOUR_BYTES, _MATRIX_BYTES = 16, 24
_STYLE_BYTES = 32  # the colour and the four numbers of the matrix that are not its place
_BOX_BYTES = 16  # FS_RECTF: left, top, right, bottom
_SIGNS = {code: chr(code) for code in range(33, 127)}


def _address(handle: ctypes.c_void_p) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _area(item: int) -> float:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(
        ctypes.cast(item, pdfium.FPDF_PAGEOBJECT), *(ctypes.byref(edge) for edge in edges)
    )
    left, bottom, right, top = (edge.value for edge in edges)
    return max(right - left, 0.0) * max(top - bottom, 0.0)


def _sign(code: int) -> str:
    if code in (2, 0xFFFE):  # what pdfium makes of a hyphen at the end of a line
        return "\xad"
    return chr(code) if code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""
