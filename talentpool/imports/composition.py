"""What a header says whose wording nobody listed: its words one by one, and what they mean together.

"Date du refus", "reject_dt" and "Absage am" are all `reject` + `date`. Every word has to be known or to be beside
the point; a header with one unknown word says nothing, so that nothing is taken for what it is not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MOST_WORDS = 5  # of a concept
REFUSED = "refused"
_JOINTS = ("", "s", "es", "n", "en", "e")  # between the halves of a German or Swedish word
_SHORTEST_HALF = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Composition:
    """The single words of headers, and what they mean together."""

    concepts: Mapping[str, str]  # phrase -> concept
    meanings: Mapping[frozenset[str], str]  # concepts -> field, or `refused`
    beside: frozenset[str]
    may_be_left_off: frozenset[str]  # concepts without which the rest is tried again
    inside: Mapping[str, str]  # phrases that decide whatever stands beside them -> field


def make_composition(columns: Mapping[str, Any]) -> Composition:
    """Build it from the sections of `config/columns.toml`; its words are folded as headers are."""
    beside = columns["beside_concepts"]
    return Composition(
        concepts={word: name for name, words in columns["concepts"].items() for word in words},
        meanings={
            frozenset(phrase.split()): field
            for field, phrases in columns["composed"].items()
            for phrase in phrases
        },
        beside=frozenset(beside["words"]) | frozenset(columns["beside_the_point"]),
        may_be_left_off=frozenset(beside["may_be_left_off"]),
        inside={phrase: field for field, phrases in columns["inside"].items() for phrase in phrases},
    )


def compose(phrase: str, composition: Composition) -> str | None:
    """Give what the words of a folded header mean together: a field, `refused`, or None."""
    concepts = concepts_in(phrase, composition)
    if not concepts:
        return None
    meaning = composition.meanings.get(concepts)
    if meaning is None:
        meaning = composition.meanings.get(concepts - composition.may_be_left_off)
    return meaning


def is_pay_they_have(phrase: str, composition: Composition) -> bool:
    """Say whether a header speaks of current or past pay, whatever else it says: "Current base salary (gross)"."""
    words = (concepts_in(word, composition) or frozenset() for word in phrase.split())
    found: frozenset[str] = frozenset().union(*words)
    return "pay" in found and bool(found & {"current", "last"}) and "desired" not in found


def concepts_in(phrase: str, composition: Composition) -> frozenset[str] | None:
    """Give the concepts of a header, the longest first; None if a word of it is not known."""
    words, found, place = phrase.split(), set(), 0
    while place < len(words):
        size = _size_of_concept(words[place:], composition)
        if size:
            found.add(composition.concepts[" ".join(words[place : place + size])])
        elif halves := _halves(words[place], composition):
            found |= halves
        elif words[place] not in composition.beside and not words[place].isdigit():
            return None
        place += size or 1
    return frozenset(found)


def _size_of_concept(words: list[str], composition: Composition) -> int:
    sizes = range(min(MOST_WORDS, len(words)), 0, -1)
    return next((size for size in sizes if " ".join(words[:size]) in composition.concepts), 0)


@lru_cache(maxsize=4096)
def _halves(word: str, composition: Composition) -> frozenset[str]:
    """Give the concepts of a word glued from two: "absagedatum", "bewerbungsdatum", "lonekrav"."""
    if word in composition.beside:
        return frozenset()
    concepts = composition.concepts
    for end in range(len(word) - _SHORTEST_HALF, _SHORTEST_HALF, -1):
        first, rest = word[:end], word[end:]
        for joint in _JOINTS:
            if first in concepts and rest.startswith(joint) and rest[len(joint) :] in concepts:
                return frozenset((concepts[first], concepts[rest[len(joint) :]]))
    return frozenset()


def says_one_of(phrase: str, wanted: Iterable[str] | Mapping[str, Any]) -> str | None:
    """Give the first of the wanted phrases that stands in a header as whole words.

    >>> says_one_of("opted out of email newsletter", ["opted out"]), says_one_of("crace", ["race"])
    ('opted out', None)
    """
    padded = f" {phrase} "
    return next((each for each in wanted if f" {each} " in padded), None)
