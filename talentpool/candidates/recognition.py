"""By what somebody who was erased is recognised again, and nobody else with them. Pure.

Alone, an address does so only where it is one person's: not the landline of a house, the mailbox of an office, a number
without its country, or what another person had as well. Together with the name, any address does.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from talentpool.candidates.identity import national_number, says_who
from talentpool.candidates.name_words import name_words
from talentpool.consent.suppression import SuppressedKind, suppression_key

Key = tuple[str, str]  # what kind of key, and the key: ("email", "ana@example.org")
NAMED = "named"
HASHED_AS: Mapping[str, SuppressedKind] = {
    "email": "email", "phone": "phone", "url": "url", NAMED: "named", "id": "record",
}  # fmt: skip
PROFILES = ("github.com/", "gitlab.com/", "linkedin.com/in/", "xing.com/profile/")  # one person's, by name


def recognising_keys(
    names: Collection[str], contacts: Iterable[Key], *, shared: Collection[Key] = ()
) -> list[Key]:
    """Give the keys of a person by names and by addresses, numbers and pages in the form of `identity`.

    >>> recognising_keys(["Ruiz, Ana"], [("phone", "+4930901820")])
    [('named', 'ana ruiz phone:30901820')]
    """
    known = list(contacts)
    alone = [key for key in known if is_ones_own(*key) and key not in shared]
    return alone + [named_key(name, *key) for name in names for key in known]


def is_ones_own(kind: str, key: str) -> bool:
    """Say whether an address, number or page names one person whatever the name beside it.

    >>> is_ones_own("phone", "+4915112345678"), is_ones_own("phone", "015112345678"), is_ones_own("url", "a.org/team")
    (True, False, False)
    """
    if kind == "url":
        return any(key.startswith(each) and "/" not in key.removeprefix(each) for each in PROFILES)
    if kind == "phone" and not key.startswith("+"):
        return False
    return says_who(kind, key)


@lru_cache(maxsize=16384)
def named_key(name: str, kind: str, key: str) -> Key:
    """Give the key of an address together with a name, whatever the order of its words and the country of a number."""
    words = " ".join(sorted(name_words(name)))
    return NAMED, f"{words} {kind}:{national_number(key) if kind == 'phone' else key}"


def contact_hash(secret: bytes, key: Key) -> str:
    """Give the keyed hash under which a key stands on the list."""
    kind, value = key
    return suppression_key(secret, HASHED_AS[kind], value)
