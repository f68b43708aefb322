"""The mark that somebody changed: written with the change itself, read by whoever keeps the index."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from talentpool.candidates.models import CandidateChange


def record_changes(session: Session, candidate_ids: Iterable[int], *, now: datetime) -> None:
    """Mark candidates as changed or gone, in the transaction that changes them."""
    rows = [{"candidate_id": candidate_id, "at": now} for candidate_id in sorted(set(candidate_ids))]
    if rows:
        session.execute(insert(CandidateChange), rows)
