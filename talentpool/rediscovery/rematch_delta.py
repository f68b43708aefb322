"""What changed in the list of a role since an earlier run, for one viewer: gathered in a fixed number of queries.

Restricted people are taken out of both runs before anything is compared. The comparison itself is in `changes`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate
from talentpool.database import many
from talentpool.errors import NotFoundError
from talentpool.rediscovery.between_runs import OnRecord, Span, look_up
from talentpool.rediscovery.changes import Changed, Delta, Kind, Part, RunSide, delta_between
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.packed import unpack_excluded, unpack_ranked
from talentpool.roles.briefs import brief_from_json

Ids = NDArray[np.int64]

NAMES_A_QUERY = 1_000
RUNS_AT_A_TIME = 4  # in memory; each has the places of everybody


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
    """Find an earlier run of the same role that is still whole: the one named, or the last; raises NotFoundError."""
    wanted = select(MatchRun).where(
        MatchRun.role_id == run.role_id, MatchRun.id < run.id, MatchRun.thinned_at.is_(None)
    )
    if run_id is not None:
        wanted = wanted.where(MatchRun.id == run_id)
    found = session.scalars(wanted.order_by(MatchRun.id.desc()).limit(1)).first()
    if found is None and run_id is not None:
        raise NotFoundError(
            f"There is no run {run_id} of role {run.role_id} before run {run.id}, or it was thinned out."
        )
    return found


def delta_of_runs(session: Session, before: MatchRun, after: MatchRun, viewer: Viewer | None) -> RunDelta:
    """Say who is new, up, down and gone for somebody; None is the operator, who sees everyone."""
    on_record = look_up(session, [_span(before, after)])
    return _compared(before, after, hidden=hidden_ids(session, viewer), on_record=on_record)


def deltas_of_spans(session: Session, spans: Sequence[Span], viewer: Viewer | None) -> Iterator[RunDelta]:
    """Say the same for many roles, one span each, in as many queries as for one; two roles at most are in memory."""
    hidden, on_record = hidden_ids(session, viewer), look_up(session, spans)
    span_by_role = {span.role_id: span for span in spans}
    run_ids = [run_id for span in spans for run_id in (span.before_id, span.after_id)]
    runs = select(MatchRun).where(MatchRun.id.in_(run_ids)).order_by(MatchRun.role_id)
    runs = runs.options(defer(MatchRun.role_weights)).execution_options(yield_per=RUNS_AT_A_TIME)
    for role_id, some in groupby(session.scalars(runs), key=lambda run: run.role_id):
        by_id, span = {run.id: run for run in some}, span_by_role[role_id]
        before, after = by_id.get(span.before_id), by_id.get(span.after_id)
        if before is not None and after is not None:  # else one of them has gone meanwhile
            yield _compared(before, after, hidden=hidden, on_record=on_record)


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
    yield from name_people(session, people)


def name_people(session: Session, people: Sequence[Changed]) -> Iterator[ChangedPerson]:
    """Name some people, whichever part and role they are of."""
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


def _span(before: MatchRun, after: MatchRun) -> Span:
    return Span(
        role_id=after.role_id,
        before_id=before.id,
        after_id=after.id,
        start=before.ran_at,
        end=after.ran_at,
    )


def _compared(before: MatchRun, after: MatchRun, *, hidden: Ids, on_record: OnRecord) -> RunDelta:
    between = on_record.between(_span(before, after))
    delta = delta_between(_side(before, hidden), _side(after, hidden), between)
    return RunDelta(before=before, after=after, delta=delta)


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
