"""What other weights would change in a role's list, before anybody keeps them: the ranker of every list, asked twice."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Viewer
from talentpool.candidates.blindness import load_blindness
from talentpool.candidates.models import Candidate
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.rediscover import PoolNow, Ranked, load_role, look_at_pool, rank_pool, seen_of
from talentpool.roles.briefs import brief_of

FIRST = 25
"""The page of a list that everybody sees."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where somebody stands in one of the two lists; no band further down than the first page."""

    rank: int
    band: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedPerson:
    """Somebody who is, or would be, on the first page; None where a list does not have them at all."""

    candidate_id: int
    name: str
    before: Place | None
    after: Place | None

    @property
    def way(self) -> str:
        """Say where this person goes: in, out, up, down, or nowhere."""
        before, after = (one.rank if one else FIRST + 1 for one in (self.before, self.after))
        if (before <= FIRST) is not (after <= FIRST):
            return "in" if after <= FIRST else "out"
        return "same" if before == after else "up" if after < before else "down"

    @property
    def has_other_band(self) -> bool:
        """Say whether the word for the match changes."""
        return bool(self.before and self.after and self.before.band != self.after.band)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The first page as it would be, whoever leaves it behind; how many of all ranked change places."""

    people: tuple[TriedPerson, ...]
    ranked: int
    moved: int
    seconds: float

    def count(self, way: str) -> int:
        """Count who goes one way on the first page."""
        return sum(person.way == way for person in self.people)


def try_weights(
    session: Session,
    keeper: IndexKeeper,
    role_id: int,
    settings: MatchingSettings,
    viewer: Viewer,
    *,
    now: datetime,
) -> Trial:
    """Rank the pool for a role by the weights that hold and by others, as one viewer sees it; nothing is written.

    The other settings must count words alike, or the index would have to be made anew (IndexOutdatedError).
    """
    started, role = time.perf_counter(), load_role(session, role_id)
    hidden, pool = hidden_ids(session, viewer), look_at_pool(session, keeper, now=now)

    def ranked(by: PoolNow) -> Ranked:
        limit = FIRST + len(hidden)
        found = rank_pool(session, keeper, brief_of(role), role=role, now=now, limit=limit, pool=by)
        return seen_of(found, hidden)

    before, after = ranked(pool), ranked(replace(pool, settings=settings))
    return Trial(
        people=_first_page(session, before, after, viewer),
        ranked=after.eligible,
        moved=_moved(before, after),
        seconds=time.perf_counter() - started,
    )


def _first_page(session: Session, before: Ranked, after: Ranked, viewer: Viewer) -> tuple[TriedPerson, ...]:
    ids = after.ranking.candidate_ids[:FIRST].tolist()
    ids += [one for one in before.ranking.candidate_ids[:FIRST].tolist() if one not in ids]
    rows = session.execute(select(Candidate.id, Candidate.full_name).where(Candidate.id.in_(ids)))
    names, blindness = {row.id: row.full_name for row in rows}, load_blindness(session, viewer)
    return tuple(
        TriedPerson(
            candidate_id=one,
            name=blindness.name_of(one, names.get(one)),
            before=_place(before, one),
            after=_place(after, one),
        )
        for one in ids
    )


def _place(ranked: Ranked, candidate_id: int) -> Place | None:
    places = np.flatnonzero(ranked.ranking.candidate_ids == candidate_id)
    if not len(places):
        return None
    rank = int(places[0]) + 1
    top = ranked.ranking.top
    return Place(rank=rank, band=top[rank - 1].band.value if rank <= min(FIRST, len(top)) else None)


def _moved(before: Ranked, after: Ranked) -> int:
    """Count who stands in another place; both lists hold the same people, for no weight leaves anybody out."""
    old, new = before.ranking.candidate_ids, after.ranking.candidate_ids
    shared = min(len(old), len(new))
    return int((old[:shared] != new[:shared]).sum()) + abs(len(old) - len(new))
