"""Proposes requirements from the wording of an advert; the recruiter edits them.

A line counts by its heading ("Requirements", "Nice to have") or by its own wording ("must", "a plus"). From it
come the named skills it mentions; a short bullet without one is proposed as it is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import fold, words_of

MOST_REQUIREMENTS = 24
LONGEST_BULLET_WORDS = 4

BULLET = re.compile(r"^\s*(?:[-*•–·▪◦o‣]|\d{1,2}[.)])\s+")  # noqa: RUF001 - bullets as adverts write them
SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|(?<=[a-z)][.;!?])(?=[A-Z])")
INLINE_HEADING = re.compile(
    r"(?<!\w)([A-Z][\w'&/-]{2,30}(?:[ \u00a0](?:[A-Z][\w'&/-]{0,30}|to|and|of|the|haves?|you|in|for)){0,5}[ \u00a0]?:)"
)
GO_LANGUAGE = re.compile(
    r"\b(?:[Gg]olang|Go(?=\s*[,/)(;]|\s+(?:developer|programming|language|and\b|or\b)))|(?<=[,/(])\s?Go\b"
)
""""Go" is mostly a verb: it is proposed only where it stands like a language."""
MUST_HEADING = re.compile(
    r"\b(?:requirements?|must.haves?|qualifications|what you(?:'ll)? (?:need|bring)|required|essential|your profile"
    r"|anforderungen|ihr profil|profil recherche|exigences|requisitos)\b"
)
NICE_HEADING = re.compile(
    r"\b(?:nice.to.haves?|preferred|bonus|desirable|a plus|wunschenswert|atouts?|deseable)\b"
)
MUST_WORDING = re.compile(
    r"\b(?:must|required|requires?|mandatory|essential|minimum|at least|proficien\w+|zwingend|erforderlich"
    r"|indispensable|imprescindible)\b"
)
NICE_WORDING = re.compile(
    r"\b(?:nice to have|preferred|preferably|desirable|a plus|an advantage|an asset|bonus|von vorteil|un plus)\b"
)
LONGEST_HEADING_WORDS = 7
SAYS_LITTLE = re.compile(
    r"\b(?:certifications?|certificates?|certified|valid|experience|knowledge|skills?"
    r"|fluent|fluency|excellent|strong|solid|good|proven|basic|advanced|native|level|in|of|with)\b",
    re.IGNORECASE,
)
"""Words around what a short bullet asks for; nobody writes "fluent English" into a resume."""


class Importance(StrEnum):
    """How much a requirement matters; only a filter leaves anybody out."""

    IMPORTANT = "important"
    NICE = "nice"
    FILTER = "filter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """Something the role asks for; mentioning any one of the wordings meets it."""

    any_of: tuple[str, ...]
    importance: Importance


def propose_requirements(text: str, settings: MatchingSettings) -> tuple[Requirement, ...]:
    """Propose what a role requires, important ones first seen first; never a filter."""
    importance_by_wording: dict[str, Importance] = {}
    for sentence, importance in _requiring_sentences(text):
        for wording in _wordings(sentence, settings):
            before = importance_by_wording.get(wording)
            if before is None or importance is Importance.IMPORTANT:
                importance_by_wording[wording] = importance
    proposed = [Requirement(any_of=(w,), importance=i) for w, i in importance_by_wording.items()]
    proposed.sort(key=lambda requirement: requirement.importance is Importance.NICE)
    return tuple(proposed[:MOST_REQUIREMENTS])


def _requiring_sentences(text: str) -> Iterator[tuple[str, Importance]]:
    """Give the sentences that require something, with how much."""
    section: Importance | None = None
    for line in INLINE_HEADING.sub(r"\n\1\n", text).splitlines():
        if _is_heading(line):
            section = _section(fold(line))
            continue
        for sentence in SENTENCE_END.split(line):
            importance = _by_wording(fold(sentence)) or (section if BULLET.match(line) or section else None)
            if importance:
                yield sentence, importance


def _is_heading(line: str) -> bool:
    plain = line.strip()
    short = 0 < len(plain.split()) <= LONGEST_HEADING_WORDS
    return (
        short
        and not BULLET.match(line)
        and (plain.endswith(":") or plain[-1:].isalpha() and plain[:1].isupper())
    )


def _section(heading: str) -> Importance | None:
    if NICE_HEADING.search(heading):
        return Importance.NICE
    return Importance.IMPORTANT if MUST_HEADING.search(heading) else None


def _by_wording(sentence: str) -> Importance | None:
    if NICE_WORDING.search(sentence):
        return Importance.NICE
    return Importance.IMPORTANT if MUST_WORDING.search(sentence) else None


def _wordings(sentence: str, settings: MatchingSettings) -> list[str]:
    """Name the known skills of a sentence, or give a short bullet as it stands."""
    rules = settings.text
    skills = [skill for skill in rules.skills_in(sentence) if skill != "go" or GO_LANGUAGE.search(sentence)]
    if skills:
        return skills
    bullet = BULLET.sub("", sentence).strip(" .;,:")
    plain = " ".join(SAYS_LITTLE.sub(" ", bullet).split()).strip(" .;,:") or bullet
    words = words_of(plain)
    carrying = [word for word in words if rules.is_term(word) and not rules.is_stop_word(word)]
    is_short_bullet = BULLET.match(sentence) is not None and 0 < len(words) <= LONGEST_BULLET_WORDS
    return [plain] if is_short_bullet and carrying else []
