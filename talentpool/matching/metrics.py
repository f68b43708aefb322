"""Measures of a ranked list against judged grades: nDCG@10, average precision, P@10, Recall@50.

nDCG uses the gain 2**grade - 1. For the others, relevant is what has the highest grade of the whole set. And of
many lists: who wins query by query, and what a choice between settings is worth on queries it has not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """How good a ranking is, each figure from 0 to 1."""

    ndcg_10: float
    average_precision: float
    precision_10: float
    recall_50: float


def measure(grades: NDArray[np.int64], *, highest: int) -> Quality:
    """Measure one ranked list by its grades, best-ranked first; `highest` is the set's highest grade.

    >>> measure(np.array([1, 0]), highest=1)
    Quality(ndcg_10=1.0, average_precision=1.0, precision_10=0.5, recall_50=1.0)
    """
    relevant = grades >= highest
    hits = np.flatnonzero(relevant)
    precision = float(((np.arange(len(hits)) + 1) / (hits + 1)).mean()) if len(hits) else 0.0
    ideal = _gain(np.sort(grades)[::-1])
    return Quality(
        ndcg_10=_gain(grades) / ideal if ideal else 0.0,
        average_precision=precision,
        precision_10=float(relevant[:10].mean()) if len(grades) else 0.0,
        recall_50=float(relevant[:50].sum() / max(1, min(50, len(hits)))),
    )


def mean_quality(qualities: list[Quality]) -> Quality:
    """Average over queries; all zero without any."""
    if not qualities:
        return Quality(ndcg_10=0.0, average_precision=0.0, precision_10=0.0, recall_50=0.0)
    return Quality(
        ndcg_10=float(np.mean([quality.ndcg_10 for quality in qualities])),
        average_precision=float(np.mean([quality.average_precision for quality in qualities])),
        precision_10=float(np.mean([quality.precision_10 for quality in qualities])),
        recall_50=float(np.mean([quality.recall_50 for quality in qualities])),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """On how many queries one ranker's average precision is better, worse or the same, and the mean gain."""

    wins: int
    losses: int
    ties: int
    gain: float


def compare(ours: Sequence[Quality], theirs: Sequence[Quality]) -> Comparison:
    """Compare two rankers query by query; both lists in the same order, and not empty."""
    pairs = zip(ours, theirs, strict=True)
    gains = np.array([one.average_precision - other.average_precision for one, other in pairs])
    wins, losses = int((gains > 0).sum()), int((gains < 0).sum())
    return Comparison(wins=wins, losses=losses, ties=len(gains) - wins - losses, gain=float(gains.mean()))


def cross_validated(
    values: NDArray[np.float64], groups: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[float, list[int]]:
    """Judge the choice between settings by queries it was not made on: its mean there, and each choice.

    `values` is settings by queries. For each group of queries, the setting with the best weighted mean on all
    others (the first of equals) is judged on that group.

    >>> values = np.array([[0.5, 0.5, 0.5], [1.0, 0.25, 0.0]])
    >>> cross_validated(values, np.arange(3), np.ones(3))
    (0.3333333333333333, [0, 0, 1])
    """
    held_out = np.zeros(values.shape[1])
    choices = []
    for group in np.unique(groups):
        away = groups == group
        choices.append(int(np.argmax(values[:, ~away] @ weights[~away])))
        held_out[away] = values[choices[-1], away]
    return float(held_out @ weights / weights.sum()), choices


def _gain(grades: NDArray[np.int64]) -> float:
    first = grades[:10].astype(np.float64)
    return float(((2.0**first - 1) / np.log2(np.arange(2, len(first) + 2))).sum())
