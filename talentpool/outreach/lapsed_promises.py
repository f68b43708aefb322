"""The honest letter about a promise whose day has come and for which nothing has: “nothing yet, shall we keep you?”"""

from sqlalchemy.orm import Session

from talentpool.candidates.models import Promise
from talentpool.candidates.promises import let_go_of_promise
from talentpool.consent.eligibility import Verdict
from talentpool.consent.keeping import has_been_asked, note_question
from talentpool.consent.models import ConsentCause
from talentpool.errors import ConflictError
from talentpool.outreach.consent_letters import ASK_AGAIN_AFTER
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.models import Message
from talentpool.outreach.own_data_letters import (
    Desk,
    LetterPreview,
    OwnDataLetter,
    preview_own_data_letter,
    write_own_data_letter,
)

LETTER = "promise_lapsed"
TEXT_VERSION = "promise_lapsed/2"


def preview_that_nothing_came(
    session: Session, promise: Promise, *, recruiter_id: int, desk: Desk
) -> LetterPreview:
    """Give the letter as it would be queued now, and write nothing; raises as writing it does."""
    return preview_own_data_letter(session, _letter(promise, recruiter_id), desk)


def write_that_nothing_came(
    session: Session, promise: Promise, *, recruiter_id: int, desk: Desk
) -> Message | Verdict:
    """Queue the letter, let the promise go, and note that it asks whether we may keep them; or say what forbids it.

    Raises ConflictError for a promise that is settled, UnavailableError where nobody has said from which address we
    write.
    """
    hold_candidate(session, promise.candidate_id)
    session.refresh(promise)
    written = write_own_data_letter(session, _letter(promise, recruiter_id), desk)
    if isinstance(written, Verdict):
        return written
    now = desk.place.now
    let_go_of_promise(session, promise, now=now)
    if not has_been_asked(session, promise.candidate_id, since=now - ASK_AGAIN_AFTER):
        note_question(session, promise.candidate_id, ConsentCause.BY_HAND, now=now, text_version=TEXT_VERSION)
    return written


def _letter(promise: Promise, recruiter_id: int) -> OwnDataLetter:
    if promise.kept_at is not None or promise.let_go_at is not None:
        raise ConflictError("This promise is settled already; nothing was written.")
    return OwnDataLetter(
        candidate_id=promise.candidate_id, name=LETTER, recruiter_id=recruiter_id, promise=promise
    )
