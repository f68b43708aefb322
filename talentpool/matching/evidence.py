"""Evidence: where in a resume the words of a role stand, and which of its lines say most about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from talentpool.matching.located import LocatedWord, located_words, terms_among
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import TextRules, sequence_hash, words_of

LONGEST_QUOTE = 240
TEXTS_REMEMBERED = 1_000
"""A list is opened again and again: its quotes are looked for once, which is most of the time a page takes."""
SENTENCE_END = re.compile(r"(?<=[.;!?•])\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A term of the role as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    term: str


def mentions(text: str, terms: Iterable[str], settings: MatchingSettings) -> list[Mention]:
    """Find where terms stand in a text, by any of their aliases; in order, longest first, never overlapping.

    What counts as a term there is what the index counts; a wording of three words and more is found as a whole.
    """
    found = sorted(_found(text, terms, settings.text), key=lambda one: (one.start, -one.end, one.term))
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def best_lines(
    text: str, weights_by_term: Mapping[str, float], settings: MatchingSettings, *, most: int = 3
) -> tuple[str, ...]:
    """Quote the lines that mention the weightiest terms, best first; each term counts once a line."""
    return _best_lines(text, _one_of_equal(tuple(weights_by_term.items())), settings.text, most)


@lru_cache(maxsize=32)
def _one_of_equal(weights: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Give the weights of a role as the object that was given before, so that they are remembered once, not with every text."""
    return weights


@lru_cache(maxsize=TEXTS_REMEMBERED)
def _best_lines(
    text: str, weights: tuple[tuple[str, float], ...], rules: TextRules, most: int
) -> tuple[str, ...]:
    weights_by_term = dict(weights)
    found = sorted(_found(text, weights_by_term, rules), key=lambda mention: mention.start)
    scored, place = [], 0
    for number, (start, end, line) in enumerate(quotable_lines(text)):
        met = set()
        while place < len(found) and found[place].start < end:
            if found[place].start >= start:
                met.add(found[place].term)
            place += 1
        score = sum(sorted(weights_by_term[term] for term in met))
        if score > 0:
            scored.append((-score, number, line))
    return tuple(dict.fromkeys(line for _, _, line in sorted(scored)[: most * 2]))[:most]


def _found(text: str, terms: Iterable[str], rules: TextRules) -> Iterator[Mention]:
    """Give every mention, overlapping ones too."""
    name_by_hash, long_wordings = _wanted(tuple(terms), rules)
    words = located_words(text)
    for met in terms_among(words, rules, name_by_hash):
        yield Mention(start=met.start, end=met.end, term=name_by_hash[met.hash])
    if long_wordings:
        yield from _long_mentions(words, long_wordings)


@lru_cache(maxsize=32)
def _wanted(
    terms: tuple[str, ...], rules: TextRules
) -> tuple[Mapping[int, str], Mapping[tuple[str, ...], str]]:
    """Give terms by their hashes, and wordings of three words and more by these; the same for all of a page's resumes."""
    words_by_term = {term: tuple(words_of(rules.canonical(term))) for term in terms}
    name_by_hash = {sequence_hash(words or (term,)): term for term, words in words_by_term.items()}
    return name_by_hash, {words: term for term, words in words_by_term.items() if len(words) > 2}


def _long_mentions(
    words: Sequence[LocatedWord], wordings: Mapping[tuple[str, ...], str]
) -> Iterator[Mention]:
    sizes = sorted({len(wording) for wording in wordings})
    for place, first in enumerate(words):
        for size in sizes:
            span = words[place : place + size]
            if (name := wordings.get(tuple(word.word for word in span))) is not None:
                yield Mention(start=first.start, end=span[-1].end, term=name)


def quotable_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Cut a text into quotable lines with where they start and end; long ones at sentence ends, then at words."""
    for start, end in _pieces(text):
        while end - start > LONGEST_QUOTE:
            cut = text.rfind(" ", start, start + LONGEST_QUOTE)
            cut = cut if cut > start else start + LONGEST_QUOTE
            yield start, cut, " ".join(text[start:cut].split())
            start = cut
        if plain := " ".join(text[start:end].split()):
            yield start, end, plain


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if len(line) > LONGEST_QUOTE:
            for stop in SENTENCE_END.finditer(line):
                yield start, end - len(line) + stop.end()
                start = end - len(line) + stop.end()
        yield start, end
        start = end
