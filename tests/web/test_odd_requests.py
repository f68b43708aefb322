"""Requests no page of ours would send: answered with a page, never with a fault of ours."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import make_application, make_candidate, make_role
from tests.web.conftest import SignIn

ODD_VALUES = {
    "negative": "-1",
    "nothing": "0",
    "a word": "abc",
    "beyond every number": "99999999999999999999",
    "thousands of digits": "1" * 5000,
    "an exponent": "1e9",
    "a null byte": "\x00",
    "a statement": "'; DROP TABLE roles; --",
    "a format": "%s%n",
    "many faces": "\U0001f600" * 40,
}
ODD_NAMES = (
    "page",
    "q",
    "role",
    "candidate",
    "candidates",
    "who",
    "stage",
    "country",
    "resume",
    "lacking",
    "whose",
    "next",
    "run",
    "rule",
    "tab",
    "open",
    "since",
    "show",
)


@pytest.fixture
def pool(sessions: Sessions) -> tuple[int, int]:
    """One candidate with an application, and one role."""
    with sessions.writing.begin() as session:
        return _filled(session)


def _filled(session: Session) -> tuple[int, int]:
    install_policies(session, config_folder(), now=current_time())
    candidate, role = make_candidate(session), make_role(session)
    session.flush()
    make_application(session, candidate)
    return candidate.id, role.id


def addresses(app: Flask, number: int | str) -> list[str]:
    """List every page that can be looked at, with this number in its address."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    return sorted(
        re.sub(r"<int:[^>]+>", str(number), rule.rule) for rule in rules if rule.endpoint != "static"
    )


@pytest.mark.parametrize("number", [0, 4711, 2**31, 2**63, 10**30])
def test_a_number_that_is_nobodys_is_not_found(
    app: Flask, signed_in: SignIn, pool: tuple[int, int], number: int
) -> None:
    browser = signed_in(AccountKind.ADMINISTRATOR)
    with_numbers = [address for address in addresses(app, number) if str(number) in address]
    for address in with_numbers:
        if "<" in address:
            continue
        assert browser.get(address).status_code == 404, address


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_an_odd_value_in_an_address_breaks_nothing(
    app: Flask, signed_in: SignIn, pool: tuple[int, int], value: str
) -> None:
    browser = signed_in(AccountKind.ADMINISTRATOR)
    for number in set(pool):
        for address in addresses(app, number):
            if "<" in address:
                continue
            response = browser.get(address, query_string=dict.fromkeys(ODD_NAMES, value))
            assert response.status_code < 500, f"{address}?…={value!r}: {response.status}"
            response.close()


def test_a_form_full_of_nothing_breaks_nothing(app: Flask, signed_in: SignIn, pool: tuple[int, int]) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    for rule in sorted(rules, key=str):
        browser = signed_in(AccountKind.ADMINISTRATOR)
        address = re.sub(r"<[^>]+>", str(pool[0]), rule.rule)
        response = browser.post(address)
        assert response.status_code < 500, f"{address}: {response.status}"
