"""Passwords: hashed with argon2id, checked in equal time, and refused when anybody would guess them.

Long beats complicated: no rules about digits and signs, twelve characters and nothing well known.
"""

import re

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from talentpool.errors import InvalidInputError

SHORTEST = 12
LONGEST = 128

# OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# Checked when there is no account, so that the answer takes as long as with one.
_NOBODY = _HASHER.hash("nobody has this password, and nobody ever signs in with it")

# What the best-known long passwords are made of, once digits and signs are taken off.
_WELL_KNOWN_WORDS = """
    password passwort motdepasse contrasena letmein welcome welcometo iloveyou administrator admin changeme
    changeit qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfghjkl asdfgh zxcvbnm yxcvbnm
    monkey dragon football baseball basketball superman batman princess sunshine master trustno starwars
    whatever freedom shadow michael jennifer computer internet secret summer winter spring autumn
    talentpool recruiter recruiting hiring company login signin
    correcthorsebatterystaple abcdefghijkl abcdefghijklm abcdefghijklmnop
"""
_WELL_KNOWN = frozenset(_WELL_KNOWN_WORDS.split())
_LETTER_BY_SIGN = str.maketrans("@430$5!1", "aaeossii")


def hash_password(password: str) -> str:
    """Hash a password for keeping; the parameters are part of the hash."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether this is the password; takes as long when there is none to compare with."""
    could_be = bool(password_hash) and len(password) <= LONGEST
    try:
        return _HASHER.verify(password_hash or _NOBODY, password[:LONGEST]) and could_be
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Say whether a password should be hashed again because our parameters have grown."""
    return _HASHER.check_needs_rehash(password_hash)


def require_good_password(password: str, *, personal: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short, too long, well known, or made of the person's own name.

    `personal` holds what others know about its owner: name and e-mail address.
    Raises InvalidInputError with a sentence for the person who chose it.
    """
    if len(password) < SHORTEST:
        raise InvalidInputError(
            f"Choose at least {SHORTEST} characters; a few words in a row are easy to keep."
        )
    if len(password) > LONGEST:
        raise InvalidInputError(f"Choose at most {LONGEST} characters.")
    if len(set(password)) < 5 or _is_counting(password):
        raise InvalidInputError("Choose something less regular: this is one of the first things tried.")
    if _bare_forms(password) & _WELL_KNOWN:
        raise InvalidInputError(
            "Choose something else: this password is widely known, even with digits added."
        )
    if _is_personal(password, personal):
        raise InvalidInputError("Choose something that is not your name or your e-mail address.")


def _is_counting(password: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in zip(password, password[1:], strict=False)}
    return len(steps) <= 2 and bool(steps & {1, -1})


def _bare_forms(password: str) -> set[str]:
    written = re.sub(r"[\W\d_]+$", "", _once(password.casefold()))
    read = written.translate(_LETTER_BY_SIGN)
    return {re.sub(r"[\W\d_]+", "", form) for form in (written, read)}


def _once(text: str) -> str:
    half = text[: len(text) // 2]
    return half if half * 2 == text else text


def _is_personal(password: str, personal: tuple[str, ...]) -> bool:
    parts = {part for known in personal for part in re.split(r"[\W\d_]+", known.casefold()) if len(part) > 2}
    rest = password.casefold()
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return len(re.sub(r"[\W\d_]+", "", rest)) < 4 and rest != password.casefold()
