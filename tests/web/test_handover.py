"""Handing over when somebody leaves: what is owed moves at once, what was done stays, and all of it goes back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from talentpool.accounts.api_tokens import NewToken, make_token
from talentpool.accounts.models import AccountKind, Recruiter, SavedSearch, Searched
from talentpool.accounts.policies import install_policies
from talentpool.accounts.saved_searches import save_search
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction, Promise
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.eligibility import MessagePurpose
from talentpool.consent.models import CameBy, DataRequest, RequestKind
from talentpool.database import Sessions
from talentpool.outreach.models import Message, MessageState
from talentpool.rediscovery.digests import choose, recruiters_to_tell
from talentpool.rediscovery.models import ShortlistLink
from talentpool.roles.models import Role, RoleState
from talentpool.settings import config_folder
from tests.builders import make_candidate, make_promise, make_role
from tests.web.conftest import Browser, MakeAccount, SignIn


@pytest.fixture
def administrator(signed_in: SignIn, make_account: MakeAccount) -> Browser:
    """Somebody who looks after accounts."""
    return signed_in(make_account(AccountKind.ADMINISTRATOR, name="Ada Admin"))


@pytest.fixture
def leaver(make_account: MakeAccount, sessions: Sessions) -> Recruiter:
    """A recruiter who leaves with an open and a closed role, a person, promises, a conversation and a letter."""
    mara, now = make_account(AccountKind.RECRUITER, name="Mara Klein"), current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        make_role(session, "Open role", owner_id=mara.id)
        make_role(session, "Closed role", owner_id=mara.id, state=RoleState.CLOSED)
        person, talker = (
            make_candidate(session, "Ana Ruiz", owner_id=mara.id),
            make_candidate(session, "Bo Chen"),
        )
        make_promise(session, person, owner_id=mara.id)
        make_promise(session, person, owner_id=mara.id, words="kept", kept_at=now)
        for days, direction in ((5, Direction.OURS), (4, Direction.THEIRS)):
            session.add(
                Contact(
                    candidate_id=talker.id, at=now - timedelta(days=days), channel=ContactChannel.EMAIL, direction=direction,
                    is_unasked=direction is Direction.OURS, recruiter_id=mara.id if direction is Direction.OURS else None,
                )
            )  # fmt: skip
        session.add(
            Message(
                message_key="<1@example.org>", candidate_id=person.id, recruiter_id=mara.id,
                purpose=MessagePurpose.SERVICE, to_address="ana@example.org", subject="Hello",
                reply_to=f"{mara.email}, answers@b.example", return_path="answers@b.example",
                text="Hello", state=MessageState.DRAFT, attempts=0, created_at=now, due_at=now,
            )
        )  # fmt: skip
    return mara


@pytest.fixture
def desk_of_leaver(leaver: Recruiter, sessions: Sessions) -> None:
    """What others wait for or use: a request, a short list out at a manager and one that is over, two searches."""
    now = current_time()
    with sessions.writing.begin() as session:
        role = session.scalars(select(Role).where(Role.title == "Open role")).one()
        person = session.scalars(select(Candidate).where(Candidate.full_name == "Ana Ruiz")).one()
        new = NewRequest(
            kind=RequestKind.QUESTION, came_by=CameBy.PHONE, candidate_id=person.id, received_on=now.date(), owner_id=leaver.id
        )  # fmt: skip
        receive_request(session, new, now=now)
        for days in (14, -1):
            session.add(
                ShortlistLink(
                    role_id=role.id, address=f"jo{days}@example.org", address_key=f"jo{days}@example.org", without_names=False,
                    sent_by=leaver.id, created_at=now, expires_at=now + timedelta(days=days),
                )
            )  # fmt: skip
        for name in ("Platforms", "Gone"):
            found = save_search(
                session, Searched.POOL, "q=go", name=name, is_shared=True, owner_id=leaver.id, now=now
            )
            found.removed_at = now if name == "Gone" else None


@pytest.mark.usefixtures("desk_of_leaver")
def test_requests_short_lists_at_managers_and_searches_go_along_and_come_back(
    administrator: Browser, leaver: Recruiter, make_account: MakeAccount, sessions: Sessions
) -> None:
    jo = make_account(AccountKind.RECRUITER, name="Jo Park")
    done = administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": jo.id}, follow_redirects=True)
    assert "data requests 1, short lists at managers 1, saved searches 1" in done.text
    assert _desk(sessions) == {
        "request": jo.id, "jo14@example.org": jo.id, "jo-1@example.org": leaver.id, "Platforms": jo.id, "Gone": leaver.id,
    }  # fmt: skip
    administrator.post(f"/settings/people/{leaver.id}/hand-over/undo")
    assert set(_desk(sessions).values()) == {leaver.id}


def test_whoever_has_left_is_told_nothing_by_mail_any_more(
    administrator: Browser, leaver: Recruiter, make_account: MakeAccount, sessions: Sessions
) -> None:
    jo, today = make_account(AccountKind.RECRUITER, name="Jo Park"), current_time().date()
    with sessions.writing.begin() as session:
        for one in (leaver, jo):
            choose(session, one.id, by_mail=True, pace_by_role={})
    administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": jo.id})
    with sessions.reading() as session:
        assert recruiters_to_tell(session, today) == [jo.id]


def _desk(sessions: Sessions) -> dict[str, int | None]:
    with sessions.reading() as session:
        found: dict[str, int | None] = {"request": session.scalars(select(DataRequest.owner_id)).one()}
        found |= {one.address: one.sent_by for one in session.scalars(select(ShortlistLink))}
        return found | {one.name: one.owner_id for one in session.scalars(select(SavedSearch))}


def owners(sessions: Sessions) -> dict[str, int | None]:
    with sessions.reading() as session:
        found: dict[str, int | None] = {one.title: one.owner_id for one in session.scalars(select(Role))}
        found |= {one.full_name: one.owner_id for one in session.scalars(select(Candidate))}
        found |= {one.words: one.owner_id for one in session.scalars(select(Promise))}
        return found | {one.subject: one.recruiter_id for one in session.scalars(select(Message))}


def test_everything_owed_moves_and_what_was_done_stays(
    administrator: Browser, leaver: Recruiter, make_account: MakeAccount, sessions: Sessions
) -> None:
    jo = make_account(AccountKind.RECRUITER, name="Jo Park")
    page = administrator.get(f"/settings/people/{leaver.id}/hand-over").text
    for words in ("Roles:", "Promises:", "Conversations:", "Letters not sent yet:", "Jo Park"):
        assert words in page
    done = administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": jo.id}, follow_redirects=True)
    assert "roles 1, promises 1, people 1, conversations 1, letters not sent yet 1" in done.text
    assert owners(sessions) == {
        "Open role": jo.id, "Closed role": leaver.id, "Ana Ruiz": jo.id, "Bo Chen": jo.id,
        "write when a platform role opens": jo.id, "kept": leaver.id, "Hello": jo.id,
    }  # fmt: skip
    with sessions.reading() as session:
        assert session.scalars(select(Message.reply_to)).one() == f"{jo.email}, answers@b.example"
        assert session.get_one(Recruiter, leaver.id).disabled_at is not None


def test_one_click_takes_it_back_except_what_has_moved_on(
    administrator: Browser, leaver: Recruiter, make_account: MakeAccount, sessions: Sessions
) -> None:
    before = owners(sessions)
    jo = make_account(AccountKind.RECRUITER, name="Jo Park")
    administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": jo.id})
    with sessions.writing.begin() as session:
        session.scalars(
            select(Role).where(Role.title == "Open role")
        ).one().owner_id = administrator.recruiter.id
    administrator.post(f"/settings/people/{leaver.id}/hand-over/undo")
    assert owners(sessions) == before | {"Open role": administrator.recruiter.id}
    with sessions.reading() as session:
        assert session.get_one(Recruiter, leaver.id).disabled_at is None
        assert session.scalars(select(Message.reply_to)).one() == f"{leaver.email}, answers@b.example"
    assert administrator.post(f"/settings/people/{leaver.id}/hand-over/undo").status_code == 409


def test_disabling_somebody_who_owes_something_leads_to_the_handover(
    administrator: Browser, leaver: Recruiter, sessions: Sessions
) -> None:
    page = administrator.post(f"/settings/people/{leaver.id}/disable", follow_redirects=True).text
    assert "Hand over for Mara Klein" in page
    with sessions.reading() as session:
        assert session.get_one(Recruiter, leaver.id).disabled_at is None


@pytest.mark.parametrize("to", ["", "987654", "own", "manager"])
def test_only_somebody_who_can_takes_over(
    administrator: Browser, leaver: Recruiter, make_account: MakeAccount, sessions: Sessions, to: str
) -> None:
    manager = make_account(AccountKind.HIRING_MANAGER)
    chosen = {"own": leaver.id, "manager": manager.id}.get(to, to)
    answer = administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": chosen})
    assert answer.status_code == 422
    assert owners(sessions)["Open role"] == leaver.id


def test_tokens_stop_at_once_and_the_page_says_which_program_needs_another(
    administrator: Browser,
    leaver: Recruiter,
    make_account: MakeAccount,
    client: FlaskClient,
    sessions: Sessions,
) -> None:
    jo, words = make_account(AccountKind.RECRUITER, name="Jo Park"), token_of(sessions, leaver.id)
    address = f"/settings/people/{leaver.id}/hand-over"
    assert "<b>Nightly push</b> for greenhouse, never used" in administrator.get(address).text
    done = administrator.post(address, {"to": jo.id}, follow_redirects=True)
    assert "API tokens stopped: Nightly push; make others." in done.text
    refused = push(client, words)
    assert (refused.status_code, "was taken back on" in refused.get_json()["error"]) == (401, True)
    administrator.post(f"{address}/undo")
    assert push(client, words).status_code == 200


def test_an_account_that_is_only_disabled_stops_its_tokens_for_good(
    administrator: Browser, make_account: MakeAccount, client: FlaskClient, sessions: Sessions
) -> None:
    kim = make_account(AccountKind.RECRUITER, name="Kim Vale")
    words = token_of(sessions, kim.id)
    done = administrator.post(f"/settings/people/{kim.id}/disable", follow_redirects=True)
    assert "API tokens stopped: Nightly push; make others." in done.text
    assert push(client, words).status_code == 401
    administrator.post(f"/settings/people/{kim.id}/enable")
    assert push(client, words).status_code == 401


def token_of(sessions: Sessions, recruiter_id: int) -> str:
    new = NewToken(
        name="Nightly push", source="greenhouse", may_report_deletions=False, days=30, made_by=recruiter_id
    )
    with sessions.writing.begin() as session:
        return make_token(session, new, now=current_time())[1]


def push(client: FlaskClient, words: str) -> TestResponse:
    person = {"people": [{"external_id": "c1", "name": "Ana Ruiz"}]}
    return client.post("/api/v1/people", json=person, headers={"Authorization": f"Bearer {words}"})
