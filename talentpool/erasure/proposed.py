"""Erasures that other systems propose: looked at together, refused together, or carried out together.

Each is a request like any other; only that nobody asked for it themselves, so that many can be answered at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.consent.data_requests import close_request, confirm_identity, reopen_request
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.database import many
from talentpool.erasure.asked import MANY
from talentpool.work import queue

PEOPLE_AT_A_TIME = 20  # a search takes as long for twenty as for one, and each of them goes within a minute


def count_proposed(session: Session) -> int:
    """Count the proposals nobody has answered."""
    return session.scalar(select(func.count(DataRequest.id)).where(_is_proposed())) or 0


def load_proposed(
    session: Session, *, first: int = 0, most: int | None = None
) -> list[tuple[DataRequest, str]]:
    """Load proposals that nobody has answered, each with the name of whom it is about, the oldest first."""
    wanted = select(DataRequest, Candidate.full_name).join(
        Candidate, Candidate.id == DataRequest.candidate_id
    )
    ordered = wanted.where(_is_proposed()).order_by(DataRequest.due_on, DataRequest.id)
    return [(request, name) for request, name in session.execute(ordered.offset(first).limit(most))]


def refuse_proposed(
    session: Session, request_ids: Sequence[int], answer: str, *, now: datetime
) -> list[DataRequest]:
    """Answer proposals with why these people stay; gives those that were still open."""
    refused = _load(session, request_ids, _is_proposed())
    for request in refused:
        close_request(session, request, answer, is_refused=True, now=now)
    return refused


def take_refusals_back(session: Session, answered_at: datetime, *, now: datetime) -> int:
    """Open the proposals again that were refused at a moment; gives how many."""
    refused = select(DataRequest).where(
        DataRequest.came_by == CameBy.SYSTEM,
        DataRequest.kind == RequestKind.ERASURE,
        DataRequest.state == RequestState.REFUSED,
        DataRequest.answered_at == answered_at,
        DataRequest.candidate_id.is_not(None),
    )
    again = list(session.scalars(refused))
    for request in again:
        reopen_request(session, request, now=now)
    return len(again)


def ask_to_erase(
    session: Session, request_ids: Sequence[int], how_known: str, *, asked_by: int, now: datetime
) -> list[DataRequest]:
    """Have the people erased whom proposals are about; it cannot be undone. Gives the proposals that were still open."""
    asked = _load(session, request_ids, _is_proposed())
    for request in asked:
        confirm_identity(session, request, how_known, now=now)
        request.erasure_asked_at = now
    for some in many(asked, at_a_time=PEOPLE_AT_A_TIME):
        requests = {str(request.candidate_id): request.id for request in some}
        details: dict[str, Any] = {"candidate_ids": [int(each) for each in requests], "requests": requests}
        queue.ask(session, MANY, details, asked_by=asked_by, now=now)
    return asked


def is_proposal(request: DataRequest) -> bool:
    """Say whether a request is a proposal that nobody has answered."""
    is_open = request.state is RequestState.OPEN and request.erasure_asked_at is None
    return is_open and request.came_by is CameBy.SYSTEM and request.kind is RequestKind.ERASURE


def _is_proposed() -> ColumnElement[bool]:
    return and_(
        DataRequest.came_by == CameBy.SYSTEM,
        DataRequest.kind == RequestKind.ERASURE,
        DataRequest.state == RequestState.OPEN,
        DataRequest.erasure_asked_at.is_(None),
        DataRequest.candidate_id.is_not(None),
    )


def _load(session: Session, ids: Sequence[int], condition: ColumnElement[bool]) -> list[DataRequest]:
    found: list[DataRequest] = []
    for batch in many(ids):
        wanted = select(DataRequest).where(DataRequest.id.in_(batch), condition)
        found += session.scalars(wanted.order_by(DataRequest.id).with_for_update())
    return found
