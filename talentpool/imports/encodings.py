"""Which bytes are these? One look over a whole file: its hash, its size and the encoding of its text."""

import codecs
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from talentpool.errors import InvalidInputError

_PIECE = 1 << 20
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMONEST = "cp1252"
_OTHERS = [_COMMONEST, "cp1250", "cp1251", "cp1253", "cp1254", "shift_jis", "gb18030", "big5", "euc_kr"]
_MOSTLY = 4  # so many readable characters for each broken one, and the file is still UTF-8


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFacts:
    """What one look over a file tells."""

    content_hash: str  # SHA-256, hexadecimal
    size_bytes: int
    encoding: str
    may_be_broken: bool  # some characters may not be readable in that encoding
    head: bytes  # the first bytes, by which a file is told from its name


def look_over(path: Path) -> FileFacts:
    """Read a file once for its hash, size and encoding; raises InvalidInputError if that cannot be done."""
    digest, size, head = hashlib.sha256(), 0, b""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    broken = b""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                head = head or piece[:_SAMPLE]
                digest.update(piece)
                size += len(piece)
                if decoder and not _decodes(decoder, piece):
                    decoder, broken = None, piece
    except OSError as error:
        raise InvalidInputError(f"The file {path.name} cannot be read: {error.strerror}.") from error
    if decoder and not _decodes(decoder, b"", final=True):
        decoder, broken = None, head
    encoding = _encoding(head, broken, is_utf8=decoder is not None)
    return FileFacts(
        content_hash=digest.hexdigest(),
        size_bytes=size,
        encoding=encoding,
        may_be_broken=decoder is None,
        head=head[:16],
    )


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(head: bytes, broken: bytes, *, is_utf8: bool) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if (unmarked := _unmarked_utf16(head)) is not None:
        return unmarked
    if is_utf8 or _is_mostly_utf8(broken):
        return "utf-8"
    return _likely_encoding(_around_the_break(broken))


def _likely_encoding(sample: bytes) -> str:
    """Choose what reads best; where Western Windows reads as well as another, it is that."""
    matches = list(from_bytes(sample, cp_isolation=_OTHERS))
    if not matches:
        return _COMMONEST
    best = matches[0]
    equals = (one.encoding for one in matches if (one.chaos, one.coherence) == (best.chaos, best.coherence))
    return _COMMONEST if _COMMONEST in equals else best.encoding


def _unmarked_utf16(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) * 0.3:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_mostly_utf8(broken: bytes) -> bool:
    text = broken.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return sum(not sign.isascii() for sign in text) - lost >= _MOSTLY * lost


def _around_the_break(broken: bytes) -> bytes:
    try:
        broken.decode("utf-8")
    except UnicodeDecodeError as error:
        start = max(0, error.start - _SAMPLE // 2)
        return broken[start : start + _SAMPLE]
    return broken[:_SAMPLE]


def name_of(path: Path) -> str:
    """Give the name of a file as text that can be kept and shown; one that is not UTF-8 is read like an old table."""
    name = os.fsencode(path.name)
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode(_COMMONEST, "replace")
