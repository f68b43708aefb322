"""What has been decided since a run: whoever was dismissed or snoozed leaves the list at once.

The run itself stays as it was. The totals still add up: somebody who leaves the list is counted under the
rule that the next run will put them under.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from talentpool.database import add_unless_there
from talentpool.rediscovery.exclusions import Rule
from talentpool.rediscovery.funnel import FunnelStep
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback, MatchRun, RoleLook
from talentpool.rediscovery.results import RunView

RULE_BY_KIND = {FeedbackKind.DISMISSED: Rule.DISMISSED, FeedbackKind.SNOOZED: Rule.SNOOZED}
STAYS_NEW = timedelta(hours=4)
"""How long people stay marked as new after the first look: about as long as somebody works through a list."""

Ids = NDArray[np.int64]


def with_decisions(session: Session, view: RunView, *, today: date) -> RunView:
    """Take whoever was dismissed or snoozed for this role since the run out of its list; one query."""
    excluded = dict(view.excluded)
    left = np.ones(len(view.ids), bool)
    ids_by_kind = _decided(session, view.run.role_id, today)
    for kind, rule in RULE_BY_KIND.items():
        decided = left & np.isin(view.ids, ids_by_kind[kind])
        excluded[rule] = np.concatenate([excluded.get(rule, np.empty(0, np.int64)), view.ids[decided]])
        left &= ~decided
    if left.all():
        return view
    return replace(
        view,
        ids=view.ids[left],
        scores=view.scores[left],
        excluded=excluded,
        funnel=_recounted(view, excluded),
    )


def is_look_due(session: Session, run: MatchRun, *, recruiter_id: int, now: datetime) -> bool:
    """Say whether `note_look` would change anything; most looks repeat the one before."""
    look = session.get(RoleLook, (run.role_id, recruiter_id))
    if look is None or look.run_id is None:
        return True
    return look.run_id != run.id and (look.looked_at < run.ran_at or now - look.looked_at > STAYS_NEW)


def note_look(session: Session, run: MatchRun, *, recruiter_id: int, now: datetime) -> None:
    """Remember that somebody has seen a run; who was new in it stays marked as new for some hours."""
    look = session.get(RoleLook, (run.role_id, recruiter_id))
    if look is None:
        first = RoleLook(role_id=run.role_id, recruiter_id=recruiter_id, run_id=run.id, looked_at=now)
        add_unless_there(session, first)
        return
    if look.run_id is None or look.looked_at >= run.ran_at:
        look.run_id = run.id
    look.looked_at = now


def note_short_list_seen(session: Session, role_id: int, *, recruiter_id: int, now: datetime) -> None:
    """Remember that a hiring manager has seen a short list: whoever is put on it later is new to them."""
    look = session.get(RoleLook, (role_id, recruiter_id))
    if look is None:
        add_unless_there(session, RoleLook(role_id=role_id, recruiter_id=recruiter_id, looked_at=now))
        return
    look.looked_at = now


def _decided(session: Session, role_id: int, today: date) -> dict[FeedbackKind, list[int]]:
    standing = select(MatchFeedback.kind, MatchFeedback.candidate_id).where(
        MatchFeedback.role_id == role_id,
        MatchFeedback.kind.in_(list(RULE_BY_KIND)),
        MatchFeedback.undone_at.is_(None),
        or_(MatchFeedback.scope != FeedbackScope.UNTIL, MatchFeedback.until > today),
    )
    ids_by_kind: dict[FeedbackKind, list[int]] = {kind: [] for kind in RULE_BY_KIND}
    for row in session.execute(standing):
        ids_by_kind[row.kind].append(row.candidate_id)
    return ids_by_kind


def _recounted(view: RunView, excluded: Mapping[str, Ids]) -> tuple[FunnelStep, ...]:
    steps, left = [], view.pool
    for step in view.funnel:
        removed = len(excluded.get(step.rule, ()))
        left -= removed
        steps.append(replace(step, removed=removed, left=left))
    return tuple(steps)
