"""A segment: up to 16,384 people with their counted terms, both by person and by term, as mapped arrays.

Segments are never changed. Dropping a person marks the row in the manifest; merging makes a new segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from talentpool.matching.arrays import Arrays
from talentpool.matching.documents import History, PoolDocument
from talentpool.matching.text import Postings, TextRules, analyse

SEGMENT_PEOPLE = 16_384
SEGMENT_CHARACTERS = 64_000_000
HISTORY_KINDS = {
    "stage_rank": "u1", "silver_medalist": "u1", "reason_lapses_on": "<i4", "promise_open": "u1",
    "rating": "<f8", "resume_on": "<i4", "replied": "u1",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """People and their counted terms while a segment is being made; postings run side by side."""

    candidate_ids: NDArray[np.int64]
    history: Arrays
    rows: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    counts: NDArray[np.int64]
    lefts: NDArray[np.int32]
    rights: NDArray[np.int32]
    words: list[str]


def count_documents(documents: Sequence[PoolDocument], rules: TextRules) -> Counted:
    """Analyse the resumes of one segment."""
    found = analyse((document.text for document in documents), rules, are_resumes=True)
    return Counted(
        candidate_ids=np.array([document.candidate_id for document in documents], np.int64),
        history=history_arrays([document.history for document in documents]),
        **_posting_columns(found),
    )


def _posting_columns(found: Postings) -> dict[str, Any]:
    return {
        "rows": found.rows, "hashes": found.hashes, "counts": found.counts,
        "lefts": found.lefts, "rights": found.rights, "words": found.words,
    }  # fmt: skip


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
    hashes, first, numbers = np.unique(counted.hashes, return_index=True, return_inverse=True)
    shape = (len(counted.candidate_ids), len(hashes))
    by_person = sparse.coo_matrix(
        (counted.counts, (counted.rows, numbers.astype(np.int32))), shape=shape
    ).tocsr()
    by_term = by_person.tocsc()
    by_person = by_term.tocsr()
    return {
        "candidate_ids": counted.candidate_ids,
        "row_starts": by_person.indptr.astype(np.int64),
        "row_terms": by_person.indices.astype(np.int32),
        "row_counts": np.minimum(by_person.data, 255).astype(np.uint8),
        "term_hashes": hashes,
        "column_starts": by_term.indptr.astype(np.int64),
        "column_rows": by_term.indices.astype(np.uint16),
        "column_counts": np.minimum(by_term.data, 255).astype(np.uint8),
        **_label_arrays(counted, first),
        **{f"history_{name}": values for name, values in counted.history.items()},
    }


def _label_arrays(counted: Counted, first: NDArray[np.int64]) -> Arrays:
    """Keep the words that labels are made of: each term points at one word or two."""
    lefts, rights = counted.lefts[first], counted.rights[first]
    used, numbers = np.unique(np.concatenate((lefts, rights[rights >= 0])), return_inverse=True)
    new_rights = np.full(len(rights), -1, np.int32)
    new_rights[rights >= 0] = numbers[len(lefts) :]
    encoded = [counted.words[number].encode() for number in used]
    lengths = np.array([len(word) for word in encoded], np.int64)
    return {
        "term_lefts": numbers[: len(lefts)].astype(np.int32),
        "term_rights": new_rights,
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

    def frequencies(self) -> NDArray[np.int64]:
        """Count, term by term, the people who still count."""
        frequencies = np.diff(self.arrays["column_starts"])
        for row in np.flatnonzero(~self.alive):
            frequencies[self.row(int(row))[0]] -= 1
        return frequencies

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Give one person's terms, ascending, and how often each is mentioned."""
        start, stop = self.arrays["row_starts"][row : row + 2]
        return self.arrays["row_terms"][start:stop], self.arrays["row_counts"][start:stop]

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Find terms by their hashes; -1 for those nobody here has."""
        if not len(self.term_hashes):
            return np.full(len(hashes), -1, np.int64)
        places = np.minimum(np.searchsorted(self.term_hashes, hashes), len(self.term_hashes) - 1)
        return np.where(self.term_hashes[places] == hashes, places, -1)

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

    def history(self, name: str) -> NDArray[Any]:
        """Give one column of the histories."""
        return self.arrays[f"history_{name}"]


def merge_segments(segments: Sequence[Segment]) -> Counted:
    """Put the people of several segments who still count into one, without their texts."""
    parts, rows_before, words = [], 0, list[str]()
    for segment in segments:
        parts.append(_alive_part(segment, rows_before, len(words)))
        rows_before += int(segment.alive.sum())
        words += [segment.word(number) for number in range(len(segment.arrays["word_starts"]) - 1)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    history = {name: columns.pop(f"history_{name}") for name in HISTORY_KINDS}
    return Counted(history=history, words=words, **columns)


def _alive_part(segment: Segment, rows_before: int, words_before: int) -> Arrays:
    arrays, alive = segment.arrays, segment.alive
    rows = np.repeat(np.arange(segment.size), np.diff(arrays["row_starts"]))
    kept = alive[rows]
    terms, rights = arrays["row_terms"][kept], arrays["term_rights"]
    new_rows = np.cumsum(alive) - 1 + rows_before
    return {
        "candidate_ids": segment.candidate_ids[alive],
        "rows": new_rows[rows[kept]].astype(np.int32),
        "hashes": segment.term_hashes[terms],
        "counts": arrays["row_counts"][kept].astype(np.int64),
        "lefts": arrays["term_lefts"][terms] + np.int32(words_before),
        "rights": np.where(rights >= 0, rights + np.int32(words_before), -1)[terms].astype(np.int32),
        **{f"history_{name}": arrays[f"history_{name}"][alive] for name in HISTORY_KINDS},
    }


def join_counted(parts: Sequence[Counted]) -> Counted:
    """Put counted people together, in the order given."""
    shifts = np.cumsum([0] + [len(part.words) for part in parts])
    people = np.cumsum([0] + [len(part.candidate_ids) for part in parts])
    return Counted(
        candidate_ids=np.concatenate([part.candidate_ids for part in parts]),
        history={name: np.concatenate([part.history[name] for part in parts]) for name in HISTORY_KINDS},
        rows=np.concatenate([part.rows + np.int32(n) for part, n in zip(parts, people, strict=False)]),
        hashes=np.concatenate([part.hashes for part in parts]),
        counts=np.concatenate([part.counts for part in parts]),
        lefts=np.concatenate([part.lefts + np.int32(n) for part, n in zip(parts, shifts, strict=False)]),
        rights=np.concatenate(
            [
                np.where(part.rights >= 0, part.rights + np.int32(n), -1)
                for part, n in zip(parts, shifts, strict=False)
            ]
        ).astype(np.int32),
        words=[word for part in parts for word in part.words],
    )
