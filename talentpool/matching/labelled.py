"""Labelled data: roles, resumes and how well each resume fits each role, from a folder of three files.

`queries.jsonl` (id, text, optional title), `docs.jsonl` (id, text) and `qrels.tsv` (query, doc, grade); who has
no grade for a role does not fit it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import InvalidInputError
from talentpool.matching.brief import Brief, brief_from_text

SHORT_ROLE_WORDS = 5
MANY_ADVERTS = 10
"""From so many adverts on, a word of one alone is a name or a slip."""
ADVERT_WORD = r"(?u)\b[^\W\d_][^\W_]+\b"
"""Two letters or more, or a letter and figures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledData:
    """Roles as briefs by id, document texts by id, and grades by query and document row."""

    briefs: dict[str, Brief]
    texts: dict[str, str]
    grades: dict[str, NDArray[np.int64]]


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


def with_short_roles(data: LabelledData) -> LabelledData:
    """Cut every role down to its title and five words, as recruiters type: the same every time.

    The five are the heaviest of the advert below its title by scikit-learn's plain TF-IDF, learnt on the adverts
    alone; of many adverts, words that stand in at least two. Nothing of our weighing takes part. Ties go by the
    alphabet. Raises InvalidInputError when there are no words.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    briefs = list(data.briefs.values())
    least = 2 if len(briefs) >= MANY_ADVERTS else 1
    vectorizer = TfidfVectorizer(stop_words="english", min_df=least, token_pattern=ADVERT_WORD)
    try:
        vectorizer.fit([f"{brief.title or ''}\n{brief.text}" for brief in briefs])
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise InvalidInputError(f"The roles cannot be cut down to words: {reason}.") from error
    words = vectorizer.get_feature_names_out()
    weights = vectorizer.transform([brief.text for brief in briefs]).toarray()
    heaviest = np.argsort(-weights, axis=1, kind="stable")[:, :SHORT_ROLE_WORDS]
    short = {
        name: replace(brief, text=", ".join(words[n] for n in heaviest[row] if weights[row, n] > 0))
        for row, (name, brief) in enumerate(data.briefs.items())
    }
    return replace(data, briefs=short)


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
