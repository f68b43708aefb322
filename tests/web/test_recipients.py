"""Recipients of somebody's data: shown before an erasure, told after it, and noted; in the language of the office."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from jobs.place_of_erasure import place_of_erasure
from jobs.workplace import open_workplace
from talentpool.accounts.models import AccountKind, AuditEvent, Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.models import RequestKind
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.database import Sessions
from talentpool.erasure.carry_out import carry_out
from talentpool.erasure.models import RecipientToTell
from talentpool.settings import config_folder
from talentpool.web.desk import EXTENSION
from tests.builders import make_candidate, make_office, make_recruiter
from tests.web.conftest import Browser, SignIn


@pytest.fixture
def ana(sessions: Sessions) -> Candidate:
    """Somebody whose name was passed on."""
    now = current_time()
    to = Recipient(name="Jo Park", organisation="Südwind", why="They look for one.", with_resume=False)
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        own = make_recruiter(session).id
        made = make_candidate(session, "Ana Ruizdottir", emails=["ana@example.org"])
        asked = note_pass_on_agreed(session, made.id, to, how="by phone", recruiter_id=own, now=now)
        note_passed_on(asked, recruiter_id=own, now=now)
    return made


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """A browser of somebody who sees all requests."""
    return signed_in(AccountKind.ADMINISTRATOR)


def note(browser: Browser, person: Candidate, kind: RequestKind, **more: str) -> str:
    form = {"who": str(person.id), "kind": kind.value, "came_by": "mail", **more}
    answer = browser.post("/requests/new", {**form, "received_on": current_time().date().isoformat()})
    browser.post(f"{answer.headers['Location']}/identity", {"identity": "known by voice"})
    return str(answer.headers["Location"])


def erase(app: Flask, sessions: Sessions, person: Candidate) -> None:
    """Erase somebody as the queue does."""
    desk = app.extensions[EXTENSION]
    place = place_of_erasure(open_workplace(desk.settings, desk.engine))
    carry_out(place, person.id, recruiter_id=None)


def only(sessions: Sessions) -> RecipientToTell:
    with sessions.reading() as session:
        return session.scalars(select(RecipientToTell)).one()


def actions(sessions: Sessions) -> list[str]:
    with sessions.reading() as session:
        wanted = select(AuditEvent.action).where(AuditEvent.action.like("recipient%"))
        return list(session.scalars(wanted.order_by(AuditEvent.id)))


def test_before_an_erasure_the_request_says_who_has_the_data_with_words_that_name_the_person(
    administrator: Browser, ana: Candidate
) -> None:
    page = administrator.get(note(administrator, ana, RequestKind.ERASURE)).text
    for said in (
        "Who has it from us",
        "Jo Park, Südwind",
        "It is about Ana Ruizdottir.",
        "introduction-1.zip",
    ):
        assert said in page
    assert "They are told" not in page


def test_after_an_erasure_they_are_to_be_told_without_the_name_and_it_is_noted_and_taken_back(
    app: Flask, administrator: Browser, ana: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, ana, RequestKind.ERASURE)
    erase(app, sessions, ana)
    page = administrator.get(place).text
    assert "Whom to tell" in page
    assert "We cannot name them any more" in page
    assert "Ruizdottir" not in page
    assert re.search(r"Whom to tell <span class=\"count\">1</span>", administrator.get("/requests").text)
    row = only(sessions).id
    done = administrator.post(f"/requests/recipients/{row}/told", {"back": place})
    assert (done.status_code, done.headers["Location"]) == (303, place)
    assert only(sessions).told_by == administrator.recruiter.id
    assert "Not told after all" in administrator.get("/requests/recipients").text
    administrator.post(f"/requests/recipients/{row}/not-told")
    assert only(sessions).told_at is None
    assert actions(sessions) == ["recipient_told", "recipient_told_undone"]


def test_recipients_hear_of_a_correction_once_it_is_answered(
    administrator: Browser, ana: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, ana, RequestKind.CORRECTION)
    assert "told once this is answered" in administrator.get(place).text
    administrator.post(f"{place}/answer", {"answer": "It is corrected."})
    page = administrator.get(place).text
    assert "They are told" in page
    assert "We have corrected this person" in page
    assert "Ana Ruizdottir" in administrator.get("/requests/recipients").text
    assert only(sessions).person_id == ana.id


def test_a_correction_that_is_refused_is_told_to_nobody(
    administrator: Browser, ana: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, ana, RequestKind.CORRECTION)
    administrator.post(f"{place}/answer", {"answer": "It is right.", "refuse": "yes"})
    with sessions.reading() as session:
        assert session.scalars(select(RecipientToTell)).all() == []


def test_a_recruiter_notes_it_for_the_requests_they_answer_alone(
    app: Flask, administrator: Browser, signed_in: SignIn, ana: Candidate, sessions: Sessions
) -> None:
    own, stranger = signed_in(), signed_in()
    place = note(administrator, ana, RequestKind.ERASURE, owner=str(own.recruiter.id))
    erase(app, sessions, ana)
    row = only(sessions).id
    assert stranger.post(f"/requests/recipients/{row}/told").status_code == 404
    assert own.get("/requests/recipients").status_code == 403
    assert own.post(f"/requests/recipients/{row}/told", {"back": place}).status_code == 303
    assert own.get(place).status_code == 200


def test_without_recipients_the_page_says_when_there_are_some(administrator: Browser) -> None:
    assert "Nobody is to be told" in administrator.get("/requests/recipients").text


def test_the_answer_is_in_the_language_of_the_office_or_the_one_that_is_chosen(
    administrator: Browser, ana: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        office = make_office(session, "Graz", language="de")
        session.get_one(Recruiter, administrator.recruiter.id).office_id = office.id
    place = note(administrator, ana, RequestKind.ERASURE)
    page = administrator.get(place).text
    assert "Guten Tag Ana Ruizdottir," in page
    assert "Es geht um Ana Ruizdottir." in page
    page = administrator.get(f"{place}?language=sv").text
    assert "Hej Ana," in page
    assert 'name="language" value="sv"' in page
    refused = administrator.post(f"{place}/answer", {"answer": "", "language": "sv"})
    assert refused.status_code == 422
    assert '<option value="sv" selected>' in refused.text
