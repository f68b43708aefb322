"""Handing over when somebody leaves: what is owed moves at once, what was done stays, and all of it goes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction, Promise
from talentpool.clock import current_time
from talentpool.consent.eligibility import MessagePurpose
from talentpool.database import Sessions
from talentpool.outreach.models import Message, MessageState
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
                purpose=MessagePurpose.SERVICE, to_address="ana@example.org", reply_to=mara.email, subject="Hello",
                text="Hello", state=MessageState.DRAFT, attempts=0, created_at=now, due_at=now,
            )
        )  # fmt: skip
    return mara


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
    for words in ("roles", "promises", "conversations", "letters not sent yet", "Jo Park"):
        assert words in page
    done = administrator.post(f"/settings/people/{leaver.id}/hand-over", {"to": jo.id}, follow_redirects=True)
    assert "roles 1, promises 1, people 1, conversations 1, letters not sent yet 1" in done.text
    assert owners(sessions) == {
        "Open role": jo.id, "Closed role": leaver.id, "Ana Ruiz": jo.id, "Bo Chen": jo.id,
        "write when a platform role opens": jo.id, "kept": leaver.id, "Hello": jo.id,
    }  # fmt: skip
    with sessions.reading() as session:
        assert session.scalars(select(Message.reply_to)).one() == jo.email
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
        assert session.scalars(select(Message.reply_to)).one() == leaver.email
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
