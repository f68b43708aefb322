"""Resumes that lend a role their words: what several of them have in common beyond the pool."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.compiled import number_keys
from talentpool.matching.index import PoolIndex
from talentpool.matching.role import WeightedTerms, scaled
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, rarity

LEAST_FREQUENCY = 2
"""A word that one person alone has links nobody to anybody."""


class Lenders:
    """Resumes whose terms a role may borrow; each is read once, however often it is asked for."""

    def __init__(self, index: PoolIndex, settings: MatchingSettings) -> None:
        self._index, self._settings = index, settings
        self._table = count_table(settings.words)
        self._number_by_row = dict[int, int]()
        self._segments, self._terms = list[int](), list[NDArray[np.int32]]()
        self._hashes, self._weights = list[NDArray[np.uint64]](), list[NDArray[np.float64]]()

    def common_terms(self, rows: Sequence[int], shares: NDArray[np.float64]) -> WeightedTerms:
        """Give the weightiest terms of the mean of some resumes that several of them have; scaled to length 1.

        `shares` are above 0 and say how far each resume counts. A term counts by how far it goes beyond the pool:
        not at all when these resumes have it no more often than everybody, in full when nobody else has it.
        """
        hashes, weights = self._read(rows)
        first, numbers = number_keys(hashes)
        sizes = [len(part) for part in self._terms]
        lent = np.repeat(self._by_resume(rows, shares), sizes)
        least = min(self._settings.feedback.least_people, len(rows))
        usable = np.flatnonzero(np.bincount(numbers, lent > 0) >= least)
        entries, among = first[usable], np.bincount(numbers, lent)[usable]
        segments = np.repeat(self._segments, sizes)[entries]
        terms = np.concatenate(self._terms)[entries].astype(np.int64)
        frequencies, is_pair = self._described(segments, terms)
        rarities = rarity(self._index.snapshot_people, frequencies, is_pair, self._settings.words)
        beyond = np.maximum(0.0, 1 - frequencies / max(1, self._index.snapshot_people) / among)
        sums = np.bincount(numbers, weights * lent)[usable] * rarities * (frequencies >= LEAST_FREQUENCY)
        sums *= beyond.round(9)  # what all have: 0, not 1e-16
        chosen = _weightiest(sums, hashes[entries], int(self._settings.feedback.terms))
        return WeightedTerms(
            hashes=hashes[entries], is_pair=is_pair, rarities=rarities, weights=sums, segments=segments,
            places=terms,
        ).chosen(chosen, scaled(sums[chosen]))  # fmt: skip

    def _read(self, rows: Sequence[int]) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """Give the terms of all resumes read so far: hashes, and what they count in a cosine but for rarity."""
        fresh = [row for row in rows if row not in self._number_by_row]
        numbers, inners = self._index.places_of_rows(fresh)
        for row, number, inner in zip(fresh, numbers.tolist(), inners.tolist(), strict=True):
            self._number_by_row[row] = len(self._number_by_row)
            segment, norms = self._index.segments[number], self._index.weights[number]["norms"]
            terms, counts = segment.row(inner)
            self._hashes.append(segment.term_hashes[terms])
            self._weights.append(self._table[counts] / (float(norms[inner]) or 1.0))
            self._terms.append(terms)
            self._segments.append(number)
        return np.concatenate(self._hashes), np.concatenate(self._weights)

    def _by_resume(self, rows: Sequence[int], shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give every resume read its share; 0 to those not asked now."""
        by_resume = np.zeros(len(self._number_by_row))
        by_resume[[self._number_by_row[row] for row in rows]] = shares
        return by_resume

    def _described(
        self, segments: NDArray[np.int64], terms: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """Give how many people have each term, and whether it is a pair."""
        frequencies, is_pair = np.zeros(len(terms), np.uint32), np.zeros(len(terms), bool)
        for number in np.unique(segments).tolist():
            here = np.flatnonzero(segments == number)
            frequencies[here] = self._index.weights[number]["frequencies"][terms[here]]
            is_pair[here] = self._index.segments[number].arrays["term_rights"][terms[here]] >= 0
        return frequencies, is_pair


def _weightiest(sums: NDArray[np.float64], keys: NDArray[np.uint64], places: int) -> NDArray[np.int64]:
    """Give the first so many above 0, the largest first; ties by key."""
    least = np.partition(sums, -places)[-places] if len(sums) > places else 0.0
    able = np.flatnonzero((sums >= least) & (sums > 0))
    return able[np.lexsort((keys[able], -sums[able]))][:places]
