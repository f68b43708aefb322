"""What is on record about contact, for many people at once: three queries whatever their number."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.policies import load_policy
from talentpool.candidates.models import Contact, Direction
from talentpool.consent.eligibility import ContactPolicy, ContactRecord, ContactState, contact_state
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.database import many


def load_contact_policy(session: Session) -> ContactPolicy:
    """Load the cool-down and what a message needs, as the organisation has chosen."""
    return ContactPolicy(**load_policy(session, "contact").value)


def contact_states(session: Session, candidate_ids: Sequence[int], *, today: date) -> dict[int, ContactState]:
    """Say for each candidate whether they may be written to today and what is on record."""
    policy = load_contact_policy(session)
    states: dict[int, ContactState] = {}
    for batch in many(candidate_ids):
        records = _records(session, batch, today)
        states |= {
            candidate_id: contact_state(records[candidate_id], policy, today=today) for candidate_id in batch
        }
    return states


def _records(session: Session, candidate_ids: list[int], today: date) -> dict[int, ContactRecord]:
    asked = set(
        session.scalars(
            select(Suppression.candidate_id).where(
                Suppression.candidate_id.in_(candidate_ids),
                Suppression.scope.in_([SuppressionScope.CONTACT, SuppressionScope.PROCESSING]),
                Suppression.lifted_at.is_(None),
            )
        )
    )
    bases = _best_bases(session, candidate_ids, today)
    contacts = _last_unasked(session, candidate_ids)
    records = {}
    for candidate_id in candidate_ids:
        basis = bases.get(candidate_id)
        last_on, last_by = contacts.get(candidate_id, (None, None))
        records[candidate_id] = ContactRecord(
            asked_not_to=candidate_id in asked,
            basis=basis.basis if basis else None,
            basis_until=basis.expires_on if basis else None,
            basis_withdrawn=bool(basis and basis.withdrawn_on and basis.withdrawn_on <= today),
            last_unasked_on=last_on,
            last_unasked_by=last_by,
        )
    return records


def _best_bases(session: Session, candidate_ids: list[int], today: date) -> dict[int, LawfulBasis]:
    """Pick the newest word of each person: a later consent replaces a withdrawn or expired one."""
    recorded = (
        select(LawfulBasis)
        .where(LawfulBasis.candidate_id.in_(candidate_ids), LawfulBasis.recorded_on <= today)
        .order_by(LawfulBasis.recorded_on, LawfulBasis.id)
    )
    return {basis.candidate_id: basis for basis in session.scalars(recorded)}


def _last_unasked(session: Session, candidate_ids: list[int]) -> dict[int, tuple[date, str | None]]:
    contacts = (
        select(Contact.candidate_id, Contact.at, Recruiter.name)
        .outerjoin(Recruiter, Contact.recruiter_id == Recruiter.id)
        .where(
            Contact.candidate_id.in_(candidate_ids),
            Contact.is_unasked.is_(True),
            Contact.direction == Direction.OURS,
        )
        .order_by(Contact.at)
    )
    return {candidate_id: (at.date(), by) for candidate_id, at, by in session.execute(contacts)}
