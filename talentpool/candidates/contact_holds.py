"""What holds contact with people back today: entries that stand, and an agency's fee on a person's own record."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Subquery, literal, or_, select, union_all
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.consent.models import ContactHold, HoldKind
from talentpool.database import many

Holds = dict[HoldKind, date | None]
"""Of one person, with the last day each does; None where it holds until somebody lifts it."""


def load_holds(session: Session, candidate_ids: Iterable[int], *, today: date) -> dict[int, Holds]:
    """Load what holds today, by person; of several of a kind the one that lasts longest counts. One query."""
    standing = standing_holds(today)
    wanted = select(standing).where(standing.c.candidate_id.in_(candidate_ids))
    holds: dict[int, Holds] = {}
    for candidate_id, kind, until in session.execute(wanted):
        held = holds.setdefault(candidate_id, {})
        longest = held.get(kind, date.min)
        held[kind] = None if until is None or longest is None else max(longest, until)
    return holds


def awaiting_copy(session: Session, candidate_ids: Sequence[int], *, today: date) -> set[int]:
    """Give those of some people who have asked to see their data and wait for it: nobody of them goes before."""
    held = (load_holds(session, batch, today=today) for batch in many(candidate_ids))
    return {each for holds in held for each, kinds in holds.items() if HoldKind.ACCESS_REQUEST in kinds}


def standing_holds(today: date) -> Subquery:
    """Ask for everybody's: `candidate_id`, `kind`, `until`."""
    entries = select(ContactHold.candidate_id, ContactHold.kind, ContactHold.until).where(
        ContactHold.lifted_at.is_(None), or_(ContactHold.until.is_(None), ContactHold.until >= today)
    )
    fee = literal(HoldKind.FEE_PROTECTED, ContactHold.kind.type)
    fees = select(Candidate.id, fee, Candidate.fee_until).where(Candidate.fee_until >= today)
    return union_all(entries, fees).subquery("standing_holds")
