"""Why is this person where they are, or not in the list at all? One sentence, with the account if there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.errors import NotFoundError
from talentpool.matching.receipt import Scored
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.results import RunView, scored_people


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyNot:
    """The answer: the sentence, and either the rule that bites or the place and account in the list."""

    candidate_id: int
    words: str
    rank: int | None = None
    rule: str | None = None
    scored: Scored | None = None


def why_not(
    session: Session, keeper: IndexKeeper, view: RunView, candidate_id: int, *, now: datetime
) -> WhyNot:
    """Say why somebody stands where they do in a run; raises NotFoundError for nobody we know."""
    return why_not_each(session, keeper, view, [candidate_id], now=now)[0]


def why_not_each(
    session: Session, keeper: IndexKeeper, view: RunView, candidate_ids: Sequence[int], *, now: datetime
) -> list[WhyNot]:
    """Say the same of several people, in their order, with the pool ranked once at most."""
    ranked = [candidate_id for candidate_id in candidate_ids if view.rank_of(candidate_id) is not None]
    scored = scored_people(session, keeper, view, ranked, now=now) if ranked else {}
    return [_answer(session, view, candidate_id, scored.get(candidate_id)) for candidate_id in candidate_ids]


def _answer(session: Session, view: RunView, candidate_id: int, scored: Scored | None) -> WhyNot:
    if (rank := view.rank_of(candidate_id)) is not None:
        return WhyNot(
            candidate_id=candidate_id, words=_place_words(rank, view.total, scored), rank=rank, scored=scored
        )
    if (rule := view.rule_of(candidate_id)) is not None:
        because = next(step.because for step in view.funnel if step.rule == rule)
        return WhyNot(candidate_id=candidate_id, words=f"Left out: {because}.", rule=rule)
    if session.get(Candidate, candidate_id) is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return WhyNot(
        candidate_id=candidate_id,
        words="Came into the pool after this list was made; match the role again to see the place.",
    )


def _place_words(rank: int, total: int, scored: Scored | None) -> str:
    place = f"Rank {rank:,} of {total:,}"
    if scored is None or not scored.receipt.missing:
        return f"{place}."
    return f"{place}. Not mentioned in the resume: {', '.join(scored.receipt.missing[:8])}."
