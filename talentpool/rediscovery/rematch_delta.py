"""What changed in the list of a role since an earlier run, for one viewer: gathered in a fixed number of queries.

Restricted people are taken out of both runs before anything is compared. The comparison itself is in `changes`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Application, Candidate, CandidateChange
from talentpool.database import many
from talentpool.errors import NotFoundError
from talentpool.rediscovery.changes import Between, Changed, Delta, Kind, Part, RunSide, delta_between
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback, MatchRun
from talentpool.rediscovery.packed import unpack_excluded, unpack_ranked
from talentpool.roles.briefs import brief_from_json

Ids = NDArray[np.int64]

NAMES_A_QUERY = 1_000
JUDGED = (FeedbackKind.SHORTLISTED, FeedbackKind.DISMISSED)


@dataclass(frozen=True, kw_only=True, eq=False)
class RunDelta:
    """What changed from one run of a role to a later one."""

    before: MatchRun
    after: MatchRun
    delta: Delta


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedPerson:
    """Somebody new, moved or gone, with a name; None for somebody who is erased."""

    changed: Changed
    name: str | None
    headline: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class NamedDelta:
    """What changed from one run to a later one, with everybody's name."""

    before: MatchRun
    people: Mapping[Kind, Sequence[ChangedPerson]]


def earlier_run(session: Session, run: MatchRun, run_id: int | None = None) -> MatchRun | None:
    """Find an earlier run of the same role: the one named, or the one right before; raises NotFoundError."""
    is_earlier = or_(MatchRun.ran_at < run.ran_at, and_(MatchRun.ran_at == run.ran_at, MatchRun.id < run.id))
    wanted = select(MatchRun).where(MatchRun.role_id == run.role_id, is_earlier)
    if run_id is not None:
        wanted = wanted.where(MatchRun.id == run_id)
    found = session.scalars(wanted.order_by(MatchRun.ran_at.desc(), MatchRun.id.desc()).limit(1)).first()
    if found is None and run_id is not None:
        raise NotFoundError(f"There is no run {run_id} of role {run.role_id} before run {run.id}.")
    return found


def delta_of_runs(session: Session, before: MatchRun, after: MatchRun, viewer: Viewer | None) -> RunDelta:
    """Say who is new, up, down and gone for somebody; None is the operator, who sees everyone."""
    hidden = hidden_ids(session, viewer)
    delta = delta_between(_side(before, hidden), _side(after, hidden), _between(session, before, after))
    return RunDelta(before=before, after=after, delta=delta)


def named(session: Session, found: RunDelta) -> NamedDelta:
    """Name everybody new, up, down and gone."""
    people = {kind: list(changed_people(session, part)) for kind, part in found.delta.parts.items()}
    return NamedDelta(before=found.before, people=people)


def changed_people(
    session: Session, part: Part, *, page: int = 1, per_page: int | None = None
) -> Iterator[ChangedPerson]:
    """Name the people of a part, a page at a time, best place first."""
    start = (page - 1) * per_page if per_page else 0
    people = list(part.people(start, start + per_page if per_page else None))
    known = _known(session, [one.candidate_id for one in people])
    for one in people:
        name, headline = known.get(one.candidate_id, (None, None))
        yield ChangedPerson(changed=one, name=name, headline=headline)


def _known(session: Session, candidate_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Give name and headline of those who are still on file."""
    known: dict[int, tuple[str, str | None]] = {}
    for some in many(candidate_ids, at_a_time=NAMES_A_QUERY):
        wanted = select(Candidate.id, Candidate.full_name, Candidate.headline).where(Candidate.id.in_(some))
        known |= {row.id: (row.full_name, row.headline) for row in session.execute(wanted)}
    return known


def _side(run: MatchRun, hidden: Ids) -> RunSide:
    rules = [step["rule"] for step in run.funnel]
    excluded = unpack_excluded(run.excluded, rules)
    return RunSide(
        ranked=_seen(unpack_ranked(run.ranked)[0], hidden),
        excluded={rule: _seen(ids, hidden) for rule, ids in excluded.items()},
        because={step["rule"]: step["because"] for step in run.funnel},
        brief=brief_from_json(run.brief),
        policy_version=run.policy_version,
    )


def _seen(ids: Ids, hidden: Ids) -> Ids:
    return ids[~np.isin(ids, hidden)] if len(hidden) else ids


def _between(session: Session, before: MatchRun, after: MatchRun) -> Between:
    return Between(
        changed=_ids(session, _changed(before.ran_at, after.ran_at)),
        lapsed=_ids(session, _lapsed(before.ran_at, after.ran_at)),
        is_judged=session.scalars(_judged(before, after).limit(1)).first() is not None,
    )


def _ids(session: Session, wanted: Select[int]) -> Ids:
    return np.array(session.scalars(wanted).all(), np.int64)


def _changed(start: datetime, end: datetime) -> Select[int]:
    in_time = and_(CandidateChange.at > start, CandidateChange.at <= end)
    return select(CandidateChange.candidate_id).where(in_time).distinct()


def _lapsed(start: datetime, end: datetime) -> Select[int]:
    """People for whom a recorded reason has stopped holding; it counts from its day on."""
    until = Application.reason_holds_until
    return select(Application.candidate_id).where(until > start.date(), until <= end.date()).distinct()


def _judged(before: MatchRun, after: MatchRun) -> Select[int]:
    """Decisions about people for this role that were made or taken back between two runs."""
    made, undone = MatchFeedback.created_at, MatchFeedback.undone_at
    return select(MatchFeedback.id).where(
        MatchFeedback.role_id == after.role_id,
        MatchFeedback.kind.in_(JUDGED),
        or_(
            and_(made > before.ran_at, made <= after.ran_at),
            and_(made <= before.ran_at, undone > before.ran_at, undone <= after.ran_at),
        ),
    )
