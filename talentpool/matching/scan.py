"""Sums for everybody at once, from the columns of the terms asked for only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.compiled import add_columns, compiled_or_plain
from talentpool.matching.index import PoolIndex
from talentpool.matching.role import WeightedTerms
from talentpool.matching.segments import Segment
from talentpool.matching.settings import WordWeights
from talentpool.matching.weighting import count_table

ROW_NUMBERS = 1 << 16
"""Room behind the last row for every number that two bytes can hold, so that no damaged one reaches beyond it."""

COLUMNS = ("column_starts", "column_rows", "column_counts")

Floats = NDArray[np.float32]


def scan(
    index: PoolIndex,
    terms: WeightedTerms,
    words: WordWeights,
    *,
    places: Sequence[NDArray[np.int64]] | None = None,
    onto: Floats | None = None,
) -> Floats:
    """Sum role weight times resume weight over the terms for every row, before the resume's length counts.

    A row's terms are added in the order given, whatever else is in the pool, onto earlier sums if there are some.
    `places` say where each segment keeps the terms, if that is known. Four bytes are enough to choose whom to look
    at; whoever is stored or shown is added up again with eight.
    """
    factors = (terms.weights * terms.rarities).astype(np.float32)
    table, people = count_table(words).astype(np.float32), len(index.alive)
    sums = np.zeros(people + ROW_NUMBERS, np.float32)
    if onto is not None:
        sums[:people] = onto
    add = compiled_or_plain(add_columns, _add_plainly, is_large=index.is_large)
    for number, segment in enumerate(index.segments):
        reach = sums[index.offsets[number] :][:ROW_NUMBERS]
        starts, rows, counts = (segment.arrays[name] for name in COLUMNS)
        found = segment.find(terms.hashes) if places is None else places[number]
        add(starts, rows, counts, found, factors, table, reach)
    return sums[:people]


def _add_plainly(
    starts: NDArray[np.int32],
    rows: NDArray[np.uint16],
    counts: NDArray[np.uint8],
    places: NDArray[np.int64],
    factors: Floats,
    table: Floats,
    sums: Floats,
) -> None:
    """Do what `add_columns` does, with whole arrays."""
    known = np.flatnonzero((places >= 0) & (factors != 0))
    first, last = starts[places[known]], starts[places[known] + 1]
    spans = [slice(start, stop) for start, stop in zip(first.tolist(), last.tolist(), strict=True)]
    if spans:
        mentions, met = (np.concatenate([column[span] for span in spans]) for column in (counts, rows))
        np.add.at(sums, met, table[mentions] * np.repeat(factors[known], last - first))


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
