"""German compounds cut into their parts, by a list of the words that job language is made of.

`Softwareentwicklerin` has the parts software and entwickler, so that it meets "Software-Entwickler". The cut
depends on the word and the list alone, never on who is in the pool. Words are folded: without capitals and umlauts.
"""

import re
from functools import lru_cache

SHORTEST_COMPOUND = 7
SHORTEST_UNKNOWN_FIRST, SHORTEST_HEAD = 4, 5
"""How long an unlisted first part and the listed part after it must be, so that chance finds nothing."""
LINKS = ("", "s", "n", "en", "es", "er", "e")
"""What German puts between two parts, the usual ones first."""
ENDINGS = ("", "in", "innen", "n", "en", "s", "es", "e", "er", "ern")
"""How the last part is inflected: by gender, number and case."""
TAKES_S = ("ung", "ion", "heit", "keit", "schaft", "tat", "ling", "tum", "ing")
"""Words that end so take -s- before another one (Duden, Fugenelement)."""
MOST_PARTS = 3
FEMININE = re.compile(r"(?:er|eur|or|ist|ent|ant)in(?:nen)?$")


@lru_cache(maxsize=50_000)
def split_compound(word: str, parts: frozenset[str], *, is_german: bool) -> tuple[str, ...]:
    """Give the parts of a compound in order, in the form of the list; empty if it is none.

    In a German text the first part may be any word if the last one is listed; elsewhere all must be listed. A
    listed word in its feminine form is one part.
    """
    if len(word) < SHORTEST_COMPOUND or not word.isalpha() or word in parts:
        return ()
    if FEMININE.search(word) and (base := _base(word, parts)) is not None:
        return (base,)
    found = _all_listed(word, parts, MOST_PARTS)
    if found or not is_german:
        return found
    return _with_unlisted_first(word, parts)


def _all_listed(word: str, parts: frozenset[str], most: int) -> tuple[str, ...]:
    """Cut into listed parts only, into as few as possible, the longest first part of all."""
    best: tuple[str, ...] = ()
    for cut in range(len(word) - 3, 2, -1):
        first = word[:cut]
        if first not in parts:
            continue
        for link in LINKS:
            rest = word[cut + len(link) :]
            if not word.startswith(link, cut) or len(rest) < 3:
                continue
            base = rest if rest in parts else _base(rest, parts)
            if base is not None:
                return (first, base)
            if most > 2 and not best and (deeper := _all_listed(rest, parts, most - 1)):
                best = (first, *deeper)
    return best


def _with_unlisted_first(word: str, parts: frozenset[str]) -> tuple[str, ...]:
    for cut in range(SHORTEST_UNKNOWN_FIRST, len(word) - SHORTEST_HEAD + 1):
        rest = word[cut:]
        base = rest if rest in parts else _base(rest, parts)
        if base is not None and len(base) >= SHORTEST_HEAD:
            return (_without_link(word[:cut]), base)
    return ()


def _without_link(first: str) -> str:
    return first[:-1] if first.endswith("s") and first[:-1].endswith(TAKES_S) else first


def _base(word: str, parts: frozenset[str]) -> str | None:
    """Find the listed form of an inflected word."""
    for ending in ENDINGS[1:]:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and word[: -len(ending)] in parts:
            return word[: -len(ending)]
    return None
