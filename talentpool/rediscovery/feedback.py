"""What a recruiter does with a match: shortlist, dismiss, snooze; shared with the team, undone with one click."""

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.matching.feedback import Judgements
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback

DISMISSAL_REASONS = {
    "location": "Location",
    "level": "Level",
    "pay": "Pay",
    "skills": "Skills",
    "already_asked": "Already asked",
    "other": "Other",
}


REASONS_OF_THE_RESUME = ("level", "skills")
"""Reasons that say something about what a resume says; pay or place do not."""


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
    return _record(
        session,
        MatchFeedback(
            role_id=role_id,
            candidate_id=candidate_id,
            kind=FeedbackKind.SHORTLISTED,
            scope=FeedbackScope.THIS_ROLE,
            words=words,
            recruiter_id=recruiter_id,
            created_at=now,
        ),
    )


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
    if reason not in DISMISSAL_REASONS:
        raise InvalidInputError(f"{reason!r} is no reason we know; choose {', '.join(DISMISSAL_REASONS)}.")
    if scope is FeedbackScope.UNTIL and (until is None or until <= now.date()):
        raise InvalidInputError("Choose a day after today until which this person is left out.")
    return _record(
        session,
        MatchFeedback(
            role_id=role_id,
            candidate_id=candidate_id,
            kind=FeedbackKind.DISMISSED,
            scope=scope,
            reason=reason,
            words=words,
            until=until if scope is FeedbackScope.UNTIL else None,
            recruiter_id=recruiter_id,
            created_at=now,
        ),
    )


def snooze(
    session: Session, role_id: int, candidate_id: int, *, until: date, recruiter_id: int | None, now: datetime
) -> MatchFeedback:
    """Take somebody out of the list of a role until a day after today."""
    if until <= now.date():
        raise InvalidInputError("Choose a day after today until which this person sleeps.")
    return _record(
        session,
        MatchFeedback(
            role_id=role_id,
            candidate_id=candidate_id,
            kind=FeedbackKind.SNOOZED,
            scope=FeedbackScope.UNTIL,
            until=until,
            recruiter_id=recruiter_id,
            created_at=now,
        ),
    )


def undo(session: Session, feedback_id: int, *, recruiter_id: int | None, now: datetime) -> MatchFeedback:
    """Take one decision back, however often it was made; taking it back twice changes nothing."""
    feedback = session.get(MatchFeedback, feedback_id)
    if feedback is None:
        raise NotFoundError("There is nothing to undo here any more.")
    if feedback.undone_at is None:
        for standing in session.scalars(_standing(feedback.role_id, feedback.candidate_id, feedback.kind)):
            standing.undone_at = now
            _audit(session, f"{standing.kind}_undone", standing, recruiter_id=recruiter_id, now=now)
    return feedback


def standing_feedback(
    session: Session, role_id: int, candidate_id: int, kind: FeedbackKind
) -> MatchFeedback | None:
    """Find the decision of this kind that stands for somebody on a role."""
    wanted = _standing(role_id, candidate_id, kind)
    return session.scalars(wanted.order_by(MatchFeedback.id.desc()).limit(1)).first()


def shortlisted_ids(session: Session, role_id: int) -> list[int]:
    """List who is on the short list of a role, in the order they were put there."""
    wanted = select(MatchFeedback.candidate_id).where(
        MatchFeedback.role_id == role_id,
        MatchFeedback.kind == FeedbackKind.SHORTLISTED,
        MatchFeedback.undone_at.is_(None),
    )
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


def judgements(session: Session, role_id: int) -> Judgements:
    """Say whom the team has judged by their resumes for a role, as far as it stands."""
    standing = select(MatchFeedback.candidate_id, MatchFeedback.kind, MatchFeedback.reason).where(
        MatchFeedback.role_id == role_id, MatchFeedback.undone_at.is_(None)
    )
    rows = session.execute(standing).all()
    return Judgements(
        shortlisted=tuple(one for one, kind, _ in rows if kind is FeedbackKind.SHORTLISTED),
        dismissed=tuple(one for one, _, reason in rows if reason in REASONS_OF_THE_RESUME),
    )


def _standing(role_id: int, candidate_id: int, kind: FeedbackKind) -> Select[MatchFeedback]:
    return select(MatchFeedback).where(
        MatchFeedback.role_id == role_id,
        MatchFeedback.candidate_id == candidate_id,
        MatchFeedback.kind == kind,
        MatchFeedback.undone_at.is_(None),
    )


def _record(session: Session, feedback: MatchFeedback) -> MatchFeedback:
    session.add(feedback)
    session.flush()
    _audit(
        session,
        f"candidate_{feedback.kind}",
        feedback,
        recruiter_id=feedback.recruiter_id,
        now=feedback.created_at,
    )
    return feedback


def _audit(
    session: Session, action: str, feedback: MatchFeedback, *, recruiter_id: int | None, now: datetime
) -> None:
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=feedback.candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"role_id": feedback.role_id, "reason": feedback.reason, "feedback_id": feedback.id},
    )
