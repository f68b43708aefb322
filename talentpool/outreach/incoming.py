"""What a mail that came back to us says: an answer, a bounce (RFC 3464), an automatic reply, a copy. Pure.

Whatever a stranger sends is read without an exception; what cannot be made sense of is left out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256
from html import unescape

import nh3

from talentpool.candidates.identity import fold
from talentpool.outreach.templates import one_line

LONGEST_TEXT = 5_000  # characters of an answer that are kept
LONGEST_SUBJECT = 300
MOST_PARTS = 50
MOST_RECIPIENTS = 50
STOP_LINES = 3  # of an answer in which a single word such as "stop" counts
_KEY = re.compile(r"<[^<>\s@]{1,200}@[^<>\s]{1,200}>")
_PERMANENT = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply")
# Where the words of the mail before begin, in the languages mail programs write them in.
_QUOTED = re.compile(
    r"^\s*(?:>|-{2,} ?(?:original|ursprüngliche|message d.origine|mensaje original|ursprungligt).{0,40}"
    r"|(?:on|am|le|el|den)\b.{4,200}\b(?:wrote|schrieb|a écrit|escribió|skrev)\b.{0,120}:\s*$"
    r"|_{10,}\s*$|(?:from|von|de|från):\s.{0,200}$)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """A report that a mail did not arrive: at which address, for good or for now, and in the server's words."""

    address: str
    is_permanent: bool
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One mail as far as it bears on contact with a candidate."""

    key: str  # its Message-ID, or a hash of it where it has none
    sender: str  # in lower case; empty where none can be read
    recipients: tuple[str, ...]
    subject: str
    text: str  # the new words, without what is quoted
    at: datetime | None
    references: tuple[str, ...]  # Message-IDs it answers or reports about
    is_automatic: bool
    bounce: Bounce | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StopWords:
    """Words by which people ask to be left alone: as a line of their own, and inside a sentence."""

    lines: frozenset[str]
    phrases: frozenset[str]


def make_stop_words(lines: Collection[str], phrases: Collection[str]) -> StopWords:
    """Fold the words for comparison."""
    return StopWords(lines=frozenset(map(_plain, lines)), phrases=frozenset(map(_plain, phrases)))


def asks_to_stop(text: str, words: StopWords) -> bool:
    """Say whether somebody asks not to be written to again; only proposed, a person decides.

    >>> words = make_stop_words(["stop"], ["remove me from"])
    >>> [asks_to_stop(text, words) for text in ("STOP.", "Please remove me from your list", "Don't stop!")]
    [True, True, False]
    """
    lines = [_plain(line) for line in text.splitlines() if line.strip()]
    whole = f" {' '.join(lines)} "
    return any(line in words.lines for line in lines[:STOP_LINES]) or any(
        f" {phrase} " in whole for phrase in words.phrases
    )


def read_incoming(content: bytes) -> Incoming:
    """Read a mail; a broken one gives what can be read of it."""
    mail = message_from_bytes(content, policy=default)
    sender = next(iter(_addresses(mail, "From")), "")
    bounce = _bounce(mail, sender)
    text = _text(mail)
    return Incoming(
        key=_key(mail, content),
        sender=sender,
        recipients=tuple(_addresses(mail, "To", "Cc", "Bcc"))[:MOST_RECIPIENTS],
        subject=one_line(_header(mail, "Subject"))[:LONGEST_SUBJECT],
        text=_new_words(text),
        at=_date(mail),
        references=_references(mail, text if bounce else ""),
        is_automatic=bounce is not None or _is_automatic(mail, sender),
        bounce=bounce,
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def _header(mail: Message, name: str) -> str:
    try:
        return str(mail.get(name, ""))
    except (ValueError, IndexError, AttributeError, KeyError, TypeError):  # what the header parser trips over
        return ""


def _addresses(mail: Message, *names: str) -> list[str]:
    given = [_header(mail, name).replace("\n", " ") for name in names]
    found = [address.strip().casefold() for _, address in getaddresses([text for text in given if text])]
    return [address for address in found if 3 <= len(address) <= 320 and "@" in address]


def _key(mail: Message, content: bytes) -> str:
    match = _KEY.search(_header(mail, "Message-ID"))
    return match[0] if match and len(match[0]) <= 320 else f"<{sha256(content).hexdigest()}@unnamed>"


def _date(mail: Message) -> datetime | None:
    try:
        read = parsedate_to_datetime(_header(mail, "Date"))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _references(mail: Message, report: str) -> tuple[str, ...]:
    """Give the mails it speaks of: those it answers, and those a report carries or names."""
    found = _KEY.findall(_header(mail, "In-Reply-To")) + _KEY.findall(_header(mail, "References"))[::-1]
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822":
            found += [key for each in _inner(part) for key in _KEY.findall(_header(each, "Message-ID"))]
        elif part.get_content_type() == "text/rfc822-headers":
            found += _KEY.findall(_content(part))
    return tuple(dict.fromkeys(found + _KEY.findall(report)))[:100]


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _inner(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _bounce(mail: Message, sender: str) -> Bounce | None:
    for part in _parts(mail):
        if part.get_content_type() == "message/delivery-status":
            return next(filter(None, map(_recipient_report, _inner(part))), None)
    if sender.partition("@")[0] in _ROBOTS[:2] and (match := _PERMANENT.search(_text(mail))):
        return Bounce(address="", is_permanent=True, words=f"Came back ({match[0]}).")
    return None


def _recipient_report(block: Message) -> Bounce | None:
    """Read what a report says of one recipient (RFC 3464, section 2.3); None for one that arrived."""
    recipient = _header(block, "Final-Recipient") or _header(block, "Original-Recipient")
    action, status = _header(block, "Action").strip().casefold(), _header(block, "Status").strip()
    if not recipient or action not in ("failed", "delayed"):
        return None
    said = one_line(_header(block, "Diagnostic-Code")) or f"status {status}"
    return Bounce(
        address=recipient.rpartition(";")[2].strip().casefold()[:320],
        is_permanent=action == "failed" and not status.startswith("4"),
        words=f"Came back: {said}"[:300],
    )


def _is_automatic(mail: Message, sender: str) -> bool:
    """Recognise what no person wrote (RFC 3834): absence notes, lists, robots."""
    submitted = _header(mail, "Auto-Submitted").strip().casefold()
    precedence = _header(mail, "Precedence").strip().casefold()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or bool(_header(mail, "X-Autoreply") or _header(mail, "X-Autorespond") or _header(mail, "List-Id"))
        or sender.partition("@")[0] in _ROBOTS
    )


def _text(mail: Message) -> str:
    body = None
    if isinstance(mail, EmailMessage):
        try:
            body = mail.get_body(preferencelist=("plain", "html"))
        except (ValueError, KeyError, AttributeError, TypeError):
            body = None
    if body is None:
        return ""
    text = _content(body)
    if body.get_content_type() == "text/html":
        text = unescape(nh3.clean(re.sub(r"(?i)<(?:br|/p|/div|/li)\b[^>]*>", "\n", text), tags=set()))
    return text.replace("\r\n", "\n")


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return payload.decode(charset, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _new_words(text: str) -> str:
    quoted = _QUOTED.search(text)
    words = text[: quoted.start()] if quoted else text
    lines = [line.rstrip() for line in words.replace("\x00", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]
