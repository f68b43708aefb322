"""From written text to words: case, accents, technical names, stop words, and the skills behind aliases.

A term is a 64-bit hash, the same in every process, so that no dictionary of all words is ever held.
This file knows nothing of counts and weights.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

ANALYSIS_VERSION = 2
"""Raise it when the same text would give other terms: every index is then made anew."""

LONGEST_WORD = 40
LANGUAGES = ("en", "de", "fr", "es")
LEAST_STOP_WORDS = 3
"""Fewer function words than this do not tell a language; the first one is taken then."""
CODE_LETTERS = frozenset("cr")
"""The only single letters that are skills by themselves."""

_WORD = (
    r"\.net\b"
    r"|LETTER+(?:(?=[+#.&-])(?:\+\+|\#(?!\w)|\.(?:js|net)\b|-[a-z]\b"
    r"|(?<!LETTER.)(?:-[^\W\d_]{2,40}|&[a-z]\b|(?:\.[a-z]\b)+)))?"
)
WORD = re.compile(_WORD.replace("LETTER", r"[^\W_]"))
ASCII_WORD = re.compile(_WORD.replace("LETTER", "[a-z0-9]"), re.ASCII)
"""The same for folded text without other letters, where it is quicker."""
CONTACT = re.compile(
    r"\b(?:https?://|www\.)\S{1,400}"
    r"|[\w.+%-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}"
    r"|\b(?!salesforce\.com\b)(?:[\w-]{1,63}\.){1,4}(?:com|org|edu|gov)\b(?:/\S{0,200})?"
    r"|\b(?:[\w-]{1,63}\.){1,4}[a-z]{2,6}/\S{1,200}",
    re.IGNORECASE,
)
CONTACT_SIGNS = ("@", "://", "www.", ".com", ".org", ".edu", ".gov", "/in/", ".io/", ".me/", ".de/")
PHONE = re.compile(r"(?<![^\W_])[0-9][0-9 ()./-]{6,20}[0-9](?![^\W_])")
MARKS = re.compile(r"[\u0300-\u036f]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class LocatedWord:
    """One word of a text with the place where it stands."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Fold case, accents and look-alike characters, so that résumé and Resume are one word."""
    if text.isascii():
        return text.lower()
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", plain).casefold()


def words_of(text: str) -> list[str]:
    """Split a text into folded words, without addresses and phone numbers; CJK runs become pairs."""
    if any(sign in text for sign in CONTACT_SIGNS):
        text = CONTACT.sub(" \n ", text)
    folded = fold(PHONE.sub(" ", text))
    if folded.isascii():
        return ASCII_WORD.findall(folded)
    if CJK.search(folded):
        folded = CJK.sub(lambda run: f" {' '.join(character_pairs(run.group()))} ", folded)
    return WORD.findall(folded)


def character_pairs(run: str) -> list[str]:
    """Cut a run of Chinese, Japanese or Korean writing into overlapping pairs of characters."""
    return [a + b for a, b in pairwise(run)] or [run]


def located_words(text: str) -> list[LocatedWord]:
    """Split like `words_of`, keeping where each word stands in the text as it was written."""
    hidden = PHONE.sub(_blank, CONTACT.sub(_blank, text))
    folded, places = _folded_with_places(hidden)
    spans = [(match.group(), match.start()) for match in WORD.finditer(CJK.sub(_blank, folded))]
    for run in CJK.finditer(folded):
        spans += [(pair, run.start() + n) for n, pair in enumerate(character_pairs(run.group()))]
    spans.sort(key=lambda span: span[1])
    return [
        LocatedWord(word=word, start=places[start], end=places[start + len(word) - 1] + 1)
        for word, start in spans
    ]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    pieces, places = [], array("q")
    for place, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        places.extend([place] * len(piece))
    places.append(len(text))
    return "".join(pieces), places


def hash_word(word: str) -> int:
    """Hash one word to 64 bits, the same everywhere; `u.s` and `us` are one word."""
    plain = word.replace(".", "") if "." in word and all(len(part) == 1 for part in word.split(".")) else word
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), "little")


word_hash = lru_cache(maxsize=20_000)(hash_word)


def pair_hashes(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix the hashes of two neighbours into one; the order matters (the finaliser of splitmix64)."""
    mixed = (left ^ np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xFF51AFD7ED558CCD) + right
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def sequence_hash(words: Sequence[str]) -> int:
    """Hash one word, a pair or a longer phrase; a pair hashes like the pair met in running text."""
    mixed = np.array([word_hash(words[0])], np.uint64)
    for word in words[1:]:
        mixed = pair_hashes(mixed, np.array([word_hash(word)], np.uint64))
    return int(mixed[0])


@dataclass(frozen=True, eq=False)
class TextRules:
    """What counts as a term: stop words by language, names of skills by alias, and what repeats count.

    A word that stood within the last `repeat_window` words is not counted again. The first `headline_words`
    of a resume, where people say what they are, count `headline_mentions` times more.
    """

    stop_words: dict[str, frozenset[str]]
    label_by_alias: dict[str, str]
    repeat_window: int
    headline_words: int = 0
    headline_mentions: int = 0

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]]:
        """Find written forms of two words and more by their first two words."""
        table: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        for written, label in self.forms.items():
            if len(written) > 1 and not self._is_met_as_pair(written, label):
                table.setdefault(written[:2], []).append((written, label))
        return table

    @cached_property
    def phrase_starts(self) -> tuple[frozenset[str], frozenset[str]]:
        """List the words that phrases begin with, and those that come second."""
        return frozenset(first for first, _ in self.phrases), frozenset(second for _, second in self.phrases)

    @cached_property
    def named_hashes(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64], list[str]]:
        """List terms that go by another name: hashes (ascending), the hashes they stand for, and the names."""
        pairs = {
            sequence_hash(written): label
            for written, label in self.forms.items()
            if (len(written) == 1 or self._is_met_as_pair(written, label)) and " ".join(written) != label
        }
        ordered = sorted(pairs)
        targets = [self.term_hash(pairs[written]) for written in ordered]
        return np.array(ordered, np.uint64), np.array(targets, np.uint64), [pairs[key] for key in ordered]

    @cached_property
    def stop_bits_by_word(self) -> dict[str, int]:
        """Say in which languages a word is a stop word, one bit each."""
        bits: dict[str, int] = {}
        for number, language in enumerate(LANGUAGES):
            for word in self.stop_words.get(language, ()):
                bits[word] = bits.get(word, 0) | 1 << number
        return bits

    def term_hash(self, label: str) -> int:
        """Hash a canonical label the way running text gives it."""
        return sequence_hash(words_of(label) or [label])

    def canonical(self, written: str) -> str:
        """Give the label a written form stands for, or the written form itself, folded."""
        return self.label_of(tuple(words_of(written)))

    def label_of(self, words: tuple[str, ...]) -> str:
        """Give the label that words in running text stand for."""
        return self.forms.get(words, " ".join(words))

    def skills_in(self, text: str) -> list[str]:
        """Name the known skills a text mentions, in order, the longest wording first."""
        words, found, place = words_of(text), list[str](), 0
        while place < len(words):
            sizes = range(min(self.longest_form, len(words) - place), 0, -1)
            size = next((n for n in sizes if tuple(words[place : place + n]) in self.forms), 0)
            if size:
                found.append(self.forms[tuple(words[place : place + size])])
            place += max(1, size)
        return list(dict.fromkeys(found))

    @cached_property
    def longest_form(self) -> int:
        """Say of how many words the longest written form is made."""
        return max((len(words) for words in self.forms), default=1)

    def is_term(self, word: str) -> bool:
        """Say whether a word can be a term in some language: no number, no lone letter, no rubbish."""
        return (
            len(word) <= LONGEST_WORD
            and not word.isdigit()
            and (len(word) > 1 or word in CODE_LETTERS or not word.isascii())
        )

    def is_stop_word(self, word: str, languages: int = 1) -> bool:
        """Say whether a word is a stop word in one of the languages given as bits (English if none)."""
        return bool(self.stop_bits_by_word.get(word, 0) & languages)

    @cached_property
    def forms(self) -> dict[tuple[str, ...], str]:
        """Find the label of a skill by its written form, as folded words."""
        forms = {tuple(words_of(alias)): label for alias, label in self.label_by_alias.items()}
        forms.update({tuple(words_of(label)): label for label in self.label_by_alias.values()})
        return {words: label for words, label in forms.items() if words}

    def _is_met_as_pair(self, written: tuple[str, ...], label: str) -> bool:
        plain = all(self.is_term(word) and word not in self.stop_bits_by_word for word in written)
        return len(written) == 2 and plain and sequence_hash(written) == self.term_hash(label)
