"""Signals: what a person's history with us adds to a score, each a strength from 0 to 1 times its weight.

History adds to a match, it does not make one: whoever shares no word with the role gets no signals.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.index import PoolIndex
from talentpool.matching.settings import SignalWeights

HIGHEST_STAGE = 6
SIGNALS = ("stage", "silver_medalist", "reason_lapsed", "promise_open", "rating", "freshness", "replied")

Column = Callable[[str], NDArray[Any]]


def signal_strengths(
    column: Column, *, today: date, weights: SignalWeights
) -> dict[str, NDArray[np.float64]]:
    """Give each signal's strength for everybody; `column` gives a column of the histories by name."""
    day = today.toordinal()
    lapses, written = column("reason_lapses_on"), column("resume_on").astype(np.float64)
    age = np.maximum(0.0, day - written)
    fresh = np.exp2(-age / max(1.0, weights.freshness_half_life_days))
    return {
        "stage": np.clip(column("stage_rank"), 0, HIGHEST_STAGE) / HIGHEST_STAGE,
        "silver_medalist": column("silver_medalist").astype(np.float64),
        "reason_lapsed": ((lapses > 0) & (lapses <= day)).astype(np.float64),
        "promise_open": column("promise_open").astype(np.float64),
        "rating": np.clip(np.nan_to_num(column("rating")), 0.0, 1.0),
        "freshness": np.where(written > 0, fresh, 0.0),
        "replied": column("replied").astype(np.float64),
    }


def signal_weight(weights: SignalWeights, signal: str) -> float:
    """Give what a signal adds at its strongest."""
    return float(getattr(weights, signal))


def signal_totals(index: PoolIndex, *, today: date, weights: SignalWeights) -> NDArray[np.float32]:
    """Add up all signals for every row of the index; worked out once for each index, day and weights."""
    return index.once(("signals", today, weights), lambda: _totals(index, today, weights))


def _totals(index: PoolIndex, today: date, weights: SignalWeights) -> NDArray[np.float32]:
    strengths = signal_strengths(index.history, today=today, weights=weights)
    total = np.zeros(len(index.alive))
    for signal in SIGNALS:
        total += strengths[signal] * signal_weight(weights, signal)
    return total.astype(np.float32)
