"""The phone list: who has no e-mail address that works and may be called; the message to copy, and the BCC address."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Candidate, Contact
from talentpool.database import Sessions
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import NOW, make_basis, make_candidate, make_role
from tests.web.conftest import Browser, MakeSettings, SignIn, StartApp

NUMBER = "+49 40 1234567"
MakePerson = Callable[..., Candidate]


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that writes mail into a folder and reads a mailbox."""
    return start_app(
        settings_with(
            TALENTPOOL_MAIL_TRANSPORT="folder",
            TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example",
            TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay, 20457 Hamburg",
            TALENTPOOL_MAIL_ANSWERS_HOST="imap.nordwind.example",
            TALENTPOOL_MAIL_ANSWERS_ADDRESS="answers@nordwind.example",
            TALENTPOOL_MAIL_ANSWERS_USERNAME="answers",
        )
    )


@pytest.fixture
def role(sessions: Sessions) -> Role:
    """An open role, in an installation with its policies."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        return make_role(session)


@pytest.fixture
def make_person(sessions: Sessions) -> MakePerson:
    """Make somebody with consent and a telephone, and no e-mail address unless one is given."""

    def make(name: str, *, silent: bool = False, **fields: object) -> Candidate:
        with sessions.writing.begin() as session:
            person = make_candidate(session, name, **{"emails": [], "phones": [NUMBER], **fields})
            make_basis(session, person, expires_on=None)
            if silent:
                stop_contact(session, person, secret=b"any", now=NOW)
        return person

    return make


@pytest.fixture
def browser(signed_in: SignIn) -> Browser:
    """A recruiter at work."""
    return signed_in()


def ids(*people: Candidate) -> str:
    return ",".join(str(person.id) for person in people)


def test_who_has_no_address_and_may_be_called_stands_on_the_list(
    browser: Browser, role: Role, make_person: MakePerson
) -> None:
    called, silent = make_person("Ana Ruiz"), make_person("Bo Lind", silent=True)
    mute, reachable = make_person("Cy Moor", phones=[]), make_person("Di Vos", emails=["di@example.org"])
    page = browser.get(f"/roles/{role.id}/phone-list?candidates={ids(called, silent, mute, reachable)}").text
    assert page.count(NUMBER) == 1
    assert re.search(r"Bo Lind</a>\s*<span class=\"tag no\">Asked not to be contacted", page)
    assert "No number on file either" in page
    assert "1 person has an e-mail address that works" in page
    assert "Nobody to call" in browser.get(f"/roles/{role.id}/phone-list?candidates={silent.id}").text


def test_a_call_from_the_list_is_a_contact_and_the_person_rests(
    browser: Browser, role: Role, make_person: MakePerson, sessions: Sessions
) -> None:
    ana, listed = make_person("Ana Ruiz"), f"/roles/{role.id}/phone-list?candidates="
    form = {"channel": "call", "back": f"{listed}{ana.id}"}
    assert browser.post(f"/roles/{role.id}/contacted/{ana.id}", form).location == form["back"]
    with sessions.reading() as session:
        [contact] = session.scalars(select(Contact))
    assert (contact.channel, contact.is_unasked) == ("call", True)
    page = browser.get(form["back"]).text
    assert "Contacted today by Mara Klein" in page
    assert NUMBER not in page


def test_the_list_is_taken_out_as_a_table_and_the_trail_keeps_it(
    browser: Browser, role: Role, make_person: MakePerson, sessions: Sessions
) -> None:
    ana, bo = make_person("=Ana"), make_person("Bo Lind", silent=True)
    answer = browser.get(f"/roles/{role.id}/phone-list.csv?candidates={ids(ana, bo)}")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    answer.close()
    assert lines[1] == f"{ana.id},'=Ana,'{NUMBER},May be called"
    assert len(lines) == 2
    with sessions.reading() as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "phone_list_exported"))
    assert event.details["people"] == 1
    assert browser.get(f"/roles/{role.id}/phone-list.pdf").status_code == 404


def test_another_teams_role_and_restricted_people_are_not_there(
    browser: Browser, role: Role, make_person: MakePerson, sessions: Sessions
) -> None:
    hidden = make_person("Hidden Person", is_restricted=True)
    with sessions.writing.begin() as session:
        closed = make_role(session, is_confidential=True)
    assert "Hidden" not in browser.get(f"/roles/{role.id}/phone-list?candidates={hidden.id}").text
    for ending in ("", ".csv"):
        assert browser.get(f"/roles/{closed.id}/phone-list{ending}").status_code == 404


def test_the_message_can_be_copied_without_footer_and_link_and_bcc_is_named(
    browser: Browser, role: Role, make_person: MakePerson
) -> None:
    ana = make_person("Ana Ruiz")
    page = browser.get(f"/roles/{role.id}/contact?candidates={ana.id}").text
    text = page.partition("readonly>")[2].partition("</textarea>")[0]
    assert text.startswith("Hello Ana,")
    assert "Platform engineer" in text
    assert "1 Quay" not in text
    assert "/u/" not in text
    assert "answers@nordwind.example" in page
