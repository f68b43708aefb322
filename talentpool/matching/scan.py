"""Sums for everybody at once, from the columns of the terms asked for only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.compiled import add_columns, compiled_loop
from talentpool.matching.index import PoolIndex
from talentpool.matching.role import WeightedTerms
from talentpool.matching.segments import Segment
from talentpool.matching.settings import WordWeights
from talentpool.matching.weighting import count_table

COMPILED_POSTINGS = 20_000
"""Below so many postings the plain arrays are quick enough to do without the compiled loop."""
ROW_NUMBERS = 1 << 16
"""Room for every row number that two bytes can hold, so that no damaged one reaches beyond it."""

Floats = NDArray[np.float64]


def scan(index: PoolIndex, terms: WeightedTerms, words: WordWeights) -> Floats:
    """Sum role weight times resume weight over the terms for every row, before the resume's length counts.

    A row's terms are added in the order given, whatever else is in the pool.
    """
    factors, table = terms.weights * terms.rarities, count_table(words)
    sums = [_segment_sums(segment, terms.hashes, factors, table) for segment in index.segments]
    return np.concatenate(sums or [np.zeros(0)])


def _segment_sums(segment: Segment, hashes: NDArray[np.uint64], factors: Floats, table: Floats) -> Floats:
    places = segment.find(hashes)
    used = np.flatnonzero((places >= 0) & (factors != 0))
    columns, factors = places[used], factors[used]
    starts, stops = segment.arrays["column_starts"][columns], segment.arrays["column_starts"][columns + 1]
    rows, counts = segment.arrays["column_rows"], segment.arrays["column_counts"]
    if (stops - starts).sum() >= COMPILED_POSTINGS and (add := compiled_loop(add_columns)):
        sums = np.zeros(ROW_NUMBERS)
        add(rows, counts, starts.clip(0), stops.clip(0, len(rows)), factors, table, sums)
        return sums[: segment.size]
    spans = [slice(start, stop) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
    if not spans:
        return np.zeros(segment.size)
    weights = table[np.concatenate([counts[span] for span in spans])] * np.repeat(factors, stops - starts)
    found = np.concatenate([rows[span] for span in spans])
    return np.bincount(found, weights, segment.size).astype(np.float64, copy=False)


def rows_with_all(index: PoolIndex, hashes: Sequence[int]) -> NDArray[np.bool_]:
    """Mark the rows whose resumes have every one of these terms; nobody when there are none."""
    parts = [_segment_rows_with_all(segment, hashes) for segment in index.segments]
    return np.concatenate(parts or [np.zeros(0, bool)])


def _segment_rows_with_all(segment: Segment, hashes: Sequence[int]) -> NDArray[np.bool_]:
    met = np.full(segment.size, bool(hashes))
    for place in segment.find(np.array(hashes, np.uint64)):
        has = np.zeros(segment.size, bool)
        if place >= 0:
            has[segment.column(int(place))[0]] = True
        met &= has
    return met
