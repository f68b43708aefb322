"""Only the newest word about being kept counts, and only the basis that the policy asks for, as long as it says."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.candidates.kept_too_long import consents_that_end, kept_until, people_past_retention
from talentpool.consent.models import Basis
from talentpool.settings import config_folder
from tests.builders import NOW, TODAY, make_application, make_basis, make_candidate, make_office

LONG_AGO, YEAR_AGO = date(2020, 1, 1), TODAY - timedelta(days=365)
Word = dict[str, Any]
STANDS: Word = {"recorded_on": date(2024, 1, 1), "expires_on": None}
TAKEN_BACK: Word = {**STANDS, "withdrawn_on": TODAY}
AGAIN: Word = {"recorded_on": TODAY, "expires_on": TODAY + timedelta(days=9)}


@pytest.mark.parametrize(
    ("country", "words", "is_past", "until"),
    [
        ("DE", [], True, LONG_AGO + timedelta(days=183)),
        ("DE", [STANDS], False, None),
        ("DE", [STANDS, TAKEN_BACK], True, LONG_AGO + timedelta(days=183)),
        ("DE", [STANDS, TAKEN_BACK, AGAIN], False, TODAY + timedelta(days=9)),
        ("DE", [{**STANDS, "basis": Basis.LEGITIMATE_INTEREST}], True, LONG_AGO + timedelta(days=183)),
        ("DE", [{**STANDS, "basis": Basis.LEGAL}], False, None),
        ("NL", [{**STANDS, "basis": Basis.LEGAL}], False, None),
        ("NL", [STANDS], True, LONG_AGO + timedelta(days=28)),
        ("NL", [{"recorded_on": YEAR_AGO, "expires_on": None}], False, TODAY),
    ],
)
def test_faults_48_only_the_newest_word_keeps_somebody(
    session: Session, country: str, words: list[Word], is_past: bool, until: date | None
) -> None:
    install_policies(session, config_folder(), now=NOW)
    make_office(session, retention_policy=country)
    person = make_candidate(session)
    make_application(session, person, applied_on=LONG_AGO, ended_on=LONG_AGO)
    for word in words:
        make_basis(session, person, **word)
    assert people_past_retention(session, today=TODAY) == ([person.id] if is_past else [])
    assert kept_until(session, person.id, today=TODAY) == until


def test_a_consent_that_ends_by_the_policy_is_asked_about_before(session: Session) -> None:
    install_policies(session, config_folder(), now=NOW)
    make_office(session, retention_policy="NL")
    soon = TODAY + timedelta(days=30)
    ends, later = make_candidate(session), make_candidate(session)
    make_basis(session, ends, recorded_on=YEAR_AGO + timedelta(days=30), expires_on=None)
    make_basis(session, later, recorded_on=YEAR_AGO + timedelta(days=31), expires_on=None)
    assert consents_that_end(session, today=TODAY, soon=soon) == [ends.id]
