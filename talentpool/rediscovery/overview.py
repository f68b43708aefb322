"""Many roles at a glance: when each was last matched, who is new since one's last look, who is shortlisted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.rediscovery.changes import newcomers
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback, MatchRun, RoleLook
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import visible_roles

MOST_ROLES = 200  # on one page; the newest first

Ids = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleLine:
    """One role with what has happened to it."""

    role: Role
    matched_at: datetime | None
    new: int
    shortlisted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _LastRun:
    run_id: int
    ran_at: datetime


def role_lines(
    session: Session, viewer: Viewer, *, states: Sequence[RoleState], mine: bool
) -> list[RoleLine]:
    """List roles the viewer may see, newest first; `mine` leaves those they own, manage or work on."""
    roles = roles_of(session, viewer, states, mine=mine)
    role_ids = [role.id for role in roles]
    runs = _last_runs(session, role_ids)
    shortlisted = _shortlisted(session, viewer, role_ids)
    new = _new_people(session, viewer, runs)
    return [
        RoleLine(
            role=role,
            matched_at=runs[role.id].ran_at if role.id in runs else None,
            new=new.get(role.id, 0),
            shortlisted=shortlisted[role.id],
        )
        for role in roles
    ]


def roles_of(session: Session, viewer: Viewer, states: Sequence[RoleState], *, mine: bool) -> list[Role]:
    """Load roles the viewer may see, newest first; `mine` leaves those they own or manage."""
    wanted = select(Role).where(visible_roles(viewer), Role.state.in_(states))
    if mine:
        own = viewer.recruiter_id
        wanted = wanted.where((Role.owner_id == own) | (Role.hiring_manager_id == own))
    newest = func.coalesce(Role.posted_at, Role.created_at).desc()
    return list(session.scalars(wanted.order_by(newest, Role.id.desc()).limit(MOST_ROLES)))


def _last_runs(session: Session, role_ids: Sequence[int]) -> dict[int, _LastRun]:
    newest = select(func.max(MatchRun.id)).where(MatchRun.role_id.in_(role_ids)).group_by(MatchRun.role_id)
    rows = session.execute(
        select(MatchRun.role_id, MatchRun.id, MatchRun.ran_at).where(MatchRun.id.in_(newest))
    )
    return {row.role_id: _LastRun(run_id=row.id, ran_at=row.ran_at) for row in rows}


def _shortlisted(session: Session, viewer: Viewer, role_ids: Sequence[int]) -> Counter[int]:
    rows = session.execute(
        select(MatchFeedback.role_id, func.count(MatchFeedback.candidate_id.distinct()).label("people"))
        .where(
            MatchFeedback.role_id.in_(role_ids),
            MatchFeedback.kind == FeedbackKind.SHORTLISTED,
            MatchFeedback.undone_at.is_(None),
            _is_seen(viewer),
        )
        .join(Candidate, Candidate.id == MatchFeedback.candidate_id)
        .group_by(MatchFeedback.role_id)
    )
    return Counter({row.role_id: row.people for row in rows})


def _is_seen(viewer: Viewer) -> ColumnElement[bool]:
    """Leave who is shown on a short list: a hiring manager sees people there and nowhere else."""
    return visible_candidates(viewer) if viewer.may(Permission.SEE_CANDIDATES) else ~Candidate.is_restricted


def _new_people(session: Session, viewer: Viewer, runs: dict[int, _LastRun]) -> dict[int, int]:
    """Count who entered a list since the run the viewer last saw; a list never looked at is not "new"."""
    looks = {
        look.role_id: look
        for look in session.scalars(
            select(RoleLook).where(
                RoleLook.recruiter_id == viewer.recruiter_id, RoleLook.role_id.in_(list(runs))
            )
        )
    }
    changed = {
        role_id: (look.run_id, runs[role_id].run_id)
        for role_id, look in looks.items()
        if look.run_id not in (None, runs[role_id].run_id) and look.looked_at < runs[role_id].ran_at
    }
    ranked = _ranked_ids(session, {run_id for pair in changed.values() for run_id in pair if run_id})
    hidden = hidden_ids(session, viewer) if changed else np.empty(0, np.int64)
    return {
        role_id: len(np.setdiff1d(newcomers(ranked[before], ranked[after]), hidden))
        for role_id, (before, after) in changed.items()
        if before in ranked and after in ranked
    }


def _ranked_ids(session: Session, run_ids: set[int]) -> dict[int, Ids]:
    wanted = select(MatchRun.id, MatchRun.ranked).where(
        MatchRun.id.in_(run_ids), MatchRun.thinned_at.is_(None)
    )
    return {row.id: unpack_ranked(row.ranked)[0] for row in session.execute(wanted)}
