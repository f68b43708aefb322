"""Promises in numbers: what was due, what was kept, what is overdue, by month and by owner."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Promise
from talentpool.oversight.measures import share_of
from talentpool.oversight.scope import ReportScope, day_of

NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseCount:
    """Promises that fell due, by what became of them; `waiting` ones are due later."""

    kept: int = 0
    let_go: int = 0
    overdue: int = 0
    waiting: int = 0

    @property
    def due(self) -> int:
        """Count those whose day has come, or that were settled before it."""
        return self.kept + self.let_go + self.overdue

    @property
    def share_kept(self) -> float | None:
        """Give the share of those due that were kept, 0..1; None where none was due."""
        return share_of(self.kept, self.due)

    def __add__(self, other: "PromiseCount") -> "PromiseCount":
        """Add two counts up."""
        return PromiseCount(
            kept=self.kept + other.kept,
            let_go=self.let_go + other.let_go,
            overdue=self.overdue + other.overdue,
            waiting=self.waiting + other.waiting,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseReport:
    """Promises of the months asked for: month by month, and by owner, who has most due first."""

    months: Mapping[date, PromiseCount]
    owners: Mapping[str, PromiseCount] = field(default_factory=dict)

    @property
    def total(self) -> PromiseCount:
        """Add the months up."""
        return sum(self.months.values(), PromiseCount())


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseRow:
    """So many promises of one owner that fall due on one day and ended alike."""

    day: date
    owner: str | None
    is_kept: bool
    is_let_go: bool
    number: int


def load_promise_report(session: Session, scope: ReportScope) -> PromiseReport:
    """Count the promises that fall in the months asked for, in one query.

    A promise falls on the day it is due; one without a day on the day it was settled, or else was made.
    """
    settled = day_of(func.coalesce(Promise.kept_at, Promise.let_go_at, Promise.created_at))
    day = func.coalesce(Promise.due_on, settled)
    is_kept, is_let_go = Promise.kept_at.is_not(None), Promise.let_go_at.is_not(None)
    rows = (
        select(day, Recruiter.name, is_kept, is_let_go, func.count())
        .join(Recruiter, Recruiter.id == Promise.owner_id, isouter=True)
        .where(day >= scope.since, scope.is_seen(Promise.candidate_id))
        .group_by(day, Promise.owner_id, Recruiter.name, is_kept, is_let_go)
    )
    if scope.recruiter_id is not None:
        rows = rows.where(Promise.owner_id == scope.recruiter_id)
    if scope.office_id is not None:
        rows = rows.where(Recruiter.office_id == scope.office_id)
    found = session.execute(rows)
    return report_of(
        (
            PromiseRow(day=on, owner=owner, is_kept=bool(kept), is_let_go=bool(gone), number=number)
            for on, owner, kept, gone, number in found
        ),
        scope,
    )


def report_of(rows: Iterable[PromiseRow], scope: ReportScope) -> PromiseReport:
    """Put the rows of these months together by month and by owner; what is due in a later month is left out."""
    months = dict.fromkeys(scope.month_starts, PromiseCount())
    owners: dict[str, PromiseCount] = {}
    for row in rows:
        owner, month = row.owner or NOBODY, row.day.replace(day=1)
        if month in months:
            count = counted(row, scope.today)
            owners[owner] = owners.get(owner, PromiseCount()) + count
            months[month] += count
    ordered = sorted(owners.items(), key=lambda pair: (-pair[1].due, pair[0]))
    return PromiseReport(months=months, owners=dict(ordered))


def counted(row: PromiseRow, today: date) -> PromiseCount:
    """Say what became of these promises by today: exactly one of four things."""
    nothing = PromiseCount()
    if row.is_kept:
        return replace(nothing, kept=row.number)
    if row.is_let_go:
        return replace(nothing, let_go=row.number)
    return replace(nothing, overdue=row.number) if row.day < today else replace(nothing, waiting=row.number)
