"""Which people somebody sees: asked in the query, so that lists, counts and pages cannot differ."""

from sqlalchemy import ColumnElement, false, or_, true

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Candidate


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
