"""The production ranker under scikit-learn's estimator contract, so that its weights can be searched.

It is the same index and the same `rank` as everywhere, not a second implementation. Only notebooks and other
work on the weights use it; nothing that serves a page or lists matches imports this file.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold
from sklearn.utils.validation import check_is_fitted

from talentpool.matching.brief import Brief
from talentpool.matching.evaluation import indexed, judged_order, scores_of
from talentpool.matching.metrics import mean_quality, measure
from talentpool.matching.settings import (
    FeedbackWeights,
    MatchingSettings,
    RoleWeights,
    WordWeights,
    load_matching_settings,
)
from talentpool.settings import config_folder

Part = TypeVar("Part", WordWeights, RoleWeights, FeedbackWeights)
Split = tuple[NDArray[np.int64], NDArray[np.int64]]


class ResumeRanker(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Ranks resumes for briefs; learns a pool's word frequencies, and no labels.

    Every parameter stands by itself, as scikit-learn wants it. Weights are those of `matching.toml`; None
    keeps what `settings` say, and `settings` None means those shipped. Weights hold from the next `fit` on.
    `relevant_grade` is the least grade that `score` counts as relevant; None takes the highest it is given.
    """

    def __init__(
        self,
        settings: MatchingSettings | None = None,
        *,
        title_weight: float | None = None,
        pair_weight: float | None = None,
        feedback_people: int | None = None,
        feedback_weight: float | None = None,
        relevant_grade: int | None = None,
    ) -> None:
        self.settings = settings
        self.title_weight = title_weight
        self.pair_weight = pair_weight
        self.feedback_people = feedback_people
        self.feedback_weight = feedback_weight
        self.relevant_grade = relevant_grade

    def fit(self, texts: Sequence[str], y: object = None) -> "ResumeRanker":  # noqa: ARG002 - the contract names y
        """Index a pool of resume texts; `y` is not looked at. Sets `settings_` and `index_`."""
        self.settings_ = self._told()
        self.index_ = indexed(texts, self.settings_)
        return self

    def decision_function(self, briefs: Sequence[Brief]) -> NDArray[np.float64]:
        """Score every text for every brief: an array (briefs, texts), higher is better, not a probability.

        A text that a filter of the brief leaves out has -inf. Raises NotFittedError before `fit`.
        """
        check_is_fitted(self)
        rows = [scores_of(self.index_, brief, self.settings_) for brief in briefs]
        return np.array(rows).reshape(len(rows), self.index_.size)

    def score(self, briefs: Sequence[Brief], grades: NDArray[np.int64]) -> float:
        """Give the mean average precision against `grades` (briefs, texts); ties count against the ranker."""
        grades = np.asarray(grades)
        scores = self.decision_function(briefs)
        if grades.shape != scores.shape:
            raise ValueError(f"The grades must be an array of {scores.shape}, not of {grades.shape}.")
        least = self.relevant_grade or max(1, int(grades.max(initial=1)))
        lists = [judged_order(*pair) for pair in zip(scores, grades, strict=True)]
        return mean_quality([measure(graded, highest=least) for graded in lists]).average_precision

    def _told(self) -> MatchingSettings:
        told = self.settings or load_matching_settings(config_folder())
        return replace(
            told,
            words=_changed(told.words, pair_weight=self.pair_weight),
            role=_changed(told.role, title_weight=self.title_weight),
            feedback=_changed(told.feedback, people=self.feedback_people, weight=self.feedback_weight),
        )


def _changed(part: Part, **figures: float | None) -> Part:
    given: dict[str, Any] = {name: figure for name, figure in figures.items() if figure is not None}
    return replace(part, **given)


def search_by_query(
    texts: Sequence[str], briefs: Sequence[Brief], grades: NDArray[np.int64], *, folds: int
) -> tuple[list[str | Brief], list[NDArray[np.int64] | None], list[Split]]:
    """Give X, y and cv for a search: every fold learns all texts and judges its share of the briefs.

    X is the texts and then the briefs; y has nothing for a text and for a brief its grades of every text:
    `GridSearchCV(ResumeRanker(), grid, cv=cv, refit=False).fit(X, y)`.
    """
    pool = np.arange(len(texts))
    shares = KFold(folds, shuffle=True, random_state=0).split(np.arange(len(briefs)))
    cv = [(pool, len(texts) + judged) for _, judged in shares]
    return [*texts, *briefs], [*[None] * len(texts), *grades], cv
