"""How somebody stands to the organisation itself: works here, worked here, or may be seen by few."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.errors import InvalidInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingHere:
    """Since when and until when somebody works here (an end makes an alumnus), and whether few may see them."""

    employed_from: date | None = None
    employed_until: date | None = None
    is_restricted: bool = False


def may_restrict(viewer: Viewer, candidate: Candidate) -> bool:
    """Say whether a viewer may decide who sees a person: only who would go on seeing them."""
    return viewer.may(Permission.SEE_RESTRICTED_PEOPLE) or candidate.owner_id == viewer.recruiter_id


def note_standing(session: Session, candidate: Candidate, standing: StandingHere, *, now: datetime) -> None:
    """Note it; lists, counts and rankings follow at once. Raises InvalidInputError for days that cannot be."""
    since, until = standing.employed_from, standing.employed_until
    if until is not None and since is None:
        raise InvalidInputError("Say since when they worked here, too.")
    if since is not None and until is not None and until < since:
        raise InvalidInputError(f"Their time here cannot end on {until} before it began on {since}.")
    candidate.employed_from, candidate.employed_until = since, until
    candidate.is_restricted, candidate.updated_at = standing.is_restricted, now
    record_changes(session, [candidate.id], now=now)
    session.flush()
