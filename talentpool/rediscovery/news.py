"""What is new in somebody's roles since they last looked, or since they were last told: new, up, and gone.

However many re-matches lie between, two lists are compared: the one they know and the newest. Only the first 200
places count; what moved further down is no news. Hiring managers are told how many people were put on the short list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate
from talentpool.rediscovery.changes import WATCHED_PLACES, Kind, Part
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback, MatchRun, RoleDigest, RoleLook
from talentpool.rediscovery.overview import MOST_ROLES, roles_of
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.rediscovery.rematch_delta import delta_of_runs
from talentpool.rediscovery.results import latest_run
from talentpool.roles.models import Role, RoleState

NEWS = (Kind.NEW, Kind.UP, Kind.GONE)


@dataclass(frozen=True, kw_only=True, eq=False)
class RoleNews:
    """What is new in one role, up to which run; `shared` counts people newly on the short list."""

    role: Role
    run_id: int | None
    parts: Mapping[Kind, Part] = field(default_factory=dict)
    shared: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to tell."""
        return not self.shared and not any(len(part) for part in self.parts.values())

    def count(self, kind: Kind) -> int:
        """Count whom it happened to."""
        return len(self.parts[kind]) if kind in self.parts else 0


def role_news(
    session: Session, viewer: Viewer, *, told: Mapping[int, RoleDigest] | None = None
) -> list[RoleNews]:
    """Gather what is new in the open roles that somebody owns or manages, of those they may see.

    With `told` (by role) what they were told counts as known, too.
    """
    roles = roles_of(session, viewer, (RoleState.OPEN,), mine=True)[:MOST_ROLES]
    looks = _looks(session, viewer)
    found = []
    for role in roles:
        look, before = looks.get(role.id), (told or {}).get(role.id)
        if viewer.kind is AccountKind.HIRING_MANAGER:
            since = _later(look.looked_at if look else None, before.told_at if before else None)
            found.append(RoleNews(role=role, run_id=None, shared=_shared(session, role.id, since)))
        else:
            known = max((look and look.run_id) or 0, (before and before.told_run_id) or 0)
            found.append(_news(session, role, known, viewer))
    return [one for one in found if not one.is_empty]


def _news(session: Session, role: Role, known: int, viewer: Viewer) -> RoleNews:
    after = latest_run(session, role.id)
    before = session.get(MatchRun, known) if known else _first_run(session, role.id)
    if after is None or before is None or before.id == after.id or before.ran_at > after.ran_at:
        return RoleNews(role=role, run_id=None)
    parts = delta_of_runs(session, before, after, viewer).delta.parts
    watched = {kind: _watched(parts[kind], kind) for kind in NEWS}
    watched[Kind.NEW] = _fitting(watched[Kind.NEW], after)
    return RoleNews(role=role, run_id=after.id, parts=watched)


def _watched(part: Part, kind: Kind) -> Part:
    """Leave those who are, or for those gone were, among the first places."""
    return part.chosen((part.before if kind is Kind.GONE else part.after) <= WATCHED_PLACES)


def _fitting(part: Part, run: MatchRun) -> Part:
    """Leave those who share a word with the role: in a small pool everybody is among the first places."""
    ids, scores = unpack_ranked(run.ranked)
    return part.chosen(np.isin(part.ids, ids[scores > 0]))


def _first_run(session: Session, role_id: int) -> MatchRun | None:
    first = select(MatchRun).where(MatchRun.role_id == role_id).order_by(MatchRun.ran_at, MatchRun.id)
    return session.scalars(first.limit(1)).first()


def _looks(session: Session, viewer: Viewer) -> dict[int, RoleLook]:
    wanted = select(RoleLook).where(RoleLook.recruiter_id == viewer.recruiter_id)
    return {look.role_id: look for look in session.scalars(wanted)}


def _shared(session: Session, role_id: int, since: datetime | None) -> int:
    wanted = (
        select(func.count(MatchFeedback.candidate_id.distinct()))
        .join(Candidate, Candidate.id == MatchFeedback.candidate_id)
        .where(
            MatchFeedback.role_id == role_id,
            MatchFeedback.kind == FeedbackKind.SHORTLISTED,
            MatchFeedback.undone_at.is_(None),
            ~Candidate.is_restricted,
        )
    )
    if since is not None:
        wanted = wanted.where(MatchFeedback.created_at > since)
    return session.scalar(wanted) or 0


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [at for at in (one, other) if at is not None]
    return max(known) if known else None
