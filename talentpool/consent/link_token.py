"""Links that work without signing in: signed, for one purpose and one person, and not for ever.

A token carries all that acting on it needs, so it works without cookies, on another device, and after the
person's record is gone: then only the address's do-not-contact hash is left in it. Whoever guesses learns
nothing: a forged, a mangled and a wrongly scoped token are refused alike.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

STOP_LINK_DAYS = 730  # CAN-SPAM asks for 30 days; somebody may find an old message years later
OWN_PAGE_DAYS = 180  # a letter is answered within weeks; an old one in somebody else's hands opens nothing
CONFIRM_DAYS = 7
PASS_ON_DAYS = 220  # four weeks to answer, and the half year of a yes in which it can be taken back
_FORM = struct.Struct(">BIQ32s")  # scope, last minute since 1970, candidate, hash of the address
_SIGNATURE_BYTES = 16


class LinkScope(IntEnum):
    """What a link is good for."""

    STOP = 1
    OWN_PAGE = 2
    CONFIRM_ERASURE = 3
    PASS_ON = 5  # here the number is that of the question about passing a name on
    SHORT_LIST = 8  # here the number is that of the short list shown, and the address that of who sees it


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a token says: whom it is about, by which address, and until when it works."""

    scope: LinkScope
    candidate_id: int
    address_hash: str  # as in the do-not-contact list
    expires_at: datetime


def make_token(secret: bytes, link: Link) -> str:
    """Write a link as a token of 82 signs, fit for an address."""
    minute = int(link.expires_at.timestamp()) // 60
    body = _FORM.pack(link.scope, minute, link.candidate_id, bytes.fromhex(link.address_hash))
    return base64.urlsafe_b64encode(body + _signature(secret, body)).decode().rstrip("=")


def stop_token(secret: bytes, candidate_id: int, address_hash: str, *, now: datetime) -> str:
    """Make the token with which somebody stops all further messages."""
    expires_at = now + timedelta(days=STOP_LINK_DAYS)
    link = Link(
        scope=LinkScope.STOP, candidate_id=candidate_id, address_hash=address_hash, expires_at=expires_at
    )
    return make_token(secret, link)


def own_page_token(secret: bytes, candidate_id: int, address_hash: str, *, now: datetime) -> str:
    """Make the token of the page on which somebody sees and decides about their own data."""
    return _token(secret, LinkScope.OWN_PAGE, candidate_id, address_hash, now + timedelta(days=OWN_PAGE_DAYS))


def confirm_token(secret: bytes, candidate_id: int, address_hash: str, *, now: datetime) -> str:
    """Make the token with which somebody confirms that they want to be erased."""
    expires_at = now + timedelta(days=CONFIRM_DAYS)
    return _token(secret, LinkScope.CONFIRM_ERASURE, candidate_id, address_hash, expires_at)


def pass_on_token(secret: bytes, pass_on_id: int, address_hash: str, *, now: datetime) -> str:
    """Make the token with which somebody says whether their name may be passed on, and takes it back."""
    return _token(secret, LinkScope.PASS_ON, pass_on_id, address_hash, now + timedelta(days=PASS_ON_DAYS))


def _token(
    secret: bytes, scope: LinkScope, candidate_id: int, address_hash: str, expires_at: datetime
) -> str:
    return make_token(
        secret,
        Link(scope=scope, candidate_id=candidate_id, address_hash=address_hash, expires_at=expires_at),
    )


def read_token(secret: bytes, token: str, *, scope: LinkScope) -> Link | None:
    """Read a token of ours for this scope; None for anything else. Whether it is still in time is the caller's."""
    whole = _decoded(token)
    if len(whole) != _FORM.size + _SIGNATURE_BYTES:
        return None
    body, signature = whole[: _FORM.size], whole[_FORM.size :]
    if not hmac.compare_digest(signature, _signature(secret, body)):
        return None
    kind, minute, candidate_id, address = _FORM.unpack(body)
    if kind != scope:
        return None
    return Link(
        scope=scope,
        candidate_id=candidate_id,
        address_hash=address.hex(),
        expires_at=datetime.fromtimestamp(minute * 60, UTC),
    )


def _decoded(token: str) -> bytes:
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    # Base64 has several spellings of the same bytes; one is ours.
    return whole if base64.urlsafe_b64encode(whole).decode().rstrip("=") == token else b""


def _signature(secret: bytes, body: bytes) -> bytes:
    key = hmac.new(secret, b"signs public links", hashlib.sha256).digest()
    return hmac.new(key, body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
