"""Name, e-mail addresses, phone numbers and pages of the person a resume is of, each with its line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from talentpool.resumes.job_titles import is_employer, is_title, without_qualifications
from talentpool.resumes.sections import SectionKind, folded, heading_kind, sections_of

NAME_LINES = 12  # where a resume says whose it is
LONGEST_NAME = 5  # words
MOST_FOUND = 10
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}(?![\w-])")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'|,;()]{3,300}"
    r"|\b(?:[a-z]{2,3}\.)?(?:linkedin\.com/in|github\.com|gitlab\.com|xing\.com/profile|behance\.net|stackoverflow\.com/users)/[^\s<>\"'|,;()]{2,100}",
    re.IGNORECASE,
)
_PHONE_LIKE = re.compile(r"(?<![\w/])(?:\+|00|\(|\d)[\d ()./\u00a0\u2010-\u2013-]{6,22}\d(?![\w/])")
_DATES = re.compile(
    r"\b(?:19|20)\d{2}\b\s*[-\u2013/.]\s*(?:(?:19|20)\d{2}|\d{1,2})\b|(?<![\d./])\d{1,2}[./]\d{1,2}[./]\d{2,4}\b(?![./]\d)|\b\d{1,2}/\d{4}\b"
)
_LABEL = re.compile(
    r"^\s*(?:full name|name|nom|nombre|namn|vor- und nachname|nom et prenom|nom et prénom)\s*[:\u2013-]\s*(.+)$",
    re.IGNORECASE,
)
_DOCUMENT_WORDS = re.compile(
    r"^\s*(?:(?:curriculum vitae|resume|résumé|lebenslauf|currículum(?: vitae)?|cv|bewerbung|meritförteckning)(?: (?:of|von|de|för))?)\b\s*[:|\u2013\u2014-]*\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[|•·\u2022\u2013\u2014/,;:]\s*|\s+-\s+|\s{2,}|\t")
_NAME_WORD = re.compile(r"^(?:[^\W\d_]{1,3}\.|[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*)$")
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "der",
        "den",
        "de",
        "da",
        "di",
        "du",
        "del",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ben",
        "dos",
        "das",
        "zu",
        "zur",
        "af",
        "y",
        "e",
        "i",
    ]
)
_NOT_NAMES_IN_A_ROW = """
    address adresse adventurer advocate allee anschrift arts avenue bachelor berlin born building business
    calle care career center certified city claims client cloud college confidential customer data date
    dedicated details development digital email excel experienced finance financial france gatan general
    germany health highly human information internet junior kingdom leadership learning london looking
    machine madrid management marketing master matter media microsoft mobile motivated nationality office
    operations oriented page paris personal phone platz problem product professional profile project
    projects public quality ray relations resources results road rue sales school science seeking senior
    service services skilled social software solving spain state stockholm strasse strategic strategy straße
    street subject summary sweden team technologies technology tel united university usa vägen web word
    years york
"""
_NOT_NAMES = frozenset(_NOT_NAMES_IN_A_ROW.split())
_COUNTRY_BY_ENDING = {
    "de": "DE",
    "at": "AT",
    "ch": "CH",
    "fr": "FR",
    "be": "BE",
    "es": "ES",
    "se": "SE",
    "uk": "GB",
    "ie": "IE",
    "nl": "NL",
    "it": "IT",
    "pt": "PT",
    "pl": "PL",
    "dk": "DK",
    "no": "NO",
    "fi": "FI",
    "us": "US",
    "ca": "CA",
    "au": "AU",
    "in": "IN",
}
_COUNTRY_WORDS = {
    "germany": "DE", "deutschland": "DE", "berlin": "DE", "munchen": "DE", "hamburg": "DE", "koln": "DE", "leipzig": "DE",
    "france": "FR", "paris": "FR", "lyon": "FR", "toulouse": "FR", "nantes": "FR", "spain": "ES", "espana": "ES",
    "madrid": "ES", "barcelona": "ES", "sevilla": "ES", "valencia": "ES", "sweden": "SE", "sverige": "SE",
    "stockholm": "SE", "goteborg": "SE", "malmo": "SE", "uppsala": "SE", "uk": "GB", "england": "GB", "london": "GB",
    "manchester": "GB", "leeds": "GB", "bristol": "GB", "usa": "US", "austria": "AT", "osterreich": "AT", "wien": "AT",
    "zurich": "CH", "schweiz": "CH",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something read out of a resume, and the line it was read from, from 0; -1 for an address behind a word."""

    value: str
    line: int


def emails_in(lines: Sequence[str], links: Iterable[str] = ()) -> tuple[Found, ...]:
    """Find the person's e-mail addresses, those in text first; addresses of referees are left out."""
    texts = [
        Found(value=match.group(), line=number)
        for number, line in _own(lines)
        for match in _EMAIL.finditer(line)
    ]
    behind = [link.removeprefix("mailto:").partition("?")[0] for link in links if link.startswith("mailto:")]
    return _distinct([*texts, *(Found(value=value, line=-1) for value in behind if _EMAIL.fullmatch(value))])


def links_in(lines: Sequence[str], links: Iterable[str] = ()) -> tuple[Found, ...]:
    """Find the person's pages, in text and behind words."""
    texts = [
        Found(value=match.group().rstrip(".,"), line=number)
        for number, line in _own(lines)
        for match in _LINK.finditer(line)
    ]
    behind = [Found(value=link, line=-1) for link in links if link.startswith(("http://", "https://"))]
    return _distinct([*texts, *behind])


def phones_in(lines: Sequence[str], *, country: str | None = None) -> tuple[Found, ...]:
    """Find the person's phone numbers in E.164 form; a national number needs a country, given or seen in the text."""
    region = country or country_of(lines)
    found = []
    for number, line in _own(lines):
        for match in _PHONE_LIKE.finditer(_DATES.sub(" ; ", line)):
            value = _phone(match.group(), region)
            if value:
                found.append(Found(value=value, line=number))
    return _distinct(found)


def _phone(text: str, region: str | None) -> str | None:
    text = re.sub(r"\(0\)", "", text)
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    fits = phonenumbers.is_possible_number if text.startswith("+") else phonenumbers.is_valid_number
    if not fits(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def country_of(lines: Sequence[str]) -> str | None:
    """Tell the country a resume's header is written in: a place it names, an e-mail's ending, or a North American number."""
    header = " ".join(lines[: 2 * NAME_LINES])
    words = folded(header).split()
    named = next((_COUNTRY_WORDS[word] for word in words if word in _COUNTRY_WORDS), None)
    endings = [match.group().rpartition(".")[2].lower() for match in _EMAIL.finditer(header)]
    ended = next((_COUNTRY_BY_ENDING[ending] for ending in endings if ending in _COUNTRY_BY_ENDING), None)
    american = "US" if re.search(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b", header) else None
    return named or ended or american


def _own(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Walk over the lines that are about the person, not about referees."""
    for section in sections_of(lines):
        if section.kind is not SectionKind.REFERENCES:
            yield from enumerate(lines[section.first_line : section.last_line], section.first_line)


def _distinct(found: Iterable[Found]) -> tuple[Found, ...]:
    first: dict[str, Found] = {}
    for item in found:
        first.setdefault(item.value.casefold(), item)
    return tuple(first.values())[:MOST_FOUND]


def name_in(lines: Sequence[str], emails: Sequence[Found] = ()) -> Found | None:
    """Find the person's name: a labelled one, one that an e-mail address repeats, or the first line like a name."""
    tokens = {
        part
        for email in emails
        for part in re.split(r"[._+\d-]+", email.value.partition("@")[0].lower())
        if part
    }
    candidates = list(_name_candidates(lines))
    labelled = next((found for found, is_labelled in candidates if is_labelled), None)
    if labelled is not None:
        return labelled
    for found, _ in candidates:
        if _repeats(found.value, tokens):
            return found
    return _two_line_name(lines, tokens) or next(
        (found for found, _ in candidates if " " in found.value), None
    )


def _repeats(name: str, tokens: set[str]) -> bool:
    words = folded(name).split()
    joined = "".join(tokens)
    matched = [word for word in words if len(word) > 2 and (word in tokens or word in joined)]
    return len(words) > 1 and bool(matched)


def _name_candidates(lines: Sequence[str]) -> Iterator[tuple[Found, bool]]:
    filled = [(number, line) for number, line in enumerate(lines[:60]) if line.strip()]
    for number, line in filled[:NAME_LINES]:
        label = _LABEL.match(line)
        if heading_kind(line) is not None:
            continue
        for part in _SPLIT.split(label[1] if label else _DOCUMENT_WORDS.sub("", line, count=1)):
            name = _as_name(part)
            if name:
                yield Found(value=name, line=number), bool(label)
                break


def _as_name(text: str) -> str | None:
    words = without_qualifications(text.replace("(", " ").replace(")", " ").split())
    if not 2 <= len(words) <= LONGEST_NAME or not all(_NAME_WORD.match(word) for word in words):
        return None
    if (
        is_title(text)
        or is_employer(words[-1])
        or _NOT_NAMES.intersection(folded(text).split())
        or heading_kind(text)
    ):
        return None
    if not all(word[0].isupper() or word.lower() in _PARTICLES or not word[0].islower() for word in words):
        return None
    return " ".join(map(_cased, words)) if text.isupper() else " ".join(words)


def _cased(word: str) -> str:
    return (
        word.lower()
        if word.lower() in _PARTICLES
        else "-".join(part.capitalize() for part in word.split("-"))
    )


def _two_line_name(lines: Sequence[str], tokens: set[str]) -> Found | None:
    """Find a name set in two large lines, given name over surname, where an e-mail address repeats both."""
    filled = [(number, line.strip()) for number, line in enumerate(lines[:60]) if line.strip()][:NAME_LINES]
    for (number, first), (_, second) in zip(filled, filled[1:], strict=False):
        both = [first, second]
        if all(_NAME_WORD.match(word) and folded(word) in tokens for word in both):
            return Found(
                value=" ".join(map(_cased, both)) if first.isupper() else " ".join(both), line=number
            )
    return None
