"""The trail as somebody reads it: by who, what and when, a page at a time, the newest first.

Pages go by the id of the last event shown, so that one far down costs as much as the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent, Recruiter

RECENT = 5_000
"""Events in which the names of actions are looked up, to be offered as a choice."""
NOBODY = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditQuery:
    """What is looked for; None asks for all of it, recruiter 0 for what the program did by itself."""

    recruiter_id: int | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: int | None = None
    since: date | None = None
    until: date | None = None  # the last day


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditLine:
    """One event with the name of whoever did it; None for the program, or an account that is gone."""

    event_id: int
    at: datetime
    by: str | None
    recruiter_id: int | None
    action: str
    object_kind: str
    object_id: int | None
    details: dict[str, Any]


def audit_page(
    session: Session, query: AuditQuery, *, before: int | None = None, most: int = 50
) -> list[AuditLine]:
    """List events, the newest first; `before` goes on after the last one shown."""
    wanted = _wanted(query)
    if before is not None:
        wanted = wanted.where(AuditEvent.id < before)
    return [_line(event, by) for event, by in session.execute(wanted.limit(most))]


def audit_lines(session: Session, query: AuditQuery, *, most: int) -> Iterator[AuditLine]:
    """Give events one after another, the newest first."""
    rows = session.execute(_wanted(query).limit(most).execution_options(yield_per=1_000))
    for event, by in rows:
        yield _line(event, by)


def recent_actions(session: Session) -> list[str]:
    """List what has been done lately, by the alphabet."""
    lately = select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(RECENT).subquery()
    return sorted(session.scalars(select(lately.c.action).distinct()))


def _wanted(query: AuditQuery) -> Select[AuditEvent, str]:
    wanted = select(AuditEvent, Recruiter.name).outerjoin(Recruiter, Recruiter.id == AuditEvent.recruiter_id)
    if query.recruiter_id == NOBODY:
        wanted = wanted.where(AuditEvent.recruiter_id.is_(None))
    elif query.recruiter_id is not None:
        wanted = wanted.where(AuditEvent.recruiter_id == query.recruiter_id)
    for column, value in (
        (AuditEvent.action, query.action),
        (AuditEvent.object_kind, query.object_kind),
        (AuditEvent.object_id, query.object_id),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if query.since is not None:
        wanted = wanted.where(AuditEvent.at >= datetime.combine(query.since, time(), UTC))
    if query.until is not None:
        wanted = wanted.where(AuditEvent.at < datetime.combine(query.until + timedelta(days=1), time(), UTC))
    return wanted.order_by(AuditEvent.id.desc())


def _line(event: AuditEvent, by: str | None) -> AuditLine:
    return AuditLine(
        event_id=event.id,
        at=event.at,
        by=by,
        recruiter_id=event.recruiter_id,
        action=event.action,
        object_kind=event.object_kind,
        object_id=event.object_id,
        details=dict(event.details or {}),
    )
