"""Comparing rankers, and what a choice between settings is worth."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import metrics, weighting
from talentpool.matching.metrics import compare, cross_validated, mean_quality, measure

VALUES = st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5)


@pytest.mark.parametrize("module", [metrics, weighting])
def test_the_examples_in_the_formulas_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0


def test_measures_follow_their_definitions() -> None:
    quality = measure(np.array([0, 2, 1, 2]), highest=2)
    ideal = 3 + 3 / np.log2(3) + 1 / 2
    assert quality.ndcg_10 == pytest.approx((3 / np.log2(3) + 1 / 2 + 3 / np.log2(5)) / ideal)
    assert quality.average_precision == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert quality.precision_10 == 0.5
    assert quality.recall_50 == 1.0
    assert mean_quality([]).ndcg_10 == 0.0


def test_two_rankers_are_compared_query_by_query() -> None:
    perfect, second = measure(np.array([1, 0]), highest=1), measure(np.array([0, 1]), highest=1)
    found = compare([perfect, second, perfect], [second, perfect, perfect])
    assert (found.wins, found.losses, found.ties, found.gain) == (1, 1, 1, 0.0)


@given(values=VALUES)
def test_a_choice_is_worth_no_more_than_the_best_setting_of_each_query_and_of_one_setting_its_mean(
    values: list[list[float]],
) -> None:
    table, weights = np.array(values), np.array([1.0, 1.0, 0.5, 0.5])
    worth, choices = cross_validated(table, np.array([0, 1, 0, 1]), weights)
    assert worth <= table.max(axis=0) @ weights / 3 + 1e-12
    assert len(choices) == 2
    alone, _ = cross_validated(table[:1], np.arange(4), weights)
    assert alone == pytest.approx(table[0] @ weights / 3)
