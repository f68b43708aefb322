"""Asks people whether we may keep them: one letter with a link, once, and never again while the answer is out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.consent.eligibility import Verdict
from talentpool.consent.keeping import has_been_asked, note_question
from talentpool.consent.models import ConsentCause, ConsentRequest
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.own_data_letters import Desk, OwnDataLetter, write_own_data_letter

LETTER = "keep_in_touch"
ASK_AGAIN_AFTER = timedelta(days=180)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Whom to ask, why, and in whose name."""

    candidate_id: int
    cause: ConsentCause
    recruiter_id: int | None = None


def ask_for_consent(session: Session, question: Question, desk: Desk) -> ConsentRequest | Verdict | None:
    """Ask one person by message; None where they were asked within half a year, a verdict where none may go.

    The caller's transaction holds both the letter and the note of it. Raises UnavailableError where nobody has
    said from which address we write.
    """
    now = desk.place.now
    hold_candidate(session, question.candidate_id)
    if has_been_asked(session, question.candidate_id, since=now - ASK_AGAIN_AFTER):
        return None
    letter = OwnDataLetter(
        candidate_id=question.candidate_id, name=LETTER, recruiter_id=question.recruiter_id
    )
    written = write_own_data_letter(session, letter, desk)
    if isinstance(written, Verdict):
        return written
    asked = note_question(session, question.candidate_id, question.cause, now=now)
    record_event(
        session,
        "consent_asked",
        object_kind="candidate",
        object_id=question.candidate_id,
        recruiter_id=question.recruiter_id,
        now=now,
        details={"cause": question.cause.value, "message_id": written.id},
    )
    return asked
