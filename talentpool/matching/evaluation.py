"""Judge the production ranker on labelled data: the same index and the same `rank` as everywhere else.

A folder holds `queries.jsonl` (id, text, optional title), `docs.jsonl` (id, text) and `qrels.tsv`
(query, doc, grade). Ties in score are broken against the ranker. Beside it stands scikit-learn's plain TF-IDF
cosine as a baseline; scikit-learn is loaded only when that is asked for.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
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
    index = indexed(data.texts.values(), settings)
    return _judged(data, lambda brief: scores_of(index, brief, settings))


def evaluate_plain_tf_idf(folder: Path) -> Evaluation:
    """Measure the cosine of scikit-learn's TfidfVectorizer, untuned, the same way; raises InvalidInputError.

    A role is its title and its text.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    data, vectorizer = load_labelled(folder), TfidfVectorizer()
    try:
        resumes = vectorizer.fit_transform(data.texts.values())
    except ValueError as error:
        raise InvalidInputError(f"Plain TF-IDF cannot read the documents of {folder}: {error}.") from error

    def cosines(brief: Brief) -> NDArray[np.float64]:
        role = vectorizer.transform([f"{brief.title or ''}\n{brief.text}"])
        cosine: NDArray[np.float64] = (resumes @ role.T).toarray()[:, 0]
        return cosine

    return _judged(data, cosines)


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


def _judged(data: LabelledData, score: Callable[[Brief], NDArray[np.float64]]) -> Evaluation:
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
