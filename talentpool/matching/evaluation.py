"""Judge the production ranker on labelled data: the same index and the same `rank` as everywhere else.

A folder holds `queries.jsonl` (id, text, optional title), `docs.jsonl` (id, text) and `qrels.tsv`
(query, doc, grade). Ties in score are broken against the ranker.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import InvalidInputError
from talentpool.matching.artifact import build_index, open_index
from talentpool.matching.brief import Brief, brief_from_text
from talentpool.matching.documents import PoolDocument
from talentpool.matching.index import PoolIndex
from talentpool.matching.metrics import Quality, mean_quality, measure
from talentpool.matching.ranking import rank
from talentpool.matching.settings import MatchingSettings

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


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledData:
    """Queries as briefs by id, document texts by id, and grades by query and document row."""

    briefs: dict[str, Brief]
    texts: dict[str, str]
    grades: dict[str, NDArray[np.int64]]


def evaluate(folder: Path, settings: MatchingSettings) -> Evaluation:
    """Index the documents, rank all of them for each query and measure; raises InvalidInputError."""
    data = load_labelled(folder)
    names = list(data.texts)
    highest = max((int(grades.max()) for grades in data.grades.values() if len(grades)), default=0)
    with tempfile.TemporaryDirectory(prefix="talentpool-evaluate-") as place:
        documents = (PoolDocument(candidate_id=n, text=text) for n, text in enumerate(data.texts.values()))
        build_index(Path(place), documents, settings, position="evaluation")
        index = open_index(Path(place), settings)
        queries = tuple(
            _query_result(
                index, name, brief, data.grades[name], names=names, settings=settings, highest=max(1, highest)
            )
            for name, brief in data.briefs.items()
        )
    return Evaluation(documents=len(names), mean=mean_quality([q.quality for q in queries]), queries=queries)


def load_labelled(folder: Path) -> LabelledData:
    """Read a labelled folder; raises InvalidInputError naming the file and the line."""
    briefs = {
        name: brief_from_text(row["text"], title=row.get("title"))
        for name, row in _rows_by_id(folder / "queries.jsonl").items()
    }
    texts = {name: row["text"] for name, row in _rows_by_id(folder / "docs.jsonl").items()}
    if not briefs or not texts:
        raise InvalidInputError(f"{folder} has no queries or no documents, so there is nothing to judge.")
    return LabelledData(
        briefs=briefs, texts=texts, grades=_grades(folder / "qrels.tsv", list(briefs), list(texts))
    )


def _query_result(
    index: PoolIndex,
    name: str,
    brief: Brief,
    grades: NDArray[np.int64],
    *,
    names: list[str],
    settings: MatchingSettings,
    highest: int,
) -> QueryResult:
    ranking = rank(index, brief, settings, today=JUDGED_ON, limit=10)
    scores = np.zeros(len(names))
    scores[ranking.candidate_ids] = ranking.scores
    order = np.lexsort((grades, -scores))
    ranked = tuple((names[n], float(scores[n])) for n in ranking.candidate_ids.tolist())
    return QueryResult(query_id=name, ranked=ranked, quality=measure(grades[order], highest=highest))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}") from error


def _rows_by_id(path: Path) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidInputError(f"{path}, line {number}: this is not JSON ({error}).") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row.get("id"):
            raise InvalidInputError(f'{path}, line {number}: an object with "id" and "text" is needed.')
        if not isinstance(row.get("title"), str | None):
            raise InvalidInputError(f'{path}, line {number}: "title" must be text.')
        if str(row["id"]) in rows:
            raise InvalidInputError(f"{path}, line {number}: the id {row['id']!r} was there before.")
        rows[str(row["id"])] = row
    return rows


def _grades(path: Path, queries: list[str], documents: list[str]) -> dict[str, NDArray[np.int64]]:
    place = {name: n for n, name in enumerate(documents)}
    grades = {name: np.zeros(len(documents), np.int64) for name in queries}
    for number, line in _lines(path):
        cells = line.rstrip("\n").split("\t")
        if len(cells) != 3 or not cells[2].strip().isdigit():
            raise InvalidInputError(f"{path}, line {number}: query, document and a whole grade are needed.")
        query, document, grade = cells
        if query not in grades or document not in place:
            raise InvalidInputError(f"{path}, line {number}: {query!r} or {document!r} is not in the folder.")
        grades[query][place[document]] = int(grade)
    return grades
