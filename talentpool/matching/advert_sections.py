"""An advert cut into sentences, each with the section it stands in, told by the headings.

Reads bullets and headings on lines of their own as well as text that lost its line breaks. What a sentence asks
for is not decided here.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
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
GLUED = re.compile(r"(?<=[a-z\d)])(?=[A-Z])|(?<=[A-Z][A-Z])(?=[A-Z][a-z])")
"""Where a capital follows a small letter without a space: "experienceProficient", but also "JavaScript"."""
PART_BEFORE = re.compile(r"(?:(?<![A-Za-z])[a-z]|[A-Z])[a-z]*$|[\d)A-Z]$")
PART_AFTER = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+")
LONGEST_PART = 30
LEAST_PLAIN_PART = 4
LONG_WORD = re.compile(r"\b[a-z]{9,40}\b")
"""What may be two words that lost their capital too: "fieldexperience"."""
LEAST_FIRST_PART, LEAST_LAST_PART = 3, 6
GLUED_HEADING = re.compile(r"(?<=[A-Za-z\d)])[A-Z][a-z]{2,20}(?=:)")
NEW_THOUGHT = re.compile(r"(?<=[a-z),] )[A-Z][a-z]{5,20}(?= [a-z])")
GLUED_YEARS = re.compile(r"(?<=[A-Za-z).])(?=\d{1,2}\+? ?(?:- ?\d{1,2}\+? )?[Yy]ears?\b)")


SMALL = frozenset(
    {"s", "for", "to", "in", "it", "and", "is", "are", "with", "of", "the", "we", "ll", "re", "will", "be"}
)


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
    text: str, *, headings: Mapping[str, Phrases], openers: frozenset[str], names: Container[str]
) -> Iterator[Sentence]:
    """Cut an advert.

    `openers` are words that begin a new sentence wherever they are written with a capital, `names` words that are
    known as they are: never cut, and cut off from what follows without a space.
    """
    section, was_blank, had_item = Section.UNKNOWN, False, False
    lines = list(_lines(text, headings))
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if not line.strip():
            was_blank = True
            continue
        is_item, is_plain = _is_item(line, section), _is_plain(line)
        opens_list = is_plain and following.strip() != "" and not _is_plain(following)
        named = _heading(line, headings, may_end=False, opens_list=opens_list) if is_plain else None
        for n, piece in enumerate([line] if named else _pieces(BULLET.sub("", line), openers, names)):
            may_end = was_blank and had_item and n == 0
            found = (
                None
                if is_item and n == 0 and not is_plain
                else _heading(piece, headings, may_end=may_end, opens_list=opens_list)
            )
            if found is not None:
                section, had_item, is_item = found, False, False
                continue
            had_item = True
            yield Sentence(text=piece, section=section, is_item=is_item)
        was_blank = False


def _lines(text: str, headings: Mapping[str, Phrases]) -> Iterator[str]:
    """Give lines, with headings and bullets within a line on lines of their own."""
    phrases = frozenset().union(*headings.values())
    heading_words = frozenset(phrase[0] for phrase in phrases if len(phrase) == 1)
    titled = _titled_headings(phrases)

    def cut(found: re.Match[str]) -> str:
        return f"\n{found.group()}" if found.group().lower() in heading_words else found.group()

    def mark(found: re.Match[str]) -> str:
        before = "\n" if heading_words.intersection(words_of(found.group())) else ""
        return f"{before}{found.group()}\n"

    for line in dedent(SPACES.sub(" ", UNREADABLE.sub("", text))).splitlines():
        line = titled.sub(r"\n\g<0>\n", line)
        if ":" in line:
            line = INLINE_HEADING.sub(mark, GLUED_HEADING.sub(cut, line))
        yield from INLINE_BULLET.sub("\n- ", line).split("\n") if line.strip() else [line]


@cache
def _titled_headings(phrases: Phrases) -> re.Pattern[str]:
    """Find headings of several words by their capitals where line breaks are lost: "What You Need for this Job"."""

    def titled(word: str, n: int) -> str:
        capital = word.capitalize()
        return f"[{capital[0]}{word[0]}]{word[1:]}" if n and word in SMALL else capital

    longest_first = sorted((phrase for phrase in phrases if len(phrase) > 2), key=len, reverse=True)
    written = (
        r"(?:['\u2019]s)? ".join(titled(word, n) for n, word in enumerate(phrase)) for phrase in longest_first
    )
    return re.compile(
        rf"(?:{'|'.join(written)})(?: (?:for|with|in|to|the|this|our|us|Us|You|Job|Role|Position))*+:?"
    )


def _is_plain(line: str) -> bool:
    """Say whether a line stands without a bullet or indent."""
    return not (BULLET.match(line) or line[:1].isspace())


def _is_item(line: str, section: Section) -> bool:
    if not _is_plain(line):
        return True
    return section in (Section.MUST, Section.NICE) and len(line.split()) <= LONGEST_PLAIN_ITEM_WORDS


def _heading(
    line: str, headings: Mapping[str, Phrases], *, may_end: bool, opens_list: bool
) -> Section | None:
    """Tell the section a line opens; None if it is no heading. A heading of no known kind is UNKNOWN."""
    plain = line.strip()
    if len(plain) > LONGEST_HEADING or len(plain.split()) > LONGEST_HEADING_WORDS:
        return None
    words = words_of(plain[:LONGEST_HEADING])
    ends = plain.endswith(":")
    kind, share, is_first = _kind_of(words, headings)
    if kind and (ends or opens_list or share >= (0.5 if kind is not Section.NICE or is_first else 0.75)):
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


def _pieces(line: str, openers: frozenset[str], names: Container[str]) -> Iterator[str]:
    def cut(found: re.Match[str]) -> str:
        return f"\n{found.group()}" if found.group().lower() in openers else found.group()

    def cut_within(found: re.Match[str]) -> str:
        word = found.group()
        ends = range(len(word) - LEAST_LAST_PART, LEAST_FIRST_PART - 1, -1) if word not in names else ()
        end = next((n for n in ends if word[n:] in openers and word[:n] in names), None)
        return f"{word[:end]}\n{word[end:]}" if end else word

    line = LONG_WORD.sub(cut_within, line)
    ends = [found.start() for found in GLUED.finditer(line) if _is_glued(line, found.start(), openers, names)]
    apart = "\n".join(line[start:end] for start, end in pairwise([0, *ends, len(line)]))
    for part in GLUED_YEARS.sub("\n", NEW_THOUGHT.sub(cut, apart)).split("\n"):
        yield from (piece for piece in SENTENCE_END.split(part) if piece.strip())


def _is_glued(line: str, place: int, openers: frozenset[str], names: Container[str]) -> bool:
    """Say whether two sentences meet at a capital: behind a plain word, or before one that opens a sentence."""
    before = PART_BEFORE.search(line[max(0, place - LONGEST_PART) : place])
    after = PART_AFTER.match(line, place, place + LONGEST_PART)
    if not before or not after or f"{before.group()}{after.group()}".lower() in names:
        return False
    is_plain = before.group()[0].islower() and len(before.group()) >= LEAST_PLAIN_PART
    is_acronym = before.group().isupper() and len(after.group()) < LEAST_PLAIN_PART
    return is_plain or after.group().lower() in openers and not is_acronym
