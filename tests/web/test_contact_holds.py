"""An agency's fee and a notice that is owed hold contact back, until their day or until somebody says it is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.eligibility import Refusal
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import NOW, make_basis, make_candidate
from tests.web.conftest import Browser, SignIn


@pytest.fixture
def ana(sessions: Sessions) -> Candidate:
    """Somebody with consent, whom an agency introduced."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        person = make_candidate(session, "Ana Ruiz", fee_until=current_time().date() + timedelta(days=30))
        make_basis(session, person, expires_on=None)
    return person


@pytest.fixture
def browser(signed_in: SignIn) -> Browser:
    """A recruiter at work."""
    return signed_in()


def refusal(sessions: Sessions, person: Candidate) -> Refusal | None:
    with sessions.reading() as session:
        return contact_states(session, [person.id], today=current_time().date())[person.id].refusal


def test_a_fee_on_record_holds_contact_back_until_it_is_settled(
    browser: Browser, ana: Candidate, sessions: Sessions
) -> None:
    assert refusal(sessions, ana) is Refusal.FEE_PROTECTED
    assert "The fee is settled" in browser.get(f"/candidates/{ana.id}").text
    browser.post(f"/candidates/{ana.id}/contact-hold/over", {"contact_hold": "fee_protected"})
    assert refusal(sessions, ana) is None
    assert "The fee is settled" not in browser.get(f"/candidates/{ana.id}").text


def test_a_notice_that_is_owed_holds_contact_back_until_it_is_given(
    browser: Browser, ana: Candidate, sessions: Sessions
) -> None:
    form = {"contact_hold": "notice_required", "contact_hold_source": "Local law 144"}
    page = browser.post(f"/candidates/{ana.id}/contact-hold", form, follow_redirects=True).text
    assert "has to be told first" in page
    assert refusal(sessions, ana) is Refusal.NOTICE_REQUIRED
    browser.post(f"/candidates/{ana.id}/contact-hold/over", {"contact_hold": "notice_required"})
    assert refusal(sessions, ana) is Refusal.FEE_PROTECTED
    with sessions.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action)))
    assert {"contact_held", "notice_required_over"} <= set(actions)


@pytest.mark.parametrize(
    "changes",
    [
        {"contact_hold": "access_request"},
        {"contact_hold_source": " "},
        {"contact_hold_until": "2020-01-01"},
        {"contact_hold_until": "soon"},
    ],
)
def test_a_hold_that_says_too_little_is_refused(
    browser: Browser, ana: Candidate, changes: dict[str, str]
) -> None:
    form = {"contact_hold": "fee_protected", "contact_hold_source": "Northwind", **changes}
    refused = browser.post(f"/candidates/{ana.id}/contact-hold", form)
    assert refused.status_code == 422
    assert f'<a href="#{next(iter(changes))}">' in refused.text
    assert browser.post(f"/candidates/{ana.id}/contact-hold/over", {"contact_hold": "x"}).status_code == 422
