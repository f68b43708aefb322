"""Counted terms of many texts at once: words, pairs of neighbours, and named skills of several words.

Resumes are counted a segment at a time with arrays; a role goes through the very same code by itself.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.text import (
    GERMAN,
    LANGUAGES,
    LEAST_STOP_WORDS,
    TextRules,
    hash_word,
    pair_hashes,
    sequence_hash,
    words_of,
)

Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""A row, a term and a count, side by side."""


class LabelledTerm(NamedTuple):
    """A term written out, with how often the texts mention it."""

    hash: int
    label: str
    is_pair: bool
    mentions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Postings:
    """Counted terms of some documents: `rows`, `terms` and `counts` run side by side.

    `terms` numbers the entries of `hashes`, `lefts` and `rights`; a hash may stand there twice. `lefts` and
    `rights` number the two words of a pair in `words`; a single term has -1 on the right.
    """

    documents: int
    rows: NDArray[np.int32]
    terms: NDArray[np.int32]
    counts: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    lefts: NDArray[np.int32]
    rights: NDArray[np.int32]
    words: list[str]

    def labelled(self) -> Iterator[LabelledTerm]:
        """Write every term out, with its mentions in all documents together."""
        counts = np.zeros(len(self.hashes), np.int64)
        np.add.at(counts, self.terms, self.counts)
        columns = (self.hashes, self.lefts, self.rights, counts)
        for key, left, right, count in zip(*(column.tolist() for column in columns), strict=True):
            label = self.words[left] if right < 0 else f"{self.words[left]} {self.words[right]}"
            yield LabelledTerm(key, label, right >= 0, count)


class Vocabulary(dict[str, int]):
    """Numbers words in the order in which they are met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def analyse(texts: Iterable[str], rules: TextRules, *, are_resumes: bool = False) -> Postings:
    """Count the terms of each text. Memory grows with the texts given: give at most one segment."""
    vocabulary, stream, lengths = Vocabulary(), array("i"), array("q")
    for text in texts:
        before = len(stream)
        stream.extend(map(vocabulary.__getitem__, words_of(text)))
        lengths.append(len(stream) - before)
    words = np.frombuffer(stream, np.int32) if stream else np.zeros(0, np.int32)
    found = _Stream(words, np.array(lengths, np.int64), list(vocabulary), rules)
    return found.postings(headline_words=int(rules.headline_words) if are_resumes else 0)


class _Stream:
    """The words of a batch of documents, one after another, as numbers."""

    def __init__(
        self, numbers: NDArray[np.int32], lengths: NDArray[np.int64], words: list[str], rules: TextRules
    ) -> None:
        self.numbers, self.words, self.rules = numbers, words, rules
        self.documents, self.ends = len(lengths), np.cumsum(lengths)
        self.rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
        self.places = np.arange(len(numbers), dtype=np.int64) - np.repeat(self.ends - lengths, lengths)
        self.hashes = np.array([hash_word(word) for word in words], np.uint64)
        bits = rules.stop_bits_by_word
        self.stop_bits = np.array([bits.get(word, 0) for word in words], np.uint8)
        self.usable = np.array([rules.is_term(word) for word in words], bool)

    def postings(self, *, headline_words: int) -> Postings:
        """Count words, pairs and named skills; those in the headline count more."""
        kept = self._kept()
        self.headline = self._headline(kept, headline_words)
        fresh_word, fresh_pair = self._fresh()
        parts = [self._words(kept & fresh_word), self._pairs(kept, fresh_pair), self._phrases()]
        parts += self._compounds(kept & fresh_word)
        offsets = np.cumsum([0, *(len(hashes) for _, hashes, _, _ in parts)])
        columns = [part[0] for part in parts]
        hashes, lefts, rights = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
        self._apply_names(hashes, lefts, rights)
        return Postings(
            documents=self.documents,
            rows=np.concatenate([rows for rows, _, _ in columns]).astype(np.int32),
            terms=np.concatenate(
                [terms + offset for (_, terms, _), offset in zip(columns, offsets, strict=False)]
            ).astype(np.int32),
            counts=np.concatenate([counts for _, _, counts in columns]),
            hashes=hashes, lefts=lefts.astype(np.int32), rights=rights.astype(np.int32), words=self.words,
        )  # fmt: skip

    def _kept(self) -> NDArray[np.bool_]:
        """Drop numbers, rubbish and the stop words of the language a document is mostly written in."""
        bits = self.stop_bits[self.numbers]
        seen = np.flatnonzero(bits)
        rows, bits = self.rows[seen], bits[seen]
        shares = np.stack([np.bincount(rows, bits >> n & 1, self.documents) for n in range(len(LANGUAGES))])
        is_told = shares.max(axis=0) >= LEAST_STOP_WORDS
        self.languages = np.where(is_told, 1 << shares.argmax(axis=0), 0).astype(np.uint8)
        spoken = np.maximum(self.languages, 1)
        kept: NDArray[np.bool_] = self.usable[self.numbers]
        kept[seen] &= (bits & spoken[rows]) == 0
        return kept

    def _headline(self, kept: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
        """Mark the first words of each document that carry meaning."""
        met = np.concatenate(([0], np.cumsum(kept)))
        before = met[np.concatenate(([0], self.ends[:-1]))[self.rows]] if len(kept) else met[:0]
        return met[1:] - before <= size if size else np.zeros(len(kept), bool)

    def _fresh(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Mark words, and pairs starting at them, that did not stand within the last few words."""
        numbers, size = self.numbers, len(self.numbers)
        word, pair = np.ones(size, bool), np.ones(size, bool)
        for lag in range(1, min(int(self.rules.repeat_window), size - 1) + 1):
            again = np.zeros(size, bool)
            again[lag:] = (numbers[lag:] == numbers[:-lag]) & (self.places[lag:] >= lag)
            word &= ~again
            pair[:-1] &= ~(again[:-1] & again[1:])
        return word, pair

    def _words(
        self, chosen: NDArray[np.bool_]
    ) -> tuple[Columns, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
        columns, lefts = self._counted(np.flatnonzero(chosen), self.numbers.astype(np.int64))
        return columns, self.hashes[lefts], lefts, np.full(len(lefts), -1)

    def _pairs(
        self, kept: NDArray[np.bool_], fresh: NDArray[np.bool_]
    ) -> tuple[Columns, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
        first = np.flatnonzero(kept[:-1] & kept[1:] & fresh[:-1] & (self.places[1:] > 0))
        width = max(1, len(self.words))
        columns, found = self._counted(first, self.numbers[:-1].astype(np.int64) * width + self.numbers[1:])
        lefts, rights = np.divmod(found, width)
        return columns, pair_hashes(self.hashes[lefts], self.hashes[rights]), lefts, rights

    def _counted(
        self, places: NDArray[np.int64], terms: NDArray[np.int64]
    ) -> tuple[Columns, NDArray[np.int64]]:
        """Count the terms at these places by person; and list the different terms, ascending."""
        again = places[self.headline[places]]
        places = np.concatenate((places, *[again] * int(self.rules.headline_mentions)))
        keys = np.sort(terms[places] * max(1, self.documents) + self.rows[places])
        first = np.flatnonzero(_changes(keys))
        counts = np.diff(np.append(first, len(keys)))
        found, rows = np.divmod(keys[first], max(1, self.documents))
        changes = _changes(found)
        return (rows, np.cumsum(changes) - 1, counts), found[changes]

    def _compounds(
        self, chosen: NDArray[np.bool_]
    ) -> Iterator[tuple[Columns, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]]:
        """Count the parts of German compounds, and the pairs they make, beside the whole words."""
        for language in (0, GERMAN):
            here = chosen & (self.languages == language)[self.rows]
            numbers = np.unique(self.numbers[here]).tolist()
            cut = {n: self.rules.compound_terms(self.words[n], language) for n in numbers}
            names = sorted({term for terms in cut.values() for term in terms})
            place_of = {name: place for place, name in enumerate(names)}
            hashes = np.array([sequence_hash(name) for name in names], np.uint64)
            firsts = self._number_words([name[0] for name in names])
            lasts = np.where(
                [len(name) > 1 for name in names], self._number_words([n[-1] for n in names]), -1
            )
            for slot in range(max(map(len, cut.values()), default=0)):
                term_of = np.full(len(self.words), -1)
                for number, terms in cut.items():
                    term_of[number] = place_of[terms[slot]] if slot < len(terms) else -1
                found = term_of[self.numbers]
                columns, used = self._counted(np.flatnonzero(here & (found >= 0)), found)
                yield columns, hashes[used], firsts[used], lasts[used]

    def _phrases(self) -> tuple[Columns, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
        """Count skills of several words where they stand in the text, stop words included."""
        found: dict[tuple[int, str], int] = {}
        for place in self._phrase_places():
            row = int(self.rows[place])
            end = min(int(self.ends[row]), place + self.rules.longest_form)
            around = tuple(self.words[n] for n in self.numbers[place:end])
            for written, label in self.rules.phrases.get(around[:2], ()):
                if around[: len(written)] == written:
                    found[row, label] = found.get((row, label), 0) + 1
        labels = {label: n for n, label in enumerate(sorted({label for _, label in found}))}
        columns = (
            np.array([row for row, _ in found], np.int64),
            np.array([labels[label] for _, label in found], np.int64),
            np.array(list(found.values()), np.int64),
        )
        hashes = np.array([self.rules.term_hash(label) for label in labels], np.uint64)
        return columns, hashes, self._number_words(list(labels)), np.full(len(labels), -1)

    def _phrase_places(self) -> list[int]:
        if not len(self.numbers):
            return []
        firsts, seconds, starts = self.rules.phrase_starts
        begins = np.array([word in firsts for word in self.words], bool)
        goes_on = np.array([word in seconds for word in self.words], bool)
        hits = begins[self.numbers[:-1]] & goes_on[self.numbers[1:]] & (self.places[1:] > 0)
        places = np.flatnonzero(hits)
        pairs = pair_hashes(self.hashes[self.numbers[places]], self.hashes[self.numbers[places + 1]])
        found: list[int] = places[np.isin(pairs, starts)].tolist()
        return found

    def _apply_names(
        self, hashes: NDArray[np.uint64], lefts: NDArray[np.int64], rights: NDArray[np.int64]
    ) -> None:
        """Give aliases the hash and the name of the skill they stand for."""
        written, targets, labels = self.rules.named_hashes
        if not len(written):
            return
        places = np.minimum(np.searchsorted(written, hashes), len(written) - 1)
        found = np.flatnonzero(written[places] == hashes)
        used, numbers = np.unique(places[found], return_inverse=True)
        named = self._number_words([labels[n] for n in used])
        hashes[found], lefts[found], rights[found] = targets[places[found]], named[numbers], -1

    def _number_words(self, labels: list[str]) -> NDArray[np.int64]:
        first = len(self.words)
        self.words.extend(labels)
        return np.arange(first, first + len(labels), dtype=np.int64)


def _changes(ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark where a value differs from the one before it."""
    changes = np.ones(len(ascending), bool)
    changes[1:] = ascending[1:] != ascending[:-1]
    return changes
