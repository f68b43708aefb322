"""The lines of the pool list: a person as one sees them there, a few queries for many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from talentpool.candidates.models import Application, Candidate, Contact, Resume
from talentpool.candidates.pool_fields import applications_seen
from talentpool.candidates.visibility import PoolSight
from talentpool.candidates.wording import SourceWord, application_outcome, source_word
from talentpool.database import many


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolRow:
    """One line of the pool list."""

    candidate_id: int
    name: str
    headline: str | None
    place: str | None
    last_role: str | None
    outcome: str | None
    told: SourceWord | None  # where the outcome is another system's word
    last_on: date | None
    resume_on: date | None
    rating: float | None  # of the last application, 0..1
    contact_on: date | None
    source: str | None
    added_on: date


def load_rows(
    session: Session, candidate_ids: Sequence[int], *, seen: PoolSight, today: date
) -> Iterator[PoolRow]:
    """Load the lines of these candidates in their order, a few queries for every 500."""
    for batch in many(candidate_ids):
        people = {person.id: person for person in session.scalars(_by_ids(batch))}
        last = _last_applications(session, batch, seen)
        days = _Days(resume=_resume_days(session, batch), contact=_contact_days(session, batch))
        for candidate_id in batch:
            if candidate_id in people:
                yield _row(people[candidate_id], last.get(candidate_id), days, today)


def _by_ids(candidate_ids: list[int]) -> Select[Candidate]:
    return select(Candidate).where(Candidate.id.in_(candidate_ids))


def _last_applications(session: Session, candidate_ids: list[int], seen: PoolSight) -> dict[int, Application]:
    newest = func.row_number().over(
        partition_by=Application.candidate_id,
        order_by=(func.coalesce(Application.applied_on, date.min).desc(), Application.id.desc()),
    )
    ranked = select(Application.id, newest.label("place")).where(
        Application.candidate_id.in_(candidate_ids), applications_seen(seen.roles)
    )
    ranked_rows = ranked.subquery()
    wanted = (
        select(Application)
        .join(ranked_rows, and_(ranked_rows.c.id == Application.id, ranked_rows.c.place == 1))
        .options(joinedload(Application.reason))
    )
    return {application.candidate_id: application for application in session.scalars(wanted)}


def _resume_days(session: Session, candidate_ids: list[int]) -> dict[int, date]:
    days: dict[int, date] = {}
    wanted = select(Resume.candidate_id, Resume.dated_on, Resume.created_at)
    for candidate_id, dated_on, created_at in session.execute(
        wanted.where(Resume.candidate_id.in_(candidate_ids))
    ):
        day = dated_on or created_at.date()
        days[candidate_id] = max(day, days.get(candidate_id, day))
    return days


def _contact_days(session: Session, candidate_ids: list[int]) -> dict[int, date]:
    newest = select(Contact.candidate_id, func.max(Contact.at)).group_by(Contact.candidate_id)
    found = session.execute(newest.where(Contact.candidate_id.in_(candidate_ids)))
    return {candidate_id: at.date() for candidate_id, at in found}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Days:
    resume: dict[int, date]
    contact: dict[int, date]


def _row(person: Candidate, last: Application | None, days: _Days, today: date) -> PoolRow:
    return PoolRow(
        candidate_id=person.id,
        name=person.full_name,
        headline=person.headline,
        place=", ".join(part for part in (person.city, person.country) if part) or None,
        last_role=last.role_title if last is not None else None,
        outcome=application_outcome(last, today=today) if last is not None else None,
        told=source_word(last) if last is not None else None,
        last_on=(last.ended_on or last.applied_on) if last is not None else None,
        resume_on=days.resume.get(person.id),
        rating=last.rating if last is not None else None,
        contact_on=days.contact.get(person.id),
        source=person.came_through or person.source,
        added_on=person.created_at.date(),
    )
