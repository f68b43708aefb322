"""Who sleeps in a role's list, and until when: asked before anybody is written to about that role."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.rediscovery.models import FeedbackKind, MatchFeedback


def find_snoozed(
    session: Session, role_id: int, candidate_ids: Sequence[int], today: date
) -> dict[int, date]:
    """Find which of these candidates sleep for this role, each with the day they wake."""
    sleeping = (
        select(MatchFeedback.candidate_id, MatchFeedback.until)
        .where(
            MatchFeedback.kind == FeedbackKind.SNOOZED,
            MatchFeedback.undone_at.is_(None),
            MatchFeedback.role_id == role_id,
            MatchFeedback.candidate_id.in_(candidate_ids),
            MatchFeedback.until > today,
        )
        .order_by(MatchFeedback.until)
    )
    return {candidate_id: until for candidate_id, until in session.execute(sleeping) if until is not None}
