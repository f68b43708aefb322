"""A crowd of made-up resumes of any size, for measuring: the amount and the growth of words are those of real ones.

A resume is phrases of one to four words between plain English glue. Few phrases are used by many people, many by
few (Zipf), and each person brings new ones, so that the vocabulary grows with the crowd (Heaps). The words mean
nothing. The same seed gives the same crowd, whatever its size.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PHRASES_PER_RESUME, DIFFERENT_PHRASES = 240, 160
PHRASES_PER_ROLE = 50
PHRASE_FACTOR, PHRASE_GROWTH = 10.0, 0.66
"""So many phrases are known once n were written: factor · n ** growth."""
PHRASE_EVENNESS = 0.6
WORD_FACTOR, WORD_GROWTH = 150.0, 0.48
WORD_EVENNESS = 0.65
LONGEST_PHRASE = np.uint64(4)
HEAD_PHRASES = 1 << 18
BATCH = 500

ONSETS = [
    "b",
    "bl",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "pr",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
]
RHYMES = [
    "ab",
    "ack",
    "ad",
    "al",
    "am",
    "an",
    "ap",
    "ar",
    "ast",
    "at",
    "ea",
    "ed",
    "el",
    "em",
    "en",
    "er",
    "est",
    "et",
    "ick",
    "id",
    "il",
    "in",
    "ip",
    "ist",
    "it",
    "o",
    "ob",
    "ol",
    "om",
    "on",
    "op",
    "or",
    "ot",
]
ENDINGS = ("", "ing", "ion", "er", "s", "ment", "al")
SEPARATORS = (
    " ",
    " and ", ", ", " of the ", " with ", " for ", " in the ", ". ", " to ", "\n- ", " by ", " from ", " on a ",
    ".\nThe ", " as ", " that was ", " at ", "; ", " while ", " (2012 - 2015) ", " our ", " into ", "\n- with ",
)  # fmt: skip
"""Within a phrase the first; between phrases mostly function words, as in running English text."""
HEADERS = (
    "Summary\n", "Experience\n• ", "Profile of 2019\n", "jo.{n}@example.org, +44 20 7946 {n:04d}\nSummary\n",
)  # fmt: skip


def crowd_resumes(people: int, *, seed: int = 1) -> Iterator[str]:
    """Give so many resumes, one after another."""
    chance = np.random.default_rng(seed)
    for start in range(0, people, BATCH):
        texts = _written(_phrase_numbers(start, chance), chance)
        for n, text in zip(range(start, min(people, start + BATCH)), texts, strict=False):
            yield HEADERS[n % len(HEADERS)].format(n=n % 10_000) + text


def crowd_role(seed: int) -> str:
    """Give a role of about 200 different terms, written from the phrases of the crowd."""
    chance = np.random.default_rng([seed, 7])
    return next(_written(_phrase_numbers(1000 + seed, chance)[:1, :PHRASES_PER_ROLE], chance))


def _phrase_numbers(person: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """Draw the phrases of a batch of people; a third of them a person has used before."""
    written = np.arange(person + 1, person + BATCH + 1) * DIFFERENT_PHRASES
    known = PHRASE_FACTOR * written**PHRASE_GROWTH
    first = _zipf(chance.random((BATCH, DIFFERENT_PHRASES)), known[:, None], PHRASE_EVENNESS)
    again = chance.integers(0, DIFFERENT_PHRASES, (BATCH, PHRASES_PER_RESUME - DIFFERENT_PHRASES))
    return np.concatenate((first, np.take_along_axis(first, again, axis=1)), axis=1)


def _zipf(
    uniform: NDArray[np.float64], known: NDArray[np.floating[Any]], evenness: float
) -> NDArray[np.int64]:
    """Turn even chances into numbers from 0 on, of which the first are met most often (Zipf, cut off)."""
    power = 1 - evenness
    return ((1 + uniform * (known**power - 1)) ** (1 / power)).astype(np.int64) - 1


def _written(phrases: NDArray[np.int64], chance: np.random.Generator) -> Iterator[str]:
    """Write the phrases of each person; between two of them stands glue."""
    words, is_there = _words_of(phrases)
    separators = np.zeros(words.shape, np.int64)
    last = is_there.sum(axis=2, keepdims=True) - 1
    np.put_along_axis(separators, last, chance.integers(1, len(SEPARATORS), last.shape), axis=2)
    for numbers, between, there in zip(words, separators, is_there, strict=True):
        chosen = numbers[there].tolist()
        parts = [""] * (2 * len(chosen))
        parts[::2] = map(_word, chosen)
        parts[1::2] = map(SEPARATORS.__getitem__, between[there].tolist())
        yield "".join(parts)


def _words_of(phrases: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the up to four words of each phrase, always the same, and which of the four there are."""
    head = _head_words()
    words = head[np.minimum(phrases, HEAD_PHRASES - 1)]
    rare = phrases >= HEAD_PHRASES
    words[rare] = _phrase_words(phrases[rare])
    return words, words >= 0


@cache
def _head_words() -> NDArray[np.int64]:
    return _phrase_words(np.arange(HEAD_PHRASES))


def _phrase_words(phrases: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose the words of phrases by their numbers, as if by chance; -1 where a phrase is over."""
    state = _mixed(phrases.astype(np.uint64))
    places = np.arange(LONGEST_PHRASE, dtype=np.uint64)
    uniform = (_mixed(state[:, None] + places) >> np.uint64(11)) / float(1 << 53)
    known = WORD_FACTOR * (phrases + 10.0) ** WORD_GROWTH
    is_there = places <= (state % LONGEST_PHRASE)[:, None]
    return np.where(is_there, _zipf(uniform, known[:, None], WORD_EVENNESS), -1)


@cache
def _word(number: int) -> str:
    """Write a word: one syllable for each digit, at least two."""
    number, ending = divmod(number, len(ENDINGS))
    syllables = len(ONSETS) * len(RHYMES)
    pieces: list[str] = []
    while number or not pieces:
        number, syllable = divmod(number, syllables)
        onset, rhyme = divmod(syllable, len(RHYMES))
        pieces.append(ONSETS[onset] + RHYMES[rhyme])
    return "".join(pieces) + ("o" if len(pieces) == 1 else "") + ENDINGS[ending]


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter numbers over 64 bits (the finaliser of splitmix64)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
