"""Contact and outbox: who may be written to and why not, what each would read, and what became of it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.eligibility import MessagePurpose
from talentpool.database import Sessions
from talentpool.outreach.models import Message, MessageState
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import NOW, make_application, make_basis, make_candidate, make_office, make_role
from tests.web.conftest import Browser, MakeSettings, SignIn, StartApp


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that writes mail into a folder."""
    return start_app(
        settings_with(
            TALENTPOOL_MAIL_TRANSPORT="folder",
            TALENTPOOL_MAIL_ORGANISATION="Nordwind",
            TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example",
            TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay, 20457 Hamburg",
        )
    )


@pytest.fixture
def role(sessions: Sessions) -> Role:
    """An open role, in an installation with its policies."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        return make_role(session, place="Hamburg")


@pytest.fixture
def make_person(sessions: Sessions) -> Callable[..., Candidate]:
    """Make somebody with consent and a past application."""

    def make(name: str = "Ana Ruiz", *, consents: bool = True) -> Candidate:
        with sessions.writing.begin() as session:
            person = make_candidate(session, name)
            make_application(session, person, role_title="Site reliability engineer")
            if consents:
                make_basis(session, person, expires_on=None)
        return person

    return make


@pytest.fixture
def browser(signed_in: SignIn) -> Browser:
    """A recruiter at work."""
    return signed_in()


def form(*people: Candidate, **more: object) -> dict[str, object]:
    ids = [person.id for person in people]
    letter = {"template": "first_contact", "subject": "{{ role_title }}", "text": "Hello {{ first_name }}"}
    return {**letter, "candidates": ids, "send": ids, **more}


def overriding(browser: Browser, role: Role, person: Candidate) -> dict[str, object]:
    """Fill the form in as somebody does who has read the page: write to them all the same."""
    page = browser.get(f"/roles/{role.id}/contact?candidates={person.id}").text
    seen = re.findall(rf'name="seen-{person.id}" value="([^"]+)"', page)
    [shown_at] = re.findall(r'name="shown_at" value="([^"]+)"', page)
    return form(person, send=[], override=[person.id]) | {f"seen-{person.id}": seen, "shown_at": shown_at}


def messages(sessions: Sessions) -> list[Message]:
    with sessions.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def test_the_page_shows_each_letter_and_who_may_not_be_written_to(
    browser: Browser, role: Role, make_person: Callable[..., Candidate]
) -> None:
    one, other = make_person("Ana Ruiz"), make_person("Bo Lind", consents=False)
    page = browser.get(f"/roles/{role.id}/contact?candidates={one.id},{other.id}").text
    assert "Hello Ana" in page
    assert "Site reliability engineer" in page
    assert "No legal basis recorded" in page
    assert f'name="send" value="{one.id}"' in page
    assert f'name="send" value="{other.id}"' not in page


def test_ticked_messages_wait_in_the_outbox(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person = make_person()
    answer = browser.post(f"/roles/{role.id}/contact", form(person), follow_redirects=True)
    assert "1 message waits in the outbox." in answer.text
    [message] = messages(sessions)
    assert (message.state, message.subject) == (MessageState.PENDING, "Platform engineer")
    assert message.text.startswith("Hello Ana")
    assert "/u/" in message.text
    assert "1 Quay" in message.text


def test_a_preview_queues_nothing_and_shows_the_words_as_typed(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    sent = form(make_person(), text="Good day {{ full_name }}, {{ 7*7 }} <b>", preview="yes")
    page = browser.post(f"/roles/{role.id}/contact", sent).text
    assert "Good day Ana Ruiz, {{ 7*7 }} &lt;b&gt;" in page
    assert messages(sessions) == []


def test_somebody_who_must_not_be_written_to_is_not_however_the_form_is_sent(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person = make_person(consents=False)
    sent = form(person, override=[person.id], reason="because")
    page = browser.post(f"/roles/{role.id}/contact", sent, follow_redirects=True).text
    assert "Not queued" in page
    assert messages(sessions) == []


def test_resting_is_overridden_with_a_reason_that_stands_in_the_trail(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person, address = make_person(), f"/roles/{role.id}/contact"
    browser.post(address, form(person))
    assert "Write to Ana Ruiz all the same" in browser.get(f"{address}?candidates={person.id}").text
    over = overriding(browser, role, person)
    assert browser.post(address, over).status_code == 422, "without a reason"
    browser.post(address, over | {"reason": "She called and asked for it"})
    first, second = messages(sessions)
    assert (first.override_reason, second.override_reason) == (None, "She called and asked for it")
    with sessions.reading() as session:
        assert "contact_refusal_overridden" in set(session.scalars(select(AuditEvent.action)))
    assert "All the same: She called and asked for it" in browser.get(f"/roles/{role.id}/contacted").text


def test_only_what_was_read_is_set_aside_and_a_second_press_sends_nothing(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person, address = make_person(), f"/roles/{role.id}/contact"
    unseen = form(person, send=[], override=[person.id], reason="She asked") | {
        "shown_at": current_time().isoformat()
    }
    browser.post(address, form(person))
    assert "Not queued" in browser.post(address, unseen, follow_redirects=True).text, "written to meanwhile"
    over = overriding(browser, role, person) | {"reason": "She called"}
    for _ in range(2):
        browser.post(address, over)
    assert [one.override_reason for one in messages(sessions)] == [None, "She called"]


@pytest.mark.parametrize("name", ["keep_in_touch", "kind_rejection", "data_answer", "may_we_pass_on"])
def test_letters_about_peoples_own_data_are_not_written_here(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions, name: str
) -> None:
    person, address = make_person(consents=False), f"/roles/{role.id}/contact"
    assert f'value="{name}"' not in browser.get(f"{address}?candidates={person.id}").text
    assert browser.get(f"{address}?candidates={person.id}&template={name}").status_code == 404
    assert browser.post(address, form(person, template=name, text="We have a job!")).status_code == 404
    assert messages(sessions) == []


def test_restricted_people_and_other_teams_roles_stay_hidden(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person = make_person("Hidden Person")
    with sessions.writing.begin() as session:
        session.get_one(Candidate, person.id).is_restricted = True
        closed = make_role(session, is_confidential=True)
    assert "Hidden" not in browser.get(f"/roles/{role.id}/contact?candidates={person.id}").text
    browser.post(f"/roles/{role.id}/contact", form(person))
    assert messages(sessions) == []
    assert browser.get(f"/roles/{closed.id}/contact").status_code == 404


def test_a_call_is_logged_with_one_click_and_can_be_taken_back(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person = make_person()
    address = f"/roles/{role.id}/contacted/{person.id}"
    page = browser.post(address, form(person, channel="call"), follow_redirects=True).text
    assert "was contacted and rests now" in page
    assert "Contacted today by Mara Klein" in page
    undo = re.findall(r'action="([^"]+/take-back)"', page)
    assert undo
    assert "Contacted today" not in browser.post(undo[0], follow_redirects=True).text
    assert browser.post(address, form(person, channel="pigeon")).status_code == 422


def test_nobody_takes_back_what_another_recruiter_logged(
    browser: Browser, signed_in: SignIn, role: Role, make_person: Callable[..., Candidate]
) -> None:
    person = make_person()
    address = f"/roles/{role.id}/contacted/{person.id}"
    page = browser.post(address, form(person, channel="sms"), follow_redirects=True).text
    [undo] = re.findall(r'action="([^"]+/take-back)"', page)
    assert signed_in().post(undo).status_code == 404


@pytest.mark.parametrize(("arrived", "state"), [("yes", MessageState.SENT), ("no", MessageState.FAILED)])
def test_a_person_settles_what_nobody_knows(
    browser: Browser, make_person: Callable[..., Candidate], sessions: Sessions, arrived: str, state: str
) -> None:
    message = kept_message(sessions, make_person(), MessageState.UNKNOWN)
    assert "Not known whether it arrived" in browser.get("/outbox").text
    browser.post(f"/outbox/{message.id}/settle", {"arrived": arrived})
    assert [one.state for one in messages(sessions)] == [state]


def test_a_recruiter_stops_all_sending_and_an_administrator_lets_it_go_on(
    browser: Browser, signed_in: SignIn, role: Role
) -> None:
    browser.post("/outbox/stop", {"words": "wrong letter"})
    assert "Sending is stopped: wrong letter" in browser.get(f"/roles/{role.id}/contact").text
    assert browser.post("/outbox/go-on").status_code == 403
    administrator = signed_in(AccountKind.ADMINISTRATOR)
    assert "Sending goes on." in administrator.post("/outbox/go-on", follow_redirects=True).text


def kept_message(
    sessions: Sessions, person: Candidate, state: MessageState, role: Role | None = None
) -> Message:
    with sessions.writing.begin() as session:
        message = Message(
            message_key="<a@b.example>",
            candidate_id=person.id,
            role_id=role.id if role else None,
            purpose=MessagePurpose.SERVICE,
            to_address="ana@example.org",
            subject="Hello",
            text="Hello",
            state=state,
            claimed_at=NOW,
            created_at=NOW,
            due_at=NOW,
        )
        session.add(message)
    return message


def test_whoever_was_unticked_stays_so_when_the_page_comes_back(
    browser: Browser, role: Role, make_person: Callable[..., Candidate]
) -> None:
    ana, bo, cy = make_person("Ana Ruiz"), make_person("Bo Lind"), make_person("Cy Moor")
    address = f"/roles/{role.id}/contact"
    browser.post(address, form(cy))
    first = browser.get(f"{address}?candidates={ana.id},{bo.id}").text
    assert ticked(first, "send") == {ana.id, bo.id}
    sent = form(ana, bo, cy) | {"send": [bo.id], "override": [cy.id], "reason": ""}
    for again in (browser.post(address, sent), browser.post(address, sent | {"preview": "yes"})):
        assert ticked(again.text, "send") == {bo.id}
        assert ticked(again.text, "override") == {cy.id}


def ticked(page: str, name: str) -> set[int]:
    return {int(found) for found in re.findall(rf'name="{name}" value="(\d+)" checked', page)}


def test_a_message_that_waits_is_taken_back_and_nobody_rests(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    person = make_person()
    page = browser.post(f"/roles/{role.id}/contact", form(person), follow_redirects=True).text
    [undo] = set(re.findall(r'action="(/outbox/\d+/take-back)"', page))
    assert "is taken back" in browser.post(undo, follow_redirects=True).text
    [message] = messages(sessions)
    assert (message.state, message.contact_id) == (MessageState.STOPPED, None)
    assert "Contacted today" not in browser.get(f"/roles/{role.id}/contact?candidates={person.id}").text
    assert browser.post(undo).status_code == 409
    with sessions.reading() as session:
        assert "message_taken_back" in set(session.scalars(select(AuditEvent.action)))


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN])
def test_what_may_have_left_is_not_taken_back(
    browser: Browser,
    role: Role,
    make_person: Callable[..., Candidate],
    sessions: Sessions,
    state: MessageState,
) -> None:
    message = kept_message(sessions, make_person(), state, role)
    assert browser.post(f"/outbox/{message.id}/take-back").status_code == 409
    assert [one.state for one in messages(sessions)] == [state]
    assert "/take-back" not in browser.get("/outbox").text


def test_a_reminder_is_chosen_with_the_letter_and_the_letter_says_so(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    ana = make_person("Ana Ruiz")
    address = f"/roles/{role.id}/contact"
    assert "remind once after 10 days" in browser.get(f"{address}?candidates={ana.id}").get_data(as_text=True)
    sent: dict[str, object] = {
        "template": "first_contact",
        "subject": "A role",
        "text": "Hello. If not, {{ if_no_answer }}.",
        "candidates": str(ana.id),
        "send": str(ana.id),
        "follow_up": "10",
    }
    assert browser.post(address, sent).status_code == 303
    with sessions.reading() as session:
        message = session.scalars(select(Message)).one()
    assert message.follow_up_days == 10
    assert "we remind you once" in message.text
    assert "reminded after 10 days unless answered" in browser.get(f"/roles/{role.id}/contacted").get_data(
        as_text=True
    )


def test_an_office_writes_in_its_language_and_a_recruiter_may_choose_another(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Role, role.id).office_id = make_office(session, language="de").id
    ana = make_person("Ana Ruiz")
    address = f"/roles/{role.id}/contact?candidates={ana.id}"
    page = browser.get(address).text
    assert "Guten Tag Ana Ruiz" in page
    assert (
        "Im September 2025 haben Sie sich bei uns auf die Stelle „Site reliability engineer“ beworben" in page
    )
    assert "weil Sie sich bei uns beworben haben" in page
    assert "Bonjour Ana Ruiz" in browser.get(f"{address}&language=fr").text
    letter = {"language": "fr", "text": "Bonjour {{ first_name }}", "follow_up": "7"}
    browser.post(f"/roles/{role.id}/contact", form(ana, **letter))
    [message] = messages(sessions)
    assert (message.language, message.template) == ("fr", "first_contact")
    assert "vous avez postulé chez nous" in message.text


def test_an_office_without_letters_in_its_language_writes_english(
    browser: Browser, role: Role, make_person: Callable[..., Candidate], sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Role, role.id).office_id = make_office(session, language="fi").id
    assert "Hello Ana" in browser.get(f"/roles/{role.id}/contact?candidates={make_person().id}").text
