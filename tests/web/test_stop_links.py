"""Fault 45: the link that stops messages works without cookies, acts only when pressed, and tells a guesser nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from talentpool.candidates.contact_records import load_contact_records
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.eligibility import ContactPolicy, MessagePurpose
from talentpool.consent.link_token import Link, LinkScope, make_token, stop_token
from talentpool.consent.models import Suppression
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.outreach.models import Message, MessageState
from talentpool.web.desk import EXTENSION
from tests.builders import forged, make_candidate


@pytest.fixture
def secret(app: Flask) -> bytes:
    """The key of this installation's links."""
    held: bytes = app.extensions[EXTENSION].secret
    return held


@pytest.fixture
def person(sessions: Sessions) -> Candidate:
    """Somebody with two addresses."""
    with sessions.writing.begin() as session:
        return make_candidate(session, emails=["ana@example.org", "ana@work.example"])


@pytest.fixture
def token(person: Candidate, secret: bytes) -> str:
    """The token in the message that went to the first address."""
    hashed = suppression_key(secret, "email", "ana@example.org")
    return stop_token(secret, person.id, hashed, now=current_time())


def entries(sessions: Sessions) -> list[tuple[str, object]]:
    with sessions.reading() as session:
        found = session.scalars(select(Suppression).order_by(Suppression.id))
        return [(entry.key_hash, entry.created_at) for entry in found if entry.lifted_at is None]


def test_faults_45_looking_changes_nothing(client: FlaskClient, token: str, sessions: Sessions) -> None:
    for _ in range(3):
        page = client.get(f"/u/{token}")
        assert page.status_code == 200
        assert "Do not write to me any more" in page.text
    assert client.head(f"/u/{token}").status_code == 200
    assert entries(sessions) == []


def test_faults_45_one_click_acts_at_once_without_cookies_or_a_form_token(
    app: Flask, token: str, person: Candidate, sessions: Sessions
) -> None:
    client = app.test_client(use_cookies=False)
    answer = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, "no redirect: mail programs do not follow one"
    assert len(entries(sessions)) == 3, "both addresses and the person"
    with sessions.reading() as session:
        policy = ContactPolicy(cool_down_days=90, basis_required=False, consent_ends_soon_days=30)
        today = current_time().date()
        assert load_contact_records(session, [person.id], policy, today=today)[person.id].asked_not_to


def test_faults_45_pressing_again_changes_nothing(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    client.post(f"/u/{token}")
    before = entries(sessions)
    assert client.post(f"/u/{token}").status_code == 200
    assert entries(sessions) == before
    assert "No more messages" in client.get(f"/u/{token}").text


def test_faults_45_a_tampered_a_foreign_and_an_expired_link_are_refused_alike(
    client: FlaskClient, token: str, secret: bytes, sessions: Sessions
) -> None:
    hashed = "00" * 32
    old = make_token(
        secret,
        Link(
            scope=LinkScope.STOP,
            candidate_id=1,
            address_hash=hashed,
            expires_at=current_time() - timedelta(minutes=2),
        ),
    )
    foreign = stop_token(b"another", 1, hashed, now=current_time())
    bad = [forged(token), "A" * 82, "x", old, foreign, token + "A"]
    pages = {client.get(f"/u/{each}").text for each in bad}
    assert {client.get(f"/u/{each}").status_code for each in bad} == {403}
    assert {client.post(f"/u/{each}").status_code for each in bad} == {403}
    assert len({page.split("<main")[1] for page in pages}) == 1
    assert entries(sessions) == []


def test_faults_45_the_page_names_nobody(client: FlaskClient, token: str) -> None:
    for page in (client.get(f"/u/{token}"), client.post(f"/u/{token}"), client.get(f"/u/{token}")):
        assert "Ana" not in page.text
        assert "example.org" not in page.text


def test_a_link_of_somebody_who_is_gone_still_holds_the_address(
    client: FlaskClient, token: str, person: Candidate, sessions: Sessions, secret: bytes
) -> None:
    with sessions.writing.begin() as session:
        session.delete(session.get_one(Candidate, person.id))
    assert client.post(f"/u/{token}").status_code == 200
    assert [key for key, _ in entries(sessions)] == [suppression_key(secret, "email", "ana@example.org")]


def test_what_waits_does_not_leave_any_more(
    client: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        now = current_time()
        message = Message(
            message_key="<a@b.example>",
            candidate_id=person.id,
            purpose=MessagePurpose.SERVICE,
            to_address="ana@example.org",
            subject="Hello",
            text="Hello",
            state=MessageState.PENDING,
            created_at=now,
            due_at=now,
        )
        session.add(message)
    client.post(f"/u/{token}")
    with sessions.reading() as session:
        assert session.get_one(Message, message.id).state is MessageState.STOPPED
