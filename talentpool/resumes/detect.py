"""What a file is, by its first bytes and its table of contents, never by its name."""

import re

from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import ResumeFault, ResumeKind, ResumeProblem
from talentpool.resumes.package import Package

HEAD_BYTES = 1024  # a PDF may have that much before its header
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|p|h1|table|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_HTML = re.compile(rb"\s*<\?xml[^>]{0,200}>\s*(?:<!doctype\s+html|<html\b)", re.IGNORECASE)
_MHTML = re.compile(rb"(?i)\A(?:[\w-]{1,40}:[^\n]{0,400}\n){1,12}?content-type:\s*multipart/related")
_OTHERS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\x1f\x8b", "a GZIP archive"),
    (b"BZh", "a BZIP2 archive"),
    (b"\xfd7zXZ", "an XZ archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"%!PS", "a PostScript file"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"SQLite format 3", "a SQLite database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
REMEDY = "Save it as PDF, DOCX, ODT, RTF, HTML or plain text and send that."


def detect_kind(data: bytes, limits: Limits) -> ResumeKind:
    """Say what a file is, or stop with a `ResumeFault` that says what it is instead."""
    if not data.strip(b"\x00 \t\r\n"):
        raise ResumeFault(ResumeProblem.NO_BYTES, "The file is empty; ask for it again.")
    head = data[:HEAD_BYTES]
    if head.startswith(b"PK"):
        _refuse_second_kind(head, "a ZIP archive")
        return _packed_kind(data, limits)
    if b"%PDF-" in head:
        return _pdf_kind(head)
    if head.lstrip()[:5].lower() == b"{\\rtf":
        return ResumeKind.RTF
    if head.startswith(_OLE):
        raise _office_fault(data)
    return _text_kind(data)


def _pdf_kind(head: bytes) -> ResumeKind:
    before = head[: head.index(b"%PDF-")]
    if _looks_like_html(before) or before.lstrip()[:5].lower() == b"{\\rtf":
        _refuse_second_kind(head, "a web page or RTF document")
    for magic, name in _OTHERS:
        if before.startswith(magic):
            _refuse_second_kind(head, name)
    return ResumeKind.PDF


def _refuse_second_kind(head: bytes, first: str) -> None:
    if b"%PDF-" in head:
        raise ResumeFault(
            ResumeProblem.TWO_KINDS, f"The file claims to be {first} and a PDF at once. Ask for a plain PDF."
        )


def _packed_kind(data: bytes, limits: Limits) -> ResumeKind:
    package = Package(data, limits)
    if "word/document.xml" in package.names or "[Content_Types].xml" in package.names:
        if package.main_document() is not None:
            return ResumeKind.DOCX
    elif "content.xml" in package.names and package.read("mimetype", most=100).startswith(
        b"application/vnd.oasis.opendocument.text"
    ):
        return ResumeKind.ODT
    raise ResumeFault(ResumeProblem.WRONG_KIND, f"The file is a ZIP archive, not a text document. {REMEDY}")


def _office_fault(data: bytes) -> ResumeFault:
    if _ENCRYPTED_PACKAGE in data:
        return ResumeFault(
            ResumeProblem.NEEDS_PASSWORD, "The document opens with a password only. Ask for one without."
        )
    return ResumeFault(ResumeProblem.WRONG_KIND, f"The file is in the format of Word before 2007. {REMEDY}")


def _text_kind(data: bytes) -> ResumeKind:
    for magic, name in _OTHERS:
        if data.startswith(magic) and not (magic in (b"BM", b"MZ", b"RIFF") and _is_text(data)):
            raise ResumeFault(ResumeProblem.WRONG_KIND, f"The file is {name}, not a resume. {REMEDY}")
    if _looks_like_html(data[: 4 * HEAD_BYTES]) or _MHTML.match(data[: 4 * HEAD_BYTES]):
        return ResumeKind.HTML
    if _is_text(data):
        return ResumeKind.TXT
    raise ResumeFault(ResumeProblem.WRONG_KIND, f"The file is of a kind we do not know. {REMEDY}")


def _looks_like_html(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return bool(_HTML.match(head) or _XML_HTML.match(head))


def _is_text(data: bytes) -> bool:
    """Tell text from other bytes: almost no control characters, NUL among them unless the text is UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    if looks_like_utf16(sample):
        return True
    controls = len(sample) - len(sample.translate(None, bytes(set(range(32)) - {9, 10, 12, 13, 27})))
    return controls <= len(sample) // 100


def looks_like_utf16(sample: bytes) -> bool:
    """Say whether every second byte is NUL, as in UTF-16 of a language with Latin letters."""
    zeros = (sample[::2].count(0), sample[1::2].count(0))
    return max(zeros) > 0.3 * len(sample) / 2 and min(zeros) < 0.02 * len(sample) / 2 + 1
