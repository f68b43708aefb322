"""Who is held in law, as one list: those who are here, and those who are erased and left a sealed copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate
from talentpool.consent.models import LegalHold

SHOWN_MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLine:
    """One hold: on whom, by whom, and whether it stands today."""

    hold: LegalHold
    name: str
    is_here: bool  # not erased
    placed_by: str | None  # none: a policy that keeps records for a least time
    stands: bool


def load_held(session: Session, *, today: date) -> Sequence[HeldLine]:
    """Load the newest holds, those that have ended too; one query."""
    wanted = (
        select(LegalHold, Candidate.id, Candidate.full_name, Recruiter.name)
        .outerjoin(Candidate, Candidate.id == LegalHold.person_id)
        .outerjoin(Recruiter, Recruiter.id == LegalHold.placed_by)
        .order_by(LegalHold.lifted_at.is_not(None), LegalHold.id.desc())
        .limit(SHOWN_MOST)
    )
    return [
        HeldLine(
            hold=hold,
            name=name or "",
            is_here=here is not None,
            placed_by=by,
            stands=hold.lifted_at is None and (hold.until is None or hold.until >= today),
        )
        for hold, here, name, by in session.execute(wanted)
    ]
