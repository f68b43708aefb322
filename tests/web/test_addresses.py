"""An address that mail came back from is shown as such, and works again with one click that can be taken back."""

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import NOW, make_candidate
from tests.web.conftest import SignIn


@pytest.fixture
def ana(sessions: Sessions) -> Candidate:
    """Somebody whose only address mail came back from."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        person = make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
        person.emails[0].bounced_at = NOW
    return person


def works(sessions: Sessions) -> bool:
    with sessions.reading() as session:
        ana = select(CandidateEmail.bounced_at).where(CandidateEmail.address == "ana@example.org")
        return session.scalars(ana).one() is None


def test_an_address_works_again_and_the_undo_says_that_it_does_not(
    signed_in: SignIn, sessions: Sessions, ana: Candidate
) -> None:
    browser, address = signed_in(), f"/candidates/{ana.id}/addresses/{ana.emails[0].id}"
    assert "Does not work: mail came back" in browser.get(f"/candidates/{ana.id}").text
    page = browser.post(f"{address}/works", {}, follow_redirects=True).text
    assert works(sessions)
    assert "Does not work" not in page
    assert f"{address}/works-not" in page
    browser.post(f"{address}/works-not", {})
    assert not works(sessions)
    with sessions.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert [one for one in actions if one.startswith("address_")] == ["address_works", "address_works_not"]


def test_an_address_of_somebody_else_is_not_found(
    signed_in: SignIn, sessions: Sessions, ana: Candidate
) -> None:
    with sessions.writing.begin() as session:
        other = make_candidate(session, "Ben Ruiz")
    asked = f"/candidates/{other.id}/addresses/{ana.emails[0].id}/works"
    assert signed_in().post(asked, {}).status_code == 404
    assert not works(sessions)
