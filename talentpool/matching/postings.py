"""Counted terms of many texts at once: words, pairs of neighbours, and named skills of several words.

Resumes are counted a segment at a time with arrays; a role goes through the very same code by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.reading import ReadWords, read_words
from talentpool.matching.text import (
    GERMAN,
    LANGUAGES,
    LEAST_STOP_WORDS,
    TextRules,
    hash_word,
    pair_hashes,
    sequence_hash,
)

Columns = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""A row, a term and a count, side by side; by term, then by row."""
CountedTerms = tuple[Columns, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]
"""Counts with the hash, the left and the right word of each term."""


class LabelledTerm(NamedTuple):
    """A term written out, with how often the texts mention it."""

    hash: int
    label: str
    is_pair: bool
    mentions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Postings:
    """Counted terms of some documents: `rows`, `terms` and `counts` run side by side, by term.

    `terms` numbers the entries of `hashes`, `lefts` and `rights`; a hash may stand there twice. `lefts` and
    `rights` number the two words of a pair in `words`; a single term has -1 on the right.
    """

    documents: int
    rows: NDArray[np.int32]
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]
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


def analyse(texts: Iterable[str], rules: TextRules, *, are_resumes: bool = False) -> Postings:
    """Count the terms of each text. Memory grows with the texts given: give at most one segment."""
    return _Stream(read_words(texts), rules).postings(
        headline_words=int(rules.headline_words) if are_resumes else 0
    )


def join(parts: list[Postings]) -> Postings:
    """Put the counts of batches of documents one after another; a term of two batches stands there twice.

    The parts are used up, so that what is counted is never in memory twice.
    """
    people = _starts([part.documents for part in parts])
    terms = _starts([len(part.hashes) for part in parts])
    words = _starts([len(part.words) for part in parts])
    for part, first_row, first_term, first_word in zip(parts, people, terms, words, strict=True):
        np.add(part.rows, first_row, out=part.rows)
        np.add(part.terms, first_term, out=part.terms)
        np.add(part.lefts, first_word, out=part.lefts)
        np.add(part.rights, first_word, out=part.rights, where=part.rights >= 0)
    columns = ("rows", "terms", "counts", "hashes", "lefts", "rights")
    joined = Postings(
        documents=sum(part.documents for part in parts),
        words=[word for part in parts for word in part.words],
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in columns},
    )
    parts.clear()
    return joined


def _starts(sizes: list[int]) -> NDArray[np.int32]:
    return np.cumsum([0, *sizes[:-1]]).astype(np.int32)


class _Stream:
    """The words of a batch of documents, one after another, as numbers."""

    def __init__(self, read: ReadWords, rules: TextRules) -> None:
        self.numbers, self.lengths, self.words, self.rules = read.numbers, read.lengths, read.words, rules
        self.documents, self.ends = len(read.lengths), np.cumsum(read.lengths)
        self.rows = np.repeat(np.arange(self.documents, dtype=np.int32), self.lengths)
        self.hashes = np.array([hash_word(word) for word in self.words], np.uint64)
        self.kept = self._kept()

    def postings(self, *, headline_words: int) -> Postings:
        """Count words, pairs and named skills; those in the headline count more."""
        headline = self._headline(headline_words)
        fresh_word, fresh_pair = self._fresh()
        parts = [
            self._words(self.kept & fresh_word, headline),
            self._pairs(fresh_pair, headline),
            self._phrases(),
            *self._compounds(self.kept & fresh_word, headline),
        ]
        offsets = np.cumsum([0, *(len(hashes) for _, hashes, _, _ in parts)]).astype(np.int32)
        columns = [part[0] for part in parts]
        hashes, lefts, rights = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
        self._apply_names(hashes, lefts, rights)
        return Postings(
            documents=self.documents,
            rows=np.concatenate([rows for rows, _, _ in columns]),
            terms=np.concatenate(
                [terms + offset for (_, terms, _), offset in zip(columns, offsets, strict=False)]
            ).astype(np.int32, copy=False),
            counts=np.concatenate([counts for _, _, counts in columns]),
            hashes=hashes, lefts=lefts.astype(np.int32), rights=rights.astype(np.int32), words=self.words,
        )  # fmt: skip

    def _kept(self) -> NDArray[np.bool_]:
        """Drop numbers, rubbish and the stop words of the language a document is mostly written in."""
        bits, rules, kinds = self.rules.stop_bits_by_word, self.rules, 1 << len(LANGUAGES)
        stop_bits = np.array([bits.get(word, 0) for word in self.words], np.uint8)[self.numbers]
        usable = np.array([rules.is_term(word) for word in self.words], bool)[self.numbers]
        met = np.bincount(self.rows * kinds + stop_bits, minlength=self.documents * kinds)
        by_kind = met.reshape(self.documents, kinds)
        shares = np.stack(
            [by_kind[:, np.arange(kinds) >> n & 1 == 1].sum(axis=1) for n in range(len(LANGUAGES))]
        )
        is_told = shares.max(axis=0) >= LEAST_STOP_WORDS
        self.languages = np.where(is_told, 1 << shares.argmax(axis=0), 0).astype(np.uint8)
        spoken = np.maximum(self.languages, 1)
        kept: NDArray[np.bool_] = usable & (stop_bits & np.repeat(spoken, self.lengths) == 0)
        return kept

    def _headline(self, size: int) -> NDArray[np.bool_]:
        """Mark the first words of each document that carry meaning."""
        marked, places = np.zeros(len(self.kept), bool), np.flatnonzero(self.kept)
        ends = np.searchsorted(places, self.ends)
        starts = np.concatenate(([0], ends[:-1]))
        for nth in range(size):
            marked[places[(starts + nth)[starts + nth < ends]]] = True
        return marked

    def _fresh(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Mark words, and pairs starting at them, that did not stand within the last few words."""
        numbers, rows, size = self.numbers, self.rows, len(self.numbers)
        word, pair = np.ones(size, bool), np.ones(size, bool)
        for lag in range(1, min(int(self.rules.repeat_window), size - 1) + 1):
            again = np.flatnonzero(numbers[lag:] == numbers[:-lag]) + lag
            again = again[rows[again] == rows[again - lag]]
            word[again] = False
            pair[again[:-1][np.diff(again) == 1]] = False
        return word, pair

    def _words(self, chosen: NDArray[np.bool_], headline: NDArray[np.bool_]) -> CountedTerms:
        places = np.flatnonzero(chosen)
        columns, lefts = self._counted(places, self.numbers[places].astype(np.uint64), headline)
        return columns, self.hashes[lefts], lefts, np.full(len(lefts), -1)

    def _pairs(self, fresh: NDArray[np.bool_], headline: NDArray[np.bool_]) -> CountedTerms:
        kept, rows = self.kept, self.rows
        places = np.flatnonzero(kept[:-1] & kept[1:] & fresh[:-1] & (rows[:-1] == rows[1:]))
        bits = np.uint64(len(self.words).bit_length())
        pairs = self.numbers[places].astype(np.uint64) << bits | self.numbers[places + 1].astype(np.uint64)
        columns, found = self._counted(places, pairs, headline)
        lefts, rights = found >> int(bits), found & ((1 << int(bits)) - 1)
        return columns, pair_hashes(self.hashes[lefts], self.hashes[rights]), lefts, rights

    def _counted(
        self, places: NDArray[np.int64], terms: NDArray[np.uint64], headline: NDArray[np.bool_]
    ) -> tuple[Columns, NDArray[np.int64]]:
        """Count the terms at these places by person; and list the different terms, ascending."""
        bits = self.documents.bit_length()
        keys = terms << np.uint64(bits) | self.rows[places].astype(np.uint64)
        again = keys[headline[places]]
        keys = np.concatenate((keys, *[again] * int(self.rules.headline_mentions)))
        keys.sort()
        first = np.flatnonzero(_changes(keys))
        counts = np.diff(first, append=len(keys)).astype(np.int32)
        keys = keys[first]
        rows = (keys & np.uint64((1 << bits) - 1)).astype(np.int32)
        found = keys >> np.uint64(bits)
        changes = _changes(found)
        numbers = np.cumsum(changes, dtype=np.int32) - np.int32(1)
        return (rows, numbers, counts), found[changes].astype(np.int64)

    def _compounds(self, chosen: NDArray[np.bool_], headline: NDArray[np.bool_]) -> Iterator[CountedTerms]:
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
                places = np.flatnonzero(here & (term_of[self.numbers] >= 0))
                terms_there = term_of[self.numbers[places]].astype(np.uint64)
                columns, used = self._counted(places, terms_there, headline)
                yield columns, hashes[used], firsts[used], lasts[used]

    def _phrases(self) -> CountedTerms:
        """Count skills of several words where they stand in the text, stop words included."""
        found: dict[tuple[int, str], int] = {}
        for place in self._phrase_places():
            row = int(self.rows[place])
            end = min(int(self.ends[row]), place + self.rules.longest_form)
            around = tuple([self.words[n] for n in self.numbers[place:end].tolist()])
            for written, label in self.rules.phrases.get(around[:2], ()):
                if around[: len(written)] == written:
                    found[row, label] = found.get((row, label), 0) + 1
        labels = {label: n for n, label in enumerate(sorted({label for _, label in found}))}
        met = sorted((labels[label], row, count) for (row, label), count in found.items())
        numbers, rows, counts = (np.array([one[n] for one in met], np.int32) for n in range(3))
        hashes = np.array([self.rules.term_hash(label) for label in labels], np.uint64)
        return (rows, numbers, counts), hashes, self._number_words(list(labels)), np.full(len(labels), -1)

    def _phrase_places(self) -> list[int]:
        """Find where the first two words of a phrase stand."""
        firsts, seconds, starts = self.rules.phrase_starts
        begins = np.array([word in firsts for word in self.words], bool)
        goes_on = np.array([word in seconds for word in self.words], bool)
        places = np.flatnonzero(begins[self.numbers[:-1]] & goes_on[self.numbers[1:]])
        places = places[self.rows[places] == self.rows[places + 1]]
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


def _changes(ascending: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark where a value differs from the one before it."""
    changes = np.ones(len(ascending), bool)
    changes[1:] = ascending[1:] != ascending[:-1]
    return changes
