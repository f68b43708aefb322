"""Asking a history without consent: who was never asked, how those who were have answered, and the next ones."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.consent.models import ConsentCause, ConsentRequest, LawfulBasis, Suppression
from talentpool.outreach.consent_letters import LETTER, Question, ask_for_consent
from talentpool.outreach.models import Message
from talentpool.outreach.outbox import WAITING
from talentpool.outreach.own_data_letters import (
    Desk,
    LetterPreview,
    OwnDataLetter,
    preview_own_data_letter,
)

KIND = "ask_for_consent"  # of the work a press asks for
AT_ONCE = 100  # letters in the outbox, which sends no more an hour than the settings allow


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """How asking stands, in people."""

    to_ask: int  # no basis on record, an address that works, never asked
    asked: int
    yes: int
    no: int
    expired: int  # no answer in time, which means no
    in_outbox: int  # letters that ask and have not left yet

    @property
    def waiting(self) -> int:
        """Count those who may still answer."""
        return self.asked - self.yes - self.no - self.expired

    @property
    def next(self) -> int:
        """Count whom a press asks: no more than there is room for before the letters of earlier ones have left."""
        return min(self.to_ask, _room(self.in_outbox))


def look_at_campaign(session: Session, *, today: date) -> Campaign:
    """Count who is to be asked and how those asked have answered."""
    asked = select(ConsentRequest).where(ConsentRequest.cause == ConsentCause.CAMPAIGN)
    answers = list(session.scalars(asked))
    return Campaign(
        to_ask=session.scalar(select(func.count()).select_from(_to_ask().subquery())) or 0,
        asked=len(answers),
        yes=sum(one.said_yes is True for one in answers),
        no=sum(one.said_yes is False for one in answers),
        expired=sum(one.said_yes is None and one.ends_on < today for one in answers),
        in_outbox=_count_in_outbox(session),
    )


def preview_for_the_next(session: Session, desk: Desk, *, recruiter_id: int) -> LetterPreview | None:
    """Give the letter as the next person would read it; None where nobody is left. Raises as writing it does."""
    next_id = session.scalar(_to_ask().order_by(Candidate.id).limit(1))
    if next_id is None:
        return None
    letter = OwnDataLetter(candidate_id=next_id, name=LETTER, recruiter_id=recruiter_id)
    return preview_own_data_letter(session, letter, desk)


def list_to_ask(session: Session) -> list[int]:
    """List whom to ask, each once, by their number."""
    return list(session.scalars(_to_ask().order_by(Candidate.id)))


def count_asked(session: Session, *, since: datetime) -> int:
    """Count whom a press has asked by now."""
    asked = select(func.count()).where(
        ConsentRequest.cause == ConsentCause.CAMPAIGN, ConsentRequest.asked_at >= since
    )
    return session.scalar(asked) or 0


def ask_one(session: Session, candidate_id: int, desk: Desk, *, recruiter_id: int | None) -> bool:
    """Ask one person; False where no letter may go, or they were asked meanwhile."""
    question = Question(candidate_id=candidate_id, cause=ConsentCause.CAMPAIGN, recruiter_id=recruiter_id)
    return isinstance(ask_for_consent(session, question, desk), ConsentRequest)


def _room(in_outbox: int) -> int:
    return max(0, AT_ONCE - in_outbox)


def _count_in_outbox(session: Session) -> int:
    waiting = select(func.count()).where(Message.template == LETTER, Message.state.in_(WAITING))
    return session.scalar(waiting) or 0


def _to_ask() -> Select[int]:
    return select(Candidate.id).where(
        ~exists().where(LawfulBasis.candidate_id == Candidate.id),
        ~exists().where(ConsentRequest.candidate_id == Candidate.id),
        ~exists().where(Suppression.candidate_id == Candidate.id, Suppression.lifted_at.is_(None)),
        exists().where(CandidateEmail.candidate_id == Candidate.id, CandidateEmail.bounced_at.is_(None)),
    )
