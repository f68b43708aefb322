"""What a cell says in words nobody listed: whole phrases first, then what its words mean together.

"Annan sökande hade mer erfarenhet" and "Se eligió a otro candidato" are both `other` + `candidate`. Unlike a header,
a cell may hold words that mean nothing to us; what is found is proposed to whoever imports, never final.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from talentpool.imports.phrases import phrase_of

Meaning = TypeVar("Meaning")

MOST_WORDS = 6  # of a known phrase
_WHOLE = 1_000  # how much a whole phrase says, in words
# "Not hired" must not be read as "hired"; a phrase that has the word itself ("not qualified") is meant whole.
NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "non",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "pas",
        "ne",
        "nunca",
        "inte",
        "ej",
        "aldrig",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Concepts:
    """Single words of cells, and beginnings of words, with what they stand for."""

    words: Mapping[str, frozenset[str]]
    beginnings: tuple[tuple[str, str], ...]  # (beginning, concept)

    def of(self, phrase: str) -> frozenset[str]:
        """Give every concept the words of a folded phrase stand for."""
        return frozenset().union(*(self._of_word(word) for word in phrase.split()))

    def _of_word(self, word: str) -> frozenset[str]:
        begun = (concept for beginning, concept in self.beginnings if word.startswith(beginning))
        return self.words.get(word, frozenset()) | frozenset(begun)


def make_concepts(words_by_concept: Mapping[str, Iterable[str]]) -> Concepts:
    """Build it from a section of `config/words.toml`; a word that ends in * is the beginning of words."""
    pairs = [(word, concept) for concept, words in words_by_concept.items() for word in words]
    whole: dict[str, frozenset[str]] = {}
    for word, concept in pairs:
        if not word.endswith("*"):
            whole[phrase_of(word)] = whole.get(phrase_of(word), frozenset()) | {concept}
    beginnings = tuple((phrase_of(word), concept) for word, concept in pairs if word.endswith("*"))
    return Concepts(words=whole, beginnings=beginnings)


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Meanings(Generic[Meaning]):
    """What cells of one kind mean here: by whole phrases, and by concepts that stand together."""

    phrases: Mapping[str, Meaning | None]  # None: somebody said that the phrase means nothing
    together: Mapping[frozenset[str], Meaning]
    concepts: Concepts
    may_be_denied: bool = False  # "not hired" denies "hired"; "no experience" is still about experience

    def __contains__(self, phrase: object) -> bool:
        """Say whether a folded phrase is listed as it stands."""
        return phrase in self.phrases

    def listed(self, text: str) -> Meaning | None:
        """Give the meaning of a cell whose whole text is listed, else None."""
        return self.phrases.get(phrase_of(text))

    def find(self, text: str) -> Meaning | None:
        """Find what a cell means: its whole phrase, else the longest known phrase in it, else its words together."""
        return self.weigh(text)[1]

    def weigh(self, text: str) -> tuple[int, Meaning | None]:
        """Give what a cell means after how much speaks for it; the figure only compares with others of its kind."""
        found: tuple[int, Meaning | None] = _find(phrase_of(text), self)
        return found

    def with_phrases(self, chosen: Mapping[str, Meaning | None]) -> "Meanings[Meaning]":
        """Let chosen phrases go before these."""
        return replace(self, phrases={**self.phrases, **chosen})


def make_together(phrases_by_meaning: Mapping[Meaning, Iterable[str]]) -> dict[frozenset[str], Meaning]:
    """Give the concepts that stand for a meaning when all of them are there; each phrase lists some."""
    together: dict[frozenset[str], Meaning] = {}
    for meaning, phrases in phrases_by_meaning.items():
        for phrase in phrases:
            together.setdefault(frozenset(phrase.split()), meaning)
    return together


@lru_cache(maxsize=8192)
def _find(phrase: str, meanings: Meanings[Any]) -> tuple[int, Any]:
    phrases, denied = meanings.phrases, NEGATIONS if meanings.may_be_denied else ()
    if phrase in phrases:
        return _WHOLE, phrases[phrase]
    size, found = _inside(phrase, phrases, range(MOST_WORDS, 1, -1), denied)
    if found is not None:
        return MOST_WORDS + size, found
    size, found = _together(phrase, meanings)
    return (size, found) if found is not None else _inside(phrase, phrases, (1,), denied)


def _inside(
    phrase: str, phrases: Mapping[str, Meaning | None], sizes: Iterable[int], denied: Container[str]
) -> tuple[int, Meaning | None]:
    words = phrase.split()
    for size in sizes:
        for start in range(len(words) - size + 1):
            if start and words[start - 1] in denied:
                continue
            meaning = phrases.get(" ".join(words[start : start + size]))
            if meaning is not None:
                return size, meaning
    return 0, None


def _together(phrase: str, meanings: Meanings[Meaning]) -> tuple[int, Meaning | None]:
    """Give what most concepts of the phrase agree on; of two with as many, the one listed first."""
    said = meanings.concepts.of(phrase)
    most = max((wanted for wanted in meanings.together if wanted <= said), key=len, default=None)
    return (0, None) if most is None else (len(most), meanings.together[most])


def find_phrase(text: str, phrases: Mapping[str, Meaning]) -> Meaning | None:
    """Find the longest known phrase in a cell.

    >>> find_phrase("Level: fluent, spoken", {"fluent": 1, "fluent spoken": 2}), find_phrase("?", {"a": 1})
    (2, None)
    """
    return _inside(phrase_of(text), phrases, range(MOST_WORDS, 0, -1), ())[1]
