"""Other rankers over the very same postings, for the benchmark: each only where it is installed.

They get the terms that two resumes or more have, weighed as the index weighs them where they take weights, and
the terms of the same roles. Measured is from a role's terms to its ten best.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from talentpool.matching.index import PoolIndex, least_of_best
from talentpool.matching.role import WeightedTerms
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, pivoted, rarity

BEST = 10
MOST_PEOPLE = 200_000
"""The other rankers hold everything in memory, several times over."""

RankRole = Callable[[int], object]
"""Gives the best of a role, by its number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedPostings:
    """The index as one matrix of weights, people by terms, and each role as terms with weights."""

    by_person: sparse.csr_matrix
    roles: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]]


def shared_postings(
    index: PoolIndex, roles: Sequence[WeightedTerms], settings: MatchingSettings, *, slope: float
) -> SharedPostings:
    """Put the segments of an index together under one numbering of the terms."""
    known = _known_terms(index)
    parts = [_weighed(index, number, known, settings, slope) for number in range(len(index.segments))]
    chosen = [_numbers(known, role.hashes) for role in roles]
    return SharedPostings(
        by_person=sparse.vstack(parts, format="csr"),
        roles=[
            (numbers[numbers >= 0], role.weights[numbers >= 0].astype(np.float32))
            for numbers, role in zip(chosen, roles, strict=True)
        ],
    )


def _known_terms(index: PoolIndex) -> NDArray[np.uint64]:
    """List the terms that two people or more have; those of one person alone no role is written with."""
    parts = [
        segment.term_hashes[weights["frequencies"] >= 2]
        for segment, weights in zip(index.segments, index.weights, strict=True)
    ]
    return np.unique(np.concatenate([np.zeros(0, np.uint64), *parts]))


def _weighed(
    index: PoolIndex, number: int, known: NDArray[np.uint64], settings: MatchingSettings, slope: float
) -> sparse.csr_matrix:
    segment, arrays = index.segments[number], index.segments[number].arrays
    frequencies = index.weights[number]["frequencies"]
    rarities = rarity(index.snapshot_people, frequencies, segment.pairs, settings.words)
    terms, counts = arrays["row_terms"], arrays["row_counts"]
    rows = np.repeat(np.arange(segment.size), np.diff(arrays["row_starts"]))
    lengths = pivoted(index.lengths[number], index.pivot, slope)
    weights = count_table(settings.words)[counts] * rarities[terms] / lengths[rows]
    numbers = _numbers(known, segment.term_hashes)[terms]
    kept = numbers >= 0
    entries = (weights[kept].astype(np.float32), (rows[kept], numbers[kept]))
    return sparse.coo_matrix(entries, shape=(segment.size, len(known))).tocsr()


def _numbers(known: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    places = np.minimum(np.searchsorted(known, hashes), max(0, len(known) - 1))
    return np.where(known[places] == hashes, places, -1) if len(known) else np.full(len(hashes), -1)


def open_peers(shared: SharedPostings, folder: Path) -> Iterator[tuple[str, RankRole]]:
    """Make every ranker that is installed ready, one after another, with its name."""
    by_term = shared.by_person.tocsc()
    yield "scipy columns", _scipy_columns(by_term, shared)
    if find_spec("bm25s"):
        if find_spec("numba"):
            yield "bm25s (numba)", _bm25s(by_term, shared, "numba")
        yield "bm25s (numpy)", _bm25s(by_term, shared, "numpy")
    yield "scikit-learn cosine_similarity", _cosine(shared)
    if find_spec("tantivy"):
        yield "tantivy", _tantivy(shared, folder)
    if has_full_text_search():
        yield "SQLite FTS5", _fts5(shared, folder)


def _scipy_columns(by_term: sparse.csc_matrix, shared: SharedPostings) -> RankRole:
    def rank(role: int) -> NDArray[np.int64]:
        terms, weights = shared.roles[role]
        return top(by_term[:, terms] @ weights)

    return rank


def top(scores: NDArray[Any]) -> NDArray[np.int64]:
    """Give the places of the ten best scores, best first."""
    best = np.flatnonzero(scores >= least_of_best(scores, BEST))
    return best[np.argsort(-scores[best], kind="stable")][:BEST]


def _bm25s(by_term: sparse.csc_matrix, shared: SharedPostings, backend: str) -> RankRole:
    """Give bm25s our weights for its own: it adds up whatever it finds in its columns."""
    import bm25s

    ranker = bm25s.BM25(backend=backend)
    ranker.scores = {
        "data": by_term.data, "indices": by_term.indices.astype(np.int32),
        "indptr": by_term.indptr.astype(np.int64), "num_docs": by_term.shape[0],
    }  # fmt: skip
    ranker.nonoccurrence_array = None
    asked = [terms.tolist() for terms, _ in shared.roles]
    ranker.unique_token_ids_set = {term for terms in asked for term in terms}
    ranker.vocab_dict = {"": 0}
    best = min(BEST, by_term.shape[0])

    def rank(role: int) -> object:
        return ranker.retrieve([asked[role]], k=best, show_progress=False)

    return rank


def _cosine(shared: SharedPostings) -> RankRole:
    from sklearn.metrics.pairwise import cosine_similarity

    width = shared.by_person.shape[1]

    def rank(role: int) -> NDArray[np.int64]:
        terms, weights = shared.roles[role]
        entries = (weights, (np.zeros(len(terms), np.int64), terms))
        asked = sparse.csr_matrix(entries, shape=(1, width))
        return top(cosine_similarity(asked, shared.by_person)[0])

    return rank


def _tantivy(shared: SharedPostings, folder: Path) -> RankRole:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    place = folder / "tantivy"
    place.mkdir()
    index = tantivy.Index(schema, path=str(place))
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    for text in _texts(shared):
        writer.add_document(tantivy.Document(words=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def asked(role: int) -> Any:
        terms, weights = shared.roles[role]
        parts = [
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, "words", _name(term), "freq"), weight)
            for term, weight in zip(terms.tolist(), weights.tolist(), strict=True)
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    queries = [asked(role) for role in range(len(shared.roles))]
    return lambda role: searcher.search(queries[role], BEST, count=False)


def has_full_text_search() -> bool:
    """Say whether this Python's SQLite has FTS5."""
    with sqlite3.connect(":memory:") as database:
        return any(option == "ENABLE_FTS5" for (option,) in database.execute("PRAGMA compile_options"))


def _fts5(shared: SharedPostings, folder: Path) -> RankRole:
    database = sqlite3.connect(folder / "fts5.db")
    database.execute("CREATE VIRTUAL TABLE resumes USING fts5(words, content='')")
    rows = ((row, text) for row, text in enumerate(_texts(shared), start=1))
    database.executemany("INSERT INTO resumes (rowid, words) VALUES (?, ?)", rows)
    database.commit()
    asked = [" OR ".join(map(_name, terms.tolist())) for terms, _ in shared.roles]
    wanted = f"SELECT rowid FROM resumes WHERE resumes MATCH ? ORDER BY rank LIMIT {BEST}"  # noqa: S608 - a number
    return lambda role: database.execute(wanted, [asked[role]]).fetchall()


def _texts(shared: SharedPostings) -> Iterator[str]:
    """Write every person's terms out again, for rankers that read texts: each once."""
    starts, terms = shared.by_person.indptr.tolist(), shared.by_person.indices
    for start, stop in zip(starts, starts[1:], strict=False):
        yield " ".join(map(_name, terms[start:stop].tolist()))


def _name(term: int) -> str:
    return f"t{term}"
