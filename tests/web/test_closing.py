"""Closing a role on its page: everybody with a reason, letters that wait, undo, and the round after."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Application, Contact, Disposition, Note, Promise
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.consent.models import KeepWish
from talentpool.database import Sessions
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportReport
from talentpool.outreach.models import Message, MessageState
from talentpool.roles.models import Role, RoleRound, RoleState
from talentpool.settings import config_folder
from tests.builders import make_application, make_candidate, make_role
from tests.web.conftest import Browser, MakeSettings, SignIn, StartApp, form_token
from tests.web.pool_of_people import counted_queries

MOST_QUERIES = 20
MOST_SECONDS = 0.150
MakeOpen = Callable[..., list[Application]]


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
    """An open role, in an installation with its policies and reasons."""
    now = current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        install_reasons(session, config_folder())
        return make_role(session, place="Hamburg", posted_at=now - timedelta(days=40))


@pytest.fixture
def make_open(sessions: Sessions, role: Role) -> MakeOpen:
    """Let people apply: `make_open("Ana Ruiz", "Bo Chen")` gives their applications."""

    def make(*names: str, **fields: object) -> list[Application]:
        now = current_time()
        with sessions.writing.begin() as session:
            return [
                make_application(
                    session,
                    make_candidate(session, name, now=now, **fields),
                    role=role,
                    disposition=None,
                    ended_on=None,
                    applied_on=now.date() - timedelta(days=9),
                )
                for name in names
            ]

    return make


@pytest.fixture
def browser(signed_in: SignIn) -> Browser:
    """A recruiter at work."""
    return signed_in()


def send(browser: Browser, role: Role, **fields: object) -> str:
    """Fill in the page as it is now and send it."""
    way = f"/roles/{role.id}/close"
    empty = dict.fromkeys(re.findall(r'name="(reason-\d+)"', browser.get(way).text), "")
    return browser.post(way, {**empty, **fields}, follow_redirects=True).text


def all_of(sessions: Sessions, kind: type) -> list:
    with sessions.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def test_everybody_is_closed_at_once_and_the_letters_wait(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz", "Bo Chen")
    page = send(browser, role, all_reason="timing", all_holds="12", all_letter="yes", all_keep="yes")
    assert "Platform engineer is closed; 2 applications ended with it." in page
    assert "2 letters are written and not sent" in page
    assert {one.disposition for one in all_of(sessions, Application)} == {Disposition.REJECTED}
    assert {one.state for one in all_of(sessions, Message)} == {MessageState.DRAFT}
    assert len(all_of(sessions, KeepWish)) == 2
    assert all_of(sessions, Contact) == []
    assert all_of(sessions, Role)[0].state is RoleState.CLOSED


def test_closing_is_refused_with_the_list_of_whoever_has_no_reason(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    one, other = make_open("Ana Ruiz", "Bo Chen")
    answer = browser.post(f"/roles/{role.id}/close", {f"reason-{one.id}": "timing"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Bo Chen: choose a reason; nobody is left without one." in page
    assert f'href="#reason-{other.id}"' in page
    assert '<option value="timing" selected>' in page
    assert all_of(sessions, Role)[0].state is RoleState.OPEN
    assert all_of(sessions, Application)[0].disposition is None


def test_a_bare_not_selected_is_refused(browser: Browser, role: Role, make_open: MakeOpen) -> None:
    make_open("Ana Ruiz")
    assert "alone tells nobody anything" in send(browser, role, all_reason="other", all_words="Not selected")
    assert "is no reason; choose one of: A stronger candidate was hired" in send(
        browser, role, all_reason="not selected"
    )


def test_ones_own_goes_before_what_holds_for_everybody(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    ana, bo, chidi = make_open("Ana Ruiz", "Bo Chen", "Chidi Okafor")
    send(
        browser,
        role,
        all_reason="stronger_candidate_hired",
        all_letter="yes",
        **{
            f"reason-{ana.id}": "hired",
            f"reason-{bo.id}": "lost_interest",
            f"good-{chidi.id}": "You explained the outage better than we could.",
            f"promise-{chidi.id}": "write when a lead role opens",
            f"due-{chidi.id}": "2027-06-01",
        },
    )
    ended = [one.disposition for one in all_of(sessions, Application)]
    assert ended == [Disposition.HIRED, Disposition.WITHDRAWN, Disposition.REJECTED]
    [letter] = all_of(sessions, Message)
    assert "You explained the outage better than we could." in letter.text
    assert "we have decided to go on with somebody else" in letter.text
    [promise] = all_of(sessions, Promise)
    assert (promise.application_id, str(promise.due_on)) == (chidi.id, "2027-06-01")


def test_who_applied_after_the_page_was_opened_is_not_ended_with_the_others(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    [ana] = make_open("Ana Ruiz")
    way, filled = f"/roles/{role.id}/close", {f"reason-{ana.id}": "", "all_reason": "timing"}
    make_open("Bo Chen")
    refused = browser.post(way, filled)
    assert refused.status_code == 422
    assert "Bo Chen: choose a reason; nobody is left without one." in refused.text
    assert {one.disposition for one in all_of(sessions, Application)} == {None}
    browser.post(way, {**filled, "save": "yes"})
    assert [one.disposition for one in all_of(sessions, Application)] == [Disposition.REJECTED, None]


def test_a_letter_says_what_is_true_when_nobody_was_hired(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz")
    send(browser, role, all_reason="role_closed", all_letter="yes")
    assert (
        "For Platform engineer the role was closed before anybody was hired."
        in all_of(sessions, Message)[0].text
    )


def test_a_preview_records_nothing(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz")
    page = send(browser, role, all_reason="timing", all_letter="yes", all_decided="Kafka <b>", preview="yes")
    assert "Hello Ana" in page
    assert "Kafka &lt;b&gt;" in page
    assert all_of(sessions, Application)[0].disposition is None
    assert all_of(sessions, Message) == []


def test_some_are_saved_while_the_role_stays_open_and_taken_back_one_by_one(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    one, _other = make_open("Ana Ruiz", "Bo Chen")
    page = send(browser, role, save="yes", all_letter="yes", **{f"reason-{one.id}": "timing"})
    assert "Recorded: 1 application; the role is still open." in page
    assert all_of(sessions, Role)[0].state is RoleState.OPEN
    back = browser.post(f"/roles/{role.id}/close/decisions/1/undo", follow_redirects=True)
    assert "The ending is taken back." in back.text
    assert {one.disposition for one in all_of(sessions, Application)} == {None}
    assert all_of(sessions, Message) == []


def test_who_still_applies_for_a_closed_role_gets_an_ending_too(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz")
    send(browser, role, all_reason="timing")
    make_open("Bo Chen")
    page = send(browser, role, all_reason="timing", save="yes")
    assert "Recorded: 1 application; the role is still closed." in page
    assert {one.disposition for one in all_of(sessions, Application)} == {Disposition.REJECTED}


def test_one_undo_opens_the_role_and_everybody_again_until_a_letter_has_left(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz", "Bo Chen")
    send(browser, role, all_reason="timing", all_letter="yes")
    undone = browser.post(f"/roles/{role.id}/close/undo", follow_redirects=True).text
    assert "Platform engineer is open again, with 2 applications as before." in undone
    assert all_of(sessions, Message) == []
    send(browser, role, all_reason="timing", all_letter="yes")
    sent = browser.post(f"/roles/{role.id}/close/send", follow_redirects=True).text
    assert "2 letters wait in the outbox." in sent
    assert {one.state for one in all_of(sessions, Message)} == {MessageState.PENDING}
    assert len(all_of(sessions, Contact)) == 2
    refused = browser.post(f"/roles/{role.id}/close/undo")
    assert refused.status_code == 409
    assert "has been sent" in refused.text


@pytest.mark.parametrize("act", ["close", "close/undo", "close/decisions/1/undo"])
def test_of_two_who_do_the_same_at_once_one_does_it_and_the_other_is_told(
    browser: Browser, signed_in: SignIn, role: Role, make_open: MakeOpen, sessions: Sessions, act: str
) -> None:
    ana, bo = make_open("Ana Ruiz", "Bo Chen")
    own = {f"reason-{ana.id}": "timing", f"stood_out-{ana.id}": "calm"}
    everybody = {**own, f"reason-{bo.id}": "timing"}
    if act != "close":
        send(browser, role, **(everybody if act == "close/undo" else {"save": "yes", **own}))
    browsers, gate = [browser, signed_in()], Barrier(2)
    tokens = [form_token(one.client) for one in browsers]

    def press(place: int) -> int:
        form = {"csrf_token": tokens[place], **(everybody if act == "close" else {})}
        gate.wait()
        return browsers[place].client.post(f"/roles/{role.id}/{act}", data=form).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(press, range(2))) in ([303, 404], [303, 409])
    assert len(all_of(sessions, RoleRound)) == (act == "close")
    assert len(all_of(sessions, Note)) == (act == "close")
    ended = {one.disposition for one in all_of(sessions, Application)}
    assert ended == {Disposition.REJECTED if act == "close" else None}


def test_nobody_is_told_no_who_is_hired_by_now(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    ana, _bo = make_open("Ana Ruiz", "Bo Chen")
    send(browser, role, all_reason="timing", all_letter="yes")
    with sessions.writing.begin() as session:
        hired = session.get_one(Application, ana.id)
        hired.disposition, hired.as_of = Disposition.HIRED, current_time()
    sent = browser.post(f"/roles/{role.id}/close/send", follow_redirects=True).text
    assert "1 letter waits in the outbox." in sent
    assert "Not sent: Ana Ruiz (hired since, as another system says; the letter is dropped)." in sent
    assert [one.state for one in all_of(sessions, Message)] == [MessageState.PENDING]


def test_what_another_system_said_while_our_ending_stood_is_kept_or_heard_after_undo(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions, tmp_path: Path
) -> None:
    began = current_time() - timedelta(days=1)
    said = ["Ana Ruiz,Active", "Bo Chen,Active"], ["Ana Ruiz,Hired", "Bo Chen,Withdrawn"]
    exports = [
        "Candidate ID,Application ID,Job,Requisition,Applied on,Name,Status\n"
        + "".join(f"c{n},a{n},Platform engineer,R-7,{began.date()},{one}\n" for n, one in enumerate(rows))
        for rows in said
    ]
    with sessions.writing.begin() as session:
        session.get_one(Role, role.id).requisition_code = "R-7"

    def follow(text: str, hours: int) -> ImportReport:
        path, at = tmp_path / "ats.csv", began + timedelta(hours=hours)
        path.write_text(text)
        options = ImportOptions(source="ats", said_at=at)
        return import_file(sessions, path, options, secret=b"0" * 32, now=at)

    def states() -> list[Disposition | None]:
        return [one.disposition for one in all_of(sessions, Application)]

    follow(exports[0], 0)
    send(browser, role, all_reason="timing")
    assert states() == [Disposition.REJECTED, Disposition.REJECTED]
    follow(exports[1], 1)
    assert states() == [Disposition.HIRED, Disposition.REJECTED]
    page = browser.post(f"/roles/{role.id}/close/undo", follow_redirects=True).text
    assert "with 1 application as before" in page
    assert "1 was hired since, as another system says; that stays." in page
    assert states() == [Disposition.HIRED, None]
    assert browser.post(f"/roles/{role.id}/close/decisions/1/undo").status_code == 409
    follow(exports[1], 2)
    assert states() == [Disposition.HIRED, Disposition.WITHDRAWN]


def test_nobody_without_an_address_gets_a_letter_and_it_is_said(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz", emails=[])
    assert "No letter to Ana Ruiz" in send(browser, role, all_reason="timing", all_letter="yes")
    assert all_of(sessions, Message) == []


def test_whoever_asked_not_to_be_contacted_gets_no_letter_at_sending(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    [one] = make_open("Ana Ruiz")
    send(browser, role, all_reason="timing", all_letter="yes")
    browser.post(f"/candidates/{one.candidate_id}/do-not-contact")
    page = browser.post(f"/roles/{role.id}/close/send", follow_redirects=True).text
    assert "Not sent: Ana Ruiz (Asked not to be contacted)" in page


def test_a_role_opened_again_shows_its_rounds(
    browser: Browser, role: Role, make_open: MakeOpen, sessions: Sessions
) -> None:
    make_open("Ana Ruiz")
    with sessions.writing.begin() as session:
        person = make_candidate(session, "Bo Asked")
    browser.post(f"/roles/{role.id}/contacted/{person.id}", {"channel": "call"})
    send(browser, role, all_reason="timing")
    page = browser.post(f"/roles/{role.id}/reopen", follow_redirects=True).text
    assert "is open again, in round 2" in page
    assert "Bo Asked" in page
    assert "1 application ended here" in page
    contact = browser.get(f"/roles/{role.id}/contact?candidates={person.id}").text
    assert "Asked in an earlier round" in contact
    assert "Already asked about this role" not in contact
    assert browser.post(f"/roles/{role.id}/reopen").status_code == 409


def test_other_open_roles_are_shown_as_a_part_and_as_a_page(
    browser: Browser, role: Role, make_open: MakeOpen
) -> None:
    [one] = make_open("Ana Ruiz")
    address = f"/roles/{role.id}/close/fits/{one.candidate_id}"
    assert "<html" in browser.get(address).text
    part = browser.get(address, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Fits no other open role now." in part


def test_a_manager_closes_nothing(signed_in: SignIn, role: Role) -> None:
    manager = signed_in(AccountKind.HIRING_MANAGER)
    assert manager.get(f"/roles/{role.id}/close").status_code == 403


def test_a_page_with_three_hundred_applications_is_quick(
    browser: Browser,
    role: Role,
    make_open: MakeOpen,
    app: Flask,
    record_property: Callable[[str, object], None],
) -> None:
    make_open(*(f"Person {number:03}" for number in range(300)))
    browser.get(f"/roles/{role.id}/close")
    used = []
    with counted_queries(app.extensions["talentpool"].engine) as count:
        for _ in range(3):
            before = time.process_time()
            page = browser.get(f"/roles/{role.id}/close")
            used.append(time.process_time() - before)
        queries = count() / 3
    assert page.get_data(as_text=True).count('class="closing-row"') == 300
    record_property("measured", f"{min(used) * 1000:.0f} ms, {queries} queries, {len(page.data)} bytes")
    assert queries <= MOST_QUERIES
    assert min(used) <= MOST_SECONDS
