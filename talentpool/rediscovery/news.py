"""What is new in somebody's roles since they last looked, or since they were last told: new, up, down, and gone.

However many re-matches lie between, two lists are compared: the one they know and the newest. Only the first 200
places count; what moved further down is no news. Hiring managers are told how many people were put on the short list.
However many roles somebody has, the number of queries stays the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate
from talentpool.rediscovery.between_runs import Span
from talentpool.rediscovery.changes import WATCHED_PLACES, Kind, Part
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback, MatchRun, RoleDigest, RoleLook
from talentpool.rediscovery.overview import MOST_ROLES, roles_of
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.rediscovery.rematch_delta import RunDelta, deltas_of_spans
from talentpool.roles.models import Role, RoleState

NEWS = tuple(Kind)


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
    gather = _shared if viewer.kind is AccountKind.HIRING_MANAGER else _changed
    found = gather(session, viewer, roles, told or {})
    return [found[role.id] for role in roles if role.id in found and not found[role.id].is_empty]


def _changed(
    session: Session, viewer: Viewer, roles: Sequence[Role], told: Mapping[int, RoleDigest]
) -> dict[int, RoleNews]:
    looks, known = _looks(session, viewer), {}
    for role in roles:
        look, before = looks.get(role.id), told.get(role.id)
        run_id = max((look and look.run_id) or 0, (before and before.told_run_id) or 0)
        known[role.id] = (run_id, look.looked_at if look else None)
    spans, role_by_id = _spans(session, known), {role.id: role for role in roles}
    return {
        found.after.role_id: RoleNews(
            role=role_by_id[found.after.role_id], run_id=found.after.id, parts=_watched_parts(found)
        )
        for found in deltas_of_spans(session, spans, viewer)
    }


def _spans(session: Session, known: Mapping[int, tuple[int, datetime | None]]) -> list[Span]:
    """Find for each role the time from the run that is known, or else its first, to its newest.

    Known is a run by its number, and whatever there was at the last look.
    """
    wanted = select(MatchRun.id, MatchRun.role_id, MatchRun.ran_at).where(
        MatchRun.role_id.in_(list(known)), MatchRun.thinned_at.is_(None)
    )
    rows = session.execute(wanted.order_by(MatchRun.role_id, MatchRun.id))
    spans = []
    for role_id, some in groupby(rows, key=lambda row: row.role_id):
        runs = list(some)
        run_id, looked_at = known[role_id]
        seen = [
            run for run in runs if run.id <= run_id or (looked_at is not None and run.ran_at <= looked_at)
        ]
        before, after = seen[-1] if seen else runs[0], runs[-1]
        if before.id != after.id:
            spans.append(
                Span(
                    role_id=role_id,
                    before_id=before.id,
                    after_id=after.id,
                    start=before.ran_at,
                    end=after.ran_at,
                )
            )
    return spans


def _watched_parts(found: RunDelta) -> dict[Kind, Part]:
    parts = {kind: _watched(part, kind) for kind, part in found.delta.parts.items()}
    return parts | {Kind.NEW: _fitting(parts[Kind.NEW], found.after)}


def _watched(part: Part, kind: Kind) -> Part:
    """Leave those who are among the first places, or were, for whom they have left."""
    places = part.before if kind in (Kind.DOWN, Kind.GONE) else part.after
    return part.chosen(places <= WATCHED_PLACES)


def _fitting(part: Part, run: MatchRun) -> Part:
    """Leave those who share a word with the role: in a small pool everybody is among the first places."""
    ids, scores = unpack_ranked(run.ranked)
    return part.chosen(np.isin(part.ids, ids[scores > 0]))


def _looks(session: Session, viewer: Viewer) -> dict[int, RoleLook]:
    wanted = select(RoleLook).where(RoleLook.recruiter_id == viewer.recruiter_id)
    return {look.role_id: look for look in session.scalars(wanted)}


def _shared(
    session: Session, viewer: Viewer, roles: Sequence[Role], told: Mapping[int, RoleDigest]
) -> dict[int, RoleNews]:
    looks, shared = _looks(session, viewer), dict.fromkeys((role.id for role in roles), 0)
    for role_id, at in _shortlisted(session, list(shared)):
        look, before = looks.get(role_id), told.get(role_id)
        known = [since for since in (look and look.looked_at, before and before.told_at) if since]
        shared[role_id] += not known or at > max(known)
    return {role.id: RoleNews(role=role, run_id=None, shared=shared[role.id]) for role in roles}


def _shortlisted(session: Session, role_ids: Sequence[int]) -> list[tuple[int, datetime]]:
    """Give for each person on these short lists the role, and when they were last put there."""
    last = func.max(MatchFeedback.created_at)
    rows = (
        select(MatchFeedback.role_id, last)
        .join(Candidate, Candidate.id == MatchFeedback.candidate_id)
        .where(
            MatchFeedback.role_id.in_(role_ids),
            MatchFeedback.kind == FeedbackKind.SHORTLISTED,
            MatchFeedback.undone_at.is_(None),
            ~Candidate.is_restricted,
        )
        .group_by(MatchFeedback.role_id, MatchFeedback.candidate_id)
    )
    return [(role_id, at) for role_id, at in session.execute(rows)]
