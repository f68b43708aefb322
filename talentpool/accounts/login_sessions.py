"""Signed-in browsers: each holds a random token, and each can be signed out from here at once.

A session ends after a time without use, after a time in all, on sign-out, on a new password, and when the
account is disabled. Nothing about it can be read out of the cookie.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.models import LoginSession, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.accounts.tokens import new_token, token_hash

SEEN_EVERY = timedelta(minutes=1)  # how exactly we need to know when somebody was last here


@dataclass(frozen=True, kw_only=True, slots=True)
class Lifetimes:
    """How long a session lives in all, and how long without use."""

    whole: timedelta
    idle: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """Who a token belongs to, and whether it is time to write down that they were here."""

    session_id: int
    viewer: Viewer
    is_seen_due: bool


def start_session(session: Session, recruiter_id: int, *, lifetimes: Lifetimes, now: datetime) -> str:
    """Sign a browser in and give the token for its cookie; clears away the account's dead sessions."""
    session.execute(
        delete(LoginSession).where(
            LoginSession.recruiter_id == recruiter_id,
            or_(LoginSession.expires_at < now, LoginSession.revoked_at.is_not(None)),
        )
    )
    token = new_token()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            recruiter_id=recruiter_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetimes.whole,
        )
    )
    return token


def find_signed_in(session: Session, token: str, *, lifetimes: Lifetimes, now: datetime) -> SignedIn | None:
    """Find who a token signs in; None when it is unknown, ended, idle for too long, or its account disabled."""
    row = session.execute(
        select(LoginSession, Recruiter)
        .join(Recruiter, Recruiter.id == LoginSession.recruiter_id)
        .where(LoginSession.token_hash == token_hash(token))
    ).first()
    if row is None or not _is_alive(row[0], lifetimes, now) or row[1].disabled_at is not None:
        return None
    login, recruiter = row
    return SignedIn(
        session_id=login.id,
        viewer=viewer_of(recruiter),
        is_seen_due=now - login.last_seen_at >= SEEN_EVERY,
    )


def viewer_of(recruiter: Recruiter) -> Viewer:
    """Give the viewer that an account makes."""
    return Viewer(
        recruiter_id=recruiter.id,
        kind=recruiter.kind,
        office_id=recruiter.office_id,
        name=recruiter.name,
        is_blind=recruiter.blind_since is not None,
    )


def record_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Write down that a signed-in browser was here."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now))


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Sign one browser out."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_all_sessions(session: Session, recruiter_id: int, *, now: datetime) -> None:
    """Sign an account out everywhere."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.recruiter_id == recruiter_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def count_sessions(session: Session, recruiter_id: int, *, lifetimes: Lifetimes, now: datetime) -> int:
    """Count the browsers in which an account is signed in now."""
    logins = session.scalars(select(LoginSession).where(LoginSession.recruiter_id == recruiter_id))
    return sum(_is_alive(login, lifetimes, now) for login in logins)


def _is_alive(login: LoginSession, lifetimes: Lifetimes, now: datetime) -> bool:
    idle_since = now - login.last_seen_at
    return login.revoked_at is None and now < login.expires_at and idle_since < lifetimes.idle
