"""Who in a ranking a viewer may not see: taken out before anything is counted."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Candidate


def hidden_ids(session: Session, viewer: Viewer | None) -> NDArray[np.int64]:
    """Find the restricted people this viewer may not see; their own recruiter may, and so may the operator."""
    if viewer is None or viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
        return np.empty(0, np.int64)
    restricted = select(Candidate.id).where(
        Candidate.is_restricted, Candidate.owner_id.is_distinct_from(viewer.recruiter_id)
    )
    return np.array(session.scalars(restricted).all(), np.int64)
