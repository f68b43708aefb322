"""Finding people in the pool: by name, by words their resumes mention, and by how things stand.

Names and facts are asked of the database; words come from the matching index through `mentioning`, which
the caller hands in. What was typed is read by `pool_query` and looked up by `pool_matches`; this file adds
the filters beside it, and makes the page.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from talentpool.candidates.duplicates import count_pairs, seen_pairs
from talentpool.candidates.models import (
    Application,
    Candidate,
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
from talentpool.candidates.pool_rows import PoolRow, load_rows
from talentpool.candidates.visibility import PoolSight
from talentpool.candidates.wording import STAGE_WORDS
from talentpool.consent.models import LawfulBasis

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


def stage_choices() -> list[tuple[str, str]]:
    """List the stages a filter may ask for: "reached the final round or further"."""
    return [(stage.value, f"{STAGE_WORDS[stage].capitalize()} or further") for stage in Stage][1:]
