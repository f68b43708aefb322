"""Weights are read as people type them, within bounds that keep a list sensible."""

import tomllib
from pathlib import Path

import pytest

from talentpool.matching.weight_rules import order_problems, read_weight, weight_places

SHIPPED = tomllib.loads(
    (Path(__file__).resolve().parents[3] / "config" / "matching.toml").read_text(encoding="utf-8")
)


def test_every_shipped_weight_is_one_that_may_be_typed() -> None:
    assert {(part, key) for part, values in SHIPPED.items() for key in values} == set(weight_places())
    for part, key in weight_places():
        assert read_weight((part, key), str(SHIPPED[part][key])) == SHIPPED[part][key]
    assert order_problems(SHIPPED) == {}


@pytest.mark.parametrize("typed", ["", "much", "-1", "nan", "inf", "1e9", "1,5,2", "−3"])  # noqa: RUF001
def test_what_is_no_sensible_weight_is_refused_with_the_bounds(typed: str) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        read_weight(("signals", "stage"), typed)


def test_a_count_is_whole() -> None:
    assert read_weight(("feedback", "terms"), " 80 ") == 80
    with pytest.raises(ValueError, match="a whole number"):
        read_weight(("feedback", "terms"), "80.5")


def test_good_is_less_than_strong() -> None:
    bands = {**SHIPPED["bands"], "good_advert": 0.3}
    problems = order_problems({**SHIPPED, "bands": bands})
    assert list(problems) == [("bands", "good_advert")]
    assert "0.25" in problems["bands", "good_advert"]
