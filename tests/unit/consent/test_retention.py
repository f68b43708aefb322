"""Retention policies as they are written in the shipped file."""

import tomllib
from datetime import date

import pytest

from talentpool.consent.models import Basis
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


def test_a_consent_without_an_end_ends_where_the_policy_says_so() -> None:
    given = date(2025, 11, 29)
    assert retention_policy(SHIPPED, "NL").ends_of_consent(given) == date(2026, 11, 29)
    assert retention_policy(SHIPPED, "DE").ends_of_consent(given) is None


def test_another_basis_than_the_one_asked_for_keeps_nobody_but_a_contract_and_a_law_do() -> None:
    keeping = retention_policy(SHIPPED, "DE").bases_that_keep
    assert keeping == {Basis.CONSENT, Basis.CONTRACT, Basis.LEGAL}
