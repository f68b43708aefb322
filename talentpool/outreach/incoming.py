"""What a mail that came back to us says: an answer, a bounce (RFC 3464), an automatic reply, a copy. Pure.

Whatever a stranger sends is read without an exception; what cannot be made sense of is left out.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from talentpool.candidates.identity import fold
from talentpool.outreach.foreign_mail import (
    UNREADABLE,
    content_of,
    header_of,
    inner_of,
    open_mail,
    parts_of,
    text_of,
)
from talentpool.outreach.mail_transport import ADDRESS_UNKNOWN
from talentpool.outreach.templates import one_line

LONGEST_TEXT = 5_000  # characters of an answer that are kept
LONGEST_SUBJECT = 300
MOST_RECIPIENTS = 50
STOP_LINES = 3  # of an answer in which a single word such as "stop" counts
_KEY = re.compile(r"<[^<>\s@]{1,200}@[^<>\s]{1,200}>")
_PERMANENT = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id")
# How mail programs that mark nothing begin the subject of an absence note.
_AWAY = (
    *("automatic reply:", "auto reply:", "autoreply:", "out of office", "automatische antwort:"),
    *(
        "abwesenheitsnotiz",
        "réponse automatique",
        "respuesta automática",
        "automatisch antwoord:",
        "autosvar",
    ),
)
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply")
# Where the words of the mail before begin, in the languages mail programs write them in.
_QUOTED = re.compile(
    r"^[ \t]*+(?:>|-{2,} ?(?:original|ursprüngliche|message d.origine|mensaje original|ursprungligt).{0,40}"
    r"|(?:on|am|le|el|den)\b.{4,200}\b(?:wrote|schrieb|a écrit|escribió|skrev)\b.{0,120}:[ \t]{0,20}$"
    r"|_{10,}[ \t]*$|(?:from|von|de|från):\s.{0,200}$)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """A report that a mail did not arrive: for good or for now, because nobody is there or else, and in which words."""

    addresses: tuple[str, ...]  # of the recipient, as sent to and after forwarding; none where it is not told
    is_permanent: bool
    is_unknown_address: bool
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
    mail = open_mail(content)
    sender = next(iter(_addresses(mail, "From")), "")
    bounce = _bounce(mail, sender)
    text = text_of(mail)
    return Incoming(
        key=_key(mail, content),
        sender=sender,
        recipients=tuple(_addresses(mail, "To", "Cc", "Bcc"))[:MOST_RECIPIENTS],
        subject=one_line(header_of(mail, "Subject"))[:LONGEST_SUBJECT],
        text=_new_words(text),
        at=_date(mail),
        references=_references(mail, text if bounce else ""),
        is_automatic=bounce is not None or _is_automatic(mail, sender),
        bounce=bounce,
    )


def unreadable(content: bytes) -> Incoming:
    """Give a mail of which nothing is known but that it came."""
    return Incoming(
        key=_key_of_bytes(content),
        sender="",
        recipients=(),
        subject="",
        text="",
        at=None,
        references=(),
        is_automatic=True,
        bounce=None,
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def _addresses(mail: Message, *names: str) -> list[str]:
    given = [header_of(mail, name).replace("\n", " ") for name in names]
    try:
        read = getaddresses([text for text in given if text])
    except UNREADABLE:
        return []
    found = [address.strip().casefold() for _, address in read]
    return [address for address in found if 3 <= len(address) <= 320 and "@" in address]


def _key(mail: Message, content: bytes) -> str:
    match = _KEY.search(header_of(mail, "Message-ID"))
    return match[0] if match and len(match[0]) <= 320 else _key_of_bytes(content)


def _key_of_bytes(content: bytes) -> str:
    return f"<{sha256(content).hexdigest()}@unnamed>"


def _date(mail: Message) -> datetime | None:
    try:
        read = parsedate_to_datetime(header_of(mail, "Date"))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (*UNREADABLE, OverflowError):
        return None


def _references(mail: Message, report: str) -> tuple[str, ...]:
    """Give the mails it speaks of: those it answers, and those a report carries or names."""
    found = _KEY.findall(header_of(mail, "In-Reply-To")) + _KEY.findall(header_of(mail, "References"))[::-1]
    for part in parts_of(mail):
        if part.get_content_type() == "message/rfc822":
            found += [key for each in inner_of(part) for key in _KEY.findall(header_of(each, "Message-ID"))]
        elif part.get_content_type() == "text/rfc822-headers":
            found += _KEY.findall(content_of(part))
    return tuple(dict.fromkeys(found + _KEY.findall(report)))[:100]


def _bounce(mail: Message, sender: str) -> Bounce | None:
    for part in parts_of(mail):
        if part.get_content_type() == "message/delivery-status":
            return next(filter(None, map(_recipient_report, inner_of(part))), None)
    if sender.partition("@")[0] in _ROBOTS[:2] and (match := _PERMANENT.search(text_of(mail))):
        return Bounce(
            addresses=(), is_permanent=True, is_unknown_address=False, words=f"Came back ({match[0]})."
        )
    return None


def _recipient_report(block: Message) -> Bounce | None:
    """Read what a report says of one recipient (RFC 3464, section 2.3); None for one that arrived."""
    told = [header_of(block, name) for name in ("Final-Recipient", "Original-Recipient")]
    addresses = tuple(name.rpartition(";")[2].strip().casefold()[:320] for name in told if name)
    action, status = header_of(block, "Action").strip().casefold(), header_of(block, "Status").strip()
    if not addresses or action not in ("failed", "delayed"):
        return None
    said = one_line(header_of(block, "Diagnostic-Code"))
    codes = _PERMANENT.findall(f"{status} {said}")
    return Bounce(
        addresses=addresses,
        is_permanent=action == "failed" and not status.startswith("4"),
        is_unknown_address=next((code for code in codes if code != "5.0.0"), "") in ADDRESS_UNKNOWN,
        words=f"Came back: {said or f'status {status}'}"[:300],
    )


def _is_automatic(mail: Message, sender: str) -> bool:
    """Recognise what no person wrote (RFC 3834): absence notes, lists, robots."""
    submitted = header_of(mail, "Auto-Submitted").strip().casefold()
    precedence = header_of(mail, "Precedence").strip().casefold()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(header_of(mail, name) for name in _ROBOT_HEADERS)
        or header_of(mail, "Return-Path").strip() == "<>"
        or header_of(mail, "Subject").strip().casefold().startswith(_AWAY)
        or sender.partition("@")[0] in _ROBOTS
    )


def _new_words(text: str) -> str:
    quoted = _QUOTED.search(text)
    words = text[: quoted.start()] if quoted else text
    lines = [line.rstrip() for line in words.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]
