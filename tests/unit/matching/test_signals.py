"""Signals from a person's history: each from 0 to 1, nothing for what is unknown."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from talentpool.matching.documents import History
from talentpool.matching.segments import history_arrays
from talentpool.matching.signals import SIGNALS, signal_strengths, signal_totals
from tests.unit.matching.builders import SETTINGS, make_index, make_person

TODAY = date(2026, 11, 23)


def strengths(history: History) -> dict[str, float]:
    columns = history_arrays([history])
    found = signal_strengths(columns.__getitem__, today=TODAY, weights=SETTINGS.signals)
    return {name: float(values[0]) for name, values in found.items()}


def test_an_unknown_history_adds_nothing() -> None:
    assert strengths(History()) == dict.fromkeys(SIGNALS, 0.0)


def test_every_signal_at_its_strongest_is_one() -> None:
    best = History(
        stage_rank=6,
        silver_medalist=True,
        reason_lapses_on=TODAY,
        promise_open=True,
        rating=1.0,
        resume_on=TODAY,
        replied=True,
    )
    assert strengths(best) == dict.fromkeys(SIGNALS, 1.0)


@pytest.mark.parametrize(("days", "strength"), [(-1, 1.0), (0, 1.0), (1, 0.0)])
def test_a_reason_counts_as_lapsed_from_its_day_on(days: int, strength: float) -> None:
    assert strengths(History(reason_lapses_on=TODAY + timedelta(days=days)))["reason_lapsed"] == strength


def test_freshness_halves_with_age_and_never_exceeds_one() -> None:
    half_life = SETTINGS.signals.freshness_half_life_days
    assert strengths(History(resume_on=TODAY - timedelta(days=half_life)))["freshness"] == pytest.approx(0.5)
    assert strengths(History(resume_on=TODAY + timedelta(days=40)))["freshness"] == 1.0


def test_signals_add_up_by_their_weights(tmp_path: Path) -> None:
    index = make_index(tmp_path, [make_person(4, "java", silver_medalist=True, rating=0.5)])
    weights = SETTINGS.signals
    totals = signal_totals(index, today=TODAY, weights=weights)
    assert totals.tolist() == pytest.approx([weights.silver_medalist + weights.rating / 2])
    assert signal_totals(index, today=TODAY, weights=weights) is totals
