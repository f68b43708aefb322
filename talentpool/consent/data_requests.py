"""What people ask about their own data: received, due within a month, answered; and it can be reopened.

An open request to see the data freezes erasure and retention of that person, and holds contact back.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.models import CameBy, DataRequest, HoldKind, RequestKind, RequestState
from talentpool.errors import ConflictError, NotFoundError

ANSWER_MONTHS = 1  # GDPR Art. 12 (3)
LONGER_MONTHS = 2  # the same, where it is complex or there are many, with a notice within the first month
REMIND_AFTER_DAYS = 20
NOT_OVER = (RequestState.UNCONFIRMED, RequestState.OPEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRequest:
    """A request as it comes in."""

    kind: RequestKind
    came_by: CameBy
    candidate_id: int
    received_on: date
    words: str | None = None
    owner_id: int | None = None
    identity_words: str | None = None  # how we know who asks, where we know already
    is_confirmed: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """Requests by what they ask of us today."""

    overdue: tuple[DataRequest, ...]
    due_soon: tuple[DataRequest, ...]  # older than twenty days
    later: tuple[DataRequest, ...]
    over: tuple[DataRequest, ...]


def due_day(received_on: date, *, is_extended: bool = False) -> date:
    """Give the last day for an answer: a month after receipt, three where it was extended.

    >>> due_day(date(2027, 1, 31)).isoformat(), due_day(date(2026, 11, 23), is_extended=True).isoformat()
    ('2027-02-28', '2027-02-23')
    """
    months = received_on.month - 1 + ANSWER_MONTHS + (LONGER_MONTHS if is_extended else 0)
    year, month = received_on.year + months // 12, months % 12 + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))


def receive_request(session: Session, new: NewRequest, *, now: datetime) -> DataRequest:
    """Write a request down; one to see the data freezes erasure from now on."""
    [request] = receive_requests(session, [new], now=now)
    return request


def receive_requests(session: Session, new: Sequence[NewRequest], *, now: datetime) -> list[DataRequest]:
    """Write several requests down at once."""
    requests = [_request(one, now=now) for one in new]
    session.add_all(requests)
    session.flush()
    for request in requests:
        _freeze(session, request, now=now)
    return requests


def _request(new: NewRequest, *, now: datetime) -> DataRequest:
    return DataRequest(
        kind=new.kind,
        state=RequestState.OPEN if new.is_confirmed else RequestState.UNCONFIRMED,
        came_by=new.came_by,
        candidate_id=new.candidate_id,
        person_id=new.candidate_id,
        received_on=new.received_on,
        due_on=due_day(new.received_on),
        identity_checked_on=now.date() if new.identity_words else None,
        identity_words=new.identity_words,
        words=new.words or None,
        owner_id=new.owner_id,
        created_at=now,
    )


def get_request(session: Session, request_id: int, *, owner_id: int | None = None) -> DataRequest:
    """Load one request, one's own where `owner_id` is given; raises NotFoundError."""
    request = session.get(DataRequest, request_id)
    if request is None or (owner_id is not None and request.owner_id != owner_id):
        raise NotFoundError(f"There is no request {request_id}.")
    return request


def find_open_request(session: Session, candidate_id: int, kind: RequestKind) -> DataRequest | None:
    """Find a request of this kind that is not answered yet."""
    wanted = select(DataRequest).where(
        DataRequest.candidate_id == candidate_id, DataRequest.kind == kind, DataRequest.state.in_(NOT_OVER)
    )
    return session.scalars(wanted.order_by(DataRequest.id.desc()).limit(1)).first()


def owns_request_of(session: Session, person_id: int, *, owner_id: int | None) -> bool:
    """Say whether somebody answers, or has answered, a request of this person, who may be erased by now."""
    wanted = select(DataRequest.id).where(
        DataRequest.person_id == person_id, DataRequest.owner_id == owner_id
    )
    return session.scalar(wanted.limit(1)) is not None


def open_requests_of(session: Session, candidate_id: int) -> list[DataRequest]:
    """Load what one person asked and is not answered yet."""
    wanted = select(DataRequest).where(
        DataRequest.candidate_id == candidate_id, DataRequest.state.in_(NOT_OVER)
    )
    return list(session.scalars(wanted.order_by(DataRequest.id)))


def load_requests(session: Session, *, today: date, owner_id: int | None = None) -> Requests:
    """Load all requests, or those one recruiter owns, by how soon they are due."""
    wanted = select(DataRequest).order_by(DataRequest.due_on, DataRequest.id)
    if owner_id is not None:
        wanted = wanted.where(DataRequest.owner_id == owner_id)
    found = list(session.scalars(wanted))
    waiting = [one for one in found if one.state in NOT_OVER]
    overdue = tuple(one for one in waiting if one.due_on < today)
    soon = tuple(one for one in waiting if one not in overdue and needs_reminder(one, today=today))
    return Requests(
        overdue=overdue,
        due_soon=soon,
        later=tuple(one for one in waiting if one not in (*overdue, *soon)),
        over=tuple(reversed([one for one in found if one.state not in NOT_OVER])),
    )


def count_pressing(session: Session, *, today: date, owner_id: int | None = None) -> tuple[int, int]:
    """Count the requests that are overdue, and those that are older than twenty days: of all, or of one recruiter."""
    wanted = select(DataRequest).where(DataRequest.state.in_(NOT_OVER))
    if owner_id is not None:
        wanted = wanted.where(DataRequest.owner_id == owner_id)
    pressing = [one for one in session.scalars(wanted) if needs_reminder(one, today=today)]
    overdue = sum(one.due_on < today for one in pressing)
    return overdue, len(pressing) - overdue


def needs_reminder(request: DataRequest, *, today: date) -> bool:
    """Say whether a request is old enough to be pressed: twenty days after receipt, or ten before an extended day."""
    ten_left = due_day(request.received_on) - (request.received_on + timedelta(days=REMIND_AFTER_DAYS))
    return request.state in NOT_OVER and today >= request.due_on - ten_left


def confirm_identity(session: Session, request: DataRequest, words: str, *, now: datetime) -> None:
    """Record how we know that it is the person who asks."""
    request.identity_checked_on, request.identity_words = now.date(), words[:320]
    if request.state is RequestState.UNCONFIRMED:
        request.state = RequestState.OPEN
    _freeze(session, request, now=now)


def extend_request(request: DataRequest, *, today: date) -> None:
    """Give a request two more months; raises ConflictError once the first month is over, or for a second time."""
    if request.extended_on is not None:
        raise ConflictError("This request has been given more time already; the law allows it once.")
    if today > request.due_on:
        raise ConflictError("The first month is over: the person had to be told before that it takes longer.")
    request.extended_on = today
    request.due_on = due_day(request.received_on, is_extended=True)


def close_request(
    session: Session, request: DataRequest, answer: str, *, is_refused: bool = False, now: datetime
) -> None:
    """Record the answer, which ends the freeze."""
    if request.state not in NOT_OVER:
        raise ConflictError("This request is answered already.")
    if request.identity_checked_on is None and not is_refused:
        raise ConflictError("Say first how you know that it is the person who asks.")
    request.state = RequestState.REFUSED if is_refused else RequestState.ANSWERED
    request.answer, request.answered_at = answer, now
    session.flush()
    person = request.candidate_id if request.kind is RequestKind.ACCESS else None
    if person is not None and find_open_request(session, person, RequestKind.ACCESS) is None:
        lift_holds(session, person, HoldKind.ACCESS_REQUEST, now=now)


def reopen_request(session: Session, request: DataRequest, *, now: datetime) -> None:
    """Take back that a request was answered; raises ConflictError where the person is gone."""
    if request.candidate_id is None:
        raise ConflictError("The person is erased; there is nothing to open again.")
    if request.state in NOT_OVER:
        return
    request.state, request.answered_at = RequestState.OPEN, None
    _freeze(session, request, now=now)


def _freeze(session: Session, request: DataRequest, *, now: datetime) -> None:
    if request.kind is not RequestKind.ACCESS or request.state is not RequestState.OPEN:
        return
    if request.candidate_id is not None:
        lift_holds(session, request.candidate_id, HoldKind.ACCESS_REQUEST, now=now)
        hold_contact(
            session, request.candidate_id, HoldKind.ACCESS_REQUEST, source=f"request {request.id}", now=now
        )
