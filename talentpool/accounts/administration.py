"""Looking after accounts: who has one, what kind, and whether it still opens.

An account is disabled rather than deleted, so that what it did keeps its name. Somebody who can look after
accounts always stays.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.api_tokens import stop_tokens
from talentpool.accounts.login_sessions import end_all_sessions
from talentpool.accounts.models import AccountKind, ApiToken, LoginSession, OneTimeLink, Recruiter
from talentpool.errors import ConflictError, NotFoundError


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLine:
    """One account as its administrator sees it."""

    recruiter: Recruiter
    last_seen_at: datetime | None

    @property
    def state(self) -> str:
        """Say how the account stands: disabled, waiting for its owner, or open."""
        if self.recruiter.disabled_at is not None:
            return "disabled"
        return "open" if self.recruiter.password_hash is not None else "waiting"


def list_accounts(session: Session) -> list[AccountLine]:
    """List all accounts by name, disabled ones last."""
    seen = (
        select(LoginSession.recruiter_id, func.max(LoginSession.last_seen_at).label("at"))
        .group_by(LoginSession.recruiter_id)
        .subquery()
    )
    rows = session.execute(
        select(Recruiter, seen.c.at)
        .outerjoin(seen, seen.c.recruiter_id == Recruiter.id)
        .order_by(Recruiter.disabled_at.is_not(None), func.lower(Recruiter.name), Recruiter.id)
    )
    return [AccountLine(recruiter=row[0], last_seen_at=row[1]) for row in rows]


def get_account(session: Session, recruiter_id: int) -> Recruiter:
    """Get one account; raises NotFoundError when there is none."""
    recruiter = session.get(Recruiter, recruiter_id)
    if recruiter is None:
        raise NotFoundError(f"There is no account {recruiter_id}.")
    return recruiter


def disable_account(session: Session, recruiter: Recruiter, *, now: datetime) -> list[ApiToken]:
    """Close an account: it is signed out everywhere at once, and its links and tokens stop working.

    Gives the tokens that stopped: whatever used them needs others. Raises ConflictError for the last administrator.
    """
    _require_another_administrator(session, recruiter)
    recruiter.disabled_at = now
    end_all_sessions(session, recruiter.id, now=now)
    session.execute(delete(OneTimeLink).where(OneTimeLink.recruiter_id == recruiter.id))
    return stop_tokens(session, recruiter.id, now=now)


def enable_account(recruiter: Recruiter) -> None:
    """Open a disabled account again; its password is the one it had, its tokens stay taken back."""
    recruiter.disabled_at = None


def change_kind(session: Session, recruiter: Recruiter, kind: AccountKind) -> None:
    """Make an account one of another kind; what it may do changes with its next request.

    Raises ConflictError for the last administrator.
    """
    if kind is not AccountKind.ADMINISTRATOR:
        _require_another_administrator(session, recruiter)
    recruiter.kind = kind


def _require_another_administrator(session: Session, recruiter: Recruiter) -> None:
    if recruiter.kind is not AccountKind.ADMINISTRATOR or recruiter.disabled_at is not None:
        return
    # Locked in the order of their ids, so that two administrators cannot close each other's account at once.
    able = session.scalars(
        select(Recruiter.id)
        .where(Recruiter.kind == AccountKind.ADMINISTRATOR, Recruiter.disabled_at.is_(None))
        .order_by(Recruiter.id)
        .with_for_update()
    ).all()
    if set(able) <= {recruiter.id}:
        raise ConflictError(
            f"{recruiter.name} is the only administrator; make somebody else one first, then try again."
        )
