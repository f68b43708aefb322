"""Opening a mail a stranger made: its headers, parts and text, each cut before it is looked at closely.

No mail makes this raise, and only the first quarter of a megabyte is looked at. What comes out of it can be stored:
it holds no NUL and no half characters, which PostgreSQL takes in no text.
"""

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import EmailPolicy
from html import unescape
from typing import Any

import nh3

LARGEST_READ = 256 * 1024  # bytes of a mail: an answer and what a report says stand before what is attached
LONGEST_HEADER = 4_000  # characters: some sixty addresses; the parser takes the square of it
LONGEST_READ = 50_000  # characters of a text, of which 5,000 are kept
MOST_PARTS = 50
MOST_NESTED = 20  # parts that have parts: the parser holds every line against each that is open
UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the standard library's parser trips over; a UnicodeError is a ValueError."""

_NOT_STORED = re.compile("[\x00\ud800-\udfff]")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Codecs of Python that no mail program writes: slow, or never without a fault."""


class _Policy(EmailPolicy):
    """Cuts headers, takes one that cannot be parsed as empty, and leaves those about a part as they are written."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> Any:
        if name.casefold().startswith("content-"):
            return "".join(value.splitlines())
        try:
            return super().header_fetch_parse(name, value)
        except UNREADABLE:
            return ""


_POLICY = _Policy()


def open_mail(content: bytes) -> Message:
    """Take a mail apart; of one built to be endless, only the headers."""
    content = content[:LARGEST_READ]
    if content.lower().count(b"multipart") > MOST_NESTED:
        content = _headers_of(content)
    try:
        return message_from_bytes(content, policy=_POLICY)
    except UNREADABLE:
        return message_from_bytes(_headers_of(content), policy=_POLICY)


def header_of(mail: Message, name: str) -> str:
    """Give a header as text; empty where there is none, or none that can be read."""
    return storable(str(mail.get(name, "")))


def parts_of(mail: Message, *, shown: bool = False) -> Iterator[Message]:
    """Walk over the first parts of a mail; only those `shown` in it are neither attached nor of a mail within it."""
    waiting = [mail]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if not shown or part.get_content_disposition() != "attachment":
            yield part
            if not shown or part.get_content_maintype() == "multipart":
                waiting += inner_of(part)[:MOST_PARTS][::-1]


def inner_of(part: Message) -> list[Message]:
    """List the parts right within one."""
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)]


def text_of(mail: Message) -> str:
    """Give what a person is meant to read, from HTML where that is all there is."""
    bodies = {part.get_content_type(): part for part in reversed(list(parts_of(mail, shown=True)))}
    if "text/plain" in bodies:
        return content_of(bodies["text/plain"]).replace("\r\n", "\n")
    if "text/html" not in bodies:
        return ""
    marked = _LINE_END.sub("\n", content_of(bodies["text/html"]))
    return storable(unescape(nh3.clean(marked, tags=set()))).replace("\r\n", "\n")


def content_of(part: Message) -> str:
    """Give a part's text, in the charset it names or else UTF-8."""
    try:
        payload = part.get_payload(decode=True)
    except UNREADABLE:
        return ""
    if not isinstance(payload, bytes):
        return ""
    return storable(_decoded(payload[: 4 * LONGEST_READ], part)[:LONGEST_READ])


def storable(text: str) -> str:
    """Leave out what PostgreSQL takes in no text.

    >>> storable("A\\x00na")
    'Ana'
    """
    return _NOT_STORED.sub("", text)


def _decoded(payload: bytes, part: Message) -> str:
    try:
        codec = codecs.lookup(str(part.get_content_charset() or "utf-8")).name
        return payload.decode("utf-8" if codec in _NO_CHARSETS else codec, "replace")
    except UNREADABLE:
        return payload.decode("utf-8", "replace")


def _headers_of(content: bytes) -> bytes:
    return _END_OF_HEADERS.split(content, maxsplit=1)[0] + b"\n\n"
