"""Closing a role: everybody with a reason, what was written with it, and all of it taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.asked_before import asked_about
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    ContactChannel,
    Direction,
    Disposition,
    Note,
    Promise,
    Stage,
)
from talentpool.candidates.profiles import pool_documents
from talentpool.candidates.reasons import load_reasons
from talentpool.closing.close import (
    By,
    StillOpenError,
    close_role,
    decide,
    decisions_of,
    get_decision,
    open_applications,
    take_back,
    undo_closing,
)
from talentpool.closing.endings import Promised, Wanted
from talentpool.consent.models import KeepWish
from talentpool.consent.wishes import load_open_wishes, note_asked, wish_to_keep
from talentpool.errors import ConflictError, NotFoundError
from talentpool.roles.models import Role, RoleRound, RoleState
from talentpool.roles.rounds import begin_round, last_round
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_candidate,
    make_reason,
    make_recruiter,
    make_role,
)

OPEN = {"disposition": None, "ended_on": None, "applied_on": TODAY - timedelta(days=20)}


@pytest.fixture
def role(session: Session) -> Role:
    """A role with three open applications, and one that ended long ago."""
    make_reason(session, "timing", hold_months=6)
    role = make_role(session, posted_at=NOW - timedelta(days=30))
    for name in ("Ana Ruiz", "Bo Chen", "Chidi Okafor"):
        make_application(session, make_candidate(session, name), role=role, **OPEN)
    make_application(session, make_candidate(session, "Dana Levy"), role=role)
    return role


@pytest.fixture
def mara(session: Session) -> Recruiter:
    """Who closes it."""
    return make_recruiter(session)


def by(mara: Recruiter, days: int = 0) -> By:
    return By(recruiter_id=mara.id, now=NOW + timedelta(days=days))


def wanted(application: Application, **fields: object) -> Wanted:
    return Wanted(
        **{  # type: ignore[arg-type]  # fields by name
            "application_id": application.id,
            "outcome": "timing",
            "stage": application.stage,
            **fields,
        }
    )


def opened(session: Session, role: Role) -> list[Application]:
    return [application for application, _ in open_applications(session, role.id, seen=true())]


def close_all(session: Session, role: Role, mara: Recruiter, **fields: object) -> RoleRound:
    asked = [wanted(one, **fields) for one in opened(session, role)]
    decisions = decide(session, role, asked, load_reasons(session), by(mara))
    return close_role(session, role, decisions, by(mara))


def test_a_role_is_not_closed_while_somebody_has_no_reason(
    session: Session, role: Role, mara: Recruiter
) -> None:
    first, *_ = opened(session, role)
    decide(session, role, [wanted(first)], load_reasons(session), by(mara))
    with pytest.raises(StillOpenError, match="there is none yet for: Bo Chen, Chidi Okafor") as refused:
        close_role(session, role, [], by(mara))
    assert len(refused.value.names) == 2
    assert role.state is RoleState.OPEN


def test_whoever_may_not_be_seen_is_not_named_and_not_forgotten(
    session: Session, role: Role, mara: Recruiter
) -> None:
    hidden = make_candidate(session, "Secret Person", is_restricted=True)
    make_application(session, hidden, role=role, **OPEN)
    asked = [wanted(one) for one in opened(session, role) if one.candidate_id != hidden.id]
    decisions = decide(session, role, asked, load_reasons(session), by(mara))
    with pytest.raises(StillOpenError, match="somebody you may not see"):
        close_role(session, role, decisions, by(mara))


def test_closing_records_the_ending_and_everything_written_with_it(
    session: Session, role: Role, mara: Recruiter
) -> None:
    promised = Promised(words="write when a lead role opens", due_on=TODAY, owner_id=mara.id)
    close_all(
        session,
        role,
        mara,
        stood_out="calm in incidents",
        promise=promised,
        keep=True,
        is_strong_elsewhere=True,
    )
    ended = session.scalars(select(Application).where(Application.role_id == role.id)).all()
    assert {one.disposition for one in ended} == {Disposition.REJECTED}
    ours = [one for one in ended if one.is_strong_elsewhere]
    assert {one.reason_holds_until for one in ours} == {TODAY.replace(year=2027, month=5)}
    assert {one.words for one in session.scalars(select(Note))} == {"Stood out: calm in incidents"}
    assert {one.application_id for one in session.scalars(select(Promise))} == {one.id for one in ours}
    assert len(load_open_wishes(session)) == len(ours) == 3
    assert (role.state, role.closed_on) == (RoleState.CLOSED, TODAY)


def test_strong_for_another_role_makes_a_silver_medalist(
    session: Session, role: Role, mara: Recruiter
) -> None:
    first, second, _ = opened(session, role)
    strong = [wanted(first, is_strong_elsewhere=True), wanted(second)]
    decide(session, role, strong, load_reasons(session), by(mara))
    documents = {
        one.candidate_id: one for one in pool_documents(session, [first.candidate_id, second.candidate_id])
    }
    assert documents[first.candidate_id].history.silver_medalist
    assert not documents[second.candidate_id].history.silver_medalist


def test_one_undo_takes_the_whole_closing_back(session: Session, role: Role, mara: Recruiter) -> None:
    before = everything(session)
    promised = Promised(words="write", due_on=None, owner_id=mara.id)
    ended = close_all(session, role, mara, stood_out="calm", promise=promised, keep=True, stage=Stage.OFFERED)
    assert everything(session) != before
    assert len(undo_closing(session, role, ended, by(mara))) == 3
    assert everything(session) == before
    assert (role.state, role.closed_on, last_round(session, role.id)) == (RoleState.OPEN, None, None)


def everything(session: Session) -> list[object]:
    session.flush()
    session.expire_all()
    rows: list[object] = []
    for table in (Application, Note, Promise, KeepWish):
        columns = [column for column in table.__table__.columns if column.name != "updated_at"]
        rows += [tuple(row) for row in session.execute(select(*columns).order_by(table.__table__.c.id))]
    return rows


@pytest.mark.parametrize("became", ["kept_at", "let_go_at"])
def test_one_person_is_taken_back_alone_and_what_was_kept_meanwhile_stays(
    session: Session, role: Role, mara: Recruiter, became: str
) -> None:
    first, *_ = opened(session, role)
    promised = Promised(words="write", due_on=None, owner_id=mara.id)
    [decision] = decide(
        session, role, [wanted(first, promise=promised, keep=True)], load_reasons(session), by(mara)
    )
    setattr(session.scalars(select(Promise)).one(), became, NOW)
    note_asked(session, load_open_wishes(session)[0].candidate_id, now=NOW)
    take_back(session, [decision], by(mara))
    assert first.disposition is None
    assert getattr(session.scalars(select(Promise)).one(), became) == NOW
    assert session.scalars(select(KeepWish)).one().asked_at == NOW
    with pytest.raises(NotFoundError):
        get_decision(session, role.id, decision.id, seen=true())


def test_who_was_decided_meanwhile_stays_as_decided(session: Session, role: Role, mara: Recruiter) -> None:
    first, *_ = opened(session, role)
    reasons = load_reasons(session)
    decide(session, role, [wanted(first, words="first")], reasons, by(mara))
    assert decide(session, role, [wanted(first, words="second")], reasons, by(mara)) == []
    assert first.reason_text == "first"


def test_a_wish_to_keep_somebody_stands_once(session: Session, mara: Recruiter) -> None:
    person = make_candidate(session)
    assert wish_to_keep(session, person.id, recruiter_id=mara.id, now=NOW) is not None
    assert wish_to_keep(session, person.id, recruiter_id=mara.id, now=NOW) is None


def test_a_role_opened_again_begins_a_round_and_keeps_the_one_before(
    session: Session, role: Role, mara: Recruiter
) -> None:
    ended = close_all(session, role, mara)
    began = role.posted_at
    later = NOW + timedelta(days=90)
    assert begin_round(session, role, now=later) == 2
    assert (role.state, role.posted_at, ended.began_at, ended.number) == (RoleState.OPEN, later, began, 1)
    assert decisions_of(session, role.id, seen=true()) != []
    with pytest.raises(ConflictError, match="opened again since"):
        undo_closing(session, role, ended, by(mara, 91))
    with pytest.raises(ConflictError, match="open already"):
        begin_round(session, role, now=later)


def test_a_round_knows_whom_it_asked_and_what_they_said(
    session: Session, role: Role, mara: Recruiter
) -> None:
    ana, bo = (make_candidate(session, name) for name in ("Ana Asked", "Bo Silent"))
    asked_at = NOW - timedelta(days=5)
    session.add_all(
        [
            ask(ana, role, mara, asked_at),
            ask(bo, role, mara, asked_at),
            ask(
                ana, role, None, NOW - timedelta(days=4), direction=Direction.THEIRS, words="not before June"
            ),
        ]
    )
    session.flush()
    ended = close_all(session, role, mara)
    begin_round(session, role, now=NOW + timedelta(days=60))
    session.add(ask(bo, role, mara, NOW + timedelta(days=61)))
    session.flush()
    first = asked_about(session, role.id, seen=true(), since=ended.began_at, until=ended.ended_at)
    assert [(one.name, one.said, one.by) for one in first] == [
        ("Ana Asked", "not before June", "Mara Klein"),
        ("Bo Silent", "no answer on record", "Mara Klein"),
    ]
    assert [one.name for one in asked_about(session, role.id, seen=true(), since=role.posted_at)] == [
        "Bo Silent"
    ]


def ask(person: Candidate, role: Role, mara: Recruiter | None, at: object, **fields: object) -> Contact:
    return Contact(
        **{
            "candidate_id": person.id,
            "role_id": role.id,
            "at": at,
            "channel": ContactChannel.CALL,
            "direction": Direction.OURS,
            "is_unasked": "direction" not in fields,
            "recruiter_id": mara.id if mara else None,
            **fields,
        }
    )
