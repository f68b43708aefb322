"""The organisation's own list of reasons as one value: kept in versions, and brought back from any of them.

The rows are the truth that applications point at. A reason is retired rather than deleted; endings already
recorded keep the day until which their reason holds.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.policies import Edit, Policy, change_policy
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Application, ReasonHold, ReasonKind, RejectionReason

POLICY = "reasons"
LONGEST_HOLD_MONTHS = 120


def list_reasons(session: Session) -> list[RejectionReason]:
    """List every reason, ours before theirs, retired ones last."""
    order = (RejectionReason.retired_at.is_not(None), RejectionReason.kind, RejectionReason.position)
    return list(session.scalars(select(RejectionReason).order_by(*order, RejectionReason.id)))


def reasons_value(session: Session) -> dict[str, Any]:
    """Give the whole list as one value, by code."""
    return {reason.code: _value(reason) for reason in list_reasons(session)}


def change_reasons(session: Session, value: dict[str, Any], edit: Edit) -> Policy:
    """Make another list hold; a reason that it lacks is retired. Raises ChangedMeanwhileError."""
    present = reasons_value(session)
    missing = {code: {**told, "retired": True} for code, told in present.items() if code not in value}
    made = change_policy(session, POLICY, {**value, **missing}, edit, present=present)
    rows = {reason.code: reason for reason in list_reasons(session)}
    judged_anew = [
        rows[code].id
        for code, told in made.value.items()
        if code in present and told["against_candidate"] != present[code]["against_candidate"]
    ]
    for code, told in made.value.items():
        if code not in rows:
            rows[code] = RejectionReason(code=code)
            session.add(rows[code])
        _apply(rows[code], told, edit)
    session.flush()
    _let_lists_follow(session, judged_anew, edit)
    return made


def _let_lists_follow(session: Session, reason_ids: list[int], edit: Edit) -> None:
    """Mark whoever was rejected for reasons that speak otherwise now: who nearly got the job is ranked by it."""
    if reason_ids:
        rejected = select(Application.candidate_id).where(Application.reason_id.in_(reason_ids)).distinct()
        record_changes(session, session.scalars(rejected).all(), now=edit.now)


def _value(reason: RejectionReason) -> dict[str, Any]:
    return {
        "label": reason.label,
        "kind": reason.kind.value,
        "hold": reason.hold.value,
        "hold_months": reason.hold_months,
        "against_candidate": reason.against_candidate,
        "position": reason.position,
        "retired": reason.retired_at is not None,
    }


def _apply(reason: RejectionReason, told: dict[str, Any], edit: Edit) -> None:
    reason.label, reason.kind = told["label"], ReasonKind(told["kind"])
    reason.hold, reason.hold_months = ReasonHold(told["hold"]), told["hold_months"]
    reason.against_candidate, reason.position = told["against_candidate"], told["position"]
    reason.retired_at = (reason.retired_at or edit.now) if told["retired"] else None
