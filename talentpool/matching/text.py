"""From written text to counted terms: words, pairs of words, and the skills behind their aliases.

A term is a 64-bit hash, the same in every process, so that no dictionary of all words is ever held.
Resumes are analysed many at a time with arrays; roles go through the very same code, one at a time.
This file knows nothing of weights.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

ANALYSIS_VERSION = 1
"""Raise it when the same text would give other terms: every index is then made anew."""

LONGEST_WORD = 40
LANGUAGES = ("en", "de", "fr", "es")
LEAST_STOP_WORDS = 3
"""Fewer function words than this do not tell a language; the first one is taken then."""
CODE_LETTERS = frozenset("cr")
"""The only single letters that are skills by themselves."""

WORD = re.compile(
    r"\.net\b"
    r"|[^\W_]+(?:\+\+|\#(?!\w)|\.(?:js|net)\b|-[a-z]\b"
    r"|(?<![^\W_].)(?:-[^\W\d_]{2,40}|&[a-z]\b|(?:\.[a-z]\b)+))?"
)
CONTACT = re.compile(
    r"\b(?:https?://|www\.)\S{1,400}"
    r"|[\w.+%-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}"
    r"|\b(?!salesforce\.com\b)(?:[\w-]{1,63}\.){1,4}(?:com|org|edu|gov)\b(?:/\S{0,200})?"
    r"|\b(?:[\w-]{1,63}\.){1,4}[a-z]{2,6}/\S{1,200}",
    re.IGNORECASE,
)
CONTACT_SIGNS = ("@", "://", "www.", ".com", ".org", ".edu", ".gov", "/in/", ".io/", ".me/", ".de/")
MARKS = re.compile(r"[\u0300-\u036f]+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Postings:
    """Counted terms of some documents; `rows`, `hashes`, `counts`, `lefts`, `rights` run side by side.

    `lefts` and `rights` number the two words of a pair in `words`; a single term has -1 on the right.
    """

    documents: int
    rows: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    counts: NDArray[np.int64]
    lefts: NDArray[np.int32]
    rights: NDArray[np.int32]
    words: list[str]


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
    """Split a text into folded words; e-mail and web addresses are left out, CJK runs become pairs."""
    if any(sign in text for sign in CONTACT_SIGNS):
        text = CONTACT.sub(" \n ", text)
    folded = fold(text)
    if not folded.isascii() and CJK.search(folded):
        folded = CJK.sub(lambda run: f" {' '.join(character_pairs(run.group()))} ", folded)
    return WORD.findall(folded)


def character_pairs(run: str) -> list[str]:
    """Cut a run of Chinese, Japanese or Korean writing into overlapping pairs of characters."""
    return [a + b for a, b in pairwise(run)] or [run]


def located_words(text: str) -> list[LocatedWord]:
    """Split like `words_of`, keeping where each word stands in the text as it was written."""
    hidden = CONTACT.sub(_blank, text)
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


@lru_cache(maxsize=100_000)
def word_hash(word: str) -> int:
    """Hash one word to 64 bits, the same everywhere; `u.s` and `us` are one word."""
    plain = word.replace(".", "") if "." in word and all(len(part) == 1 for part in word.split(".")) else word
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), "little")


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


class Vocabulary(dict[str, int]):
    """Numbers words in the order in which they are met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


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
    def phrases(self) -> dict[tuple[str, str], list[tuple[tuple[str, ...], str]]]:
        """Find written forms of two words and more by their first two words."""
        table: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        for written, label in self.forms.items():
            if len(written) > 1 and not self._is_met_as_pair(written, label):
                table.setdefault((written[0], written[1]), []).append((written, label))
        return table

    @cached_property
    def alias_hashes(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64], list[str]]:
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


def analyse(texts: Iterable[str], rules: TextRules, *, are_resumes: bool = False) -> Postings:
    """Count the terms of each text. Memory grows with the texts given: give at most one segment."""
    vocabulary, stream, lengths = Vocabulary(), array("i"), []
    for text in texts:
        numbers = list(map(vocabulary.__getitem__, words_of(text)))
        stream.extend(numbers)
        lengths.append(len(numbers))
    numbers_of_words = np.array(stream, np.int32)
    found = _Stream(numbers_of_words, np.array(lengths, np.int64), list(vocabulary), rules)
    return found.postings(headline_words=int(rules.headline_words) if are_resumes else 0)


class _Stream:
    """The words of a batch of documents, one after another, as numbers."""

    def __init__(
        self, numbers: NDArray[np.int32], lengths: NDArray[np.int64], words: list[str], rules: TextRules
    ) -> None:
        self.numbers, self.words, self.rules = numbers, words, rules
        self.documents = len(lengths)
        self.rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        starts = np.cumsum(lengths) - lengths
        self.places = np.arange(len(numbers), dtype=np.int64) - np.repeat(starts, lengths)
        self.hashes = np.array([word_hash(word) for word in words], np.uint64)
        self.stop_bits = np.array([rules.stop_bits_by_word.get(word, 0) for word in words], np.uint8)
        self.usable = np.array([rules.is_term(word) for word in words], bool)

    def postings(self, *, headline_words: int) -> Postings:
        """Count words, pairs and named skills; those in the headline count more."""
        self.headline = self.places < headline_words
        kept = self._kept()
        fresh_word, fresh_pair = self._fresh()
        parts = [self._words(kept & fresh_word), self._pairs(kept, fresh_pair), self._phrases()]
        rows, hashes, counts, lefts, rights = (np.concatenate(column) for column in zip(*parts, strict=True))
        self._apply_aliases(hashes, lefts, rights)
        return Postings(
            documents=self.documents, rows=rows.astype(np.int32), hashes=hashes, counts=counts,
            lefts=lefts.astype(np.int32), rights=rights.astype(np.int32), words=self.words,
        )  # fmt: skip

    def _kept(self) -> NDArray[np.bool_]:
        """Drop numbers, rubbish and the stop words of the language a document is mostly written in."""
        bits = self.stop_bits[self.numbers]
        seen = np.flatnonzero(bits)
        shares = np.stack(
            [np.bincount(self.rows[seen], bits[seen] >> n & 1, self.documents) for n in range(len(LANGUAGES))]
        )
        spoken = np.where(shares.max(axis=0) >= LEAST_STOP_WORDS, 1 << shares.argmax(axis=0), 1).astype(
            np.uint8
        )
        kept: NDArray[np.bool_] = self.usable[self.numbers]
        kept[seen] &= (bits[seen] & spoken[self.rows[seen]]) == 0
        return kept

    def _fresh(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Mark words, and pairs starting at them, that did not stand within the last few words."""
        numbers, size = self.numbers, len(self.numbers)
        word, pair = np.ones(size, bool), np.ones(size, bool)
        for lag in range(1, min(self.rules.repeat_window, size - 1) + 1):
            again = np.zeros(size, bool)
            again[lag:] = (numbers[lag:] == numbers[:-lag]) & (self.places[lag:] >= lag)
            word &= ~again
            pair[:-1] &= ~(again[:-1] & again[1:])
        return word, pair

    def _words(self, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.generic], ...]:
        width = max(1, len(self.words))
        keys, counts = self._counted(np.flatnonzero(chosen), self.numbers.astype(np.int64), width)
        rows, lefts = np.divmod(keys, width)
        return rows, self.hashes[lefts], counts, lefts, np.full(len(lefts), -1)

    def _pairs(self, kept: NDArray[np.bool_], fresh: NDArray[np.bool_]) -> tuple[NDArray[np.generic], ...]:
        width = max(1, len(self.words))
        first = np.flatnonzero(kept[:-1] & kept[1:] & fresh[:-1] & (self.places[1:] > 0))
        two = self.numbers[:-1].astype(np.int64) * width + self.numbers[1:]
        keys, counts = self._counted(first, two, width * width)
        rows, two = np.divmod(keys, width * width)
        lefts, rights = np.divmod(two, width)
        return rows, pair_hashes(self.hashes[lefts], self.hashes[rights]), counts, lefts, rights

    def _counted(
        self, places: NDArray[np.int64], terms: NDArray[np.int64], width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Count the terms at these places, person by person, as row · width + term."""
        again = places[self.headline[places]]
        places = np.concatenate((places, *[again] * int(self.rules.headline_mentions)))
        return _counted(self.rows[places] * width + terms[places])

    def _phrases(self) -> tuple[NDArray[np.generic], ...]:
        """Count aliases of two words and more where they stand in the text, stop words included."""
        found: dict[tuple[int, str], int] = {}
        for place in self._phrase_places():
            row, offset = int(self.rows[place]), int(self.places[place])
            around = [self.words[n] for n in self.numbers[place : place + self.rules.longest_form]]
            inside = int(np.searchsorted(self.rows, row, "right")) - place
            for written, label in self.rules.phrases.get((around[0], around[1]), ()):
                if len(written) <= inside and tuple(around[: len(written)]) == written and offset >= 0:
                    found[row, label] = found.get((row, label), 0) + 1
        return self._phrase_columns(found)

    def _phrase_places(self) -> list[int]:
        firsts = {first for first, _ in self.rules.phrases}
        seconds = {second for _, second in self.rules.phrases}
        begins = np.array([word in firsts for word in self.words], bool)
        goes_on = np.array([word in seconds for word in self.words], bool)
        if not len(self.numbers):
            return []
        hits = begins[self.numbers[:-1]] & goes_on[self.numbers[1:]] & (self.places[1:] > 0)
        return [int(place) for place in np.flatnonzero(hits)]

    def _phrase_columns(self, found: dict[tuple[int, str], int]) -> tuple[NDArray[np.generic], ...]:
        number_by_label = {}
        for label in sorted({label for _, label in found}):
            number_by_label[label] = len(self.words)
            self.words.append(label)
        rows = np.array([row for row, _ in found], np.int64)
        hashes = np.array([self.rules.term_hash(label) for _, label in found], np.uint64)
        lefts = np.array([number_by_label[label] for _, label in found], np.int64)
        return rows, hashes, np.array(list(found.values()), np.int64), lefts, np.full(len(rows), -1)

    def _apply_aliases(
        self, hashes: NDArray[np.uint64], lefts: NDArray[np.generic], rights: NDArray[np.generic]
    ) -> None:
        written, targets, labels = self.rules.alias_hashes
        if not len(written):
            return
        places = np.minimum(np.searchsorted(written, hashes), len(written) - 1)
        found = np.flatnonzero(written[places] == hashes)
        used, numbers = np.unique(places[found], return_inverse=True)
        hashes[found], lefts[found], rights[found] = targets[places[found]], numbers + len(self.words), -1
        self.words.extend(labels[n] for n in used)


def _counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort and count equal keys."""
    keys = np.sort(keys)
    first = (
        np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        if len(keys)
        else np.zeros(0, np.int64)
    )
    return keys[first], np.diff(np.append(first, len(keys)))
