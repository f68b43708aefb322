"""Which people somebody sees: asked in the query, so that lists, counts and pages cannot differ."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Candidate
from talentpool.roles.visibility import visible_roles


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolSight:
    """What somebody sees of the pool: conditions on `Candidate`, and on `Role` for what was applied for."""

    people: ColumnElement[bool]
    roles: ColumnElement[bool]


def visible_pool(viewer: Viewer) -> PoolSight:
    """Give what this viewer sees of people and of the roles in their histories."""
    return PoolSight(people=visible_candidates(viewer), roles=visible_roles(viewer))


def visible_candidates(viewer: Viewer) -> ColumnElement[bool]:
    """Give the condition on `Candidate` that leaves the people this viewer may see.

    Restricted people are seen by administrators and by their own recruiter. Hiring managers see nobody
    here: whom they get to see is decided role by role, by what a recruiter puts on a short list.
    """
    if not viewer.may(Permission.SEE_CANDIDATES):
        return false()
    if viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
        return true()
    return or_(~Candidate.is_restricted, Candidate.owner_id == viewer.recruiter_id)
