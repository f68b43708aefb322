"""The pool in numbers: how it grew, how fresh it is, where people came from, and why applications ended."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    Disposition,
    RejectionReason,
    Resume,
    Stage,
)
from talentpool.oversight.scope import ReportScope, day_of
from talentpool.roles.models import Role

AGES = ((365, "within a year"), (730, "1 to 2 years"), (1095, "2 to 3 years"), (1825, "3 to 5 years"))
"""Days up to which something counts as that old."""
OLDER, NEVER = "older", "none on record"


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """People who came in a month, and how many there were at its end."""

    month: date
    came: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Age:
    """How many resumes, and how many last contacts, are that old."""

    label: str
    resumes: int
    contacts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonLine:
    """One reason and how many applications ended for it at each stage; None is no reason at all."""

    label: str | None
    code: str | None
    by_stage: dict[Stage, int]

    @property
    def total(self) -> int:
        """Add the stages up."""
        return sum(self.by_stage.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolReport:
    """The pool of one viewer, over the months asked for where months matter."""

    candidates: int
    growth: tuple[Growth, ...]
    sources: tuple[tuple[str, int], ...]
    ages: tuple[Age, ...]


Column = InstrumentedAttribute[Any]


def load_pool(session: Session, scope: ReportScope) -> PoolReport:
    """Count growth, sources and freshness in at most eight queries, whatever the size of the pool."""
    by_day = _by_day(session, scope)
    sources = _sources(session, scope)
    total = sum(people for _day, people in by_day)
    resumes = _ages(_newest_days(session, scope, Resume.candidate_id, _resume_day()), total, scope.today)
    contacts = _ages(
        _newest_days(session, scope, Contact.candidate_id, day_of(Contact.at)), total, scope.today
    )
    labels = [label for _days, label in AGES] + [OLDER, NEVER]
    return PoolReport(
        candidates=total,
        growth=grown(by_day, scope.month_starts),
        sources=tuple(sources),
        ages=tuple(Age(label=label, resumes=resumes[label], contacts=contacts[label]) for label in labels),
    )


def load_endings(session: Session, scope: ReportScope) -> tuple[ReasonLine, ...]:
    """Count why applications that ended in the months asked for did so, by stage, the commonest reason first."""
    ended = (
        select(Application.stage, Application.reason_id, func.count())
        .where(*ended_in(scope), Application.disposition.in_((Disposition.REJECTED, Disposition.WITHDRAWN)))
        .group_by(Application.stage, Application.reason_id)
    )
    counts: dict[int | None, dict[Stage, int]] = {}
    for stage, reason_id, number in session.execute(ended):
        counts.setdefault(reason_id, {})[stage] = number
    reasons = {row.id: row for row in session.scalars(select(RejectionReason))}
    lines = [
        ReasonLine(
            label=reasons[reason_id].label if reason_id else None,
            code=reasons[reason_id].code if reason_id else None,
            by_stage=by_stage,
        )
        for reason_id, by_stage in counts.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.total, line.label or "")))


def ended_in(scope: ReportScope) -> list[ColumnElement[bool]]:
    """Give the conditions on `Application`: ended in the months asked for, and nobody and nothing unseen."""
    return [Application.ended_on >= scope.since, *seen_endings(scope)]


def seen_endings(scope: ReportScope) -> list[ColumnElement[bool]]:
    """Give the conditions on `Application` that leave out whom and what the viewer may not see or did not ask for."""
    conditions: list[ColumnElement[bool]] = [scope.is_seen(Application.candidate_id)]
    seen = select(Role.id).where(scope.roles())
    if scope.is_narrowed:
        conditions.append(Application.role_id.in_(seen))
    elif scope.has_unseen_roles:
        unseen = select(Role.id).where(Role.id.not_in(seen))
        conditions.append(func.coalesce(Application.role_id, 0).not_in(unseen))
    return conditions


def grown(by_day: Iterable[tuple[date, int]], months: Sequence[date]) -> tuple[Growth, ...]:
    """Say how many came in each month and how many there were by its end; earlier ones count in the totals.

    >>> [(one.came, one.total) for one in grown([(date(2025, 1, 9), 2), (date(2026, 2, 1), 1)], [date(2026, 1, 1), date(2026, 2, 1)])]
    [(0, 2), (1, 3)]
    """
    came: Counter[date] = Counter()
    total = 0
    for day, people in by_day:
        if day < months[0]:
            total += people
        else:
            came[day.replace(day=1)] += people
    lines = []
    for month in months:
        total += came[month]
        lines.append(Growth(month=month, came=came[month], total=total))
    return tuple(lines)


def age_label(days: int) -> str:
    """Name how old something is.

    >>> age_label(365), age_label(366), age_label(9999)
    ('within a year', '1 to 2 years', 'older')
    """
    return next((label for most, label in AGES if days <= most), OLDER)


def _by_day(session: Session, scope: ReportScope) -> list[tuple[date, int]]:
    days = _people_by(session, scope, func.coalesce(Candidate.collected_on, day_of(Candidate.created_at)))
    return [(day, people) for (day,), people in days.items()]


def _sources(session: Session, scope: ReportScope) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    by_both = _people_by(session, scope, Candidate.came_through, Candidate.source)
    for (came_through, source), people in by_both.items():
        counts[came_through or source or ""] += people
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _people_by(session: Session, scope: ReportScope, *columns: ColumnElement[Any] | Column) -> Counter[Any]:
    """Count people by these columns; who is hidden is few, so they are counted off afterwards."""
    people = select(*columns, func.count()).group_by(*columns)
    if scope.is_narrowed:
        return _counter(session, people.where(scope.people()))
    counts = _counter(session, people)
    if not scope.viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
        counts -= _counter(session, people.where(Candidate.id.in_(scope.hidden_people())))
    return counts


def _counter(session: Session, counts: Select[*tuple[Any, ...]]) -> Counter[Any]:
    return Counter({tuple(key): number for *key, number in session.execute(counts)})


def _resume_day() -> ColumnElement[date]:
    return func.coalesce(Resume.dated_on, day_of(Resume.created_at))


def _newest_days(
    session: Session, scope: ReportScope, candidate_id: Column, day: ColumnElement[date]
) -> Counter[date]:
    """Count people by the newest day of theirs, those hidden counted off afterwards."""
    newest = select(func.max(day).label("on_day")).group_by(candidate_id)
    if scope.is_narrowed:
        return _by_newest(session, newest.where(candidate_id.in_(select(Candidate.id).where(scope.people()))))
    counts = _by_newest(session, newest)
    if not scope.viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
        counts -= _by_newest(session, newest.where(candidate_id.in_(scope.hidden_people())))
    return counts


def _by_newest(session: Session, newest: Select[date]) -> Counter[date]:
    days = newest.subquery()
    found = session.execute(select(days.c.on_day, func.count()).group_by(days.c.on_day))
    return Counter(dict(found.all()))


def _ages(newest: Mapping[date, int], people: int, today: date) -> Counter[str]:
    counts: Counter[str] = Counter()
    for day, number in newest.items():
        counts[age_label((today - day).days)] += number
    counts[NEVER] = people - sum(counts.values())
    return counts
