"""Closing a role: its open applications, ended one by one or all at once, and nobody left without a reason.

Every ending keeps what the application was before, so that it can be taken back. Letters are written and sent
by another room; whoever opens the door joins the two.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Application, Candidate, Disposition, Note, Promise, Stage
from talentpool.candidates.notes import add_note
from talentpool.candidates.promises import make_promise
from talentpool.candidates.reasons import KnownReason
from talentpool.closing.endings import Ending, Wanted, ending_of
from talentpool.closing.models import ClosingDecision
from talentpool.consent.models import KeepWish
from talentpool.consent.wishes import wish_to_keep
from talentpool.database import many
from talentpool.errors import ConflictError, NotFoundError
from talentpool.roles.models import Role, RoleRound
from talentpool.roles.rounds import end_round, take_end_back

COLUMNS = (*Ending.__slots__, "as_of")
NAMED_MOST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who decides, and when."""

    recruiter_id: int | None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """One application that was ended here, as the page lists it."""

    decision: ClosingDecision
    application: Application


class StillOpenError(ConflictError):
    """Name who would be left without a reason."""

    def __init__(self, names: Sequence[str]) -> None:
        listed = ", ".join(names[:NAMED_MOST]) + (
            f" and {len(names) - NAMED_MOST} more" if len(names) > NAMED_MOST else ""
        )
        super().__init__(f"Nobody is left without a reason; there is none yet for: {listed}.")
        self.names = tuple(names)


def open_applications(
    session: Session, role_id: int, *, seen: ColumnElement[bool]
) -> list[tuple[Application, Candidate]]:
    """List the applications of a role that have no ending, furthest first; of whom may be seen."""
    wanted = (
        _open(role_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(seen)
        .options(contains_eager(Application.candidate).selectinload(Candidate.emails))
    )
    found = list(session.scalars(wanted))
    found.sort(key=lambda one: (-one.stage.rank, one.applied_on or date.min, one.id))
    return [(one, one.candidate) for one in found]


def decide(
    session: Session, role: Role, wanted: Sequence[Wanted], reasons: Mapping[str, KnownReason], by: By
) -> list[ClosingDecision]:
    """End applications of a role as filled in; those that somebody has ended meanwhile stay as they are."""
    chosen = {one.application_id: one for one in wanted}
    decisions = []
    for batch in many(sorted(chosen)):
        still_open = _open(role.id).where(Application.id.in_(batch)).with_for_update()
        for application in session.scalars(still_open):
            ending = ending_of(chosen[application.id], reasons, today=by.now.date())
            decisions.append(_end(session, application, chosen[application.id], ending, by))
    session.flush()
    record_changes(session, [chosen_id(session, one) for one in decisions], now=by.now)
    return decisions


def chosen_id(session: Session, decision: ClosingDecision) -> int:
    """Tell whom a decision is about."""
    return session.get_one(Application, decision.application_id).candidate_id


def close_role(session: Session, role: Role, decisions: Sequence[ClosingDecision], by: By) -> RoleRound:
    """Close a role whose applications all have an ending; raises StillOpenError naming those that have none."""
    left = _open(role.id).join(Candidate, Candidate.id == Application.candidate_id)
    names = session.execute(
        left.with_only_columns(Candidate.full_name, Candidate.id, Candidate.is_restricted)
    )
    open_names = ["somebody you may not see" if hidden else name or f"Candidate {number}" for name, number, hidden in names]  # fmt: skip
    if open_names:
        raise StillOpenError(open_names)
    ended = end_round(session, role, recruiter_id=by.recruiter_id, now=by.now)
    for decision in decisions:
        decision.round_id = ended.id
    _audit(session, "role_closed", "role", role.id, by, {"round": ended.number, "ended": len(decisions)})
    session.flush()
    return ended


def decisions_of(session: Session, role_id: int, *, seen: ColumnElement[bool]) -> list[Decided]:
    """List what was decided here for a role in the round that is under way or ended last, newest first."""
    rounds = select(RoleRound.id, RoleRound.number).where(RoleRound.role_id == role_id)
    newest = max(session.execute(rounds).all(), key=lambda one: one.number, default=None)
    role = session.get_one(Role, role_id)
    wanted = (
        select(ClosingDecision, Application)
        .join(Application, Application.id == ClosingDecision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.role_id == role_id, ClosingDecision.undone_at.is_(None), seen)
        .options(contains_eager(Application.candidate), selectinload(Application.reason))
        .order_by(ClosingDecision.id.desc())
    )
    since = role.posted_at
    in_this_round = ClosingDecision.round_id == newest.id if newest is not None else None
    if since is not None:
        later = ClosingDecision.decided_at >= since
        wanted = wanted.where(later if in_this_round is None else later | in_this_round)
    return [Decided(decision=one, application=application) for one, application in session.execute(wanted)]


def get_decision(
    session: Session, role_id: int, decision_id: int, *, seen: ColumnElement[bool]
) -> ClosingDecision:
    """Load a decision on this role to take it back, about somebody who may be seen; raises NotFoundError for none that stands."""
    wanted = (
        select(ClosingDecision)
        .join(Application, Application.id == ClosingDecision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(ClosingDecision.id == decision_id, ClosingDecision.undone_at.is_(None))
        .where(Application.role_id == role_id, seen)
        .with_for_update(of=ClosingDecision)
    )
    decision = session.scalars(wanted).first()
    if decision is None:
        raise NotFoundError("There is nothing to undo here any more.")
    return decision


def take_back(session: Session, decisions: Collection[ClosingDecision], by: By) -> list[ClosingDecision]:
    """Put applications back as they were, and take away what was written for them; gives the decisions taken back.

    Who was hired since, as another system says, stays so. Of the others it may have spoken meanwhile, too, and was not
    heard: whoever opens the door lets the import read its rows about them again.
    """
    taken = [one for one in decisions if not _is_hired_elsewhere(session, one)]
    for decision in taken:
        application = session.get_one(Application, decision.application_id)
        for name, value in decision.before.items():
            setattr(application, name, _read(name, value))
        application.updated_at = by.now
        _remove_written(session, decision)
        decision.undone_at = by.now
        _audit(session, "ending_undone", "candidate", application.candidate_id, by, {"decision": decision.id})
    session.flush()
    record_changes(session, [chosen_id(session, one) for one in taken], now=by.now)
    return taken


def _is_hired_elsewhere(session: Session, decision: ClosingDecision) -> bool:
    application = session.get_one(Application, decision.application_id)
    return application.as_of is not None and application.disposition is Disposition.HIRED


def hired_since(session: Session, message_ids: Collection[int]) -> set[int]:
    """Find which of these letters tell somebody no who is hired by now, as another system says."""
    wanted = (
        select(ClosingDecision.message_id)
        .join(Application, Application.id == ClosingDecision.application_id)
        .where(ClosingDecision.message_id.in_(message_ids), Application.disposition == Disposition.HIRED)
    )
    return {number for number in session.scalars(wanted) if number is not None}


def decisions_in(session: Session, ended: RoleRound) -> list[ClosingDecision]:
    """List what was decided in the act of closing a round."""
    wanted = select(ClosingDecision).where(
        ClosingDecision.round_id == ended.id, ClosingDecision.undone_at.is_(None)
    )
    return list(session.scalars(wanted))


def undo_closing(session: Session, role: Role, ended: RoleRound, by: By) -> list[ClosingDecision]:
    """Open a role as if it had not been closed, with the applications that the closing ended; gives those as `take_back`."""
    taken = take_back(session, decisions_in(session, ended), by)
    number = ended.number
    take_end_back(session, role, ended, now=by.now)
    _audit(session, "role_closing_undone", "role", role.id, by, {"round": number})
    return taken


def _open(role_id: int) -> Select[Application]:
    return select(Application).where(Application.role_id == role_id, Application.disposition.is_(None))


def _end(
    session: Session, application: Application, wanted: Wanted, ending: Ending, by: By
) -> ClosingDecision:
    before = {name: _plain(getattr(application, name)) for name in COLUMNS}
    for name, value in asdict(ending).items():
        setattr(application, name, value)
    application.as_of = None  # from now on this is our word, not that of another system
    application.updated_at = by.now
    decision = ClosingDecision(
        application_id=application.id, recruiter_id=by.recruiter_id, decided_at=by.now, before=before
    )
    _write(session, decision, application, wanted, by)
    session.add(decision)
    _audit(
        session,
        "application_ended",
        "candidate",
        application.candidate_id,
        by,
        {"role_id": application.role_id, "reason": wanted.outcome},
    )
    return decision


def _write(
    session: Session, decision: ClosingDecision, application: Application, wanted: Wanted, by: By
) -> None:
    if wanted.stood_out.strip() and by.recruiter_id is not None:
        words = f"Stood out: {wanted.stood_out.strip()}"
        note = add_note(
            session, application.candidate_id, words=words, recruiter_id=by.recruiter_id, now=by.now
        )
        note.role_id, decision.note_id = application.role_id, note.id
    if wanted.promise is not None:
        promise = make_promise(
            session,
            application.candidate_id,
            words=wanted.promise.words,
            due_on=wanted.promise.due_on,
            owner_id=wanted.promise.owner_id,
            now=by.now,
        )
        promise.application_id, decision.promise_id = application.id, promise.id
    if wanted.keep:
        wish = wish_to_keep(session, application.candidate_id, recruiter_id=by.recruiter_id, now=by.now)
        decision.wish_id = wish.id if wish else None


def _remove_written(session: Session, decision: ClosingDecision) -> None:
    """Take away note, promise and wish, unless somebody has kept it, let it go or asked it meanwhile."""
    note = session.get(Note, decision.note_id) if decision.note_id else None
    promise = session.get(Promise, decision.promise_id) if decision.promise_id else None
    wish = session.get(KeepWish, decision.wish_id) if decision.wish_id else None
    decision.note_id = decision.promise_id = decision.wish_id = None
    session.flush()
    if note is not None:
        session.delete(note)
    if promise is not None and promise.kept_at is None and promise.let_go_at is None:
        session.delete(promise)
    if wish is not None and wish.asked_at is None:
        session.delete(wish)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, value: Any) -> Any:
    if name == "as_of":
        return datetime.fromisoformat(value) if value else None
    if value is None or name not in ("stage", "disposition", "reason_holds_until", "ended_on"):
        return value
    kinds = {"stage": Stage, "disposition": Disposition}
    return kinds[name](value) if name in kinds else date.fromisoformat(value)


def _audit(
    session: Session, action: str, kind: str, object_id: int, by: By, details: Mapping[str, Any]
) -> None:
    record_event(
        session,
        action,
        object_kind=kind,
        object_id=object_id,
        recruiter_id=by.recruiter_id,
        now=by.now,
        details=dict(details),
    )
