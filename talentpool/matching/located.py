"""Where the terms of a text stand in it: the same terms that are counted, with their places.

Counting goes over whole segments with arrays (`postings.py`) and keeps no places; this is for the few texts that
are shown. A test holds both to the same terms.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from talentpool.matching.blanking import blank
from talentpool.matching.text import (
    UNSPACED,
    TextRules,
    character_pairs,
    fold,
    pair_hash,
    sequence_hash,
    word_hash,
    word_pattern,
)

_MARKS = r"[\u0300-\u036f\u0900-\u0dff\u3099\u309a]"
CLUSTER = re.compile(rf"[\x00-\x7f]+(?!{_MARKS})|[\u1100-\u11ff]+|.{_MARKS}*", re.DOTALL)
"""A run of plain letters, or of Korean ones not yet put together, or a character with the marks that belong to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LocatedWord:
    """One word of a text with the place where it stands."""

    word: str
    start: int
    end: int


class LocatedTerm(NamedTuple):
    """A term with the place where it stands: `text[start:end]`."""

    hash: int
    start: int
    end: int


def located_words(text: str) -> list[LocatedWord]:
    """Split like `words_of`, keeping where each word stands in the text as it was written."""
    folded, starts, ends = _folded_with_places(blank(text))
    spans = [(run.start() + n, pair) for run in UNSPACED.finditer(folded) for n, pair in _pairs(run)]
    rest = UNSPACED.sub(lambda run: " " * len(run.group()), folded) if spans else folded
    spans += [(found.start(), found.group()) for found in word_pattern(folded).finditer(rest)]
    spans.sort()
    return [
        LocatedWord(word=word, start=starts[start], end=ends[start + len(word) - 1]) for start, word in spans
    ]


def located_terms(text: str, rules: TextRules) -> Iterator[LocatedTerm]:
    """Give every term of a text where it stands: words, parts of compounds, pairs, and skills of several words."""
    words = located_words(text)
    language = rules.language_of(word.word for word in words)
    is_kept = [rules.is_term(one.word) and not rules.is_stop_word(one.word, language or 1) for one in words]
    for place, one in enumerate(words):
        yield from _phrases(words, place, rules)
        if not is_kept[place]:
            continue
        own = word_hash(one.word)
        yield LocatedTerm(rules.named(own), one.start, one.end)
        for part in rules.compound_terms(one.word, language):
            yield LocatedTerm(rules.named(sequence_hash(part)), one.start, one.end)
        if place + 1 < len(words) and is_kept[place + 1]:
            after = words[place + 1]
            yield LocatedTerm(rules.named(pair_hash(own, word_hash(after.word))), one.start, after.end)


def _phrases(words: Sequence[LocatedWord], place: int, rules: TextRules) -> Iterator[LocatedTerm]:
    if place + 1 >= len(words):
        return
    for written, label in rules.phrases.get((words[place].word, words[place + 1].word), ()):
        met = words[place : place + len(written)]
        if tuple(word.word for word in met) == written:
            yield LocatedTerm(rules.term_hash(label), met[0].start, met[-1].end)


def _pairs(run: re.Match[str]) -> Iterator[tuple[int, str]]:
    return iter(enumerate(character_pairs(run.group())))


def _folded_with_places(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Fold a text; and say for each character of the outcome where what it came from starts and ends."""
    if text.isascii():
        return text.lower(), range(len(text)), range(1, len(text) + 1)
    pieces, starts, ends = [], array("q"), array("q")
    for cluster in CLUSTER.finditer(text):
        first, last, piece = cluster.start(), cluster.end(), fold(cluster.group())
        is_plain = cluster.group().isascii()
        pieces.append(piece)
        starts.extend(range(first, last) if is_plain else [first] * len(piece))
        ends.extend(range(first + 1, last + 1) if is_plain else [last] * len(piece))
    return "".join(pieces), starts, ends
