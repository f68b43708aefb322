"""A resume with a role's words marked in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, load_only

from talentpool.matching.evidence import Mention, mentions
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.weighed_roles import own_terms_of
from talentpool.roles.models import Role

WORTH_MARKING = 0.12  # of the heaviest word's weight; below it are words any resume has


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkedPart:
    """A piece of a resume; `term` names the word of the role it mentions, none for plain text."""

    text: str
    term: str | None = None


def marked_resume(
    session: Session,
    text: str,
    role_id: int | None,
    *,
    seen: ColumnElement[bool],
    settings: MatchingSettings,
) -> tuple[MarkedPart, ...]:
    """Cut a resume where the words of a role's last match stand; in one piece without a role."""
    terms = [] if role_id is None else role_words(session, role_id, seen=seen)
    return mark_words(text, terms, settings)


def mark_words(text: str, words: Sequence[str], settings: MatchingSettings) -> tuple[MarkedPart, ...]:
    """Cut a text where these words stand, by any of their aliases; in one piece without any."""
    return tuple(_parts(text, mentions(text, words, settings) if words else []))


def role_words(session: Session, role_id: int, *, seen: ColumnElement[bool]) -> list[str]:
    """List the words a role was last matched by, its own before related ones; none before a match."""
    run = session.scalars(
        select(MatchRun)
        .join(Role, Role.id == MatchRun.role_id)
        .where(MatchRun.role_id == role_id, seen, _is_last_run())
        .options(load_only(MatchRun.role_weights))
    ).first()
    return telling_words(run) if run else []


def telling_words(run: MatchRun) -> list[str]:
    """Pick the role's own words that are worth marking: those near the weight of its heaviest ones."""
    own = own_terms_of(run)
    return [term.label for term in own if term.weight >= WORTH_MARKING * own[0].weight]


def distinct_words(words: Iterable[str], *, most: int) -> tuple[str, ...]:
    """Leave out words that only repeat part of one before: `platform` after `platform engineer`."""
    shown: list[str] = []
    seen: set[str] = set()
    for word in words:
        parts = set(word.split())
        if not parts & seen and len(shown) < most:
            shown.append(word)
            seen |= parts
    return tuple(shown)


def _is_last_run() -> ColumnElement[bool]:
    last = select(func.max(MatchRun.id)).where(MatchRun.role_id == Role.id).correlate(Role)
    return MatchRun.id == last.scalar_subquery()


def _parts(text: str, found: Sequence[Mention]) -> Iterator[MarkedPart]:
    place = 0
    for mention in found:
        if mention.start > place:
            yield MarkedPart(text=text[place : mention.start])
        yield MarkedPart(text=text[mention.start : mention.end], term=mention.term)
        place = mention.end
    if place < len(text) or not found:
        yield MarkedPart(text=text[place:])
