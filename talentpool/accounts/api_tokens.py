"""Tokens with which other systems push people: shown once, kept as a hash, for one source, with an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import ApiToken
from talentpool.accounts.tokens import new_token, token_hash
from talentpool.errors import ConflictError, NotFoundError

PREFIX = "tp_"  # so that tools that look for secrets in the wrong places know one
USED_AGAIN_AFTER = timedelta(minutes=1)  # its last use is noted once in so long


@dataclass(frozen=True, kw_only=True, slots=True)
class NewToken:
    """What a token is to be good for."""

    name: str
    source: str
    may_report_deletions: bool
    days: int
    made_by: int


def make_token(session: Session, new: NewToken, *, now: datetime) -> tuple[ApiToken, str]:
    """Make a token; gives its record, and the words themselves, which nobody can see again."""
    words = PREFIX + new_token()
    token = ApiToken(
        name=new.name,
        token_hash=token_hash(words),
        source=new.source,
        may_report_deletions=new.may_report_deletions,
        made_by=new.made_by,
        created_at=now,
        expires_at=now + timedelta(days=new.days),
    )
    session.add(token)
    session.flush()
    return token, words


def find_token(session: Session, words: str) -> ApiToken | None:
    """Find a token by its words, whether it still holds or not."""
    return session.scalars(select(ApiToken).where(ApiToken.token_hash == token_hash(words))).first()


def why_not(token: ApiToken, *, now: datetime) -> str | None:
    """Say why a token does not hold any more; None while it does."""
    if token.revoked_at is not None:
        return f"This token was taken back on {_day(token.revoked_at)}; ask an administrator for another one."
    if token.expires_at <= now:
        return f"This token ended on {_day(token.expires_at)}; ask an administrator for another one."
    return None


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Remember that a token was used, to the minute."""
    if token.last_used_at is None or now - token.last_used_at >= USED_AGAIN_AFTER:
        token.last_used_at = now


def list_tokens(session: Session) -> list[ApiToken]:
    """List all tokens, those that hold first, the newest first."""
    found = session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).all()
    return sorted(found, key=lambda token: token.revoked_at is not None)


def revoke_token(session: Session, token_id: int, *, now: datetime) -> ApiToken:
    """Take a token back; from the next request on it opens nothing."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFoundError("There is no such token.")
    if token.revoked_at is not None:
        raise ConflictError(f"The token {token.name} was taken back already.")
    token.revoked_at = now
    return token


def tokens_of(session: Session, recruiter_id: int, *, now: datetime) -> list[ApiToken]:
    """List the tokens somebody made that hold now, by name."""
    holding = (ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    wanted = select(ApiToken).where(ApiToken.made_by == recruiter_id, *holding)
    return list(session.scalars(wanted.order_by(ApiToken.name, ApiToken.id)))


def stop_tokens(session: Session, recruiter_id: int, *, now: datetime) -> list[ApiToken]:
    """Take back every token somebody made; gives those that held until now."""
    stopped = tokens_of(session, recruiter_id, now=now)
    for token in stopped:
        token.revoked_at = now
    return stopped


def give_tokens_back(session: Session, token_ids: Sequence[int]) -> None:
    """Let tokens hold again that stopped with an account, each until the end it had."""
    for token_id in token_ids:
        token = session.get(ApiToken, token_id)
        if token is not None:
            token.revoked_at = None


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
