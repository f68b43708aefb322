"""What of a resume may be compared with a role: everything but who somebody is.

Pure text in, text out. Nothing here judges a word: names of languages, schools and places stay, only what
identifies the person or is protected goes, and only where it is recorded or labelled as such.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from talentpool.resumes.labels import labelled_spans
from talentpool.resumes.person_names import Span, name_spans, plain_signs

HEADER_LINES = 25  # lines with words on them, where a resume puts its personal ones
LONGEST_HEADER = 20_000  # signs; a text without lines is searched so far
SECTION_LINES = 15  # the same below a heading that says so
SECTION_HEADINGS = tuple(
    plain_signs(heading)
    for heading in (
        "Personal details", "Personal information", "Personal data", "Personal particulars", "Personal profile",
        "Biodata", "Bio-data", "Persönliche Daten", "Persönliche Angaben", "Angaben zur Person",
        "Informations personnelles", "Données personnelles", "État civil", "Datos personales",
        "Información personal", "Personuppgifter", "Personliga uppgifter",
    )
)  # fmt: skip

_EMAIL = re.compile(r"[\w.+%-](?<![\w.+%-].)[\w.+%-]{0,63}+ ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63})+")
_HIDDEN_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64} ?[(\[{] ?(?:at|ät|arroba) ?[)\]}] ?[\w-]{1,63}"
    r"(?:(?:\.| ?[(\[{] ?(?:dot|punkt|punto|point) ?[)\]}] ?)[\w-]{1,63})+",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'|]+|\b(?:linkedin|github|xing|gitlab|twitter|facebook|instagram)\.com/[^\s<>\"'|]+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+(\d](?<![\w$€£.,].)(?:(?<=\d)|(?<!\d)\d)[\d ()./\u2010-\u2013-]{5,}\d(?!\w)")
"""Looks back from its first sign, not before it: a search for one of some signs is three times as quick."""
_BORN = re.compile(
    r"(?:\b(?:born|geb(?:oren)?\.?|née?|nacid[oa]|född)(?:[ \t]+(?:on|am|le|el|den))?|(?<!\w)\*)[ \t]*"
    r"(?:\d[\d./ -]{4,10}\d|\d{1,2}\.? [^\W\d_]{3,12}\.? \d{4}|[^\W\d_]{3,12} \d{1,2},? \d{4})"
    r"(?:[ \t]+(?:in|à|en|i)[ \t]+[^\s|·•;,]+)?",
    re.IGNORECASE,
)
_PRONOUNS = re.compile(
    r"\(?\b(?:she|he|they|sie|er|elle|il|ella|él|hon|han) ?/ ?(?:her|him|them|ihr|ihm|elle|lui|ella|henne|honom)s?\b"
    r"(?: ?/ ?\w+)?\)?",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"(?<!\S)\S{1,200}\.(?:jpe?g|png|gif|webp|heic|bmp|tiff?)\b", re.IGNORECASE)
_BORN_SIGNS = ("born", "geb", "nee ", "ne le", "nacid", "fodd")
_PRONOUN_SIGNS = ("he/", "he /", "hey/", "ie/", "er/i", "lle/", "il/", "la/", "el/", "on/h", "an/h")
_IMAGE_SIGN = re.compile(r"\.(?:jp|png|gif|webp|heic|bmp|tif)")
_WORD_SIGN = re.compile(r"\w")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_SHORT_FORMS = {
    "road": "rd", "street": "st", "avenue": "ave", "avenida": "ave", "avda": "ave", "av": "ave", "lane": "ln",
    "drive": "dr", "square": "sq", "boulevard": "blvd", "bd": "blvd", "calle": "c", "plaza": "pl", "pza": "pl",
    "place": "pl", "court": "ct", "rua": "r", "rue": "r",
}  # fmt: skip
_SHORTENED = frozenset(_SHORT_FORMS.values())
_LONG_STREETS = ("strasse", "strase")


@dataclass(frozen=True, kw_only=True, slots=True)
class Personal:
    """What is recorded about a person and must not be compared with a role."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    street: str | None = None
    postcode: str | None = None
    city: str | None = None  # compared with a role like any word; hidden in blind review


def without_personal_lines(text: str, personal: Personal) -> str:
    """Cut what identifies the person; what is left may be compared with a role.

    Recorded name and numbers, any e-mail address and page go everywhere; street, postcode, photo and labelled
    birth date, gender, nationality, name and address go from the header and from personal sections.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _without_addresses(text)
    text = _without_numbers(text, personal.phones)
    head = _end_of_lines(text, 0, HEADER_LINES)
    text = _without_spans(text, name_spans(text, personal.name, head=head))
    for start, end in reversed(_personal_parts(text)):
        text = text[:start] + _without_labelled(text[start:end], personal) + text[end:]
    return text


def texts_without_personal_lines(texts: Iterable[str], personal: Personal) -> str:
    """Put texts about one person together, each without what identifies the person."""
    return "\n".join(without_personal_lines(text, personal) for text in texts)


def _personal_parts(text: str) -> list[Span]:
    """Find the header, and the first section below it that is headed as personal."""
    head = _end_of_lines(text, 0, HEADER_LINES)
    plain = plain_signs(text[head:])
    for heading in SECTION_HEADINGS:
        start = plain.find(f"\n{heading}")
        end_of_line = plain.find("\n", start + 1)
        if (
            start >= 0
            and end_of_line > start
            and not plain[start + 1 + len(heading) : end_of_line].strip(" :")
        ):
            start = head + end_of_line + 1
            return [(0, head), (start, _end_of_lines(text, start, SECTION_LINES))]
    return [(0, head)]


def _without_addresses(text: str) -> str:
    if "@" in text:
        text = _EMAIL.sub(" ", text)
    if "http" in text or "www." in text or ".com/" in text:
        text = _URL.sub(" ", text)
    return _HIDDEN_EMAIL.sub(" ", text) if "(at" in text or "[at" in text or "( at" in text else text


def _end_of_lines(text: str, start: int, lines: int) -> int:
    """Find the place behind so many lines with words on them."""
    last = min(len(text), start + LONGEST_HEADER)
    while lines and start < last:
        end = text.find("\n", start, last) + 1 or last
        lines -= _WORD_SIGN.search(text, start, end) is not None
        start = end
    return start


def _without_labelled(text: str, personal: Personal) -> str:
    text = _without_spans(text, labelled_spans(text))
    for pattern in _worth_a_search(plain_signs(text)):
        text = pattern.sub(" ", text)
    for value in (personal.street, personal.postcode):
        if value:
            text = _without_spans(text, _address_spans(text, value))
    return text


def _worth_a_search(plain: str) -> Iterator[re.Pattern[str]]:
    """Name the patterns of which something stands in a text: far quicker than to search for each."""
    if "*" in plain or any(sign in plain for sign in _BORN_SIGNS):
        yield _BORN
    if "/" in plain and any(sign in plain for sign in _PRONOUN_SIGNS):
        yield _PRONOUNS
    if _IMAGE_SIGN.search(plain):
        yield _IMAGE


def _address_spans(text: str, value: str) -> list[Span]:
    """Find a recorded street or postcode, whatever stands between its parts and however words are shortened."""
    wanted = [part for part, _span in _parts_of(plain_signs(value))]
    plain = plain_signs(text)
    if sum(map(len, wanted)) < 3 or not all(part[:3] in plain for part in wanted if part not in _SHORTENED):
        return []
    found = _parts_of(plain)
    written = " ".join(["", *(part for part, _span in found), ""])
    spans = []
    for form in _forms(wanted):
        sought = " ".join(["", *form, ""])
        place = written.find(sought)
        while place >= 0:
            first = written.count(" ", 0, place)
            spans.append(_widened(text, found[first][1][0], found[first + len(form) - 1][1][1]))
            place = written.find(sought, place + len(sought) - 1)
    return spans


def _parts_of(plain: str) -> list[tuple[str, Span]]:
    return [(_short_form(match.group()), match.span()) for match in _PARTS.finditer(plain)]


def _short_form(part: str) -> str:
    if part.endswith(_LONG_STREETS):
        return f"{part[: part.rindex('str')]}str"
    return _SHORT_FORMS.get(part, part)


def _forms(parts: list[str]) -> list[list[str]]:
    """Give the ways to write an address: number first or last, digits in one or in groups."""
    forms = [parts]
    if parts[-1].isdigit():
        forms.append([parts[-1], *parts[:-1]])
    if parts[0].isdigit():
        forms.append([*parts[1:], parts[0]])
    if all(part.isdigit() for part in parts):
        whole = "".join(parts)
        forms = [parts, [whole], [whole[:3], whole[3:]]]
    return [list(form) for form in dict.fromkeys(map(tuple, forms)) if all(form)]


def _widened(text: str, start: int, end: int) -> Span:
    """Take the country before a postcode along, and the second part of a long one."""
    before = re.search(r"(?<!\w)[A-Z]{1,3}-$", text[max(0, start - 4) : start])
    after = re.compile(r"-\d{4}(?!\d)").match(text, end)
    return start - (len(before.group()) if before else 0), after.end() if after else end


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
    return "".join(filter(str.isdigit, number))


def _without_spans(text: str, spans: Iterable[Span]) -> str:
    """Cut places out of a text; lines stay lines."""
    kept, position = [], 0
    for start, end in sorted(spans):
        if start >= position:
            kept += [text[position:start], "\n" if "\n" in text[start:end] else " "]
        elif end > position:
            kept.append("")
        position = max(position, end)
    return "".join([*kept, text[position:]])
