"""What the engine knows of a person: the resume's words and, as plain values, the history with us."""

from collections.abc import Callable
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

    @property
    def characters(self) -> int:
        """Say how long the text is."""
        return len(self.text)

    def read(self) -> "PoolDocument":
        """Give itself: its text is there."""
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadDocument:
    """One person whose text is still to be made, which may happen in another process: `make` has to get there."""

    candidate_id: int
    make: Callable[[], str]
    characters: int  # about as many as the text will have
    history: History = History()

    def read(self) -> PoolDocument:
        """Make the text."""
        return PoolDocument(candidate_id=self.candidate_id, text=self.make(), history=self.history)


AnyDocument = PoolDocument | UnreadDocument
