"""Reads plain text and web pages: what encoding they are in, and what a browser would show of them."""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator

from charset_normalizer import from_bytes

from talentpool.resumes.detect import looks_like_utf16
from talentpool.resumes.html_page import HtmlPage
from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import Reading, ResumeLine

_SAMPLE_BYTES = 65_536
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOST_ACCENTS = 0.25  # of the letters, in a language written in Latin letters
_CENTRAL = re.compile("[a-z][¹³¿¾][a-zêæ¹³ ]|[a-z]œ[cnt ]")
_DECLARED = re.compile(rb"""charset\s*=\s*["']?([\w-]{2,30})""", re.IGNORECASE)
_PART = re.compile(rb"(?is)content-type:\s*text/html.*?\r?\n\r?\n(.*?)(?=\r?\n--|\Z)")
_ENCODING = re.compile(rb"(?i)content-transfer-encoding:\s*(base64|quoted-printable)")


def read_txt(data: bytes, limits: Limits) -> Reading:
    """Read plain text, line by line as it is."""
    text = decoded_text(data)[: limits.characters + 1]
    pages = text.count("\f") + 1
    return Reading(lines=_txt_lines(text), pages=pages)


def _txt_lines(text: str) -> Iterator[ResumeLine]:
    for number, page in enumerate(text.split("\f"), 1):
        for line in page.splitlines():
            yield ResumeLine(text=line, page=number)


def read_html(data: bytes, limits: Limits) -> Reading:
    """Read a web page, or the page in a web archive, as a browser without scripts and pictures shows it."""
    page = HtmlPage(most=limits.characters)
    page.feed(decoded_text(_page_of_archive(data), declared=True))
    page.close()
    return Reading(lines=page.lines(), links=page.links)


def _page_of_archive(data: bytes) -> bytes:
    if not re.match(rb"(?i)\A(?:[\w-]{1,40}:)", data[:60]):
        return data
    part = _PART.search(data)
    encoding = _ENCODING.search(data, part.start(), part.start(1)) if part else None
    if part is None or encoding is None:
        return part[1] if part else data
    return b64decode(part[1]) if encoding[1].lower() == b"base64" else quopri.decodestring(part[1])


def decoded_text(data: bytes, *, declared: bool = False) -> str:
    """Decode bytes as what they most likely are; signs that cannot be are replaced, never refused."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    if looks_like_utf16(data[:_SAMPLE_BYTES]) and b"\x00" in data[:_SAMPLE_BYTES]:
        little = data[1:_SAMPLE_BYTES:2].count(0) > data[0:_SAMPLE_BYTES:2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data, declared=declared)


def _guessed(data: bytes, *, declared: bool) -> str:
    if data[:_SAMPLE_BYTES].decode("utf-8", "replace").count("\ufffd") <= 1 + len(data) // 2_000:
        return data.decode("utf-8", "replace")  # UTF-8 with an accident, or cut in a sign
    named = _DECLARED.search(data[:2_048]) if declared else None
    guess = named[1].decode() if named else None
    guess = guess or _likely_encoding(data[:_SAMPLE_BYTES])
    try:
        return data.decode(guess, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


def _likely_encoding(sample: bytes) -> str:
    """Tell Western from Central European Latin letters by what the latter look like in the former, else guess."""
    letters = sum(1 for byte in sample if byte > 127 or chr(byte).isalpha())
    if sum(byte > 127 for byte in sample) > _MOST_ACCENTS * letters:
        best = from_bytes(sample, steps=4, chunk_size=512).best()
        return best.encoding if best is not None else "cp1252"
    return "cp1250" if _CENTRAL.search(sample.decode("cp1252", "replace")) else "cp1252"
