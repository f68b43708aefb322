"""Where the terms of a text stand in it: the same terms that are counted, with their places.

Counting goes over whole segments with arrays (`postings.py`) and keeps no places; this is for the few texts that
are shown. A test holds both to the same terms.
"""

import re
from array import array
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
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


class LocatedWord(NamedTuple):
    """One word of a text with the place where it stands."""

    word: str
    start: int
    end: int


NO_WORD = LocatedWord("", 0, 0)
"""What stands after the last word."""


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
    return [LocatedWord(word, starts[start], ends[start + len(word) - 1]) for start, word in spans]


def located_terms(text: str, rules: TextRules) -> Iterator[LocatedTerm]:
    """Give every term of a text where it stands: words, parts of compounds, pairs, and skills of several words."""
    return terms_among(located_words(text), rules)


def terms_among(
    words: Sequence[LocatedWord], rules: TextRules, wanted: Collection[int] | None = None
) -> Iterator[LocatedTerm]:
    """Give every term that the words of a text make; with `wanted`, only those of these hashes."""
    hashes, alone = _terms_by_word(words, rules, wanted)
    for place, (one, after) in enumerate(pairwise([*words, NO_WORD])):
        if (one.word, after.word) in rules.phrases:
            yield from _phrases(words, place, rules, wanted)
        if (own := hashes.get(one.word)) is None:
            continue
        for term in alone[one.word]:
            yield LocatedTerm(term, one.start, one.end)
        if (next_one := hashes.get(after.word)) is not None:
            pair = rules.named(pair_hash(own, next_one))
            if wanted is None or pair in wanted:
                yield LocatedTerm(pair, one.start, after.end)


def _terms_by_word(
    words: Sequence[LocatedWord], rules: TextRules, wanted: Collection[int] | None
) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Hash each word that may be a term; and list the terms it is by itself, its parts included."""
    language = rules.language_of(one.word for one in words)
    hashes, alone = dict[str, int](), dict[str, list[int]]()
    for word in {one.word for one in words}:
        if rules.is_term(word) and not rules.is_stop_word(word, language or 1):
            hashes[word] = word_hash(word)
            parts = map(sequence_hash, rules.compound_terms(word, language))
            terms = [rules.named(term) for term in (hashes[word], *parts)]
            alone[word] = terms if wanted is None else [term for term in terms if term in wanted]
    return hashes, alone


def _phrases(
    words: Sequence[LocatedWord], place: int, rules: TextRules, wanted: Collection[int] | None
) -> Iterator[LocatedTerm]:
    for written, label in rules.phrases[words[place].word, words[place + 1].word]:
        met = words[place : place + len(written)]
        term = rules.term_hash(label)
        if tuple(word.word for word in met) == written and (wanted is None or term in wanted):
            yield LocatedTerm(term, met[0].start, met[-1].end)


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
