"""The rules by which people are told apart, as they ship in `config/identity.toml`, folded for comparison.

They are data, so that a reader can see which providers ignore dots and which names are short for which.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from talentpool.settings import config_folder

_UNLIKE_ASCII = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """How one mail provider reads an address."""

    domain: str
    plus: bool  # name+anything is delivered to name
    dots: bool  # dots in the name do not count


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityRules:
    """What is read from `config/identity.toml`."""

    providers: Mapping[str, Provider]  # by every domain they go by
    shared_locals: frozenset[str]
    household_words: tuple[str, ...]
    agency_domains: tuple[str, ...]
    younger: frozenset[str]
    older: frozenset[str]
    titles: frozenset[str]
    long_forms: Mapping[str, frozenset[str]]  # a name or short form -> the names it may stand for


_TRANSLITERATED = re.compile(r"([aou])e")


def fold(text: str) -> str:
    """Give text in lower case without accents, so that two spellings compare equal.

    >>> fold("Jürgen Groß-Møller")
    'jurgen gross-moller'
    """
    if text.isascii():
        return text.lower()
    lowered = text.casefold().translate(_UNLIKE_ASCII)
    return "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))


def without_umlauts(word: str) -> str:
    """Give a folded word with transliterated umlauts as folding leaves the others.

    >>> without_umlauts("mueller") == fold("müller")
    True
    """
    return _TRANSLITERATED.sub(r"\1", word)


@lru_cache(maxsize=1)
def identity_rules() -> IdentityRules:
    """Give the shipped rules; read once."""
    given = tomllib.loads((config_folder() / "identity.toml").read_text(encoding="utf-8"))
    shared = given["shared_addresses"]
    return IdentityRules(
        providers=_providers(given["providers"]),
        shared_locals=frozenset(shared["local"]),
        household_words=tuple(shared["household"]),
        agency_domains=tuple(shared["agency_domain"]),
        younger=frozenset(given["generations"]["younger"]),
        older=frozenset(given["generations"]["older"]),
        titles=frozenset(given["titles"]["words"]),
        long_forms=_long_forms(given["short_forms"]),
    )


def _providers(given: list[dict[str, Any]]) -> dict[str, Provider]:
    providers: dict[str, Provider] = {}
    for one in given:
        provider = Provider(domain=one["domain"], plus=one.get("plus", False), dots=one.get("dots", False))
        providers |= dict.fromkeys([one["domain"], *one.get("same_as", [])], provider)
    return providers


def _long_forms(given: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, short_forms in given.items():
        for word in (name, *short_forms):
            found.setdefault(without_umlauts(fold(word)), set()).add(without_umlauts(name))
    return {word: frozenset(names) for word, names in found.items()}
