"""What a report is about: who looks, which months, and perhaps one office, recruiter or role."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Select, and_, false, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Candidate
from talentpool.roles.models import Role
from talentpool.roles.visibility import visible_roles

Moment = ColumnElement[datetime] | InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportScope:
    """Whose numbers, over which months: this one and those before it, `months` in all."""

    viewer: Viewer
    today: date
    months: int = 12
    office_id: int | None = None
    recruiter_id: int | None = None
    role_id: int | None = None

    @property
    def since(self) -> date:
        """Give the first day that counts."""
        return month_before(self.today, self.months - 1)

    @property
    def month_starts(self) -> tuple[date, ...]:
        """List the first days of the months, oldest first."""
        return tuple(month_before(self.today, back) for back in reversed(range(self.months)))

    @property
    def is_narrowed(self) -> bool:
        """Say whether only one office, recruiter or role is asked for."""
        return any((self.office_id, self.recruiter_id, self.role_id))

    @property
    def has_unseen_roles(self) -> bool:
        """Say whether there may be roles that the viewer does not see."""
        return not self.viewer.may(Permission.SEE_CONFIDENTIAL_ROLES)

    def roles(self) -> ColumnElement[bool]:
        """Give the condition on `Role`: what the viewer may see, of this office, recruiter and role."""
        return and_(
            visible_roles(self.viewer),
            *_chosen(Role.office_id, self.office_id),
            *_chosen(Role.owner_id, self.recruiter_id),
            *_chosen(Role.id, self.role_id),
        )

    def is_seen(self, candidate_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Give the condition on a candidate's id that leaves out whom the viewer may not see.

        It says the same as `visible_candidates`, by the few who are hidden: so counting needs no whole rows.
        """
        if not self.viewer.may(Permission.SEE_CANDIDATES):
            return false()
        if self.viewer.may(Permission.SEE_RESTRICTED_PEOPLE):
            return true()
        return candidate_id.not_in(self.hidden_people())

    def hidden_people(self) -> Select[int]:
        """Give the query for the restricted people the viewer may not see."""
        not_theirs = Candidate.owner_id.is_distinct_from(self.viewer.recruiter_id)
        return select(Candidate.id).where(Candidate.is_restricted, not_theirs)

    def people(self) -> ColumnElement[bool]:
        """Give the condition on `Candidate`: whom the viewer may see, of this office and recruiter."""
        return and_(
            self.is_seen(Candidate.id),
            *_chosen(Candidate.office_id, self.office_id),
            *_chosen(Candidate.owner_id, self.recruiter_id),
        )


def month_before(day: date, months: int) -> date:
    """Give the first day of the month so many months back.

    >>> month_before(date(2026, 2, 28), 0), month_before(date(2026, 2, 28), 3)
    (datetime.date(2026, 2, 1), datetime.date(2025, 11, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def day_of(moment: Moment) -> ColumnElement[date]:
    """Give the day of a stored moment, to be asked of the database."""
    return func.date(moment, type_=Date())


def _chosen(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], wanted: int | None
) -> list[ColumnElement[bool]]:
    return [] if wanted is None else [column == wanted]
