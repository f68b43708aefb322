"""What each part of the ranker brings: the shipped settings with one part taken out, or one figure moved.

Only notebooks and benchmarks use it; nothing that serves a page or lists matches imports this file.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief
from talentpool.matching.evaluation import Evaluation, indexed, judge, scores_of
from talentpool.matching.index import PoolIndex
from talentpool.matching.labelled import LabelledData
from talentpool.matching.settings import MatchingSettings

SHIPPED = "shipped"

PARTS: dict[str, dict[str, dict[str, float]]] = {
    "no title": {"role": {"title_weight": 0}},
    "no pairs": {"words": {"pair_weight": 0}},
    "no headline": {"words": {"headline_words": 0, "headline_mentions": 0}},
    "repeats count": {"words": {"repeat_window": 0}},
    "no cap": {"words": {"count_cap": 255}},
    "square root of counts": {"words": {"count_power": 0.5}},
    "slope 1 for all": {"role": {"short_slope": 1, "long_slope": 1}},
    "slope ½ for all": {"role": {"short_slope": 0.5, "long_slope": 0.5}},
    "one round of feedback": {"feedback": {"rounds": 1}},
    "no feedback": {"feedback": {"weight": 0}},
}
"""Changes by table and figure that take one part out."""
MOVED = (
    ("words", "count_cap"), ("words", "pair_weight"), ("words", "headline_words"), ("role", "title_weight"),
    ("role", "short_slope"), ("feedback", "people"), ("feedback", "terms"), ("feedback", "weight"),
)  # fmt: skip
"""Figures that were chosen by judging, and so must not stand on a narrow peak."""


def ablations(settings: MatchingSettings) -> dict[str, MatchingSettings]:
    """Give the settings as they are, then with one part taken out at a time, by what is missing."""
    found = {SHIPPED: settings} | {name: _changed(settings, change) for name, change in PARTS.items()}
    found["no advert damping"] = replace(settings, advert_shares={})
    found["no aliases"] = replace(settings, label_by_alias={})
    found["no stop words"] = replace(settings, stop_words={})
    found["another language"] = replace(settings, advert_shares={}, label_by_alias={}, stop_words={})
    return found


def neighbours(settings: MatchingSettings) -> dict[str, MatchingSettings]:
    """Give the settings as they are, then with one chosen figure halved or half as much again."""
    found = {SHIPPED: settings}
    for table, figure in MOVED:
        value = getattr(getattr(settings, table), figure)
        for factor in (0.5, 1.5):
            moved = type(value)(value * factor)
            found[f"{figure} {moved:g}"] = _changed(settings, {table: {figure: moved}})
    return found


def judge_each(data: LabelledData, told: dict[str, MatchingSettings]) -> Iterator[tuple[str, Evaluation]]:
    """Judge every setting on the same data; texts are indexed again only where the words change."""
    indexes: dict[str, PoolIndex] = {}
    for name, settings in told.items():
        if settings.fingerprint not in indexes:
            indexes[settings.fingerprint] = indexed(data.texts.values(), settings)
        yield name, judge(data, partial(_scores, indexes[settings.fingerprint], settings))


def _scores(index: PoolIndex, settings: MatchingSettings, brief: Brief) -> NDArray[np.float64]:
    return scores_of(index, brief, settings)


def _changed(settings: MatchingSettings, change: dict[str, dict[str, float]]) -> MatchingSettings:
    parts: dict[str, Any] = {
        table: replace(getattr(settings, table), **figures) for table, figures in change.items()
    }
    return replace(settings, **parts)
