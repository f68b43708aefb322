"""“May we pass your name to …?”: asked once for one recipient, answered by the person alone; silence means no.

A yes counts for that recipient and that purpose, for half a year, and is taken back with one press.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.consent.models import PassOn
from talentpool.errors import ConflictError, NotFoundError

ANSWER_DAYS = 28  # as the letter says
YES_DAYS = 183  # half a year, as the letter says: the purpose of an introduction does not last longer
TEXT_VERSION = "may_we_pass_on/1"
BY_LINK = "their own link"
LONGEST_NAME, LONGEST_WHY, LONGEST_HOW = 160, 500, 320


class PassOnState(StrEnum):
    """How a question stands today."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    SILENT = "silent"
    OVER = "over"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """To whom a name may go, why, and whether the resume goes with it."""

    name: str
    organisation: str
    why: str
    with_resume: bool


def state_of(asked: PassOn, today: date) -> PassOnState:
    """Say how a question stands: only a yes that still holds lets a name out."""
    if asked.taken_back_at is not None:
        return PassOnState.TAKEN_BACK
    if asked.said_yes is None:
        return PassOnState.ASKED if today <= asked.answer_by else PassOnState.SILENT
    if not asked.said_yes:
        return PassOnState.NO
    holds = asked.holds_until is not None and today <= asked.holds_until
    return PassOnState.YES if holds else PassOnState.OVER


def note_pass_on_asked(
    session: Session, candidate_id: int, to: Recipient, *, recruiter_id: int, now: datetime
) -> PassOn:
    """Write down that somebody is asked by letter; raises ConflictError while the same question is out or agreed."""
    today = now.date()
    for known in load_pass_ons(session, candidate_id):
        same = (known.to_name.casefold(), known.to_organisation.casefold()) == (
            to.name.casefold(),
            to.organisation.casefold(),
        )
        if same and state_of(known, today) in (PassOnState.ASKED, PassOnState.YES):
            raise ConflictError(
                f"They were asked about {to.name}, {to.organisation} on {known.asked_at:%d %B %Y} already."
            )
    asked = PassOn(
        candidate_id=candidate_id,
        to_name=to.name,
        to_organisation=to.organisation,
        why=to.why,
        with_resume=to.with_resume,
        asked_by=recruiter_id,
        asked_at=now,
        text_version=TEXT_VERSION,
        answer_by=today + timedelta(days=ANSWER_DAYS),
    )
    session.add(asked)
    session.flush()
    return asked


def note_pass_on_agreed(
    session: Session, candidate_id: int, to: Recipient, *, how: str, recruiter_id: int, now: datetime
) -> PassOn:
    """Write down a yes that somebody gave by word of mouth, how, and who heard it."""
    asked = note_pass_on_asked(session, candidate_id, to, recruiter_id=recruiter_id, now=now)
    asked.text_version = None
    _say_yes(asked, how, now=now)
    return asked


def say_yes_to_pass_on(asked: PassOn, *, now: datetime) -> bool:
    """Record a yes by the link while one counts; False where its time is over. Once more changes nothing."""
    if state_of(asked, now.date()) is PassOnState.YES:
        return True
    if now.date() > asked.answer_by:
        return False
    asked.taken_back_at = None
    _say_yes(asked, BY_LINK, now=now)
    return True


def say_no_to_pass_on(asked: PassOn, *, how: str = BY_LINK, now: datetime) -> None:
    """Record a no, or take a yes back, at any time; once more changes nothing."""
    if asked.taken_back_at is not None or asked.said_yes is False:
        return
    if asked.said_yes:
        asked.taken_back_at = now
        return
    asked.said_yes, asked.answered_at, asked.answered_how = False, now, how


def note_passed_on(asked: PassOn, *, recruiter_id: int, now: datetime) -> None:
    """Record that the name went out; raises ConflictError without a yes that holds."""
    if state_of(asked, now.date()) is not PassOnState.YES:
        raise ConflictError("There is no yes to this that holds; ask first, then pass the name on.")
    asked.passed_at, asked.passed_by = now, recruiter_id


def get_pass_on(session: Session, pass_on_id: int) -> PassOn:
    """Load one question; raises NotFoundError."""
    asked = session.get(PassOn, pass_on_id)
    if asked is None:
        raise NotFoundError(f"There is no question {pass_on_id} about passing a name on.")
    return asked


def load_pass_ons(session: Session, candidate_id: int) -> list[PassOn]:
    """Load every question to one person, the newest first."""
    asked = select(PassOn).where(PassOn.candidate_id == candidate_id)
    return list(session.scalars(asked.order_by(PassOn.id.desc())))


def _say_yes(asked: PassOn, how: str, *, now: datetime) -> None:
    asked.said_yes, asked.answered_at, asked.answered_how = True, now, how
    asked.holds_until = now.date() + timedelta(days=YES_DAYS)
