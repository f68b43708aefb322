"""Looks over the pool for people who are in it twice, and keeps the pairs that a person should see.

The database finds pairs by the keys they share; each pair is then judged by the one rule. Everything goes in
batches of short transactions, so the memory stays the same whatever the pool and others can write in between.
Pairs that are kept apart are never touched.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from talentpool.candidates.comparison import Pair, judge_pairs, load_facts
from talentpool.candidates.identity_keys import identity_keys
from talentpool.candidates.likeness import Judgement, Verdict
from talentpool.candidates.models import (
    Candidate,
    CandidateChange,
    IdentityKey,
    IdentityScan,
    PairState,
    PairVerdict,
    PossibleDuplicate,
)
from talentpool.database import many

PEOPLE_A_BATCH = 1000
PAIRS_A_BATCH = 5000
MOST_WITH_ONE_KEY = 40  # people; a key of more says nothing, and would make the scan grow with its square
ALL_ANEW = 0.2  # of the pool changed since the last scan: then everybody is looked at
_TURN = 7_241_338  # the advisory lock by which scans on PostgreSQL take turns

Writing = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """What a scan did: people whose keys were made, pairs compared, pairs that are open now."""

    people: int
    compared: int
    open_pairs: int


def scan_pool(writing: Writing, *, now: Callable[[], datetime], everybody: bool = True) -> Scanned:
    """Look for duplicates among everybody, or only of those who changed since the last scan.

    `writing` opens a session and commits it at the end of its block.
    """
    with writing() as session:
        scan_id, changed = _begin(session, everybody=everybody, now=now())
    people = compared = 0
    for batch in _batches(writing, changed):
        people += len(batch)
        with writing() as session:
            _renew_keys(session, batch)
    with writing() as session:
        _mark_common(session)
    for batch in _batches(writing, changed):
        with writing() as session:
            compared += _compare(session, batch, only_higher=changed is None, now=now())
    with writing() as session:
        open_pairs = _end(session, scan_id, people=people, now=now())
    return Scanned(people=people, compared=compared, open_pairs=open_pairs)


def _begin(session: Session, *, everybody: bool, now: datetime) -> tuple[int, list[int] | None]:
    """Start a scan; gives whom to look at, None for everybody."""
    last = session.scalar(
        select(IdentityScan.through_change)
        .where(IdentityScan.ended_at.is_not(None))
        .order_by(IdentityScan.id.desc())
        .limit(1)
    )
    through = session.scalar(select(func.max(CandidateChange.id))) or 0
    scan = IdentityScan(began_at=now, through_change=through, people=0, pairs=0)
    session.add(scan)
    session.flush()
    if everybody or last is None:
        return scan.id, None
    changed = select(CandidateChange.candidate_id).where(CandidateChange.id > last).distinct()
    pool = session.scalar(select(func.count(Candidate.id))) or 0
    number = session.scalar(select(func.count()).select_from(changed.subquery())) or 0
    if number > ALL_ANEW * pool:
        return scan.id, None
    return scan.id, sorted(session.scalars(changed))


def _batches(writing: Writing, changed: list[int] | None) -> Iterator[list[int]]:
    """Go through the people to look at in the order of their ids."""
    if changed is not None:
        yield from many(changed, at_a_time=PEOPLE_A_BATCH)
        return
    last = 0
    while True:
        with writing() as session:
            following = select(Candidate.id).where(Candidate.id > last).order_by(Candidate.id)
            batch = list(session.scalars(following.limit(PEOPLE_A_BATCH)))
        if not batch:
            return
        yield batch
        last = batch[-1]


def _take_turn(session: Session) -> None:
    """Let two scans write one after the other: SQLite's writing sessions do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def _hold(session: Session, candidate_ids: Iterable[int]) -> set[int]:
    """Keep these people from being merged or removed until the transaction ends; gives who is there."""
    there: set[int] = set()
    for ids in many(sorted(set(candidate_ids))):
        wanted = select(Candidate.id).where(Candidate.id.in_(ids)).order_by(Candidate.id)
        there |= set(session.scalars(wanted.with_for_update(read=True, key_share=True)))
    return there


def _renew_keys(session: Session, batch: Sequence[int]) -> None:
    _take_turn(session)
    there = _hold(session, batch)
    for ids in many(batch):
        session.execute(delete(IdentityKey).where(IdentityKey.candidate_id.in_(ids)))
    rows = [
        {"key": key, "candidate_id": candidate_id, "is_common": False}
        for candidate_id, facts in load_facts(session, there).items()
        for key in identity_keys(facts)
    ]
    if rows:
        session.execute(insert(IdentityKey.__table__), rows)  # type: ignore[arg-type] # a table is a table


def _mark_common(session: Session) -> None:
    """Mark the keys that so many people have that they tell nobody apart."""
    _take_turn(session)
    common = (
        select(IdentityKey.key).group_by(IdentityKey.key).having(func.count() > MOST_WITH_ONE_KEY).subquery()
    )
    is_common = IdentityKey.key.in_(select(common.c.key))
    for value, wrong in ((False, ~is_common), (True, is_common)):
        marked = update(IdentityKey).where(IdentityKey.is_common.is_(not value), wrong)
        session.execute(marked.values(is_common=value), execution_options={"synchronize_session": False})


def _compare(session: Session, batch: Sequence[int], *, only_higher: bool, now: datetime) -> int:
    """Judge everybody of a batch with those they share a key with; keeps what is found."""
    _take_turn(session)
    compared = 0
    found: dict[Pair, Judgement] = {}
    pairs = _pairs_of(session, batch, only_higher=only_higher)
    for some in many(pairs, at_a_time=PAIRS_A_BATCH):
        compared += len(some)
        found |= {
            pair: judgement
            for pair, judgement in judge_pairs(session, some)
            if judgement.verdict is not Verdict.DIFFERENT
        }
    _keep(session, batch, found, only_higher=only_higher, now=now)
    return compared


def _pairs_of(session: Session, batch: Sequence[int], *, only_higher: bool) -> list[Pair]:
    one, other = aliased(IdentityKey), aliased(IdentityKey)
    pairs: set[Pair] = set()
    for ids in many(batch):
        wanted = select(one.candidate_id, other.candidate_id).distinct()
        wanted = wanted.join(other, one.key == other.key).where(
            one.candidate_id.in_(ids),
            one.is_common.is_(False),
            other.candidate_id > one.candidate_id if only_higher else other.candidate_id != one.candidate_id,
        )
        pairs |= {(min(first, second), max(first, second)) for first, second in session.execute(wanted)}
    return sorted(pairs)


def _keep(
    session: Session, batch: Sequence[int], found: dict[Pair, Judgement], *, only_higher: bool, now: datetime
) -> None:
    """Add new pairs, renew known ones, and drop open ones that are none any more."""
    there = _hold(session, {candidate_id for pair in found for candidate_id in pair})
    found = {pair: judgement for pair, judgement in found.items() if there.issuperset(pair)}
    known: dict[Pair, Any] = {}
    for ids in many(batch):
        wanted = select(PossibleDuplicate).where(_concerns(ids, only_higher=only_higher))
        known |= {(pair.first_id, pair.second_id): pair for pair in session.scalars(wanted)}
    for key, pair in known.items():
        if pair.state is PairState.KEPT_APART:
            continue
        if key not in found:
            session.delete(pair)
            continue
        for name, value in _values(found[key]).items():
            if getattr(pair, name) != value:
                setattr(pair, name, value)
    new = [
        {
            "first_id": key[0],
            "second_id": key[1],
            "state": PairState.OPEN,
            "found_at": now,
            **_values(judgement),
        }
        for key, judgement in found.items()
        if key not in known
    ]
    session.flush()
    if new:
        session.execute(insert(PossibleDuplicate), new)
    session.expunge_all()


def _concerns(ids: list[int], *, only_higher: bool) -> ColumnElement[bool]:
    first = PossibleDuplicate.first_id.in_(ids)
    return first if only_higher else or_(first, PossibleDuplicate.second_id.in_(ids))


def _values(judgement: Judgement) -> dict[str, Any]:
    return {
        "verdict": PairVerdict(judgement.verdict.value),
        "score": judgement.score,
        "name_tie": judgement.tie.value,
        "agrees": [sign.value for sign in judgement.agrees],
        "differs": [sign.value for sign in judgement.differs],
    }


def _end(session: Session, scan_id: int, *, people: int, now: datetime) -> int:
    is_open = PossibleDuplicate.state == PairState.OPEN
    pairs = session.scalar(select(func.count(PossibleDuplicate.id)).where(is_open)) or 0
    scan = session.get_one(IdentityScan, scan_id)
    scan.ended_at, scan.people, scan.pairs = now, people, pairs
    return pairs
