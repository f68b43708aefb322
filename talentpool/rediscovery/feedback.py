"""What a recruiter does with a match: shortlist, dismiss, snooze; shared with the team, undone with one click."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, insert, select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_events
from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback

DISMISSAL_REASONS = {
    "location": "Location",
    "level": "Level",
    "pay": "Pay",
    "skills": "Skills",
    "already_asked": "Already asked",
    "other": "Other",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is decided about one or several matches at once."""

    kind: FeedbackKind
    scope: FeedbackScope = FeedbackScope.THIS_ROLE
    reason: str | None = None
    words: str | None = None
    until: date | None = None


def decide(
    session: Session,
    role_id: int,
    candidate_ids: Sequence[int],
    decision: Decision,
    *,
    recruiter_id: int | None,
    now: datetime,
) -> list[MatchFeedback]:
    """Record one decision about several people, who then share its moment; whoever is on the short list stays.

    Gives what was recorded. Raises InvalidInputError for a reason or a day that is none.
    """
    _check(decision, now.date())
    is_shortlisting = decision.kind is FeedbackKind.SHORTLISTED
    standing = set(shortlisted_ids(session, role_id)) if is_shortlisting else set()
    people = [one for one in dict.fromkeys(candidate_ids) if one not in standing]
    decided = {
        "role_id": role_id,
        "kind": decision.kind,
        "scope": decision.scope,
        "reason": decision.reason,
        "words": decision.words,
        "until": decision.until if decision.scope is FeedbackScope.UNTIL else None,
        "recruiter_id": recruiter_id,
        "created_at": now,
    }
    if not people:
        return []
    session.execute(insert(MatchFeedback), [{**decided, "candidate_id": one} for one in people])
    made = _standing(role_id, people, decision.kind).where(MatchFeedback.created_at == now)
    recorded = list(session.scalars(made.order_by(MatchFeedback.id)))[-len(people) :]
    _audit(session, f"candidate_{decision.kind}", recorded, recruiter_id=recruiter_id, now=now)
    return recorded


def _check(decision: Decision, today: date) -> None:
    is_dismissal = decision.kind is FeedbackKind.DISMISSED
    if is_dismissal and decision.reason not in DISMISSAL_REASONS:
        known = ", ".join(DISMISSAL_REASONS)
        raise InvalidInputError(f"{decision.reason!r} is no reason we know; choose {known}.")
    if decision.scope is FeedbackScope.UNTIL and (decision.until is None or decision.until <= today):
        does = "is left out" if is_dismissal else "sleeps"
        raise InvalidInputError(f"Choose a day after today until which this person {does}.")


def shortlist(
    session: Session,
    role_id: int,
    candidate_id: int,
    *,
    recruiter_id: int | None,
    now: datetime,
    words: str | None = None,
) -> MatchFeedback:
    """Put somebody on the short list of a role, perhaps with a note; whoever is on it already stays."""
    standing = standing_feedback(session, role_id, candidate_id, FeedbackKind.SHORTLISTED)
    if standing is not None:
        return standing
    decision = Decision(kind=FeedbackKind.SHORTLISTED, words=words)
    return decide(session, role_id, [candidate_id], decision, recruiter_id=recruiter_id, now=now)[0]


def dismiss(
    session: Session,
    role_id: int,
    candidate_id: int,
    *,
    reason: str,
    scope: FeedbackScope,
    recruiter_id: int | None,
    now: datetime,
    until: date | None = None,
    words: str | None = None,
) -> MatchFeedback:
    """Leave somebody out of a role, of roles of the same title, or until a date, for a reason."""
    decision = Decision(kind=FeedbackKind.DISMISSED, scope=scope, reason=reason, words=words, until=until)
    return decide(session, role_id, [candidate_id], decision, recruiter_id=recruiter_id, now=now)[0]


def snooze(
    session: Session, role_id: int, candidate_id: int, *, until: date, recruiter_id: int | None, now: datetime
) -> MatchFeedback:
    """Take somebody out of the list of a role until a day after today."""
    decision = Decision(kind=FeedbackKind.SNOOZED, scope=FeedbackScope.UNTIL, until=until)
    return decide(session, role_id, [candidate_id], decision, recruiter_id=recruiter_id, now=now)[0]


def undo(session: Session, feedback_id: int, *, recruiter_id: int | None, now: datetime) -> MatchFeedback:
    """Take one decision back, however often it was made; taking it back twice changes nothing."""
    feedback = get_feedback(session, feedback_id)
    if feedback.undone_at is None:
        _take_back(session, feedback, [feedback.candidate_id], recruiter_id=recruiter_id, now=now)
    return feedback


def undo_alone(session: Session, feedback_id: int, *, recruiter_id: int | None, now: datetime) -> None:
    """Take back this one decision; the same decided by somebody else about the person stands."""
    feedback = get_feedback(session, feedback_id)
    if feedback.undone_at is None:
        feedback.undone_at = now
        _audit(session, f"{feedback.kind}_undone", [feedback], recruiter_id=recruiter_id, now=now)


def undo_together(
    session: Session, feedback_id: int, *, recruiter_id: int | None, now: datetime
) -> list[MatchFeedback]:
    """Take back everything that was decided in one act with this; gives what was taken back."""
    feedback = get_feedback(session, feedback_id)
    return _take_back(
        session, feedback, decided_together(session, feedback), recruiter_id=recruiter_id, now=now
    )


def decided_together(session: Session, feedback: MatchFeedback) -> list[int]:
    """List whom one act was about: the same decision by the same recruiter at the same moment."""
    act = select(MatchFeedback.candidate_id).where(
        MatchFeedback.role_id == feedback.role_id,
        MatchFeedback.kind == feedback.kind,
        MatchFeedback.created_at == feedback.created_at,
        MatchFeedback.recruiter_id.is_not_distinct_from(feedback.recruiter_id),
        MatchFeedback.undone_at.is_(None),
    )
    return list(session.scalars(act.order_by(MatchFeedback.id)))


def get_feedback(session: Session, feedback_id: int) -> MatchFeedback:
    """Load one decision; raises NotFoundError."""
    feedback = session.get(MatchFeedback, feedback_id)
    if feedback is None:
        raise NotFoundError("There is nothing to undo here any more.")
    return feedback


def _take_back(
    session: Session,
    feedback: MatchFeedback,
    candidate_ids: Sequence[int],
    *,
    recruiter_id: int | None,
    now: datetime,
) -> list[MatchFeedback]:
    taken = list(session.scalars(_standing(feedback.role_id, candidate_ids, feedback.kind)))
    for standing in taken:
        standing.undone_at = now
    _audit(session, f"{feedback.kind}_undone", taken, recruiter_id=recruiter_id, now=now)
    return taken


def standing_feedback(
    session: Session, role_id: int, candidate_id: int, kind: FeedbackKind
) -> MatchFeedback | None:
    """Find the decision of this kind that stands for somebody on a role."""
    wanted = _standing(role_id, [candidate_id], kind)
    return session.scalars(wanted.order_by(MatchFeedback.id.desc()).limit(1)).first()


def shortlisted_ids(session: Session, role_id: int, *, seen: ColumnElement[bool] | None = None) -> list[int]:
    """List who is on the short list of a role, in the order they were put there; `seen` leaves those a viewer may see."""
    wanted = select(MatchFeedback.candidate_id).where(
        MatchFeedback.role_id == role_id,
        MatchFeedback.kind == FeedbackKind.SHORTLISTED,
        MatchFeedback.undone_at.is_(None),
    )
    if seen is not None:
        wanted = wanted.join(Candidate, Candidate.id == MatchFeedback.candidate_id).where(seen)
    return list(session.scalars(wanted.order_by(MatchFeedback.id)))


def shortlist_notes(session: Session, role_id: int) -> dict[int, str]:
    """Give what was said when people were put on the short list of a role, with who said it, by candidate."""
    wanted = (
        select(MatchFeedback.candidate_id, MatchFeedback.words, Recruiter.name)
        .outerjoin(Recruiter, Recruiter.id == MatchFeedback.recruiter_id)
        .where(
            MatchFeedback.role_id == role_id,
            MatchFeedback.kind == FeedbackKind.SHORTLISTED,
            MatchFeedback.undone_at.is_(None),
            MatchFeedback.words.is_not(None),
        )
    )
    rows = session.execute(wanted)
    return {one: f"{name}: {words}" if name else words for one, words, name in rows if words}


def _standing(role_id: int, candidate_ids: Sequence[int], kind: FeedbackKind) -> Select[MatchFeedback]:
    return select(MatchFeedback).where(
        MatchFeedback.role_id == role_id,
        MatchFeedback.candidate_id.in_(candidate_ids),
        MatchFeedback.kind == kind,
        MatchFeedback.undone_at.is_(None),
    )


def _audit(
    session: Session,
    action: str,
    decided: Sequence[MatchFeedback],
    *,
    recruiter_id: int | None,
    now: datetime,
) -> None:
    record_events(
        session,
        action,
        object_kind="candidate",
        details_by_id={
            one.candidate_id: {"role_id": one.role_id, "reason": one.reason, "feedback_id": one.id}
            for one in decided
        },
        recruiter_id=recruiter_id,
        now=now,
    )
