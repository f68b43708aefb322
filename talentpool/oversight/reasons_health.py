"""How well reasons are kept: which endings have none, or one that says nothing, by role and by recruiter."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import ColumnElement, Integer, and_, case, func, or_, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Application, Disposition, RejectionReason
from talentpool.candidates.reasons import read_reasons
from talentpool.oversight.measures import share_of
from talentpool.oversight.pool_report import ended_in
from talentpool.oversight.scope import ReportScope
from talentpool.roles.models import Role

NO_ROLE, NOBODY = "Roles without a record", "nobody"
WITH_REASONS = (Disposition.REJECTED, Disposition.WITHDRAWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonHealth:
    """Endings of one role or recruiter: how many there are, without a reason, and with one that says nothing."""

    name: str
    ended: int
    blank: int
    vague: int
    role_id: int | None = None

    @property
    def telling(self) -> int:
        """Count those with a reason the next recruiter learns from."""
        return self.ended - self.blank - self.vague

    @property
    def share_telling(self) -> float | None:
        """Give the share of telling reasons, 0..1; None where nothing ended."""
        return share_of(self.telling, self.ended)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonsReport:
    """Both lists, the most to mend first, and all of it together."""

    roles: tuple[ReasonHealth, ...]
    recruiters: tuple[ReasonHealth, ...]
    total: ReasonHealth


@lru_cache(maxsize=8)
def vague_codes(config_folder: Path) -> frozenset[str]:
    """Read which reasons say too little to learn from."""
    return frozenset(reason.code for reason in read_reasons(config_folder) if reason.vague)


def is_vague(codes: Collection[str]) -> ColumnElement[bool]:
    """Give the condition on `Application` that leaves those whose reason is one of these."""
    return Application.reason_id.in_(select(RejectionReason.id).where(RejectionReason.code.in_(codes)))


def needs_a_reason(codes: Collection[str]) -> ColumnElement[bool]:
    """Give the condition on `Application` that leaves endings whose reason is blank or says nothing."""
    return and_(
        Application.disposition.in_(WITH_REASONS), or_(Application.reason_id.is_(None), is_vague(codes))
    )


def load_reasons_health(session: Session, scope: ReportScope, *, vague: Collection[str]) -> ReasonsReport:
    """Count the endings of the months asked for in one query, whatever their number."""
    counts = (
        select(
            Application.role_id,
            func.count().label("ended"),
            func.sum(case((Application.reason_id.is_(None), 1), else_=0), type_=Integer).label("blank"),
            func.sum(case((is_vague(vague), 1), else_=0), type_=Integer).label("vague"),
        )
        .where(*ended_in(scope), Application.disposition.in_(WITH_REASONS))
        .group_by(Application.role_id)
        .subquery()
    )
    rows = session.execute(
        select(counts, Role.title, Recruiter.name)
        .join(Role, Role.id == counts.c.role_id, isouter=True)
        .join(Recruiter, Recruiter.id == Role.owner_id, isouter=True)
    ).all()
    roles = [
        ReasonHealth(
            name=title or NO_ROLE, ended=ended, blank=blank, vague=unclear, role_id=role_id if title else None
        )
        for role_id, ended, blank, unclear, title, _owner in rows
    ]
    owners = [
        ReasonHealth(name=owner or NOBODY, ended=ended, blank=blank, vague=unclear)
        for _role_id, ended, blank, unclear, _title, owner in rows
    ]
    return ReasonsReport(
        roles=tuple(_most_to_mend_first(roles)),
        recruiters=tuple(_most_to_mend_first(added_up(owners))),
        total=ReasonHealth(
            name="all",
            ended=sum(one.ended for one in roles),
            blank=sum(one.blank for one in roles),
            vague=sum(one.vague for one in roles),
        ),
    )


def added_up(lines: Iterable[ReasonHealth]) -> list[ReasonHealth]:
    """Add lines of the same name up."""
    sums: dict[str, ReasonHealth] = {}
    for line in lines:
        before = sums.get(line.name, ReasonHealth(name=line.name, ended=0, blank=0, vague=0))
        sums[line.name] = ReasonHealth(
            name=line.name,
            ended=before.ended + line.ended,
            blank=before.blank + line.blank,
            vague=before.vague + line.vague,
        )
    return list(sums.values())


def _most_to_mend_first(lines: Iterable[ReasonHealth]) -> list[ReasonHealth]:
    return sorted(lines, key=lambda line: (-(line.blank + line.vague), -line.ended, line.name))
