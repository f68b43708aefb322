"""What a duplicate of somebody would have as well, as numbers by which the database finds pairs to compare.

Pure. Two people without a key in common are never compared, so a scan does not grow with the square of the pool.
"""

import hashlib
import re
from collections.abc import Iterator

from talentpool.candidates.identity_rules import identity_rules
from talentpool.candidates.likeness import PersonFacts
from talentpool.candidates.name_words import fold_name, name_words, sound_of

MOST_WORDS = 5  # of a name; more are a title or a sentence
_EMPLOYER = re.compile(r"(?:\s@\s*|\b(?:at|bei|chez|en)\s+)([^,|·()]{2,80})", re.IGNORECASE)


def employers_of(headline: str | None) -> frozenset[str]:
    """Find whom somebody works for in a headline, folded.

    >>> employers_of("Platform engineer at Nordwind AG, Berlin"), employers_of("Nurse")
    (frozenset({'nordwind ag'}), frozenset())
    """
    return frozenset(fold_name(found) for found in _EMPLOYER.findall(headline or "") if fold_name(found))


def identity_keys(facts: PersonFacts) -> set[int]:
    """Give the keys of one person: each address, and the name with each place and employer."""
    return {_number(word) for word in _words(facts)}


def _words(facts: PersonFacts) -> Iterator[str]:
    yield from (f"{kind}:{key}" for kind, key in facts.contact_keys())
    yield from (f"resume:{key}" for key in facts.resumes)
    anchors = [f"city:{facts.city}", f"headline:{facts.headline}", f"postcode:{facts.postcode}"]
    anchors = [anchor for anchor in anchors if not anchor.endswith(":")]
    strong = [f"employer:{employer}" for employer in sorted(facts.employers)]
    sounds = [_canonical(word) for word in name_words(facts.name)[:MOST_WORDS]]
    for anchor in (*anchors, *strong):
        yield from (f"{anchor}:{pair}" for pair in _pairs(sounds))
    strong += [anchor for anchor in anchors if anchor.startswith("postcode:")]
    for anchor in strong:
        yield from (f"{anchor}:{shortened}" for shortened in _shortened(sounds))


def _pairs(sounds: list[str]) -> Iterator[str]:
    """Give the first word with each other one, in either order: middle and second family names may be left out."""
    yield from (" ".join(sorted((sounds[0], other))) for other in sounds[1:])


def _shortened(sounds: list[str]) -> Iterator[str]:
    """Give the first and the last word, each with the other's initial: one of them may be short or misspelt."""
    if len(sounds) > 1:
        yield f"{sounds[0]} {sounds[-1][:1]}."
        yield f"{sounds[-1]} {sounds[0][:1]}."


def _canonical(word: str) -> str:
    return sound_of(min(identity_rules().long_forms.get(word, {word})))


def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big", signed=True)
