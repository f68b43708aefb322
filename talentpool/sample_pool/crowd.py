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
HEAD_PHRASES = 1 << 17
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
GLUE = (
    " and ", ", ", " of the ", " with ", " for ", " in the ", ". ", " to ", "\n- ", " by ", " from ", " on a ",
    ".\nThe ", " as ", " that was ", " at ", "; ", " while ", " (2012 - 2015) ", " our ", " into ", "\n- with ",
)  # fmt: skip
"""Between phrases: mostly function words, as in running English text."""
HEADERS = (
    "Summary\n", "Experience\n• ", "Profile of 2019\n", "jo.{n}@example.org, +44 20 7946 {n:04d}\nSummary\n",
)  # fmt: skip


def crowd_resumes(people: int, *, seed: int = 1) -> Iterator[str]:
    """Give so many resumes, one after another."""
    chance = np.random.default_rng(seed)
    for start in range(0, people, BATCH):
        numbers = _phrase_numbers(start, chance)
        glue = chance.integers(0, len(GLUE), numbers.shape)
        for n in range(min(BATCH, people - start)):
            yield _resume(start + n, numbers[n], glue[n])


def crowd_role(seed: int) -> str:
    """Give a role of about 200 different terms, written from the phrases of the crowd."""
    chance = np.random.default_rng([seed, 7])
    numbers = _phrase_numbers(1000 + seed, chance)[0][:PHRASES_PER_ROLE]
    return _resume(0, numbers, chance.integers(0, len(GLUE), len(numbers))).partition("\n")[2]


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


def _resume(person: int, numbers: NDArray[np.int64], glue: NDArray[np.int64]) -> str:
    head = _head()
    pieces = [head[n] if n < HEAD_PHRASES else _written(n) for n in numbers.tolist()]
    parts = [""] * (2 * len(pieces))
    parts[::2], parts[1::2] = pieces, [GLUE[n] for n in glue.tolist()]
    return HEADERS[person % len(HEADERS)].format(n=person % 10_000) + "".join(parts)


@cache
def _head() -> list[str]:
    """Write out the phrases that most people use."""
    return [_written(number) for number in range(HEAD_PHRASES)]


def _written(number: int) -> str:
    """Write a phrase: the words it has are those of a much smaller vocabulary."""
    state, words = _mixed(number), []
    known = WORD_FACTOR * (number + 10) ** WORD_GROWTH
    power = 1 - WORD_EVENNESS
    for place in range((1, 2, 3, 4)[state & 3]):
        uniform = (_mixed(state + place) >> 11) / (1 << 53)
        words.append(_word(int((1 + uniform * (known**power - 1)) ** (1 / power)) - 1))
    return " ".join(words)


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


def _mixed(number: int) -> int:
    """Scatter a number over 64 bits (the finaliser of splitmix64)."""
    mixed = (number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return mixed ^ (mixed >> 31)
