"""The card that says on which basis somebody is kept; asking for consent; holds in law."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.models import ConsentRequest, LegalHold
from talentpool.database import Sessions
from talentpool.outreach.consent_campaign import KIND
from talentpool.outreach.models import Message
from talentpool.settings import Settings, config_folder
from talentpool.work.models import AskedWork, WorkState
from tests.builders import make_basis, make_candidate
from tests.web.conftest import Browser, SignIn


@pytest.fixture
def settings(settings_with: Callable[..., Settings]) -> Settings:
    """An installation that may write."""
    return settings_with(
        TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example", TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay"
    )


@pytest.fixture
def person(sessions: Sessions, app: Flask) -> Candidate:
    """Somebody with a consent."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        made = make_candidate(session)
        make_basis(session, made, source="careers page", text_version="2026-03")
    return made


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """A browser of an administrator."""
    return signed_in(AccountKind.ADMINISTRATOR)


def test_the_page_names_basis_source_text_and_end(administrator: Browser, person: Candidate) -> None:
    page = administrator.get(f"/candidates/{person.id}").text
    for said in ("May we keep them?", "careers page", "2026-03", "1 Nov 2027"):
        assert said in page


def test_somebody_is_asked_once_by_a_letter_with_a_link(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    for _ in range(2):
        assert administrator.post(f"/candidates/{person.id}/ask-consent").status_code == 303
    with sessions.reading() as session:
        letter = session.scalars(select(Message)).one()
        assert session.scalars(select(ConsentRequest)).one().candidate_id == person.id
    assert "/me/" in letter.text
    assert "{{" not in letter.text + (letter.html or "")


def test_a_hold_in_law_is_placed_and_lifted_by_an_administrator(
    administrator: Browser, signed_in: SignIn, person: Candidate, sessions: Sessions
) -> None:
    form = {"hold_reason": "A claim is before the court", "hold_until": ""}
    assert signed_in().post(f"/candidates/{person.id}/hold", form).status_code == 403
    assert administrator.post(f"/candidates/{person.id}/hold", form).status_code == 303
    assert "A claim is before the court" in administrator.get(f"/candidates/{person.id}").text
    with sessions.reading() as session:
        hold = session.scalars(select(LegalHold)).one()
    assert administrator.post(f"/holds/{hold.id}/lift").status_code == 303
    assert administrator.post(f"/holds/{hold.id}/lift").status_code == 404
    assert administrator.get("/requests/time-over").status_code == 200


def test_a_history_without_consent_is_asked_once_however_often_somebody_presses(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        for number in range(3):
            make_candidate(session, f"Never Asked {number}")
        make_candidate(session, "No Address", emails=[])
    assert "Ask the next 3 people" in administrator.get("/requests/consent").text
    for _ in range(2):
        assert administrator.post("/requests/consent").status_code == 303
    with sessions.writing.begin() as session:
        work = session.scalars(select(AskedWork)).one()
        assert work.kind == KIND
        assert "0 of at most 3 letters are written" in administrator.get("/requests/consent").text
        work.state, work.problem = WorkState.FAILED, "Nobody has said from which address we write."
    page = administrator.get("/requests/consent").text
    assert "Asking stopped: Nobody has said from which address we write." in page
    assert "Ask the next 3 people" in page


def test_every_hold_in_law_stands_on_one_page_and_is_lifted_there(
    administrator: Browser, signed_in: SignIn, person: Candidate, sessions: Sessions
) -> None:
    assert "Nothing is held in law" in administrator.get("/requests/holds").text
    for reason, until in (("A claim is before the court", ""), ("A charge is filed", "2031-05-06")):
        form = {"hold_reason": reason, "hold_until": until}
        administrator.post(f"/candidates/{person.id}/hold", form)
    with sessions.writing.begin() as session:
        gone = LegalHold(
            person_id=987_654, reason="The law wants it", placed_at=current_time(), copy_key="0" * 32
        )
        session.add(gone)
    page = administrator.get("/requests/holds").text
    for said in ("Ana Ruiz", "A claim is before the court", "6 May 2031", administrator.recruiter.name):
        assert said in page
    assert "Erased person 987654" in page
    assert "the policy" in page
    lifted = administrator.post(f"/holds/{gone.id}/lift", {"back": "/requests/holds"})
    assert lifted.headers["Location"].endswith("/requests/holds")
    assert "Ended" in administrator.get("/requests/holds").text
    assert signed_in().get("/requests/holds").status_code == 403
