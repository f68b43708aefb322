"""Giving endings a better reason, many at once, and taking the whole action back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AuditEvent
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Application, Candidate, Disposition, ReasonKind
from talentpool.candidates.pool_fields import applications_seen
from talentpool.candidates.reasons import KnownReason, load_reasons
from talentpool.candidates.visibility import visible_pool
from talentpool.database import many
from talentpool.errors import InvalidInputError, NotFoundError

OBJECT = "reasons"
KINDS = {ReasonKind.REJECTION: Disposition.REJECTED, ReasonKind.WITHDRAWAL: Disposition.WITHDRAWN}


class ReasonAction(StrEnum):
    """What was done to reasons, as the trail has it."""

    FILLED = "reasons_filled"
    CHECKED = "reason_checked"
    TAKEN_BACK = "reasons_taken_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonChange:
    """One action: by which entry of the trail it can be taken back, and how many endings it changed."""

    event_id: int
    changed: int


def seen_applications(session: Session, viewer: Viewer, application_ids: Sequence[int]) -> list[Application]:
    """Load those of these applications the viewer may see, of people they may see."""
    seen = visible_pool(viewer)
    return [
        application
        for batch in many(application_ids)
        for application in session.scalars(
            select(Application)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.id.in_(batch), seen.people, applications_seen(seen.roles))
            .order_by(Application.id)
        )
    ]


def get_reason(session: Session, code: str) -> KnownReason:
    """Load a reason in use by its code; raises InvalidInputError."""
    reason = load_reasons(session).get(code)
    if reason is None:
        raise InvalidInputError(f"There is no reason {code!r} in use; choose one of the list.")
    return reason


def change_reasons(
    session: Session,
    applications: Sequence[Application],
    reason: KnownReason,
    *,
    action: ReasonAction,
    viewer: Viewer,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> ReasonChange:
    """Give these endings a reason, and keep what they had before.

    Those that have it already stay as they are, and so do endings of the other kind: a reason of ours does not
    explain why somebody left.
    """
    fitting = KINDS[reason.kind]
    wrong = [one for one in applications if one.reason_id != reason.id and one.disposition is fitting]
    before = [[one.id, one.reason_id, _written(one.reason_holds_until)] for one in wrong]
    for one in wrong:
        one.reason_id, one.updated_at = reason.id, now
        one.reason_holds_until = reason.holds_until(one.ended_on)
    record_changes(session, {one.candidate_id for one in wrong}, now=now)
    told = {**(details or {}), "reason": reason.code, "reason_id": reason.id, "before": before}
    return ReasonChange(event_id=_trail(session, action, told, viewer=viewer, now=now), changed=len(wrong))


def take_back(session: Session, event_id: int, *, viewer: Viewer, now: datetime) -> int:
    """Undo one action wholly, except for endings changed since; gives how many got their old reason back.

    Raises NotFoundError for what is no such action, is somebody else's, or was taken back already.
    """
    event = session.get(AuditEvent, event_id)
    known = event is not None and event.object_kind == OBJECT and event.action in tuple(ReasonAction)[:2]
    if event is None or not known or event.recruiter_id != viewer.recruiter_id or _is_undone(session, event):
        raise NotFoundError("There is nothing of yours to take back here any more.")
    before = {row[0]: row[1:] for row in event.details["before"]}
    restored = [
        one
        for one in seen_applications(session, viewer, list(before))
        if one.reason_id == event.details["reason_id"]
    ]
    for one in restored:
        one.reason_id, one.updated_at = before[one.id][0], now
        one.reason_holds_until = _read(before[one.id][1])
    record_changes(session, {one.candidate_id for one in restored}, now=now)
    _trail(session, ReasonAction.TAKEN_BACK, {"event_id": event.id}, viewer=viewer, now=now, about=event.id)
    return len(restored)


def _is_undone(session: Session, event: AuditEvent) -> bool:
    undone = select(AuditEvent.id).where(
        AuditEvent.object_kind == OBJECT,
        AuditEvent.object_id == event.id,
        AuditEvent.action == ReasonAction.TAKEN_BACK,
    )
    return session.scalar(undone) is not None


def _trail(
    session: Session,
    action: ReasonAction,
    details: dict[str, Any],
    *,
    viewer: Viewer,
    now: datetime,
    about: int | None = None,
) -> int:
    event = record_event(
        session,
        action,
        object_kind=OBJECT,
        object_id=about,
        recruiter_id=viewer.recruiter_id,
        now=now,
        details=details,
    )
    session.flush()
    return event.id


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
