"""Pairs of people who might be one, as a recruiter looks at them: listed, side by side, kept apart, by rule.

Somebody sees a pair only if they may see both people, and every count is taken over such pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from talentpool.candidates.comparison import judge_pairs
from talentpool.candidates.likeness import Verdict
from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import Candidate, Merge, PairState, PairVerdict, PossibleDuplicate
from talentpool.database import many
from talentpool.errors import NotFoundError

PER_PAGE = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class PairLine:
    """One pair with its two people, the older record first."""

    pair: PossibleDuplicate
    first: Candidate
    second: Candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class PairPage:
    """One page of pairs, and how many there are in all."""

    lines: tuple[PairLine, ...]
    total: int
    page: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PairCounts:
    """How many pairs wait, how many of them the rule is sure of, and how many are kept apart."""

    open: int
    certain: int
    kept_apart: int


def seen_pairs(seen: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions that leave the pairs of two people whom the viewer may see."""
    if seen.compare(true()):
        return ()
    one = select(Candidate.id).where(seen, Candidate.id == PossibleDuplicate.first_id)
    other = select(Candidate.id).where(seen, Candidate.id == PossibleDuplicate.second_id)
    return one.exists(), other.exists()


def count_pairs(session: Session, *, seen: ColumnElement[bool]) -> PairCounts:
    """Count the pairs a viewer may see, in one query."""
    wanted = select(PossibleDuplicate.state, PossibleDuplicate.verdict, func.count()).where(*seen_pairs(seen))
    counted = {
        (state, verdict): number
        for state, verdict, number in session.execute(
            wanted.group_by(PossibleDuplicate.state, PossibleDuplicate.verdict)
        )
    }
    return PairCounts(
        open=sum(number for (state, _), number in counted.items() if state is PairState.OPEN),
        certain=counted.get((PairState.OPEN, PairVerdict.CERTAIN), 0),
        kept_apart=sum(number for (state, _), number in counted.items() if state is PairState.KEPT_APART),
    )


def load_pairs(session: Session, *, seen: ColumnElement[bool], state: PairState, page: int = 1) -> PairPage:
    """Load one page of pairs, the surest first."""
    ids = pair_ids(session, seen=seen, state=state)
    page = min(max(page, 1), max(1, -(-len(ids) // PER_PAGE)))
    shown = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    return PairPage(lines=tuple(load_lines(session, shown)), total=len(ids), page=page)


def pair_ids(
    session: Session, *, seen: ColumnElement[bool], state: PairState, verdict: PairVerdict | None = None
) -> list[int]:
    """List the ids of the pairs a viewer may see, the surest first."""
    wanted = select(PossibleDuplicate.id).where(PossibleDuplicate.state == state, *seen_pairs(seen))
    if verdict is not None:
        wanted = wanted.where(PossibleDuplicate.verdict == verdict)
    is_certain = PossibleDuplicate.verdict == PairVerdict.CERTAIN
    ordered = wanted.order_by(is_certain.desc(), PossibleDuplicate.score.desc(), PossibleDuplicate.id)
    return list(session.scalars(ordered))


def load_lines(session: Session, ids: Sequence[int]) -> Iterator[PairLine]:
    """Load pairs with their people in the order of the ids, a few queries for every 500."""
    for batch in many(ids):
        pairs = {
            pair.id: pair
            for pair in session.scalars(select(PossibleDuplicate).where(PossibleDuplicate.id.in_(batch)))
        }
        people = {pair.first_id for pair in pairs.values()} | {pair.second_id for pair in pairs.values()}
        wanted = select(Candidate).where(Candidate.id.in_(people)).options(*_shown())
        by_id = {person.id: person for person in session.scalars(wanted)}
        for each in batch:
            if (pair := pairs.get(each)) is not None:
                yield PairLine(pair=pair, first=by_id[pair.first_id], second=by_id[pair.second_id])


def _shown() -> list[ExecutableOption]:
    return [
        selectinload(Candidate.emails),
        selectinload(Candidate.phones),
        selectinload(Candidate.links),
        selectinload(Candidate.applications),
    ]


def find_pair(session: Session, one: int, other: int) -> PossibleDuplicate | None:
    """Find what is on record about two people being one."""
    first, second = sorted((one, other))
    wanted = select(PossibleDuplicate).where(
        PossibleDuplicate.first_id == first, PossibleDuplicate.second_id == second
    )
    return session.scalar(wanted)


def keep_apart(
    session: Session, one: int, other: int, *, recruiter_id: int | None, now: datetime
) -> PossibleDuplicate:
    """Say for ever that two people are two, until somebody takes it back."""
    pair = find_pair(session, one, other) or _new_pair(session, one, other, now)
    pair.state, pair.decided_by, pair.decided_at = PairState.KEPT_APART, recruiter_id, now
    session.flush()
    return pair


def _new_pair(session: Session, one: int, other: int, now: datetime) -> PossibleDuplicate:
    key = (min(one, other), max(one, other))
    judged = dict(judge_pairs(session, [key]))
    if key not in judged:
        raise NotFoundError("One of the two is not here any more.")
    judgement = judged[key]
    pair = PossibleDuplicate(
        first_id=key[0],
        second_id=key[1],
        verdict=PairVerdict.CERTAIN if judgement.verdict is Verdict.CERTAIN else PairVerdict.POSSIBLE,
        score=judgement.score,
        name_tie=judgement.tie.value,
        agrees=[sign.value for sign in judgement.agrees],
        differs=[sign.value for sign in judgement.differs],
        found_at=now,
    )
    session.add(pair)
    return pair


def let_be_compared(session: Session, pair: PossibleDuplicate) -> None:
    """Take back that two people are kept apart."""
    pair.state, pair.decided_by, pair.decided_at = PairState.OPEN, None, None
    session.flush()


def merge_by_rule(
    session: Session, pair: PossibleDuplicate, *, secret: bytes, recruiter_id: int | None, now: datetime
) -> Merge | None:
    """Make a pair one if the rule is sure of it at this moment; None if it is not, or not any more."""
    key = (pair.first_id, pair.second_id)
    judged = dict(judge_pairs(session, [key]))
    if pair.state is not PairState.OPEN or key not in judged or judged[key].verdict is not Verdict.CERTAIN:
        return None
    decision = Decision(now=now, recruiter_id=recruiter_id, choices={}, by_rule=True)
    return merge_candidates(session, *key, decision, secret=secret)
