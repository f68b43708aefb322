"""What a reader sees of a resume, and what of it may be compared with a role.

Pure text in, text out. Nothing here judges a word: names of languages, schools and places stay, only what
identifies the person or is protected goes, and only where it is recorded or labelled as such.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import nh3

LONGEST_TEXT = 1_000_000  # characters of one resume
HEADER_LINES = 25  # where a resume puts its personal lines

_HTML = re.compile(
    r"<(?:p|br|div|li|ul|ol|html|body|span|table|tr|td|h[1-6]|strong|b|em|a)\b[^<>]*>", re.IGNORECASE
)
_LIST_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|li|table|tr|h[1-6]|section|article|hr|dt|dd)\b[^<>]*>", re.IGNORECASE
)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
# Control and zero-width characters, the byte order mark and what stands for an unreadable one.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]"
)
_ODD_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ODD_SPACES = re.compile(r"[\t\xa0\u2007\u202f]|  +")
_BULLET = "[•▪◦●■➢❖\uf0a7\uf0b7]"  # the last two are what a symbol font leaves behind
_GLUED_BULLET = re.compile(rf" *{_BULLET} *")
_SPACES = re.compile(r"[ \t]{2,}|\t")
_BLANK_LINES = re.compile(r"\n{3,}")

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'|]+|\b(?:linkedin|github|xing|gitlab|twitter|facebook)\.com/[^\s<>\"'|]+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w$€£.,])[+(]?\d[\d ()./\u2010-\u2013-]{5,}\d(?!\w)")
_PHONE_LINE = re.compile(
    r"(?im)^[ \t]*(?:tel(?:ephone|efon|éfono)?|phone|mobile?|cell|handy|fax|portable|móvil)\b\.?[ \t]*[:.][^\n|]*"
)
_PROTECTED = re.compile(
    r"\b(?:date of birth|birth ?date|birthday|d\.?o\.?b|born(?: on)?|place of birth|geburts(?:datum|tag|ort)|geboren(?: am)?"
    r"|date de naissance|née? le|fecha de nacimiento|födelsedatum|född|age|alter|gender|sex|geschlecht|sexe|sexo|género|kön"
    r"|nationalit(?:y|ät|é)|nationality|citizenship|staatsangehörigkeit|staatsbürgerschaft|nacionalidad|nationalitet"
    r"|medborgarskap|marital status|familienstand|état civil|estado civil|civilstånd|religion|ethnicity|race)"
    r"[ \t]*[:\u2013\u2014][^\n|·•;]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Personal:
    """What is recorded about a person and must not be compared with a role."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    street: str | None = None
    postcode: str | None = None


def visible_text_of_cell(text: str) -> str:
    """Give the resume text of a cell as a reader would see it, at most LONGEST_TEXT characters.

    Markup becomes lines, control and zero-width characters go, bullets start a line of their own.
    """
    text = text[: LONGEST_TEXT * 2]
    if "<" in text and _HTML.search(text):
        text = _text_of_html(text)
    text = _ODD_SPACES.sub(" ", _INVISIBLE.sub("", _ODD_LINE_ENDS.sub("\n", text)))
    if not text.isascii():
        text = _GLUED_BULLET.sub("\n• ", text)
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    if "\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text).replace("\n\n•", "\n•")
    return text.strip()[:LONGEST_TEXT]


def _text_of_html(text: str) -> str:
    """Give what a browser would show, a line for each block; nh3 takes the markup apart, whatever it is."""
    text = _LIST_ITEM.sub("\n• ", text.replace("\r", " ").replace("\n", " "))
    text = _CELL_END.sub(" ", _BLOCK.sub("\n", text))
    return html.unescape(
        nh3.clean(text, tags=set(), clean_content_tags={"script", "style", "title", "template"})
    )


def without_personal_lines(text: str, personal: Personal) -> str:
    """Cut what identifies the person; what is left may be compared with a role.

    Recorded name and numbers, any e-mail address and page go everywhere; street, postcode and labelled
    birth date, gender and nationality go from the first HEADER_LINES lines.
    """
    if "@" in text:
        text = _EMAIL.sub(" ", text)
    if "http" in text or "www." in text or ".com/" in text:
        text = _URL.sub(" ", text)
    text = _without_numbers(text, personal.phones)
    text = _without_phrases(text, _names(personal.name))
    head, tail = _head_and_tail(text)
    head = _PROTECTED.sub(" ", _PHONE_LINE.sub(" ", head))
    head = _without_phrases(head, [value for value in (personal.street, personal.postcode) if value])
    return head + tail


def _head_and_tail(text: str) -> tuple[str, str]:
    end = -1
    for _ in range(HEADER_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            return text, ""
    return text[:end], text[end:]


def _without_numbers(text: str, phones: Iterable[str]) -> str:
    known = {digits[-8:] for digits in map(_digits, phones) if len(digits) >= 6}
    if not known and "+" not in text:
        return text

    def cut(match: re.Match[str]) -> str:
        number = match.group()
        digits = _digits(number)
        is_phone = digits[-8:] in known or (number.startswith("+") and 9 <= len(digits) <= 15)
        return " " if is_phone else number

    return _NUMBER.sub(cut, text)


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _names(name: str) -> list[str]:
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return words if len(name) > 2 else []
    first, last = words[0], words[-1]
    orders = [" ".join(words), f"{last}, {' '.join(words[:-1])}", f"{last} {' '.join(words[:-1])}"]
    return list(dict.fromkeys([*orders, f"{first} {last}", f"{last}, {first}", f"{last} {first}"]))


def _without_phrases(text: str, phrases: list[str]) -> str:
    if not phrases or not text:
        return text
    lowered = text.lower()
    if len(lowered) != len(text):  # some capitals are longer in lower case: keep places comparable
        lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    spans = sorted(span for phrase in phrases for span in _places(lowered, phrase.lower()))
    kept, position = [], 0
    for start, end in spans:
        if start >= position:
            kept.append(text[position:start])
        position = max(position, end)
    return " ".join([*kept, text[position:]]) if spans else text


def _places(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            yield start, end
        start = text.find(phrase, end)
