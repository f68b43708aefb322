"""Erasures that were asked for: put into the queue once, and given back to be asked again where they may not be now."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from talentpool.consent.data_requests import NOT_OVER
from talentpool.consent.models import DataRequest
from talentpool.database import many
from talentpool.erasure.erase import require_copy_answered
from talentpool.errors import ConflictError
from talentpool.work import queue

ONE, MANY = "erasure", "erasure_of_many"


def ask_for_erasure(session: Session, request: DataRequest, *, asked_by: int | None, now: datetime) -> None:
    """Have the person of a request erased within a minute; asked again while that is under way, nothing is added.

    Raises ConflictError where the person is gone, or waits for a copy of their data that comes first.
    """
    if request.candidate_id is None:
        raise ConflictError("The person is erased already.")
    require_copy_answered(session, request.candidate_id, now=now)
    request.erasure_asked_at = now
    if is_being_erased(session, request.candidate_id):
        return
    details = {"candidate_id": request.candidate_id, "request_id": request.id}
    queue.ask(session, ONE, details, asked_by=asked_by, now=now)


def is_being_erased(session: Session, candidate_id: int) -> bool:
    """Say whether an erasure of the person waits in the queue or is being carried out."""
    alone = (told["candidate_id"] for told in queue.under_way(session, ONE))
    together = (told["candidate_ids"] for told in queue.under_way(session, MANY))
    return candidate_id in alone or any(candidate_id in ids for ids in together)


def ask_again(session: Session, candidate_ids: Iterable[int]) -> None:
    """Let requests wait for a person again whose erasure was asked for and may not be now."""
    for batch in many(sorted(candidate_ids)):
        asked = DataRequest.candidate_id.in_(batch) & DataRequest.state.in_(NOT_OVER)
        session.execute(update(DataRequest).where(asked).values(erasure_asked_at=None))
