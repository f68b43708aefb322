"""Reads a PDF: page by page its visible lines in reading order, then the hidden ones, and its links."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from talentpool.resumes.layout import reading_order
from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import (
    HiddenReason,
    Reading,
    ResumeFault,
    ResumeLine,
    ResumeProblem,
)
from talentpool.resumes.pdfium import DamagedPdfError, PasswordNeededError, PdfDocument, PdfPage
from talentpool.resumes.pieces import Piece, pieces_of
from talentpool.resumes.visibility import hidden_reasons

OCR_PIXELS_A_POINT = 200 / 72  # Tesseract reads 200 dots an inch well
MOST_OCR_PIXELS = 12_000_000
_PAGE = re.compile(rb"(?<!\d)(\d{1,7}) 0 obj\b(?:(?!endobj).){0,2000}?/Type\s*/Page\b", re.DOTALL)
_NAMELESS = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_FREE_NUMBER = 8_000_000  # of an object no PDF of this size has
_UNMAPPED = 0.3  # share of signs without a meaning from which a font's table is missing
_ENDING_BYTES = 2_048
NEEDS_PASSWORD = "The PDF opens with a password only. Ask for one without."  # noqa: S105 - a sentence
SCANNED = (
    "The PDF holds pictures of pages and no text. Ask for the original, or install Tesseract to read scans."
)
UNMAPPED = "The PDF does not say which letters its shapes are. Ask for it as DOCX, or saved as PDF anew."
DAMAGED = "The PDF is damaged and cannot be read. Ask for it again."
TRUNCATED_EMPTY = "The PDF ends too early and holds no text. Ask for it again."
TRUNCATED = "The PDF ends too early; what could be read was kept. Ask for it again."


def read_pdf(data: bytes, limits: Limits) -> Reading:
    """Read what a person sees of a PDF; `ResumeFault` when it needs a password or is beyond repair."""
    document, repaired = _opened(data)
    try:
        return _read(document, limits, is_truncated=repaired or not _has_ending(data))
    finally:
        document.close()


def _has_ending(data: bytes) -> bool:
    return b"%%EOF" in data[-_ENDING_BYTES:] or b"startxref" in data[-_ENDING_BYTES:]


def _opened(data: bytes) -> tuple[PdfDocument, bool]:
    try:
        return PdfDocument(data), False
    except PasswordNeededError as error:
        raise ResumeFault(ResumeProblem.NEEDS_PASSWORD, NEEDS_PASSWORD) from error
    except DamagedPdfError:
        return _repaired(data), True


def _repaired(data: bytes) -> PdfDocument:
    """Open a PDF whose end is missing: list the pages that are there and write the ending it lacks."""
    pages = [number.decode() for number in _PAGE.findall(data)]
    if pages:
        kids = " ".join(f"{number} 0 R" for number in dict.fromkeys(pages))
        tree, root = _FREE_NUMBER, _FREE_NUMBER + 1
        ending = (
            f"\nendstream\nendobj\n{tree} 0 obj\n<</Type/Pages/Kids[{kids}]/Count {len(set(pages))}>>\nendobj\n"
            f"{root} 0 obj\n<</Type/Catalog/Pages {tree} 0 R>>\nendobj\n"
            f"trailer\n<</Root {root} 0 R/Size {root + 1}>>\nstartxref\n0\n%%EOF\n"
        )
        with suppress(DamagedPdfError, PasswordNeededError):
            return PdfDocument(data + ending.encode())
    if _has_ending(data):
        raise ResumeFault(ResumeProblem.DAMAGED, DAMAGED)
    raise ResumeFault(ResumeProblem.TRUNCATED, TRUNCATED_EMPTY)


def _read(document: PdfDocument, limits: Limits, *, is_truncated: bool) -> Reading:
    lines: list[ResumeLine] = []
    links: list[str] = []
    pages = min(document.pages, limits.pages)
    pictured = damaged = 0
    left = limits.characters
    for number in range(pages):
        page = document.page(number)
        if page is None:
            damaged += 1
            continue
        try:
            found = list(_lines_of(page, number + 1, left))
            links += page.links()
            pictured += all(line.hidden for line in found) and page.largest_image_share() > 0
        finally:
            page.close()
        lines += found
        left -= sum(len(line.text) for line in found)
        if left <= 0:
            break
    if _is_unmapped(lines):
        raise _unmapped_fault(is_truncated=is_truncated)
    problem, message = _problem(
        document.pages, limits, lines, pictured=pictured, damaged=damaged + is_truncated
    )
    return Reading(lines=lines, links=links, pages=document.pages, problem=problem, message=message)


def _unmapped_fault(*, is_truncated: bool) -> ResumeFault:
    if is_truncated:
        return ResumeFault(ResumeProblem.TRUNCATED, TRUNCATED_EMPTY)
    return ResumeFault(ResumeProblem.DAMAGED, UNMAPPED)


def _is_unmapped(lines: Sequence[ResumeLine]) -> bool:
    """Say whether the letters came out as numbers of glyphs, because the table that names them is missing."""
    text = "".join(line.text for line in lines)
    return len(text) > 20 and len(_NAMELESS.findall(text)) > _UNMAPPED * len(text)


def _problem(
    pages: int, limits: Limits, lines: Sequence[ResumeLine], *, pictured: int, damaged: int
) -> tuple[ResumeProblem | None, str | None]:
    if not any(line.hidden is None for line in lines) and pictured:
        return ResumeProblem.PICTURES_ONLY, SCANNED
    if damaged:
        return ResumeProblem.TRUNCATED, TRUNCATED
    if pages > limits.pages:
        return ResumeProblem.CUT, f"Only the first {limits.pages} of the PDF's {pages} pages were read."
    return None, None


def _lines_of(page: PdfPage, number: int, characters: int) -> Iterator[ResumeLine]:
    pieces = pieces_of(page.signs(characters + 1))
    reasons = hidden_reasons(page, pieces)
    visible = [piece for piece, reason in zip(pieces, reasons, strict=True) if reason is None]
    for text in joined_words(reading_order(visible)):
        yield ResumeLine(text=text, page=number)
    for reason in dict.fromkeys(reasons):
        if reason is not None:
            yield from _hidden_lines(pieces, reasons, reason, number)


def _hidden_lines(
    pieces: Sequence[Piece], reasons: Sequence[HiddenReason | None], reason: HiddenReason, number: int
) -> Iterator[ResumeLine]:
    hidden = [piece for piece, found in zip(pieces, reasons, strict=True) if found is reason]
    for text in reading_order(hidden):
        yield ResumeLine(text=text, page=number, hidden=reason)


def joined_words(lines: Sequence[str]) -> list[str]:
    """Join words that a line end divided, where the file marks the hyphen as one of division.

    >>> joined_words(["an imag\\xad", "ination of"])
    ['an imagination', 'of']
    """
    joined = list(lines)
    for place, line in enumerate(joined[:-1]):
        if line.endswith("\xad"):
            head, _, rest = joined[place + 1].partition(" ")
            kept = line[:-1] if head[:1].islower() else f"{line[:-1]}-"
            joined[place], joined[place + 1] = kept + head, rest
    return [line.replace("\xad", "-") for line in joined if line]


def picture_of_page(data: bytes, number: int) -> bytes:
    """Give a page as a grey PGM picture for OCR; `ResumeFault` when the file does not open, empty without a page."""
    document, _ = _opened(data)
    try:
        page = document.page(number)
        if page is None:
            return b""
        painted = page.picture(text=True, scale=OCR_PIXELS_A_POINT, most_pixels=MOST_OCR_PIXELS)
        grey = painted.mean(axis=2).astype(np.uint8)
        page.close()
    finally:
        document.close()
    pixels: bytes = grey.tobytes()
    return b"P5\n%d %d\n255\n" % (grey.shape[1], grey.shape[0]) + pixels
