"""How one application ends: stage, reason and for how long it holds, or why that cannot be recorded. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from talentpool.candidates.models import Disposition, ReasonKind, Stage
from talentpool.candidates.reasons import KnownReason, months_later

HIRED = "hired"
AS_USUAL, WITHOUT_END = "usual", "open"
LONGEST_HOLD_MONTHS = 120
NEEDS_WORDS = frozenset({"not_a_fit", "other", "other_withdrawal"})
"""Reasons that say nothing by themselves: only with the recruiter's own words does anybody learn from them."""
SAYS_NOTHING = frozenset(
    {
        "",
        "not selected",
        "not a fit",
        "no fit",
        "rejected",
        "declined",
        "no",
        "other",
        "n a",
        "none",
        "unknown",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promised:
    """What somebody is promised, by whom and for when."""

    words: str
    due_on: date | None
    owner_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a recruiter has filled in for one application."""

    application_id: int
    outcome: str  # the code of a reason, or "hired"
    stage: Stage
    holds: str = AS_USUAL  # or a number of months, or "open"
    words: str = ""
    stood_out: str = ""
    is_strong_elsewhere: bool = False
    promise: Promised | None = None
    keep: bool = False
    letter: bool = False
    what_was_good: str = ""
    what_decided: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What is recorded with the application."""

    stage: Stage
    disposition: Disposition
    reason_id: int | None
    reason_text: str | None
    reason_holds_until: date | None
    ended_on: date
    is_strong_elsewhere: bool


def why_not_recordable(wanted: Wanted, reasons: Mapping[str, KnownReason]) -> str | None:
    """Say in a sentence what keeps an ending from being recorded; None when nothing does."""
    if wanted.outcome == HIRED:
        return None
    reason = reasons.get(wanted.outcome)
    if reason is None:
        given = f"{wanted.outcome!r} is no reason" if wanted.outcome else "There is no reason yet"
        return f"{given}; choose one of: {', '.join(one.label for one in reasons.values())}."
    if reason.code in NEEDS_WORDS and _plain(wanted.words) in SAYS_NOTHING:
        return f"“{reason.label}” alone tells nobody anything; add in your words what decided, or choose a reason that says it."
    if wanted.holds not in (AS_USUAL, WITHOUT_END) and not _is_months(wanted.holds):
        return f"{wanted.holds!r} is no number of months; write 1 to {LONGEST_HOLD_MONTHS}."
    return None


def ending_of(wanted: Wanted, reasons: Mapping[str, KnownReason], *, today: date) -> Ending:
    """Give what is recorded for an ending that may be."""
    reason = reasons.get(wanted.outcome)
    is_hired = reason is None
    return Ending(
        stage=Stage.HIRED if is_hired else wanted.stage,
        disposition=_disposition(reason),
        reason_id=reason.id if reason else None,
        reason_text=wanted.words.strip() or None,
        reason_holds_until=_holds_until(reason, wanted.holds, today) if reason else None,
        ended_on=today,
        is_strong_elsewhere=wanted.is_strong_elsewhere and not is_hired,
    )


def _disposition(reason: KnownReason | None) -> Disposition:
    if reason is None:
        return Disposition.HIRED
    if reason.kind is ReasonKind.WITHDRAWAL:
        return Disposition.WITHDRAWN
    return Disposition.ROLE_CLOSED if reason.code == Disposition.ROLE_CLOSED else Disposition.REJECTED


def _holds_until(reason: KnownReason, holds: str, today: date) -> date | None:
    if holds == AS_USUAL:
        return reason.holds_until(today)
    return None if holds == WITHOUT_END else months_later(today, int(holds))


def _is_months(holds: str) -> bool:
    return holds.isascii() and holds.isdigit() and 1 <= int(holds[:4]) <= LONGEST_HOLD_MONTHS


def _plain(words: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in words.casefold()).split())
