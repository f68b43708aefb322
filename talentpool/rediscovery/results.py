"""Stored runs as people read them: the funnel, the list page by page, and one match in full.

A run ranks everyone lawful. Who is looking decides what of it is seen: restricted people are taken out before
anything is counted, so every viewer's totals add up over what that viewer may see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from talentpool.accounts.permissions import Viewer
from talentpool.candidates.blindness import (
    SEES_NAMES,
    Blindness,
    as_told,
    load_blindness,
    load_hidden_people,
)
from talentpool.candidates.models import Candidate
from talentpool.database import add_unless_there
from talentpool.matching.accounts import Accounts
from talentpool.matching.receipt import Band, Receipt, Scored
from talentpool.rediscovery.changes import newcomers
from talentpool.rediscovery.funnel import FunnelStep
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_cards import MatchCard, RoleWords, cards_of
from talentpool.rediscovery.models import Match, MatchRun, RoleLook, RunCause
from talentpool.rediscovery.on_record import CardSight, load_on_record
from talentpool.rediscovery.packed import unpack_excluded, unpack_ranked
from talentpool.rediscovery.rediscover import match_row
from talentpool.rediscovery.weighed_roles import weighed_role
from talentpool.roles.visibility import hidden_role_ids

PEOPLE_A_PAGE = 25
RUNS_SHOWN = 100

Ids = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RunView:
    """A run as one viewer sees it: everybody is either in `ids`, best first, or under one rule."""

    run: MatchRun
    pool: int
    funnel: tuple[FunnelStep, ...]
    ids: Ids
    scores: NDArray[np.float32]
    excluded: Mapping[str, Ids]
    new_ids: frozenset[int]
    look: RoleLook | None = None  # the viewer's last
    blindness: Blindness = SEES_NAMES
    hidden_roles: frozenset[int] = frozenset()  # of applications to these nothing is told

    @property
    def total(self) -> int:
        """Count who can be reached by paging on."""
        return len(self.ids)

    def rank_of(self, candidate_id: int) -> int | None:
        """Find somebody's place, from 1; None for whoever is not ranked here."""
        places = np.flatnonzero(self.ids == candidate_id)
        return int(places[0]) + 1 if len(places) else None

    def rule_of(self, candidate_id: int) -> str | None:
        """Find the rule that left somebody out; None for whoever it did not."""
        return next((rule for rule, ids in self.excluded.items() if candidate_id in ids), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """One run in the history of a role, in numbers over whom the viewer may see."""

    run_id: int
    ran_at: datetime
    cause: RunCause
    pool: int
    eligible: int
    seconds: float
    is_whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ExcludedPerson:
    """Somebody left out, and why, in a sentence about what we saw."""

    candidate_id: int
    name: str
    headline: str | None
    because: str


def latest_run(session: Session, role_id: int, *, with_places: bool = True) -> MatchRun | None:
    """Find the newest run of a role; everybody's places and weights are large, and can be left for later."""
    wanted = _newest_first(role_id).limit(1)
    if not with_places:
        wanted = wanted.options(
            defer(MatchRun.ranked), defer(MatchRun.excluded), defer(MatchRun.role_weights)
        )
    return session.scalars(wanted).first()


def runs_of(session: Session, role_id: int, viewer: Viewer | None) -> list[RunLine]:
    """List the newest runs of a role, newest first, counted over whom the viewer may see.

    Of one that was thinned out nobody can say any more whom it had, so it is listed for those alone who see everybody.
    """
    hidden = hidden_ids(session, viewer)
    wanted = _newest_first(role_id).limit(RUNS_SHOWN)
    if len(hidden):
        wanted = wanted.where(MatchRun.thinned_at.is_(None))
    else:  # everybody's places are large; read them only to count them
        wanted = wanted.options(defer(MatchRun.ranked), defer(MatchRun.excluded))
    return [_run_line(run, hidden) for run in session.scalars(wanted)]


def _run_line(run: MatchRun, hidden: Ids) -> RunLine:
    pool, eligible = run.pool, run.eligible
    if len(hidden):
        ranked, excluded = unpack_ranked(run.ranked)[0], unpack_excluded(run.excluded, _rules(run))
        eligible = int((~np.isin(ranked, hidden)).sum())
        pool = eligible + sum(int((~np.isin(ids, hidden)).sum()) for ids in excluded.values())
    return RunLine(
        run_id=run.id, ran_at=run.ran_at, cause=run.cause, pool=pool, eligible=eligible,
        seconds=run.seconds, is_whole=run.thinned_at is None,
    )  # fmt: skip


def _rules(run: MatchRun) -> list[str]:
    return [step["rule"] for step in run.funnel]


def view_run(session: Session, run: MatchRun, viewer: Viewer | None) -> RunView:
    """Show a run to somebody; None is the operator at the command line, who sees everyone."""
    hidden = hidden_ids(session, viewer)
    ids, scores = unpack_ranked(run.ranked)
    seen = ~np.isin(ids, hidden)
    excluded = {
        rule: ids_of[~np.isin(ids_of, hidden)]
        for rule, ids_of in unpack_excluded(run.excluded, _rules(run)).items()
    }
    pool = int(seen.sum()) + sum(len(part) for part in excluded.values())
    look = session.get(RoleLook, (run.role_id, viewer.recruiter_id)) if viewer is not None else None
    return RunView(
        run=run,
        look=look,
        pool=pool,
        funnel=_funnel_seen(run, excluded, pool),
        ids=ids[seen],
        scores=scores[seen],
        excluded=excluded,
        new_ids=_new_since(session, look, run, ids[seen]),
        blindness=load_blindness(session, viewer),
        hidden_roles=hidden_role_ids(session, viewer),
    )


def cards(
    session: Session,
    keeper: IndexKeeper,
    view: RunView,
    *,
    page: int = 1,
    now: datetime,
    only: Sequence[int] | None = None,
    per_page: int = PEOPLE_A_PAGE,
) -> list[MatchCard]:
    """Give one page of a run, best first, or only the people named in `only`, in that order."""
    wanted = list(only) if only is not None else view.ids[(page - 1) * per_page : page * per_page].tolist()
    scored = scored_people(session, keeper, view, wanted, now=now)
    settings = keeper.settings(session)
    sight = CardSight(new_ids=view.new_ids, blindness=view.blindness, hidden_roles=view.hidden_roles)
    role_words = RoleWords.of(weighed_role(view.run, settings), settings)
    ids = [candidate_id for candidate_id in wanted if candidate_id in scored]
    on_record = load_on_record(session, ids, role_id=view.run.role_id, sight=sight, today=now.date())
    best = [scored[candidate_id] for candidate_id in ids]
    return cards_of(best, on_record, role_words=role_words, settings=settings, today=now.date())


def scored_people(
    session: Session, keeper: IndexKeeper, view: RunView, candidate_ids: Sequence[int], *, now: datetime
) -> dict[int, Scored]:
    """Account for people of a run: as stored with it, or by the weights it keeps for those past the stored ones.

    Ranks are those of the view. Whoever has left the pool is left out.
    """
    stored = select(Match).where(Match.run_id == view.run.id, Match.candidate_id.in_(candidate_ids))
    scored = {match.candidate_id: scored_of(match) for match in session.scalars(stored)}
    unknown = [candidate_id for candidate_id in candidate_ids if candidate_id not in scored]
    if unknown:
        scored |= scored_now(session, keeper, view.run, unknown, now=now)
    return {
        candidate_id: replace(one, rank=view.rank_of(candidate_id) or one.rank)
        for candidate_id, one in scored.items()
    }


def keep_receipt(session: Session, run: MatchRun, scored: Scored, *, now: datetime) -> None:
    """Keep the receipt of somebody who was opened, so that it can be shown again, and when that was first."""
    key = (run.id, scored.candidate_id)
    if session.get(Match, key) is None:
        add_unless_there(session, Match(**match_row(run.id, scored)))
    match = session.get(Match, key)
    if match is not None and match.opened_at is None:
        match.opened_at = now


def excluded_page(
    session: Session, view: RunView, rule: str, *, page: int = 1, per_page: int = PEOPLE_A_PAGE
) -> list[ExcludedPerson]:
    """List who a rule left out, a page at a time, by id."""
    because = next((step.because for step in view.funnel if step.rule == rule), "")
    ids = np.sort(view.excluded.get(rule, np.empty(0, np.int64)))
    wanted = ids[(page - 1) * per_page : page * per_page].tolist()
    people = select(Candidate.id, Candidate.full_name, Candidate.headline).where(Candidate.id.in_(wanted))
    hidden = load_hidden_people(session, view.blindness, wanted)
    return [
        ExcludedPerson(
            candidate_id=candidate_id,
            name=view.blindness.name_of(candidate_id, name),
            headline=as_told(headline, hidden.get(candidate_id)),
            because=because,
        )
        for candidate_id, name, headline in session.execute(people.order_by(Candidate.id))
    ]


def scored_of(match: Match) -> Scored:
    """Read a stored match back; raises InvalidInputError if its receipt does not add up."""
    return Scored(
        candidate_id=match.candidate_id,
        rank=match.rank,
        score=match.score,
        band=Band(match.band),
        receipt=Receipt.from_document(match.receipt),
    )


def _newest_first(role_id: int) -> Select[MatchRun]:
    return select(MatchRun).where(MatchRun.role_id == role_id).order_by(MatchRun.id.desc())


def _funnel_seen(run: MatchRun, excluded: Mapping[str, Ids], pool: int) -> tuple[FunnelStep, ...]:
    steps = []
    left = pool
    for stored in run.funnel:
        removed = len(excluded[stored["rule"]])
        left -= removed
        steps.append(FunnelStep(**{**stored, "removed": removed, "left": left}))
    return tuple(steps)


def _new_since(session: Session, look: RoleLook | None, run: MatchRun, ids: Ids) -> frozenset[int]:
    if look is None or look.run_id is None or look.run_id == run.id:
        return frozenset()
    seen = session.get(MatchRun, look.run_id)
    if seen is None or seen.thinned_at is not None:
        return frozenset()
    return frozenset(newcomers(unpack_ranked(seen.ranked)[0], ids).tolist())


def scored_now(
    session: Session, keeper: IndexKeeper, run: MatchRun, candidate_ids: Sequence[int], *, now: datetime
) -> dict[int, Scored]:
    """Account for people by the weights a run keeps and their resumes as they are now."""
    index, settings = keeper.current(session, now=now), keeper.settings(session)
    rows = [row for one in candidate_ids if (row := index.row_of(one)) is not None]
    accounts = Accounts(index, weighed_role(run, settings), settings, today=run.ran_at.date())
    return {scored.candidate_id: scored for scored in accounts.scored(rows)}
