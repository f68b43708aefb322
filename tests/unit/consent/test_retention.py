"""Retention policies as they are written in the shipped file."""

import tomllib
from datetime import date

import pytest

from talentpool.consent.retention import retention_policy
from talentpool.errors import InvalidInputError
from talentpool.settings import config_folder

SHIPPED = tomllib.loads((config_folder() / "retention.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("country", sorted(SHIPPED))
def test_every_shipped_policy_can_be_read_and_names_its_source(country: str) -> None:
    policy = retention_policy(SHIPPED, country)
    assert policy.days_without_basis >= 0
    assert policy.counts_from in ("rejection", "receipt")
    assert len(policy.source) > 20


def test_the_cut_off_lies_so_many_days_back() -> None:
    assert retention_policy(SHIPPED, "nl").cut_off(today=date(2026, 11, 29)) == date(2026, 11, 1)


def test_a_country_without_a_policy_is_refused_with_the_choice() -> None:
    with pytest.raises(InvalidInputError, match=r"AT, DE, FR"):
        retention_policy(SHIPPED, "XX")
