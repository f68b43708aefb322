"""The opened index: everybody's terms, weights and histories, mapped from files and shared by all processes."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.arrays import Arrays
from talentpool.matching.compiled import compiled_or_plain, count_wanted
from talentpool.matching.manifest import Manifest
from talentpool.matching.segments import Segment
from talentpool.matching.snapshot import look_up

THIN_TERMS = 25
"""A text of fewer different words and pairs is a title or two, not a resume: some fifteen words."""
MOST_REMEMBERED = 16
LARGE_PEOPLE = 3_000
BLOCK_ROWS = 64
"""Few enough that the best of a pool stand in different blocks, by and large."""


class PoolIndex:
    """One generation of the index. It never changes; open the next one to see what was added since."""

    def __init__(
        self, manifest: Manifest, segments: Sequence[Segment], weights: Sequence[Arrays], snapshot: Arrays
    ) -> None:
        self.segments, self.weights = tuple(segments), tuple(weights)
        self.generation, self.position = manifest.generation, manifest.position
        self.fingerprint, self.pivot = manifest.fingerprint, manifest.snapshot.pivot
        self.snapshot_people = manifest.snapshot.people
        self._snapshot, self._history = snapshot, dict[str, NDArray[Any]]()
        self._worked_out = dict[Hashable, NDArray[Any]]()
        self.lengths = tuple(self._lengths(*pair) for pair in zip(self.segments, self.weights, strict=True))
        self._norms = np.concatenate(self.lengths or (np.zeros(0),))
        self.offsets = np.cumsum([0, *(segment.size for segment in segments)])
        self.ids_by_row: NDArray[np.int64] = self._joined("candidate_ids")
        self.alive = self._alive()
        order = np.argsort(self.ids_by_row[self.alive], kind="stable")
        self.rows_by_id: NDArray[np.int64] = np.flatnonzero(self.alive)[order]
        self.candidate_ids: NDArray[np.int64] = self.ids_by_row[self.rows_by_id]
        self.place_by_row = np.zeros(len(self.alive), np.uint32)
        self.place_by_row[self.rows_by_id] = np.arange(self.size, dtype=np.uint32)

    @property
    def size(self) -> int:
        """How many people are in the index."""
        return len(self.candidate_ids)

    def frequencies(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """Give how many people have each term, under the snapshot; 1 for an unknown one."""
        return look_up(self._snapshot, hashes)

    def norms(self) -> NDArray[np.float64]:
        """Give the length of every row's resume."""
        return self._norms

    def history(self, name: str) -> NDArray[Any]:
        """Give one column of the histories, for every row."""
        if name not in self._history:
            self._history[name] = self._joined(f"history_{name}")
        return self._history[name]

    def once(self, key: Hashable, work_out: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Remember the last few arrays that were worked out for this generation of the index."""
        if key not in self._worked_out:
            self._worked_out[key] = work_out()
            while len(self._worked_out) > MOST_REMEMBERED:
                self._worked_out.pop(next(iter(self._worked_out)))
        return self._worked_out[key]

    @property
    def is_large(self) -> bool:
        """Say whether compiled loops are worth the moment that loading them takes."""
        return len(self.alive) >= LARGE_PEOPLE

    def place_of(self, row: int) -> tuple[int, int]:
        """Give the number of the segment that holds a row, and the row within it."""
        number, inner = self.places_of_rows([row])
        return int(number[0]), int(inner[0])

    def places_of_rows(self, rows: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Do the same for several rows at once."""
        numbers = np.searchsorted(self.offsets, rows, side="right") - 1
        return numbers, np.asarray(rows, np.int64) - self.offsets[numbers]

    def has(self, candidate_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each of these people whether they are in the index."""
        return self._places_of(candidate_ids)[1]

    def marked(self, candidate_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Mark the rows of people; whoever is not in the index is passed over."""
        places, is_here = self._places_of(candidate_ids)
        marked = np.zeros(len(self.alive), bool)
        marked[self.rows_by_id[places[is_here]]] = True
        return marked

    def best_first(self, scores: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Put rows in the order of their scores (one for every row of the index), ties by id.

        One number a row holds both, the score's bits above the place among the ids, so that one sort does.
        """
        bits = (scores[rows] + np.float32(0)).view(np.uint32)
        falling = np.where(bits >> 31, bits, ~bits & np.uint32(0x7FFFFFFF))
        keys = np.sort((falling.astype(np.uint64) << np.uint64(32)) | self.place_by_row[rows])
        rows_best_first: NDArray[np.int64] = self.rows_by_id[keys & np.uint64(0xFFFFFFFF)]
        return rows_best_first

    def row_of(self, candidate_id: int) -> int | None:
        """Find a person's row."""
        place = int(np.searchsorted(self.candidate_ids, candidate_id))
        known = place < self.size and int(self.candidate_ids[place]) == candidate_id
        return int(self.rows_by_id[place]) if known else None

    def _places_of(self, candidate_ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Find people among the ids: where each would stand, and whether they do."""
        places = np.searchsorted(self.candidate_ids, candidate_ids)
        is_here = places < self.size
        is_here[is_here] = self.candidate_ids[places[is_here]] == candidate_ids[is_here]
        return places, is_here

    def _lengths(self, segment: Segment, weights: Arrays) -> NDArray[np.float64]:
        """Give each resume's length; a thin text counts as long as usual, or a mere title would be a full match."""
        terms = np.diff(segment.arrays["row_starts"])
        norms: NDArray[np.float64] = np.asarray(weights["norms"], np.float64)
        return np.where(terms < THIN_TERMS, np.maximum(norms, self.pivot), norms)

    def _alive(self) -> NDArray[np.bool_]:
        return np.concatenate([segment.alive for segment in self.segments] or [np.zeros(0, bool)])

    def _joined(self, name: str) -> NDArray[Any]:
        return np.concatenate([segment.arrays[name] for segment in self.segments] or [np.zeros(0, np.int64)])


def least_of_best(scores: NDArray[np.float32], places: int) -> np.float32:
    """Give a score that at least so many rows reach, and not many more; the lowest there is when they are few.

    So many blocks of rows have somebody who reaches it; looking at each block's best is quicker than at everybody.
    """
    blocks = scores[: len(scores) // BLOCK_ROWS * BLOCK_ROWS].reshape(BLOCK_ROWS, -1).max(axis=0)
    if len(blocks) < places:
        return np.float32(scores.min(initial=np.float32(np.inf)))
    least: np.float32 = np.partition(blocks, -places)[-places]
    return least


class Mentions:
    """How often resumes mention some terms; where the segments keep the terms is looked up once."""

    def __init__(self, index: PoolIndex, hashes: NDArray[np.uint64]) -> None:
        self._index, self._size = index, len(hashes)
        self.places = [segment.find(hashes) for segment in index.segments]

    def of(self, rows: Sequence[int]) -> NDArray[np.uint8]:
        """Give the mentions of each term in each of these rows' resumes: rows by terms."""
        found = np.zeros((len(rows), self._size), np.uint8)
        count = compiled_or_plain(count_wanted, _count_plainly, is_large=self._index.is_large)
        numbers, inners = self._index.places_of_rows(rows)
        for number in np.unique(numbers).tolist():
            here, segment = np.flatnonzero(numbers == number), self._index.segments[number]
            part = np.zeros((len(here), self._size), np.uint8)
            by_person = (segment.arrays[name] for name in ("row_starts", "row_terms", "row_counts"))
            count(*by_person, inners[here], self.places[number], part)
            found[here] = part
        return found


def _count_plainly(
    starts: NDArray[np.int64],
    terms: NDArray[np.int32],
    counts: NDArray[np.uint8],
    rows: NDArray[np.int64],
    wanted: NDArray[np.int64],
    found: NDArray[np.uint8],
) -> None:
    """Do what `count_wanted` does, with whole arrays."""
    for number, row in enumerate(rows.tolist()):
        mine, mentions = (column[starts[row] : starts[row + 1]] for column in (terms, counts))
        if len(mine):
            places = np.minimum(np.searchsorted(mine, wanted), len(mine) - 1)
            found[number] = np.where(mine[places] == wanted, mentions[places], np.uint8(0))
