"""What an organisation says of its offices, as one value: kept in versions, and brought back from any of them.

The rows are the truth that roles and people point at; an office is never added or removed here.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Office
from talentpool.accounts.policies import Edit, Policy, change_policy

POLICY = "offices"
PARTS = ("language", "sender_name", "sender_address", "postal_address", "retention_policy")


def list_offices(session: Session) -> list[Office]:
    """List the offices, the first one first: it keeps whoever belongs to none."""
    return list(session.scalars(select(Office).order_by(Office.id)))


def offices_value(session: Session) -> dict[str, Any]:
    """Give what can be changed of each office, by its id."""
    return {
        str(office.id): {part: getattr(office, part) for part in PARTS} for office in list_offices(session)
    }


def change_offices(session: Session, value: dict[str, Any], edit: Edit) -> Policy:
    """Make other senders and retention policies hold; raises ChangedMeanwhileError."""
    present = offices_value(session)
    told = {number: {**parts, **value.get(number, {})} for number, parts in present.items()}
    made = change_policy(session, POLICY, told, edit, present=present)
    for office in list_offices(session):
        for part in PARTS:
            setattr(office, part, made.value[str(office.id)][part])
    session.flush()
    return made
