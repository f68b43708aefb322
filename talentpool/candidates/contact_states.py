"""What is on record about contact, for many people at once: a few queries whatever their number."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.policies import Edit, Policy, change_policy, load_policy
from talentpool.candidates.contact_records import load_contact_records
from talentpool.consent.eligibility import ContactPolicy, ContactState, Refusal, contact_state


def load_contact_policy(session: Session) -> ContactPolicy:
    """Load the cool-down and what a message needs, as the organisation has chosen."""
    value = dict(load_policy(session, "contact").value)
    for name, kind in (("overridable", Refusal), ("freemail_domains", str)):
        if name in value:  # a policy of before these existed has neither
            value[name] = frozenset(kind(word) for word in value[name])
    return ContactPolicy(**value)


def change_contact_policy(session: Session, value: dict[str, Any], edit: Edit) -> Policy:
    """Make another contact policy hold, for the next message and the next look at a list."""
    return change_policy(session, "contact", value, edit)


def contact_states(session: Session, candidate_ids: Sequence[int], *, today: date) -> dict[int, ContactState]:
    """Say for each candidate whether they may be written to today and what is on record."""
    policy = load_contact_policy(session)
    records = load_contact_records(session, candidate_ids, policy, today=today)
    return {
        candidate_id: contact_state(record, policy, today=today) for candidate_id, record in records.items()
    }
