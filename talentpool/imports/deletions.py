"""Who is deleted in another system: proposed here as a request to be erased, and never erased by itself.

Very many at once wait for a person, because a wrong export looks just like that: they are one question with two
answers, either of which can be taken back.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.candidates.models import Candidate
from talentpool.consent.data_requests import NewRequest, receive_requests
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.database import many
from talentpool.errors import ConflictError
from talentpool.imports.known import KnownPerson
from talentpool.imports.models import DeletionThere
from talentpool.imports.past_roles import Origin
from talentpool.settings import config_folder

A_DAY = timedelta(days=1)
SET_ASIDE = and_(
    DeletionThere.held_at.is_(None), DeletionThere.asked_at.is_(None), DeletionThere.decided_at.is_not(None)
)
"""Told of one id of somebody who was still there under another: nobody is asked about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brake:
    """How many of a system's people may be proposed within a day without anybody's yes."""

    percent: int
    few: int

    def most(self, people: int) -> int:
        """Give how many of so many people.

        >>> Brake(percent=5, few=10).most(1_000), Brake(percent=5, few=10).most(30)
        (50, 10)
        """
        return max(self.few, people * self.percent // 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of the deletions a source told of: how many are asked about, and how many wait for a person."""

    asked: int = 0
    held: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """So many of its people a source says it has deleted that somebody has to decide."""

    source: str
    waiting: int
    people: int  # of the source, here
    since: datetime


@cache
def shipped_brake() -> Brake:
    """Read `config/deletions.toml`."""
    return Brake(**tomllib.loads((config_folder() / "deletions.toml").read_text(encoding="utf-8")))


def note_deletions(session: Session, deleted: Sequence[tuple[KnownPerson, str]], *, origin: Origin) -> int:
    """Note whom a source says it has deleted; gives how many nobody has told of before.

    Whoever has been told of once is passed over, whatever was decided: a deletion is told in every export.
    """
    told = {person.id: external_id for person, external_id in deleted if person.id is not None}
    known = _told_before(session, list(told))
    new = [
        DeletionThere(
            source=origin.source, candidate_id=person_id, external_id=external_id, told_at=origin.now
        )
        for person_id, external_id in told.items()
        if person_id not in known
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def set_aside(session: Session, deleted: Sequence[tuple[KnownPerson, str]], *, origin: Origin) -> None:
    """Note under which of several ids a source has deleted somebody; once it has under all, they are proposed."""
    known = ids_set_aside(
        session, origin.source, [person.id for person, _ in deleted if person.id is not None]
    )
    session.add_all(
        DeletionThere(
            source=origin.source, candidate_id=person.id, external_id=external_id,
            told_at=origin.now, decided_at=origin.now,
        )
        for person, external_id in dict.fromkeys(deleted)
        if person.id is not None and external_id not in known
    )  # fmt: skip
    session.flush()


def ids_set_aside(session: Session, source: str, person_ids: Sequence[int]) -> set[str]:
    """Give the ids of people under which a source has deleted them while it had them under others."""
    found: set[str] = set()
    for batch in many(person_ids):
        own = and_(DeletionThere.source == source, DeletionThere.candidate_id.in_(batch), SET_ASIDE)
        found |= set(session.scalars(select(DeletionThere.external_id).where(own)))
    return found


def forget_deletions(session: Session, source: str, told: Mapping[int, Collection[str]]) -> None:
    """Forget that a source has deleted people of whom it tells again; who has become a request stays one.

    `told` has the ids it told of each under: what waits neither for an answer nor as a request is forgotten only where its
    own id is told of, for under that the source has deleted them all the same.
    """
    for batch in many(sorted(told)):
        ids = {each for one in batch for each in told[one]}
        again = and_(DeletionThere.source == source, DeletionThere.candidate_id.in_(batch))
        is_answerable = or_(DeletionThere.held_at.is_not(None), DeletionThere.asked_at.is_not(None))
        again &= or_(is_answerable, DeletionThere.external_id.in_(ids))
        session.execute(delete(DeletionThere).where(again).execution_options(synchronize_session=False))


def settle_deletions(
    session: Session, source: str, *, still_there: Collection[int] = (), now: datetime
) -> Settled:
    """Ask about the people a source has told of and nobody has decided about, or hold them where they are very many.

    Whoever the same file tells of as ever, under another of two ids, is set aside, wherever in it that stands. What an
    import that was killed had noted is settled with the next one.
    """
    undecided = _of(source, DeletionThere.held_at, DeletionThere.asked_at, DeletionThere.decided_at)
    fresh = list(session.scalars(select(DeletionThere).where(undecided).order_by(DeletionThere.id)))
    for one in (each for each in fresh if each.candidate_id in still_there):
        one.decided_at = now  # set aside, until the other ids are deleted, too
    fresh = [one for one in fresh if one.candidate_id not in still_there]
    if not fresh:
        return Settled()
    if _have_to_wait(session, source, len(fresh), now=now):
        session.execute(update(DeletionThere).where(undecided).values(held_at=now))
        return Settled(held=len(fresh))
    _ask(session, fresh, now=now)
    return Settled(asked=len(fresh))


def load_questions(session: Session) -> list[Question]:
    """Load what waits for a person, source by source."""
    own = select(func.count(Candidate.id)).where(Candidate.source == DeletionThere.source).scalar_subquery()
    held = (
        select(DeletionThere.source, func.count(), own, func.min(DeletionThere.held_at))
        .where(DeletionThere.held_at.is_not(None), DeletionThere.decided_at.is_(None))
        .group_by(DeletionThere.source)
        .order_by(DeletionThere.source)
    )
    return [
        Question(source=source, waiting=waiting, people=people, since=since)
        for source, waiting, people, since in session.execute(held)
    ]


def in_question(session: Session, source: str, *, most: int) -> list[tuple[int, str, str]]:
    """List the first of those who wait: number, name, and their id in the source."""
    wanted = (
        select(Candidate.id, Candidate.full_name, DeletionThere.external_id)
        .join(DeletionThere, DeletionThere.candidate_id == Candidate.id)
        .where(_waits(source))
        .order_by(Candidate.id)
        .limit(most)
    )
    return [(number, name, external_id) for number, name, external_id in session.execute(wanted)]


def let_through(session: Session, source: str, people: int, *, now: datetime) -> int:
    """Ask about everybody who waits; gives how many. Raises ConflictError where it has become more since it was shown."""
    waiting = _waiting(session, source, people)
    for one in waiting:
        one.decided_at = now
    _ask(session, waiting, now=now)
    return len(waiting)


def refuse_all(session: Session, source: str, people: int, *, now: datetime) -> int:
    """Let everybody who waits stay, and be told of no more; gives how many. Raises ConflictError as `let_through`."""
    waiting = _waiting(session, source, people)
    for one in waiting:
        one.decided_at = now
    session.flush()
    return len(waiting)


def take_back(session: Session, source: str, decided_at: datetime) -> int:
    """Let those wait again about whom somebody decided at a moment; gives how many.

    Where a request has been worked on since, it stays.
    """
    decided = and_(DeletionThere.source == source, DeletionThere.decided_at == decided_at)
    taken = 0
    for batch in many(list(session.scalars(select(DeletionThere).where(decided)))):
        untouched = _untouched_requests(session, [one.candidate_id for one in batch])
        for one in batch:
            request = untouched.get(one.candidate_id)
            if one.asked_at is not None and request is None:
                continue
            if request is not None and one.asked_at is not None:
                session.delete(request)
            one.asked_at, one.decided_at, taken = None, None, taken + 1
        session.flush()
    return taken


def _ask(session: Session, deletions: Sequence[DeletionThere], *, now: datetime) -> None:
    requests = {
        one.candidate_id: NewRequest(
            kind=RequestKind.ERASURE,
            came_by=CameBy.SYSTEM,
            candidate_id=one.candidate_id,
            received_on=one.told_at.date(),
            words=_words(one.source, one.external_id),
        )
        for one in deletions
    }
    receive_requests(session, list(requests.values()), now=now)
    for one in deletions:
        one.asked_at = now
    session.flush()


def _have_to_wait(session: Session, source: str, fresh: int, *, now: datetime) -> bool:
    """Say whether so many are too many, with those of the last day, or whether others of the source wait already."""
    waits = select(DeletionThere.id).where(_waits(source)).limit(1)
    if session.scalars(waits).first() is not None:
        return True
    lately = DeletionThere.asked_at > now - A_DAY
    own = _of(source, DeletionThere.decided_at)
    told = fresh + (session.scalar(select(func.count(DeletionThere.id)).where(own, lately)) or 0)
    brake = shipped_brake()
    return told > brake.few and told > brake.most(_people_of(session, source))


def _waiting(session: Session, source: str, people: int) -> list[DeletionThere]:
    waiting = list(session.scalars(select(DeletionThere).where(_waits(source)).with_for_update()))
    if not waiting:
        raise ConflictError(f"Nobody of {source} waits any more; somebody has decided already.")
    if len(waiting) > people:
        raise ConflictError(f"It is {len(waiting):,} people by now, not {people:,}; look at the list again.")
    return waiting


def _waits(source: str) -> ColumnElement[bool]:
    return and_(_of(source, DeletionThere.decided_at), DeletionThere.held_at.is_not(None))


def _of(source: str, *not_yet: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return and_(DeletionThere.source == source, *(column.is_(None) for column in not_yet))


def _people_of(session: Session, source: str) -> int:
    return session.scalar(select(func.count(Candidate.id)).where(Candidate.source == source)) or 0


def _told_before(session: Session, person_ids: Sequence[int]) -> set[int | None]:
    found: set[int | None] = set()
    for batch in many(person_ids):
        asked = DataRequest.candidate_id.in_(batch) & (DataRequest.kind == RequestKind.ERASURE)
        found |= set(session.scalars(select(DataRequest.candidate_id).where(asked)))
        told = select(DeletionThere.candidate_id).where(DeletionThere.candidate_id.in_(batch))
        found |= set(session.scalars(told.where(not_(SET_ASIDE))))
    return found


def _untouched_requests(session: Session, person_ids: Sequence[int]) -> dict[int | None, DataRequest]:
    wanted = select(DataRequest).where(
        DataRequest.candidate_id.in_(person_ids),
        DataRequest.came_by == CameBy.SYSTEM,
        DataRequest.kind == RequestKind.ERASURE,
        DataRequest.state == RequestState.OPEN,
        DataRequest.identity_checked_on.is_(None),
        DataRequest.erasure_asked_at.is_(None),
    )
    return {request.candidate_id: request for request in session.scalars(wanted)}


def _words(source: str, external_id: str) -> str:
    number = f" (there: {external_id})" if external_id else ""
    return (
        f"{source} says that this person was deleted there{number}. Find out whether they asked for it: erase them "
        "here too, or answer why they stay."
    )
