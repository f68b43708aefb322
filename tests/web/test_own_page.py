"""Fault 45 for the own page: looking changes nothing, each button acts once, and a guesser learns nothing."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.merging import Decision, merge_candidates, unmerge
from talentpool.candidates.models import Candidate, Contact, Resume
from talentpool.clock import current_time
from talentpool.consent.data_requests import due_day
from talentpool.consent.holds import lift_holds
from talentpool.consent.journal import read_journal
from talentpool.consent.link_token import (
    Link,
    LinkScope,
    confirm_token,
    make_token,
    own_page_token,
    stop_token,
)
from talentpool.consent.models import (
    DataRequest,
    HoldKind,
    LawfulBasis,
    RequestKind,
    RequestState,
    Suppression,
)
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.erasure.answer_words import answer_words
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.models import Message
from talentpool.settings import Settings, config_folder
from talentpool.tables import metadata
from talentpool.web.desk import EXTENSION
from talentpool.web.views.own_page import CONFIRM_LETTER
from talentpool.work.models import AskedWork, WorkState
from tests.builders import forged, make_application, make_candidate, make_promise, make_recruiter

BUTTONS = ("interested", "yes", "no", "stop", "copy", "erase")


@pytest.fixture
def secret(app: Flask) -> bytes:
    """The key of this installation's links."""
    held: bytes = app.extensions[EXTENSION].secret
    return held


@pytest.fixture
def person(sessions: Sessions) -> Candidate:
    """Somebody who applied and was promised something."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        made = make_candidate(session, emails=["ana@example.org"])
        make_application(session, made)
        make_promise(session, made)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def hashed(secret: bytes) -> str:
    """The address the letter went to, as links know it."""
    return suppression_key(secret, "email", "ana@example.org")


@pytest.fixture
def token(person: Candidate, secret: bytes, hashed: str) -> str:
    """The token of their own page."""
    return own_page_token(secret, person.id, hashed, now=current_time())


def counts(sessions: Sessions) -> dict[str, int]:
    with sessions.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def test_faults_45_looking_at_the_own_page_changes_nothing(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    before = counts(sessions)
    page = client.get(f"/me/{token}")
    assert page.status_code == 200
    for said in ("Ana Ruiz", "ana@example.org", "Platform engineer", "write when a platform role opens"):
        assert said in page.text
    assert client.head(f"/me/{token}").status_code == 200
    assert client.get(f"/me/{token}/erase").status_code == 405
    assert counts(sessions) == before


@pytest.mark.parametrize("act", BUTTONS)
def test_faults_45_pressing_a_button_again_changes_nothing(
    client: FlaskClient, token: str, sessions: Sessions, act: str
) -> None:
    assert client.post(f"/me/{token}/{act}").status_code == 200
    before = {
        name: rows
        for name, rows in counts(sessions).items()
        if name not in ("audit_events", "candidate_changes")
    }
    assert client.post(f"/me/{token}/{act}").status_code == 200
    after = counts(sessions)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_faults_45_a_button_pressed_twice_at_once_acts_once(
    app: Flask, token: str, person: Candidate, sessions: Sessions
) -> None:
    acts = ("copy", "erase", "interested")

    def press(act: str) -> int:
        return app.test_client(use_cookies=False).post(f"/me/{token}/{act}").status_code

    with ThreadPoolExecutor(2 * len(acts)) as pool:
        with sessions.writing.begin() as session:
            hold_candidate(session, person.id)
            pressed = [pool.submit(press, act) for act in acts * 2]
            sleep(1)
        assert [each.result() for each in pressed] == [200] * 6
    with sessions.reading() as session:
        assert sorted(session.scalars(select(DataRequest.kind))) == [RequestKind.ACCESS, RequestKind.ERASURE]
        assert session.scalar(select(func.count(Contact.id))) == 1


def test_faults_45_a_forged_a_foreign_and_an_old_link_are_refused_alike(
    client: FlaskClient, token: str, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    now = current_time()
    old = Link(
        scope=LinkScope.OWN_PAGE, candidate_id=1, address_hash=hashed, expires_at=now - timedelta(minutes=2)
    )
    bad = [forged(token), "A" * 82, "x", make_token(secret, old), stop_token(secret, 1, hashed, now=now)]
    before = counts(sessions)
    for act in BUTTONS:
        assert {client.post(f"/me/{each}/{act}").status_code for each in bad} == {403}
    pages = [client.get(f"/me/{each}") for each in bad]
    assert {page.status_code for page in pages} == {403}
    assert len({page.text.split("<main")[1] for page in pages}) == 1
    assert counts(sessions) == before


def test_consent_is_withdrawn_as_easily_as_it_is_given(
    client: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    client.post(f"/me/{token}/yes")
    with sessions.reading() as session:
        given = session.scalars(select(LawfulBasis)).one()
    assert given.text_version
    assert given.expires_on is not None
    assert "You said yes" in client.get(f"/me/{token}").text
    client.post(f"/me/{token}/no")
    assert "You said no" in client.get(f"/me/{token}").text
    with sessions.reading() as session:
        assert session.scalars(select(LawfulBasis.withdrawn_on)).one() is not None


def test_still_interested_stands_with_what_passed_between_us(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    client.post(f"/me/{token}/interested")
    with sessions.reading() as session:
        said = session.scalars(select(Contact)).one()
    assert (said.direction.value, said.is_unasked) == ("theirs", False)


def test_stop_holds_every_address(client: FlaskClient, token: str, sessions: Sessions) -> None:
    client.post(f"/me/{token}/stop")
    with sessions.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 2


def test_a_newer_resume_is_a_proposal(client: FlaskClient, token: str, sessions: Sessions) -> None:
    text = b"Ana Ruiz\nana.ruiz@elsewhere.example\n\nExperience\nPlatform engineer, Nordwind, 2020 to 2026\nTerraform.\n"
    sent = client.post(f"/me/{token}/resume", data={"file": (io.BytesIO(text), "cv.txt")})
    assert sent.status_code == 200, sent.text
    with sessions.reading() as session:
        resume = session.scalars(select(Resume)).one()
        emails = [email.address for email in session.get_one(Candidate, resume.candidate_id).emails]
    assert ["email", "ana@example.org", "ana.ruiz@elsewhere.example"] in (resume.proposed or [])
    assert emails == ["ana@example.org"], "nothing is taken over before somebody decides"
    assert client.post(f"/me/{token}/resume", data={}).status_code == 422


def test_erasure_waits_for_the_button_in_a_second_letter(
    client: FlaskClient, token: str, person: Candidate, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    client.post(f"/me/{token}/erase")
    with sessions.reading() as session:
        asked = session.scalars(select(DataRequest)).one()
        assert (asked.kind, asked.state) == (RequestKind.ERASURE, RequestState.UNCONFIRMED)
        assert session.scalars(select(AskedWork)).all() == []
    assert client.post(f"/me/{token}/confirm").status_code == 404, "the first link confirms nothing"
    confirming = confirm_token(secret, person.id, hashed, now=current_time())
    before = counts(sessions)
    assert "Erase everything about me" in client.get(f"/me/{confirming}").text
    assert counts(sessions) == before
    client.post(f"/me/{confirming}/confirm")
    client.post(f"/me/{confirming}/confirm")
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork)).one()
    assert (work.kind, work.details["request_id"]) == ("erasure", asked.id)


def letters(sessions: Sessions) -> int:
    with sessions.reading() as session:
        wanted = select(func.count()).select_from(Message).where(Message.template == CONFIRM_LETTER)
        return session.scalar(wanted) or 0


def test_the_letter_with_the_button_is_sent_again_once_a_day(
    app: Flask, token: str, sessions: Sessions
) -> None:
    desk, client = app.extensions[EXTENSION], app.test_client(use_cookies=False)
    mail = replace(desk.settings.mail, transport="folder", from_address="a@b.example", postal_address="Quay")
    app.extensions[EXTENSION] = replace(desk, settings=replace(desk.settings, mail=mail))
    with sessions.writing.begin() as session:
        make_recruiter(session, kind=AccountKind.ADMINISTRATOR)
    client.post(f"/me/{token}/erase")
    client.post(f"/me/{token}/erase")
    assert letters(sessions) == 1
    with sessions.writing.begin() as session:
        session.scalars(select(Message)).one().created_at -= timedelta(days=8)
    client.post(f"/me/{token}/erase")
    assert letters(sessions) == 2
    assert counts(sessions)["data_requests"] == 1


def test_who_asked_for_a_copy_is_told_that_it_comes_first_and_the_button_works_afterwards(
    client: FlaskClient, token: str, person: Candidate, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    client.post(f"/me/{token}/copy")
    client.post(f"/me/{token}/erase")
    confirming = confirm_token(secret, person.id, hashed, now=current_time())
    told = client.post(f"/me/{confirming}/confirm").text
    assert "you get that first" in told
    assert "within a minute" not in told
    assert counts(sessions)["asked_work"] == 0
    with sessions.writing.begin() as session:
        asked = session.scalars(select(DataRequest).where(DataRequest.kind == RequestKind.ERASURE)).one()
        assert asked.state is RequestState.OPEN
        lift_holds(session, person.id, HoldKind.ACCESS_REQUEST, now=current_time())
    assert "within a minute" in client.post(f"/me/{confirming}/confirm").text
    assert counts(sessions)["asked_work"] == 1


def test_what_one_has_asked_stands_on_the_own_page_with_its_days_counted_from_when_one_asked(
    client: FlaskClient, token: str, person: Candidate, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    assert "What you have asked us" not in client.get(f"/me/{token}").text
    client.post(f"/me/{token}/erase")
    client.post(f"/me/{token}/copy")
    asked_on = current_time().date() - timedelta(days=9)
    with sessions.writing.begin() as session:
        for one in session.scalars(select(DataRequest)):
            one.received_on, one.due_on = asked_on, due_day(asked_on)
    day, due = (answer_words("en").day(each) for each in (asked_on, due_day(asked_on)))
    page = client.get(f"/me/{token}").text
    assert f"On {day} you asked to be erased. Press the button in the letter" in page
    assert f"On {day} you asked for everything we have on record about you. You get it by {due}" in page
    confirming = confirm_token(secret, person.id, hashed, now=current_time())
    told = client.post(f"/me/{confirming}/confirm").text
    for page in (told, client.get(f"/me/{token}").text):
        assert f"On {day} you asked to be erased. First you get the copy you asked for" in page
        assert f"by {due} at the latest" in page
    with sessions.writing.begin() as session:
        lift_holds(session, person.id, HoldKind.ACCESS_REQUEST, now=current_time())
    assert f"On {day} you asked to be erased. It is done by {due}" in client.get(f"/me/{token}").text


def test_an_erasure_that_failed_is_asked_for_again_by_the_button(
    client: FlaskClient, person: Candidate, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    confirming = confirm_token(secret, person.id, hashed, now=current_time())
    client.post(f"/me/{confirming}/confirm")
    with sessions.writing.begin() as session:
        session.scalars(select(AskedWork)).one().state = WorkState.FAILED
    client.post(f"/me/{confirming}/confirm")
    assert counts(sessions)["asked_work"] == 2


def test_faults_45_a_link_to_an_address_that_is_somebody_elses_again_opens_nothing(
    client: FlaskClient, person: Candidate, secret: bytes, sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        other = make_candidate(session, "Ana Ruizdottir", emails=["other@example.org"]).id
        decision = Decision(now=now, recruiter_id=None, choices={})
        merge_id = merge_candidates(session, person.id, other, decision, secret=secret).id
    theirs = suppression_key(secret, "email", "other@example.org")
    tokens = [make(secret, person.id, theirs, now=now) for make in (own_page_token, confirm_token)]
    assert "Ana Ruiz" in client.get(f"/me/{tokens[0]}").text
    with sessions.writing.begin() as session:
        unmerge(session, merge_id, now=now, recruiter_id=None, secret=secret)
    before = counts(sessions)
    for token, act in zip(tokens, ("copy", "confirm"), strict=True):
        page = client.get(f"/me/{token}").text
        assert "nothing of yours here any more" in page
        assert "Platform" not in page
        client.post(f"/me/{token}/{act}")
    assert counts(sessions) == before


def test_whoever_is_gone_finds_nothing(
    client: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.delete(session.get_one(Candidate, person.id))
    assert "nothing of yours here any more" in client.get(f"/me/{token}").text
    assert client.post(f"/me/{token}/copy").status_code == 200
    assert counts(sessions)["data_requests"] == 0


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ\x90\x00 a program", "cv.pdf"),
        (b"", "cv.pdf"),
        (b"%PDF-1.7\n" + b"\xff" * 400, "cv.pdf"),
        (b"PK\x03\x04" + b"\x00" * 200, "../../cv.docx"),
    ],
)
def test_a_strangers_file_that_is_no_resume_is_refused_and_leaves_nothing(
    client: FlaskClient, token: str, sessions: Sessions, app: Flask, data: bytes, name: str
) -> None:
    refused = client.post(f"/me/{token}/resume", data={"file": (io.BytesIO(data), name)})
    assert refused.status_code == 422, refused.text
    assert 'role="alert"' in refused.text
    folder = app.extensions[EXTENSION].settings.resume_folder
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert counts(sessions)["resumes"] == 0


def test_a_stranger_sends_five_files_a_day_and_none_twice(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    def send(number: int) -> int:
        text = f"Ana Ruiz\n\nExperience\nPlatform engineer, Nordwind, 20{10 + number} to 2026\nTerraform.\n"
        sent = client.post(f"/me/{token}/resume", data={"file": (io.BytesIO(text.encode()), "cv.txt")})
        return sent.status_code

    assert [send(0), send(0)] == [200, 422]
    assert [send(number) for number in range(1, 6)] == [200, 200, 200, 200, 422]
    assert counts(sessions)["resumes"] == 5


def test_a_link_goes_with_the_person_through_a_merge(
    client: FlaskClient, token: str, person: Candidate, secret: bytes, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        survivor = make_candidate(session, "Ana Ruiz", emails=["ana.r@example.org"]).id
        decision = Decision(now=current_time(), recruiter_id=None, choices={})
        merge_candidates(session, survivor, person.id, decision, secret=secret)
    assert "ana.r@example.org" in client.get(f"/me/{token}").text
    client.post(f"/me/{token}/yes")
    with sessions.reading() as session:
        assert session.scalars(select(LawfulBasis.candidate_id)).all() == [survivor]


def test_a_confirmation_ends_after_a_week_and_does_nothing_once_the_person_is_gone(
    client: FlaskClient, person: Candidate, secret: bytes, hashed: str, sessions: Sessions
) -> None:
    now = current_time()
    old = confirm_token(secret, person.id, hashed, now=now - timedelta(days=7, minutes=2))
    assert client.post(f"/me/{old}/confirm").status_code == 403
    standing = confirm_token(secret, person.id, hashed, now=now - timedelta(days=6))
    with sessions.writing.begin() as session:
        session.delete(session.get_one(Candidate, person.id))
    assert client.post(f"/me/{standing}/confirm").status_code == 200
    assert counts(sessions)["asked_work"] == 0


def test_a_link_never_opens_the_record_of_somebody_who_came_later(
    client: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.delete(session.get_one(Candidate, person.id))
    with sessions.writing.begin() as session:
        make_candidate(session, "Bo Chen")
    assert "Bo Chen" not in client.get(f"/me/{token}").text


def test_what_somebody_does_on_their_own_page_starts_no_cool_down(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    for act in ("interested", "yes", "copy"):
        client.post(f"/me/{token}/{act}")
    with sessions.reading() as session:
        assert not any(session.scalars(select(Contact.is_unasked)))


def test_public_pages_set_no_cookie(app: Flask, token: str, secret: bytes, hashed: str) -> None:
    stopping = stop_token(secret, 1, hashed, now=current_time())
    for address in (f"/me/{token}", f"/u/{stopping}"):
        for answer in (app.test_client().get(address), app.test_client().head(address)):
            assert answer.status_code == 200
            assert not answer.headers.getlist("Set-Cookie")


def test_what_one_decides_stands_in_the_journal_once_however_often_one_presses(
    client: FlaskClient, token: str, settings: Settings
) -> None:
    for act in ("no", "no", "yes", "yes", "copy", "copy"):
        client.post(f"/me/{token}/{act}")
    told = [(one.scope, one.is_lifted) for one in read_journal(settings.home)]
    by_number_and_address = 2
    assert told == [
        *[("not_kept", False)] * by_number_and_address,
        *[("not_kept", True)] * by_number_and_address,
        *[("asked", False)] * by_number_and_address,
    ]
