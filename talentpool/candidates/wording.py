"""How stages, endings and facts read on a page: fixed sentences, so every page says the same."""

from dataclasses import dataclass
from datetime import date, datetime

from talentpool.candidates.models import (
    Application,
    ContactChannel,
    Direction,
    Disposition,
    FactKind,
    ReasonHold,
    Stage,
)

STAGE_WORDS = {
    Stage.APPLIED: "applied",
    Stage.SCREENED: "screened",
    Stage.INTERVIEWED: "interviewed",
    Stage.FINAL_ROUND: "final round",
    Stage.OFFERED: "offered",
    Stage.HIRED: "hired",
}
DISPOSITION_WORDS = {
    Disposition.HIRED: "hired",
    Disposition.REJECTED: "rejected",
    Disposition.WITHDRAWN: "withdrew",
    Disposition.ROLE_CLOSED: "role was closed",
    Disposition.UNKNOWN: "ending not recorded",
}
FACT_WORDS = {
    FactKind.PAY_EXPECTATION: "Expects",
    FactKind.NOTICE: "Notice",
    FactKind.RIGHT_TO_WORK: "Work permit",
    FactKind.LANGUAGE: "Languages",
    FactKind.SENIORITY: "Seniority",
    FactKind.LOCATION: "Location",
    FactKind.CONTRACT_TYPE: "Contract",
}
CHANNEL_WORDS = {
    ContactChannel.EMAIL: "E-mail",
    ContactChannel.CALL: "Call",
    ContactChannel.LINKEDIN: "LinkedIn message",
    ContactChannel.SMS: "SMS",
    ContactChannel.OTHER: "Contact",
}
DIRECTION_WORDS = {Direction.OURS: "from us", Direction.THEIRS: "from the candidate"}


def application_outcome(application: Application, *, today: date) -> str:
    """Say how far an application got and how it ended, for instance `Final round, rejected: lacks a skill`."""
    parts = [STAGE_WORDS[application.stage].capitalize()]
    if application.disposition is None:
        return f"{parts[0]}, still open"
    if application.disposition is not Disposition.HIRED:
        parts.append(DISPOSITION_WORDS[application.disposition])
    elif application.stage is not Stage.HIRED:
        parts.append("hired")
    outcome = ", ".join(parts)
    reason = reason_words(application)
    if reason is None or _repeats_ending(reason, application.disposition):
        return outcome
    return f"{outcome}: {reason}" + (" (no longer applies)" if has_lapsed(application, today=today) else "")


def _repeats_ending(reason: str, disposition: Disposition) -> bool:
    """Say whether a reason tells no more than the ending: `The role was closed`."""
    return disposition is Disposition.ROLE_CLOSED and DISPOSITION_WORDS[disposition] in reason.casefold()


def reason_words(application: Application) -> str | None:
    """Name the reason of an ending in our words, else in the source's; None when nobody recorded one."""
    if application.reason is not None:
        return application.reason.label
    return application.reason_text or None


def has_lapsed(application: Application, *, today: date) -> bool:
    """Say whether the reason was one that holds for a time, and that time is over."""
    if application.reason is None or application.reason.hold is ReasonHold.PERMANENT:
        return False
    until = application.reason_holds_until
    return until is not None and until < today


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceWord:
    """That a state is another system's word: as of when, and whether it could be another by now."""

    as_of: datetime
    may_have_changed: bool


def source_word(application: Application) -> SourceWord | None:
    """Tell as of when another system said how an application stands; None for what was entered here."""
    if application.as_of is None:
        return None
    has_no_ending = application.disposition in (None, Disposition.UNKNOWN)
    return SourceWord(as_of=application.as_of, may_have_changed=has_no_ending)
