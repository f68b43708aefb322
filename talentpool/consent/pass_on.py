"""“May we pass your name to …?”: asked once for one recipient, answered by the person alone; silence means no.

A yes counts for that recipient and that purpose, for half a year, and is taken back with one press.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.consent.eligibility import day
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


_STANDING = (PassOnState.ASKED, PassOnState.YES)
_DECLINED = {
    PassOnState.NO: " and said no; nobody asks again.",
    PassOnState.SILENT: " and did not answer, which means no; nobody asks again.",
    PassOnState.TAKEN_BACK: " and took their yes back; nobody asks again.",
}


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
    """Write down that somebody is asked by letter; raises ConflictError for a question that may not be asked."""
    require_new_question(session, candidate_id, to, today=now.date())
    return _note(session, candidate_id, to, recruiter_id=recruiter_id, now=now)


def note_pass_on_agreed(
    session: Session, candidate_id: int, to: Recipient, *, how: str, recruiter_id: int, now: datetime
) -> PassOn:
    """Write down a yes that somebody gave by word of mouth, how, and who heard it.

    It counts after a no, too, since people change their minds; raises ConflictError while a question is out or agreed.
    """
    require_new_question(session, candidate_id, to, today=now.date(), by_letter=False)
    asked = _note(session, candidate_id, to, recruiter_id=recruiter_id, now=now)
    asked.text_version = None
    _say_yes(asked, how, now=now)
    return asked


def require_new_question(
    session: Session, candidate_id: int, to: Recipient, *, today: date, by_letter: bool = True
) -> None:
    """Raise ConflictError where the same question is out or agreed, or, for a letter, one was declined.

    The letter promises that nobody asks again; somebody who says yes of their own accord is heard all the same.
    """
    for known in load_pass_ons(session, candidate_id):
        state = state_of(known, today)
        same = _names(known.to_name, known.to_organisation) == _names(to.name, to.organisation)
        is_declined = by_letter and known.text_version is not None and state in _DECLINED
        if same and (state in _STANDING or is_declined):
            words = (
                f"They were asked about {to.name}, {to.organisation} on {day(known.asked_at.date())} already"
            )
            raise ConflictError(f"{words}{_DECLINED.get(state, '.')}")


def _names(name: str, organisation: str) -> tuple[str, str]:
    return name.casefold(), organisation.casefold()


def _note(session: Session, candidate_id: int, to: Recipient, *, recruiter_id: int, now: datetime) -> PassOn:
    asked = PassOn(
        candidate_id=candidate_id,
        to_name=to.name,
        to_organisation=to.organisation,
        why=to.why,
        with_resume=to.with_resume,
        asked_by=recruiter_id,
        asked_at=now,
        text_version=TEXT_VERSION,
        answer_by=now.date() + timedelta(days=ANSWER_DAYS),
    )
    session.add(asked)
    session.flush()
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
