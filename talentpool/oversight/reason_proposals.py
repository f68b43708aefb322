"""Why an application may have ended, read off what the history holds; always with the ground it stands on. Pure.

The source's own words go first, then what interviewers and notes say, then what became of the role. A proposal is
for a person to accept: nothing is changed by it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from talentpool.candidates.models import ReasonKind, Stage
from talentpool.imports.meanings import MOST_WORDS
from talentpool.imports.vocabulary import Vocabulary

SOMEBODY_HIRED, ROLE_CLOSED = "stronger_candidate_hired", "role_closed"
LONGEST_QUOTE = 160
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|[\r\n]+")


class Ground(StrEnum):
    """What a proposal stands on."""

    SOURCE = "source"
    INTERVIEWERS = "interviewers"
    NOTE = "note"
    HIRED_OTHER = "hired_other"
    ROLE_CLOSED = "role_closed"


GROUND_WORDS = {
    Ground.SOURCE: "The record’s own words say so.",
    Ground.INTERVIEWERS: "The interviewers wrote so.",
    Ground.NOTE: "A note says so.",
    Ground.HIRED_OTHER: "They came to the final round, and somebody else was hired.",
    Ground.ROLE_CLOSED: "The role was closed, and no hire is on record.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What the history holds about one application that ended without a telling reason."""

    application_id: int
    kind: ReasonKind
    stage: Stage
    source_words: tuple[str, ...] = ()
    interviewer_words: str | None = None
    notes: tuple[str, ...] = ()
    role_closed_on: date | None = None
    was_somebody_hired: bool | None = None  # None where we know no role


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A reason by its code, what it stands on, and the words themselves where there are some."""

    code: str
    ground: Ground
    quote: str | None = None


def propose(ending: Ending, vocabulary: Vocabulary, *, telling: Collection[str]) -> Proposal | None:
    """Propose a reason out of `telling`, the codes that say something; None where the history is silent."""
    found = _said(ending, vocabulary, telling)
    return found if found is not None else _from_the_role(ending, telling)


def _said(ending: Ending, vocabulary: Vocabulary, telling: Collection[str]) -> Proposal | None:
    meanings = vocabulary.reasons[ending.kind]
    for ground, words in _texts(ending):
        weight, code = meanings.weigh(words)
        # One word inside prose says little ("experience"), a phrase says something ("lack of experience").
        enough = 1 if ground is Ground.SOURCE else MOST_WORDS + 1
        if code in telling and code is not None and weight >= enough:
            return Proposal(code=code, ground=ground, quote=words[:LONGEST_QUOTE])
    return None


def _texts(ending: Ending) -> Iterator[tuple[Ground, str]]:
    for words in ending.source_words:
        yield Ground.SOURCE, words.strip()
    for sentence in _sentences(ending.interviewer_words or ""):
        yield Ground.INTERVIEWERS, sentence
    for note in ending.notes:
        for sentence in _sentences(note):
            yield Ground.NOTE, sentence


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def _from_the_role(ending: Ending, telling: Collection[str]) -> Proposal | None:
    """Say what became of the role; only where we rejected, for people who leave have reasons of their own."""
    if ending.kind is not ReasonKind.REJECTION:
        return None
    came_far = ending.stage in (Stage.FINAL_ROUND, Stage.OFFERED)
    if ending.was_somebody_hired and came_far and SOMEBODY_HIRED in telling:
        return Proposal(code=SOMEBODY_HIRED, ground=Ground.HIRED_OTHER)
    if ending.was_somebody_hired is False and ending.role_closed_on is not None and ROLE_CLOSED in telling:
        return Proposal(code=ROLE_CLOSED, ground=Ground.ROLE_CLOSED)
    return None
