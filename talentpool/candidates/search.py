"""Finding people in the pool: by name, by words their resumes mention, and by how things stand.

Names and facts are asked of the database; words come from the matching index through `mentioning`, which
the caller hands in. What was typed is read by `pool_query` and looked up by `pool_matches`; this file adds
the filters beside it, and makes the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from talentpool.candidates.duplicates import count_pairs, seen_pairs
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    Disposition,
    PairState,
    PossibleDuplicate,
    Resume,
    Stage,
)
from talentpool.candidates.pool_fields import FieldScope, People, applications_seen
from talentpool.candidates.pool_matches import (
    Mentioning,
    PoolOrder,
    PoolSearch,
    SearchNotes,
    everybody_seen,
    ids_of,
)
from talentpool.candidates.pool_names import pool_names
from talentpool.candidates.pool_query import read_query
from talentpool.candidates.visibility import PoolSight
from talentpool.candidates.wording import STAGE_WORDS, SourceWord, application_outcome, source_word
from talentpool.consent.models import LawfulBasis
from talentpool.database import many

PER_PAGE = 50
FRESH_DAYS = 365


class Freshness(StrEnum):
    """How old the newest resume is."""

    FRESH = "fresh"
    OLDER = "older"
    NONE = "none"


class Lacking(StrEnum):
    """What is missing on record, so that the numbers on the home page have their lists."""

    BASIS = "basis"
    REASON = "reason"
    DUPLICATES = "duplicates"


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolQuery:
    """What somebody asked the pool for; everything empty is everybody."""

    words: str = ""
    stage: Stage | None = None
    country: str | None = None
    freshness: Freshness | None = None
    has_basis: bool = False
    lacking: Lacking | None = None
    order: PoolOrder = PoolOrder.NAME

    @property
    def is_everybody(self) -> bool:
        """Say whether nothing was asked for."""
        return replace(self, order=PoolOrder.NAME) == PoolQuery()


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


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolPage:
    """One page of the list, how many there are in all, and what is to be said of the search."""

    rows: tuple[PoolRow, ...]
    total: int
    page: int
    pages: int
    notes: SearchNotes


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolHealth:
    """The pool in five numbers, each with its list."""

    candidates: int
    with_basis: int
    fresh: int
    without_reason: int
    possible_duplicates: int  # pairs


def find_candidates(
    session: Session,
    query: PoolQuery,
    *,
    seen: PoolSight,
    today: date,
    page: int = 1,
    mentioning: Mentioning | None = None,
) -> PoolPage:
    """Find one page of candidates; `seen` says what the viewer may see at all.

    Raises UnreadableQueryError for words that make no query.
    """
    ids, notes = matching_ids(session, query, seen=seen, today=today, mentioning=mentioning)
    pages = max(1, -(-len(ids) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = tuple(load_rows(session, shown, seen=seen, today=today))
    return PoolPage(rows=rows, total=len(ids), page=page, pages=pages, notes=notes)


def matching_ids(
    session: Session,
    query: PoolQuery,
    *,
    seen: PoolSight,
    today: date,
    mentioning: Mentioning | None = None,
) -> tuple[list[int], SearchNotes]:
    """List the ids of everybody who matches, in the order asked for; by name, those without one last."""
    asked = read_query(query.words)
    scope = FieldScope(session=session, applications=applications_seen(seen.roles), today=today)
    names = pool_names(session)
    everybody = everybody_seen(session, seen.people, query.order, names)
    search = PoolSearch(everybody, scope, names, mentioning)
    marks = search.marks(asked) if asked is not None else np.ones(len(search.everybody), bool)
    for people in _asked_for(query, seen.people, today, applications=scope.applications):
        marks &= search.places(ids_of(session, people))
    return search.everybody[marks].tolist(), search.notes


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


def countries_in_pool(session: Session, *, seen: ColumnElement[bool]) -> list[str]:
    """List the country codes people in the pool have, in order."""
    countries = select(Candidate.country).where(seen, Candidate.country.is_not(None)).distinct()
    return sorted(country for country in session.scalars(countries) if country)


def pool_health(session: Session, *, seen: ColumnElement[bool], today: date) -> PoolHealth:
    """Count the pool for the home page: six queries, whatever its size.

    Whoever is hidden is taken out only where there is anybody: that is quicker than looking everybody up.
    """
    hidden = select(Candidate.id).where(seen.is_not(True))
    is_anybody_hidden = session.scalar(hidden.limit(1)) is not None

    def count(query: PoolQuery) -> int:
        (people,) = _asked_for(query, seen, today)
        person = people.subquery().c[0]
        counted = select(func.count(person.distinct()))
        return session.scalar(counted.where(person.not_in(hidden)) if is_anybody_hidden else counted) or 0

    return PoolHealth(
        candidates=session.scalar(select(func.count()).select_from(Candidate).where(seen)) or 0,
        with_basis=count(PoolQuery(has_basis=True)),
        fresh=count(PoolQuery(freshness=Freshness.FRESH)),
        without_reason=count(PoolQuery(lacking=Lacking.REASON)),
        possible_duplicates=count_pairs(session, seen=seen).open,
    )


def _asked_for(
    query: PoolQuery,
    seen: ColumnElement[bool],
    today: date,
    *,
    applications: ColumnElement[bool] | None = None,
) -> list[People]:
    """Give a query for the ids of whoever passes each filter; an id may come more than once."""
    people: list[People] = []
    if query.stage is not None:
        reached = [stage for stage in Stage if stage.rank >= query.stage.rank]
        seen_ones = [] if applications is None else [applications]
        people.append(select(Application.candidate_id).where(Application.stage.in_(reached), *seen_ones))
    if query.country:
        people.append(select(Candidate.id).where(Candidate.country == query.country.upper()))
    if query.has_basis:
        people.append(_with_basis(today))
    if query.freshness is not None:
        people.append(_of_freshness(query.freshness, today))
    if query.lacking is not None:
        people.append(_lacking(query.lacking, seen, today))
    return people


def _of_freshness(freshness: Freshness, today: date) -> People:
    since = today - timedelta(days=FRESH_DAYS)
    any_resume = select(Resume.candidate_id)
    fresh = any_resume.where(func.coalesce(Resume.dated_on, func.date(Resume.created_at)) >= since)
    if freshness is Freshness.FRESH:
        return fresh
    if freshness is Freshness.NONE:
        return select(Candidate.id).where(Candidate.id.not_in(any_resume))
    return any_resume.where(Resume.candidate_id.not_in(fresh))


def _lacking(lacking: Lacking, seen: ColumnElement[bool], today: date) -> People:
    if lacking is Lacking.BASIS:
        return select(Candidate.id).where(Candidate.id.not_in(_with_basis(today)))
    if lacking is Lacking.DUPLICATES:
        return _in_an_open_pair(seen)
    blank = Application.reason_id.is_(None) & func.coalesce(Application.reason_text, "").in_(["", "Other"])
    return select(Application.candidate_id).where(Application.disposition == Disposition.REJECTED, blank)


def _with_basis(today: date) -> People:
    holds = or_(LawfulBasis.expires_on.is_(None), LawfulBasis.expires_on >= today)
    return select(LawfulBasis.candidate_id).where(LawfulBasis.withdrawn_on.is_(None), holds)


def _in_an_open_pair(seen: ColumnElement[bool]) -> People:
    pairs = select(PossibleDuplicate.first_id, PossibleDuplicate.second_id)
    pairs = pairs.where(PossibleDuplicate.state == PairState.OPEN, *seen_pairs(seen))
    rows = pairs.subquery()
    either = select(rows.c.first_id).union(select(rows.c.second_id)).subquery()
    return select(either.c[0])


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


def stage_choices() -> list[tuple[str, str]]:
    """List the stages a filter may ask for: "reached the final round or further"."""
    return [(stage.value, f"{STAGE_WORDS[stage].capitalize()} or further") for stage in Stage][1:]
