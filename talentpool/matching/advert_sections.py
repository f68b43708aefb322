"""An advert cut into sentences, each with the section it stands in, told by the headings.

Reads bullets and headings on lines of their own as well as text that lost its line breaks. What a sentence asks
for is not decided here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from textwrap import dedent

from talentpool.matching.text import words_of

LONGEST_HEADING_WORDS = 7
LONGEST_HEADING = 120
"""Characters; a longer line is never told by what it says."""
LONGEST_PLAIN_ITEM_WORDS = 4
"""A line under a heading with no more words than this is an item of a list, with or without a bullet."""

UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\ufeff\ud800-\udfff]")
SPACES = re.compile(r"[\x0b\x0c\x85\xa0\u2000-\u200a\u202f\u3000]")
BULLET = re.compile(r"^\s*(?:[-*•–·▪◦o‣●]|\d{1,2}[.)])\s+")  # noqa: RUF001 - bullets as adverts write them
INLINE_BULLET = re.compile(r"(?<=\S)\s?[*•·▪●]\s{1,9}(?=\S)|(?<=[\w).])-\s(?=[A-Z0-9])")
INLINE_HEADING = re.compile(
    r"(?<![\w/])([A-Z][\w'&/-]{2,30}(?:[ \u00a0](?:[A-Z][\w'&/-]{0,30}|to|and|of|the|haves?|you|in|for|experience|skills?|qualifications?|requirements?)){0,5}[ \u00a0]?:)"
)
SENTENCE_END = re.compile(
    r"(?<=[\w)+#][\w)+#][.;!?])\s+(?=[A-Z\d*(])|(?<=[\w)][;!?])\s+|(?<=[\w)][\w)][.;!?])(?=[A-Z](?!(?:et|ET|[Jj][Ss])\b))"
)
GLUED = re.compile(r"(?<=[A-Za-z\d)])(?:[A-Z][a-z]{1,20}(?![a-z])|(?<=[a-z])(?:BS|BA|MS)(?=[ ,/]))")
"""A word that begins with a capital right after another one: "experienceProficient", but also "JavaScript"."""
GLUED_AFTER = re.compile(r"(?<![A-Za-z])[A-Za-z][a-z]{2,20}(?=[A-Z][A-Za-z])")
GLUED_HEADING = re.compile(r"(?<=[A-Za-z\d)])[A-Z][a-z]{2,20}(?=:)")
NEW_THOUGHT = re.compile(r"(?<=[a-z),] )[A-Z][a-z]{1,20}(?= [a-z])")
GLUED_YEARS = re.compile(r"(?<=[A-Za-z).])(?=\d{1,2}\+? ?(?:- ?\d{1,2}\+? )?[Yy]ears?\b)")


class Section(StrEnum):
    """What stands below a heading."""

    MUST = "must"
    NICE = "nice"
    DUTIES = "duties"
    FACTS = "facts"
    """Title, place, pay: what follows them in running text may be anything."""
    OTHER = "other"
    """Benefits, the company, how to apply: nothing there is asked for."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence or an item of a list, with its section."""

    text: str
    section: Section
    is_item: bool


Phrases = frozenset[tuple[str, ...]]


def sentences_of(
    text: str, *, headings: Mapping[str, Phrases], openers: frozenset[str]
) -> Iterator[Sentence]:
    """Cut an advert; `openers` are words that begin a new sentence wherever they are written with a capital."""
    section, was_blank, had_item = Section.UNKNOWN, False, False
    words_of_headings = frozenset(
        phrase[0] for phrases in headings.values() for phrase in phrases if len(phrase) == 1
    )
    for line in _lines(text, words_of_headings):
        if not line.strip():
            was_blank = True
            continue
        is_item = _is_item(line, section)
        for n, piece in enumerate(_pieces(BULLET.sub("", line), openers)):
            may_end = was_blank and had_item and n == 0
            found = (
                None
                if is_item and n == 0 and not _is_plain(line)
                else _heading(piece, headings, may_end=may_end)
            )
            if found is not None:
                section, had_item, is_item = found, False, False
                continue
            had_item = True
            yield Sentence(text=piece, section=section, is_item=is_item)
        was_blank = False


def _lines(text: str, heading_words: frozenset[str]) -> Iterator[str]:
    """Give lines, with headings and bullets within a line on lines of their own."""

    def cut(found: re.Match[str]) -> str:
        return f"\n{found.group()}" if found.group().lower() in heading_words else found.group()

    def mark(found: re.Match[str]) -> str:
        before = "\n" if heading_words.intersection(words_of(found.group())) else ""
        return f"{before}{found.group()}\n"

    for line in dedent(SPACES.sub(" ", UNREADABLE.sub("", text))).splitlines():
        if ":" in line:
            line = INLINE_HEADING.sub(mark, GLUED_HEADING.sub(cut, line))
        yield from INLINE_BULLET.sub("\n- ", line).split("\n") if line.strip() else [line]


def _is_plain(line: str) -> bool:
    """Say whether a line stands without a bullet or indent."""
    return not (BULLET.match(line) or line[:1].isspace())


def _is_item(line: str, section: Section) -> bool:
    if not _is_plain(line):
        return True
    return section in (Section.MUST, Section.NICE) and len(line.split()) <= LONGEST_PLAIN_ITEM_WORDS


def _heading(line: str, headings: Mapping[str, Phrases], *, may_end: bool) -> Section | None:
    """Tell the section a line opens; None if it is no heading. A heading of no known kind is UNKNOWN."""
    plain = line.strip()
    if len(plain) > LONGEST_HEADING or len(plain.split()) > LONGEST_HEADING_WORDS:
        return None
    words = words_of(plain[:LONGEST_HEADING])
    ends = plain.endswith(":")
    kind, share, is_first = _kind_of(words, headings)
    if kind and (ends or share >= (0.5 if kind is not Section.NICE or is_first else 0.75)):
        return kind
    is_title = ends or plain[-1:].isalpha() and plain[:1].isupper()
    return Section.UNKNOWN if may_end and is_title else None


def _kind_of(words: list[str], headings: Mapping[str, Phrases]) -> tuple[Section | None, float, bool]:
    """Find the longest heading phrase in a line: its kind, its share of the words, and whether it begins the line."""
    for size in range(len(words), 0, -1):
        runs = [tuple(words[n : n + size]) for n in range(len(words) - size + 1)]
        for kind, phrases in headings.items():
            if not phrases.isdisjoint(runs):
                return Section(kind), size / len(words), runs[0] in phrases
    return None, 0.0, False


def _pieces(line: str, openers: frozenset[str]) -> Iterator[str]:
    def cut(found: re.Match[str]) -> str:
        return f"\n{found.group()}" if found.group().lower() in openers else found.group()

    def cut_after(found: re.Match[str]) -> str:
        return f"{found.group()}\n" if found.group().lower() in openers else found.group()

    line = GLUED_AFTER.sub(cut_after, line)
    glued = GLUED_YEARS.sub("\n", NEW_THOUGHT.sub(cut, GLUED.sub(cut, line)))
    for part in glued.split("\n"):
        yield from (piece for piece in SENTENCE_END.split(part) if piece.strip())
