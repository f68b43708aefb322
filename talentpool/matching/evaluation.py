"""Judge a ranker on labelled data; ours is the same index and the same `rank` as everywhere else.

Ties in score are broken against the ranker. Other rankers to compare with are in `baselines`.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.artifact import build_index, open_index
from talentpool.matching.brief import Brief
from talentpool.matching.documents import PoolDocument
from talentpool.matching.index import PoolIndex
from talentpool.matching.labelled import LabelledData, load_labelled
from talentpool.matching.metrics import Quality, mean_quality, measure
from talentpool.matching.ranking import rank
from talentpool.matching.settings import MatchingSettings

Scorer = Callable[[Brief], NDArray[np.float64]]
"""A ranker of a fixed pool: one score per document for a role, higher is better, -inf for who is left out."""

JUDGED_ON = date(2000, 1, 1)
"""Labelled people have no history, so the day changes nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryResult:
    """One query's ranking of every document, as (document, score), best first, and how good it is."""

    query_id: str
    ranked: tuple[tuple[str, float], ...]
    quality: Quality


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """How good the ranker is on a labelled folder: on the whole and query by query."""

    documents: int
    mean: Quality
    queries: tuple[QueryResult, ...]

    def run_lines(self) -> Iterator[str]:
        """Give every document of every query as a TREC line: query Q0 document rank score talentpool."""
        for query in self.queries:
            for place, (document, score) in enumerate(query.ranked, start=1):
                yield f"{query.query_id} Q0 {document} {place} {score!r} talentpool"


def evaluate(folder: Path, settings: MatchingSettings) -> Evaluation:
    """Index the documents, rank all of them for each query and measure; raises InvalidInputError."""
    data = load_labelled(folder)
    return judge(data, shipped_scorer(data.texts.values(), settings))


def shipped_scorer(texts: Iterable[str], settings: MatchingSettings) -> Scorer:
    """Index texts, and score them as the product does, under these settings."""
    index = indexed(texts, settings)
    return lambda brief: scores_of(index, brief, settings)


def indexed(texts: Iterable[str], settings: MatchingSettings) -> PoolIndex:
    """Index texts as people numbered from 0, without histories; the files go when nothing looks at them."""
    with tempfile.TemporaryDirectory(prefix="talentpool-evaluate-") as place:
        documents = (PoolDocument(candidate_id=n, text=text) for n, text in enumerate(texts))
        build_index(Path(place), documents, settings, position="evaluation")
        return open_index(Path(place), settings)


def scores_of(index: PoolIndex, brief: Brief, settings: MatchingSettings) -> NDArray[np.float64]:
    """Score the people of an `indexed` pool, by number; -inf for whom a filter of the brief leaves out."""
    ranking = rank(index, brief, settings, today=JUDGED_ON, limit=10)
    scores = np.full(index.size, -np.inf)
    scores[ranking.candidate_ids] = ranking.scores
    return scores


def judged_order(scores: NDArray[np.float64], grades: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give grades in the order of scores, the worse grade first where scores are equal."""
    return grades[np.lexsort((grades, -scores))]


def judge(data: LabelledData, score: Scorer) -> Evaluation:
    """Rank every document for each query and measure."""
    names = list(data.texts)
    highest = max(1, *(int(grades.max()) for grades in data.grades.values()))
    queries = []
    for query, brief in data.briefs.items():
        scores = score(brief)
        best_first = np.argsort(-scores, kind="stable").tolist()
        ranked = tuple((names[n], float(scores[n])) for n in best_first if scores[n] > -np.inf)
        quality = measure(judged_order(scores, data.grades[query]), highest=highest)
        queries.append(QueryResult(query_id=query, ranked=ranked, quality=quality))
    mean = mean_quality([query.quality for query in queries])
    return Evaluation(documents=len(names), mean=mean, queries=tuple(queries))
