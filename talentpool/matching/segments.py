"""A segment: up to 16,384 people with their counted terms, both by person and by term, as mapped arrays.

Segments are never changed. Dropping a person marks the row in the manifest; merging makes a new segment.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from talentpool.matching.arrays import Arrays
from talentpool.matching.compiled import places_of
from talentpool.matching.documents import History, PoolDocument
from talentpool.matching.postings import Postings, analyse, join
from talentpool.matching.text import TextRules

SEGMENT_PEOPLE = 16_384
BATCH_PEOPLE = 2_048
"""Read at a time: the words of a batch are in memory one by one, of the batches before it only their counts."""
HISTORY_KINDS = {
    "stage_rank": "u1", "silver_medalist": "u1", "reason_lapses_on": "<i4", "promise_open": "u1",
    "rating": "<f8", "resume_on": "<i4", "replied": "u1",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """People and their counted terms while a segment is being made; the postings' rows are the people's."""

    candidate_ids: NDArray[np.int64]
    history: Arrays
    postings: Postings


def count_documents(
    documents: Iterable[PoolDocument], rules: TextRules, *, batch: int = BATCH_PEOPLE
) -> Counted:
    """Analyse the resumes of one segment as they come, a batch at a time, without keeping their texts."""
    ids, histories, stream = list[int](), list[History](), iter(documents)

    def texts() -> Iterator[str]:
        for document in islice(stream, batch):
            ids.append(document.candidate_id)
            histories.append(document.history)
            yield document.text

    parts = [analyse(texts(), rules, are_resumes=True)]
    while parts[-1].documents == batch:
        give_memory_back()
        parts.append(analyse(texts(), rules, are_resumes=True))
    postings = join(parts)
    give_memory_back()
    return Counted(
        candidate_ids=np.array(ids, np.int64), history=history_arrays(histories), postings=postings
    )


def give_memory_back() -> None:
    """Let the C library return what is free to the system; where it cannot, it keeps it as it would anyway."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # glibc holds on to the gaps between what is still in use


def history_arrays(histories: Sequence[History]) -> Arrays:
    """Put histories into columns; 0 and NaN stand for unknown, days are counted from year 1."""
    columns: dict[str, list[float]] = {name: [] for name in HISTORY_KINDS}
    for history in histories:
        for name, values in columns.items():
            values.append(_as_number(getattr(history, name)))
    return {name: np.array(values, HISTORY_KINDS[name]) for name, values in columns.items()}


def _as_number(value: float | date | None) -> float:
    if value is None:
        return 0
    return value.toordinal() if isinstance(value, date) else value


def segment_arrays(counted: Counted) -> Arrays:
    """Lay people and terms out by person (rows) and by term (columns)."""
    found = counted.postings
    sizes = np.bincount(found.terms, minlength=len(found.hashes))
    used = np.flatnonzero(sizes)
    order = used[np.argsort(found.hashes[used], kind="stable")]
    hashes, first, numbers = np.unique(found.hashes[order], return_index=True, return_inverse=True)
    by_person = _by_person(counted, order, sizes, numbers)
    by_term = by_person.tocsc()
    return {
        "candidate_ids": counted.candidate_ids,
        "row_starts": by_person.indptr.astype(np.int64),
        "row_terms": by_person.indices.astype(np.int32, copy=False),
        "row_counts": np.minimum(by_person.data, 255).astype(np.uint8),
        "term_hashes": hashes,
        "column_starts": by_term.indptr.astype(np.int32),
        "column_rows": by_term.indices.astype(np.uint16),
        "column_counts": np.minimum(by_term.data, 255).astype(np.uint8),
        **_label_arrays(found.lefts[order][first], found.rights[order][first], found.words),
        **{f"history_{name}": values for name, values in counted.history.items()},
    }


def _by_person(
    counted: Counted, order: NDArray[np.int64], sizes: NDArray[np.int64], numbers: NDArray[np.int64]
) -> sparse.csr_matrix:
    """Sort the counts by person, then by term; terms of one hash, such as aliases, are added up.

    `order` lists the terms by hash, `numbers` gives each of them its column, `sizes` the counts of every term.
    """
    found = counted.postings
    starts = np.cumsum(sizes) - sizes
    ends = np.cumsum(sizes[order])
    shifts = (starts[order] - (ends - sizes[order])).astype(np.int32)  # a segment has fewer than 2^31 counts
    places = np.repeat(shifts, sizes[order])
    places += np.arange(len(found.rows), dtype=np.int32)
    columns = int(numbers[-1]) + 1 if len(numbers) else 0
    starts_by_column = np.concatenate(([0], ends))[np.searchsorted(numbers, np.arange(columns + 1))]
    counts = np.minimum(found.counts, 255).astype(np.int16)[places]  # a few of 255 may be added up
    by_term = sparse.csc_matrix(
        (counts, found.rows[places], starts_by_column.astype(np.int32)),
        shape=(len(counted.candidate_ids), columns),
    )
    del counts, places
    by_person = by_term.tocsr()
    by_person.sum_duplicates()
    return by_person


def _label_arrays(lefts: NDArray[np.int32], rights: NDArray[np.int32], words: list[str]) -> Arrays:
    """Keep the words that labels are made of: each term points at one word or two."""
    used = np.zeros(len(words) + 1, bool)
    used[lefts], used[rights] = True, True
    numbers = np.cumsum(used, dtype=np.int32) - 1
    encoded = [words[number].encode() for number in np.flatnonzero(used[:-1])]
    lengths = np.array([len(word) for word in encoded], np.int64)
    return {
        "term_lefts": numbers[lefts],
        "term_rights": np.where(rights >= 0, numbers[rights], np.int32(-1)),
        "word_starts": np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        "word_bytes": np.frombuffer(b"".join(encoded), np.uint8),
    }


class Segment:
    """One segment as it is mapped, with the rows that no longer count."""

    def __init__(self, name: str, arrays: Arrays, dead_rows: NDArray[np.int64]) -> None:
        self.name, self.arrays = name, arrays
        self.candidate_ids: NDArray[np.int64] = arrays["candidate_ids"]
        self.term_hashes: NDArray[np.uint64] = arrays["term_hashes"]
        self.alive = np.ones(len(self.candidate_ids), bool)
        self.alive[dead_rows] = False

    @property
    def size(self) -> int:
        """How many rows it has, dead ones included."""
        return len(self.candidate_ids)

    @property
    def pairs(self) -> NDArray[np.bool_]:
        """Say which of its terms are pairs of words."""
        is_pair: NDArray[np.bool_] = self.arrays["term_rights"] >= 0
        return is_pair

    @property
    def dead_rows(self) -> list[int]:
        """List the rows that no longer count."""
        rows: list[int] = np.flatnonzero(~self.alive).tolist()
        return rows

    def frequencies(self, span: slice = slice(None)) -> NDArray[np.int64]:
        """Count, for some or all terms, the people who still count."""
        start, stop, _ = span.indices(len(self.term_hashes))
        frequencies = np.diff(self.arrays["column_starts"][start : stop + 1]).astype(np.int64)
        for row in self.dead_rows:
            terms = self.row(row)[0]
            first, last = np.searchsorted(terms, (start, stop))
            frequencies[terms[first:last] - start] -= 1
        return frequencies

    def dead_hashes(self) -> NDArray[np.uint64]:
        """List the terms of those who no longer count."""
        terms = [self.row(row)[0] for row in self.dead_rows]
        return self.term_hashes[np.unique(np.concatenate(terms))] if terms else self.term_hashes[:0]

    def has_alive(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say of each term whether somebody who still counts has it."""
        places = self.find(hashes)
        met: NDArray[np.bool_] = places >= 0
        starts = self.arrays["column_starts"]
        people = np.where(met, starts[places + 1] - starts[places], 0)
        for row in self.dead_rows:
            people -= np.isin(places, self.row(row)[0])
        return people > 0

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Give one person's terms, ascending, and how often each is mentioned."""
        start, stop = self.arrays["row_starts"][row : row + 2]
        return self.arrays["row_terms"][start:stop], self.arrays["row_counts"][start:stop]

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Find terms by their hashes; -1 for those nobody here has."""
        return places_of(self.term_hashes, hashes)

    def column(self, term: int) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """Give the rows that mention a term and how often."""
        start, stop = self.arrays["column_starts"][term : term + 2]
        return self.arrays["column_rows"][start:stop], self.arrays["column_counts"][start:stop]

    def label(self, term: int) -> str:
        """Write a term out."""
        left, right = int(self.arrays["term_lefts"][term]), int(self.arrays["term_rights"][term])
        return self.word(left) if right < 0 else f"{self.word(left)} {self.word(right)}"

    def word(self, number: int) -> str:
        """Give one of the words that labels are made of."""
        start, stop = self.arrays["word_starts"][number : number + 2]
        return self.arrays["word_bytes"][start:stop].tobytes().decode()

    def words(self) -> list[str]:
        """List all the words that labels are made of."""
        content, starts = self.arrays["word_bytes"].tobytes(), self.arrays["word_starts"].tolist()
        if content.isascii():
            written = content.decode("ascii")
            return [written[start:stop] for start, stop in pairwise(starts)]
        return [content[start:stop].decode() for start, stop in pairwise(starts)]

    def history(self, name: str) -> NDArray[Any]:
        """Give one column of the histories."""
        return self.arrays[f"history_{name}"]


def merge_segments(segments: Sequence[Segment]) -> Counted:
    """Put the people of several segments who still count into one, without their texts."""
    return join_counted([_alive_part(segment) for segment in segments])


def _alive_part(segment: Segment) -> Counted:
    arrays, alive = segment.arrays, segment.alive
    rows, terms = arrays["column_rows"], np.arange(len(segment.term_hashes), dtype=np.int32)
    kept, new_rows = alive[rows], np.cumsum(alive, dtype=np.int32) - np.int32(1)
    return Counted(
        candidate_ids=segment.candidate_ids[alive],
        history={name: segment.history(name)[alive] for name in HISTORY_KINDS},
        postings=Postings(
            documents=int(alive.sum()),
            rows=new_rows[rows[kept]],
            terms=np.repeat(terms, np.diff(arrays["column_starts"]))[kept],
            counts=arrays["column_counts"][kept].astype(np.int32),
            hashes=segment.term_hashes,
            lefts=arrays["term_lefts"],
            rights=arrays["term_rights"],
            words=segment.words(),
        ),
    )


def join_counted(parts: Sequence[Counted]) -> Counted:
    """Put counted people together, in the order given."""
    found = [part.postings for part in parts]
    people = np.cumsum([0, *(len(part.candidate_ids) for part in parts)])
    terms = np.cumsum([0, *(len(part.hashes) for part in found)])
    words = np.cumsum([0, *(len(part.words) for part in found)])
    shifted = [
        (part.rows + people[n], part.terms + terms[n], part.lefts + words[n], _shifted(part.rights, words[n]))
        for n, part in enumerate(found)
    ]
    rows, numbers, lefts, rights = (
        np.concatenate(column).astype(np.int32) for column in zip(*shifted, strict=True)
    )
    return Counted(
        candidate_ids=np.concatenate([part.candidate_ids for part in parts]),
        history={name: np.concatenate([part.history[name] for part in parts]) for name in HISTORY_KINDS},
        postings=Postings(
            documents=int(people[-1]), rows=rows, terms=numbers, lefts=lefts, rights=rights,
            counts=np.concatenate([part.counts for part in found]),
            hashes=np.concatenate([part.hashes for part in found]),
            words=[word for part in found for word in part.words],
        ),
    )  # fmt: skip


def _shifted(rights: NDArray[np.int32], by: int) -> NDArray[np.int64]:
    return np.where(rights >= 0, rights + by, -1)
