"""The list beside the form: a role ranked while it is typed. The same path as a run, without the record."""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Viewer
from talentpool.candidates.blindness import load_blindness
from talentpool.matching.brief import Requirement
from talentpool.matching.requirements import propose_requirements
from talentpool.rediscovery.funnel import FunnelStep
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_cards import MatchCard, RoleWords, cards_of
from talentpool.rediscovery.on_record import CardSight, load_on_record
from talentpool.rediscovery.rediscover import rank_pool, seen_of
from talentpool.roles.briefs import brief_of_draft
from talentpool.roles.posting import RoleDraft
from talentpool.roles.visibility import hidden_role_ids

THIN_WORDS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a draft would find, and what the text proposes to look for."""

    pool: int
    eligible: int
    funnel: tuple[FunnelStep, ...]
    cards: tuple[MatchCard, ...]
    proposed: tuple[Requirement, ...]
    hints: tuple[str, ...]
    seconds: float


def preview(
    session: Session, keeper: IndexKeeper, draft: RoleDraft, viewer: Viewer, *, now: datetime, most: int = 10
) -> Preview:
    """Rank the pool for a draft and give the best of those the viewer may see; nothing is written."""
    started = time.perf_counter()
    settings = keeper.settings(session)
    hidden = hidden_ids(session, viewer)
    limit = most + len(hidden)
    ranked = seen_of(
        rank_pool(session, keeper, brief_of_draft(draft), role=None, now=now, limit=limit), hidden
    )
    best = ranked.ranking.top[:most]
    sight = CardSight(
        blindness=load_blindness(session, viewer), hidden_roles=hidden_role_ids(session, viewer)
    )
    ids = [one.candidate_id for one in best]
    on_record = load_on_record(session, ids, role_id=None, sight=sight, today=now.date())
    role_words = RoleWords.of(ranked.ranking.role, settings)
    cards = cards_of(best, on_record, role_words=role_words, settings=settings, today=now.date())
    return Preview(
        pool=ranked.pool,
        eligible=ranked.eligible,
        funnel=ranked.funnel,
        cards=tuple(cards),
        proposed=propose_requirements(draft.text, settings),
        hints=hints(draft),
        seconds=time.perf_counter() - started,
    )


def hints(draft: RoleDraft) -> tuple[str, ...]:
    """Say what a thin text lacks."""
    found = []
    if not draft.title.strip():
        found.append("A title finds people who did this before; it counts more than any other word.")
    if len(draft.text.split()) < THIN_WORDS:
        found.append(
            "The text is short: name tools, tasks and certificates somebody would write in a resume."
        )
    return tuple(found)
