"""What opens a short list: the signed address of its link, and the code that lets a browser in.

The code is sent to the address the link is bound to; it is short-lived, works once, and only its hash is kept.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from talentpool.accounts.tokens import keyed_hash
from talentpool.consent.link_token import Link, LinkScope, make_token, read_token
from talentpool.consent.suppression import suppression_key
from talentpool.rediscovery.models import ShortlistLink

CODE_DIGITS = 8
CODE_MINUTES = 15
TRIES = 5  # of entering one, in a quarter of an hour
CODES = 3  # sent, in the same time


def short_list_address(link: ShortlistLink, *, public_url: str, secret: bytes) -> str:
    """Give the address of a link: signed, and only good for whom it was sent to."""
    return f"{public_url.rstrip('/')}/s/{make_token(secret, _told(link, secret))}"


def link_number(token: str, *, secret: bytes) -> int | None:
    """Read which link a token of ours is about; None for anything else."""
    told = read_token(secret, token, scope=LinkScope.SHORT_LIST)
    return told.candidate_id if told is not None else None


def is_about(token: str, link: ShortlistLink, *, secret: bytes) -> bool:
    """Say whether a token is the one of this link, as it is now."""
    told = read_token(secret, token, scope=LinkScope.SHORT_LIST)
    return told is not None and told.address_hash == _told(link, secret).address_hash


def new_code(link: ShortlistLink, *, secret: bytes, now: datetime) -> str:
    """Make a code, of which only the hash is kept; the one before stops working."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    link.code_hash, link.code_until = _hashed(secret, link.id, code), now + timedelta(minutes=CODE_MINUTES)
    return code


def use_code(link: ShortlistLink, code: str, *, secret: bytes, now: datetime) -> bool:
    """Say whether this is the code, in time; it works once."""
    typed = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    if link.code_hash is None or link.code_until is None or link.code_until <= now:
        return False
    if not hmac.compare_digest(link.code_hash, _hashed(secret, link.id, typed)):
        return False
    link.code_hash = link.code_until = None
    return True


def browser_mark(link: ShortlistLink, *, secret: bytes) -> str:
    """Give what a browser keeps that has opened this link, or has shown that it reads the address."""
    return keyed_hash(secret, f"short list {link.id} opened {link.opened_at:%Y%m%d%H%M%S%f}")


def _told(link: ShortlistLink, secret: bytes) -> Link:
    return Link(
        scope=LinkScope.SHORT_LIST,
        candidate_id=link.id,
        address_hash=suppression_key(secret, "email", link.address_key),
        expires_at=link.expires_at,
    )


def _hashed(secret: bytes, link_id: int, code: str) -> str:
    return keyed_hash(secret, f"short list {link_id} code {code}")
