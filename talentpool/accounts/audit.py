"""The trail of views, decisions and exports: who, when, what, by id, never with personal data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent


def record_event(
    session: Session,
    action: str,
    *,
    object_kind: str,
    object_id: int | None,
    recruiter_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write down that somebody did something to something, in the past tense: `candidate_viewed`."""
    event = AuditEvent(
        at=now,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        recruiter_id=recruiter_id,
        details=dict(details or {}),
    )
    session.add(event)
    return event


def record_events(
    session: Session,
    action: str,
    *,
    object_kind: str,
    details_by_id: Mapping[int, Mapping[str, Any]],
    recruiter_id: int | None,
    now: datetime,
) -> None:
    """Write down that somebody did the same to several things at once; one query, whatever their number."""
    rows = [
        {
            "at": now,
            "action": action,
            "object_kind": object_kind,
            "object_id": object_id,
            "recruiter_id": recruiter_id,
            "details": dict(details),
        }
        for object_id, details in details_by_id.items()
    ]
    if rows:
        session.execute(insert(AuditEvent), rows)
