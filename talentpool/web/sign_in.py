"""The cookies of signing in: the token of the session, and the mark of a browser that has been here before.

Both are HttpOnly and SameSite=Lax; over https they carry the `__Host-` prefix, which ties them to this very
host. The session's cookie holds a random token and nothing else.
"""

from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.http import parse_cookie

from talentpool.accounts.login_sessions import (
    Lifetimes,
    end_session,
    find_signed_in,
    record_seen,
    start_session,
)
from talentpool.accounts.sign_in import email_key
from talentpool.accounts.throttle import forget_attempts, give_attempt_back, take_attempt
from talentpool.accounts.tokens import keyed_hash, new_token
from talentpool.clock import current_time
from talentpool.settings import SecuritySettings, Settings
from talentpool.web.desk import EXTENSION, Desk, desk, request_time
from talentpool.web.transaction import own_transaction

KNOWN_BROWSER_DAYS = 400  # the longest a browser keeps a cookie


def is_https(settings: Settings) -> bool:
    """Say whether people reach this installation over https."""
    return urlsplit(settings.web.public_url).scheme == "https"


def cookie_name(settings: Settings, name: str) -> str:
    """Give the name of one of our cookies; over https tied to this host."""
    return f"__Host-talentpool_{name}" if is_https(settings) else f"talentpool_{name}"


def lifetimes(security: SecuritySettings) -> Lifetimes:
    """Give how long sessions live here."""
    return Lifetimes(
        whole=timedelta(hours=security.session_hours), idle=timedelta(minutes=security.session_idle_minutes)
    )


def recognise_viewer() -> None:
    """Find who sends this request, and write down now and then that they were here."""
    token = _cookie("session")
    if token is None or request.endpoint == "static":
        return
    with desk().sessions.reading() as session:
        found = find_signed_in(
            session, token, lifetimes=lifetimes(desk().settings.security), now=request_time()
        )
    if found is None:
        return
    g.viewer = found.viewer
    if found.is_seen_due:
        with suppress(OperationalError), own_transaction() as session:  # a busy database loses a minute
            record_seen(session, found.session_id, now=request_time())


def is_signed_in(app: Flask, cookies: str) -> bool:
    """Say by the cookies of a request that is only on its way whether whoever sends it is signed in."""
    here: Desk = app.extensions[EXTENSION]
    token = parse_cookie(cookies).get(cookie_name(here.settings, "session"))
    if token is None:
        return False
    with suppress(SQLAlchemyError), here.sessions.reading() as session:  # without a database nobody is
        found = find_signed_in(
            session, token, lifetimes=lifetimes(here.settings.security), now=current_time()
        )
        return found is not None
    return False


def session_token() -> str | None:
    """Give the token this browser sends, whether it still signs anybody in or not."""
    return _cookie("session")


def sign_in(session: Session, response: Response, *, recruiter_id: int, email: str) -> Response:
    """Sign this browser in with a fresh token; the one it had before stops working."""
    _end_old_session(session)
    security = desk().settings.security
    token = start_session(session, recruiter_id, lifetimes=lifetimes(security), now=request_time())
    _set_cookie(response, "session", token, lifetime=timedelta(hours=security.session_hours))
    mark = _marker().dumps({"account": email_key(email), "browser": new_token()})
    _set_cookie(response, "browser", str(mark), lifetime=timedelta(days=KNOWN_BROWSER_DAYS))
    return response


def sign_out(session: Session, response: Response) -> Response:
    """Sign this browser out, here and in the database."""
    _end_old_session(session)
    response.delete_cookie(
        cookie_name(desk().settings, "session"),
        secure=is_https(desk().settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def may_try(email: str) -> bool:
    """Count one try to sign in to an account, and say whether it may be made; kept whatever comes of it."""
    window = timedelta(minutes=desk().settings.security.sign_in_window_minutes)
    with own_transaction() as session:
        return take_attempt(session, _attempt_keys(email), window=window, now=request_time())


def forget_tries(session: Session, email: str) -> None:
    """Start counting anew for an account whose owner has just given the right password."""
    forget_attempts(session, keyed_hash(desk().secret, _account_key(email)))
    give_attempt_back(session, keyed_hash(desk().secret, _address_key()))


def is_from_this_machine() -> bool:
    """Say whether a request comes from, and was sent to, the machine we run on."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _attempt_keys(email: str) -> dict[str, int]:
    security, secret = desk().settings.security, desk().secret
    return {
        keyed_hash(secret, _account_key(email)): security.sign_in_attempts_per_account,
        keyed_hash(secret, _address_key()): security.sign_in_attempts_per_address,
    }


def _account_key(email: str) -> str:
    # A browser that has signed in to this account before counts by itself, so that guesses from elsewhere
    # do not keep its owner out.
    with suppress(BadSignature):
        mark = _marker().loads(_cookie("browser") or "")
        if mark["account"] == email_key(email):
            return f"browser:{mark['browser']}"
    return f"account:{email_key(email)}"


def _address_key() -> str:
    # One customer of a provider has a whole /64 of IPv6 addresses, so these count as one.
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "address:unknown"
    bits = 64 if address.version == 6 else 32
    return f"address:{ip_network((address, bits), strict=False).network_address}"


def _end_old_session(session: Session) -> None:
    if token := _cookie("session"):
        end_session(session, token, now=request_time())


def _cookie(name: str) -> str | None:
    return request.cookies.get(cookie_name(desk().settings, name))


def _set_cookie(response: Response, name: str, value: str, *, lifetime: timedelta) -> None:
    settings = desk().settings
    response.set_cookie(
        cookie_name(settings, name),
        value,
        max_age=lifetime,
        secure=is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def _marker() -> URLSafeSerializer:
    return URLSafeSerializer(desk().secret, salt="browsers that have signed in")
