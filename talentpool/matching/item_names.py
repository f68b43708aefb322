"""What one item of an advert's list names: known skills and papers, or words of its own.

Words of its own count where a capital or digit makes them a name, where "experience with" stands right before them,
or where they are a short bullet by themselves. Anything else proposes nothing: what is missing a recruiter adds
sooner than they take away what is wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from talentpool.matching.requirement_words import AdvertWord

MOST_WORDS = 3
MOST_LISTED_WORDS = 2
"""Of words in lower case that only follow in a list."""
STRONG_NAME = re.compile(r"[A-Z]{2}|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]")
"""Acronyms, capitals inside a word, digits beside letters: a name wherever it stands."""
VERSION = re.compile(r".|\d.{1,2}")
"""A letter, or a sign that begins with a digit: "11g", "3U"."""
NO_NOUN = re.compile(r"(?:ed|al|ive|ous|ary|able|ible|less|ful)$")
"""How an English word ends that only describes another: "significant transactional"."""

KNOWN = ("skill", "papers.names", "papers.products", "languages")
AROUND = (
    "around.filler", "leads.nouns", "leads.links", "number", "stop", "wording.must", "wording.any_of", "around.verbs",
)  # fmt: skip
AFTER = (
    "around.filler", "around.generic", "around.tails", "around.soft", "wording.must", "wording.nice",
    "wording.and_so_on", "number", "papers.certificates", "papers.nouns", "leads.nouns", "languages",
)  # fmt: skip
"""What may follow a name within its item and say no more about it."""
ENDS_A_NAME = (
    "stop", "wording.any_of", "wording.must", "wording.nice", "leads.nouns", "leads.links", "around.verbs",
    "wording.neutral", "wording.boilerplate",
)  # fmt: skip
BEHIND = (
    "around.filler", "number", "leads.links", "stop", "wording.must", "wording.nice", "papers.certificates",
)  # fmt: skip
SAYS_LITTLE = (
    *AROUND,
    "around.generic",
    "around.tails",
    "wording.negated",
    "wording.nice",
    "wording.neutral",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an item stands: behind "experience with", alone as a short bullet, in a list of several."""

    is_led: bool
    is_alone: bool
    is_list: bool


def known_in(words: Sequence[AdvertWord]) -> tuple[str, ...]:
    """Give the skills, papers and languages an item names, each by its name."""
    return tuple(dict.fromkeys(word.label or word.written for word in words if word.has(*KNOWN)))


def name_in(words: Sequence[AdvertWord], place: Place) -> tuple[str, bool]:
    """Find the one thing an item without known names asks for; and say whether "experience with" leads it."""
    if any(word.has("around.soft") for word in words):
        return "", False
    paper = _paper(words)
    if paper:
        return paper, False
    leads = [n for n, word in enumerate(words) if word.has("leads.nouns")]
    for lead in leads:
        name = _sound(
            _object_of(words, lead) or _before(words, lead, least=1 if place.is_alone else 2), most=MOST_WORDS
        )
        if name:
            return name, True
    if leads:
        return "", True
    core = _core(words)
    if not core or any(word.has(*ENDS_A_NAME) for word in core):
        return "", False
    if place.is_alone and (_has_name(core) or len(core) <= MOST_LISTED_WORDS):
        return ("", False) if NO_NOUN.search(core[-1].written) else (_written(core), False)
    if place.is_led or _is_name(core, is_list=place.is_list):
        return _sound(core, most=MOST_LISTED_WORDS), False
    return "", False


def _sound(core: Sequence[AdvertWord], *, most: int) -> str:
    """Give the words if they can stand alone: a name, or a thing and not only how it is."""
    if _has_name(core):
        return _written(core) if len(core) <= MOST_WORDS else ""
    is_thing = 0 < len(core) <= most and not NO_NOUN.search(core[-1].written)
    return _written(core) if is_thing else ""


def _has_name(core: Sequence[AdvertWord]) -> bool:
    return any(not word.written.islower() for word in core)


def _paper(words: Sequence[AdvertWord]) -> str:
    """Read "Ohio teaching licence" or "CCRN certification"."""
    for n, word in enumerate(words):
        if word.has("papers.nouns", "papers.certificates"):
            start = n
            while (
                start > 0
                and n - start < MOST_WORDS
                and not words[start - 1].has(*ENDS_A_NAME, "around.filler", "number")
            ):
                start -= 1
            before = words[start:n]
            if not _core(before):
                continue
            is_acronym = len(before) == 1 and bool(STRONG_NAME.search(before[0].written))
            return _written(before if is_acronym else words[start : n + 1])
    return ""


def _object_of(words: Sequence[AdvertWord], lead: int) -> list[AdvertWord]:
    """Read what follows "experience with", past the words that only link."""
    place, linked = lead + 1, False
    if place < len(words) and words[place].written.endswith("ing"):
        place, linked = place + 1, True
    while place < len(words) and words[place].has(
        "leads.links", "around.filler", "around.verbs", "leads.nouns"
    ):
        linked = linked or words[place].has("leads.links", "around.verbs")
        place += 1
    end = next((n for n in range(place, len(words)) if words[n].has(*ENDS_A_NAME)), len(words))
    core = _core(words[place:end])
    ends_item = all(word.has(*AFTER) for word in words[end:])
    return core if linked and (ends_item or _has_name(core)) else []


def _before(words: Sequence[AdvertWord], lead: int, *, least: int) -> list[AdvertWord]:
    """Read what stands before "experience": "electronics packaging experience"."""
    start = lead
    while start > 0 and not words[start - 1].has(*ENDS_A_NAME, "number"):
        start -= 1
    core = _core(words[start:lead])
    return core if len(core) >= least else []


def _core(words: Sequence[AdvertWord]) -> list[AdvertWord]:
    """Drop words that say little at both ends; nothing is left if no word says anything."""
    start, end = 0, len(words)
    while start < end and words[start].has(*BEHIND, "around.verbs"):
        start += 1
    while end > start and words[end - 1].has(*BEHIND):
        end -= 1
    while end - start > 1 and words[end - 1].has("around.tails"):
        end -= 1
    kept = list(words[start:end])
    if kept and kept[0].gap.endswith("-"):
        return []
    return kept if any(not word.has(*SAYS_LITTLE) for word in kept) else []


def _is_name(core: Sequence[AdvertWord], *, is_list: bool) -> bool:
    if len(core) > MOST_WORDS or len(core) == 1 and VERSION.fullmatch(core[0].written):
        return False
    if all(STRONG_NAME.search(word.written) for word in core):
        return not all(word.has("around.generic") for word in core)
    return is_list and all(word.written[:1].isupper() or word.written[:1].isdigit() for word in core)


def _written(words: Sequence[AdvertWord]) -> str:
    text = "".join((word.gap if n else "") + word.written for n, word in enumerate(words))
    return " ".join(text.split())
