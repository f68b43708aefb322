"""What the engine knows of a person: the resume's words and, as plain values, the history with us."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What the signals are made of; whatever is unknown adds nothing.

    `stage_rank` runs from 0 (none) over 1 (applied) to 5 (offered) and 6 (hired); `rating` is 0..1.
    """

    stage_rank: int = 0
    silver_medalist: bool = False
    reason_lapses_on: date | None = None
    promise_open: bool = False
    rating: float | None = None
    resume_on: date | None = None
    replied: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolDocument:
    """One person of the pool as text, with the history beside it."""

    candidate_id: int
    text: str
    history: History = History()
