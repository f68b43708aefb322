"""Asks somebody by letter whether their name may be passed on.

The letter is in our interest and a third party's, so it is an unasked first contact: it needs a basis, rests hold it
back, and it starts one. Only in an open conversation it is an answer.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.contact_records import About, address_of, load_contact_records
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import MessagePurpose, Verdict
from talentpool.consent.link_token import pass_on_token
from talentpool.consent.models import PassOn
from talentpool.consent.pass_on import Recipient, note_pass_on_asked, require_new_question
from talentpool.consent.suppression import suppression_key
from talentpool.outreach.compose import writer_of
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.languages import ENGLISH, letter_words
from talentpool.outreach.own_data_letters import (
    Desk,
    LetterPreview,
    OwnDataLetter,
    preview_own_data_letter,
    sender_for,
    write_own_data_letter,
)
from talentpool.outreach.templates import one_line

LETTER = "may_we_pass_on"
FIELDS = (
    "to_whom",
    "to_organisation",
    "why_pass_on",
    "what_is_passed",
    "pass_on_page",
)  # of this letter alone
NO_LINK_YET = "[the link to say yes or no]"


@dataclass(frozen=True, kw_only=True, slots=True)
class PassOnQuestion:
    """Whom to ask, to whom their name would go, and in whose name."""

    candidate: Candidate
    to: Recipient
    recruiter_id: int


def ask_to_pass_on(session: Session, question: PassOnQuestion, desk: Desk) -> PassOn | Verdict:
    """Queue the letter and note the question in one transaction, or say what forbids it.

    Raises ConflictError where the same question is out or was answered, UnavailableError where nobody has said from
    which address we write.
    """
    own, now = question.recruiter_id, desk.place.now
    hold_candidate(
        session, question.candidate.id
    )  # before anything is written that two would wait for crosswise
    asked = note_pass_on_asked(session, question.candidate.id, question.to, recruiter_id=own, now=now)
    page = _answer_page(asked, question.candidate, desk)
    written = write_own_data_letter(session, _letter(session, question, desk, page=page), desk)
    if isinstance(written, Verdict):
        session.delete(asked)
        session.flush()
        return written
    record_event(
        session,
        "pass_on_asked",
        object_kind="candidate",
        object_id=question.candidate.id,
        recruiter_id=own,
        now=now,
        details={"pass_on_id": asked.id, "message_id": written.id},
    )
    return asked


def preview_pass_on(session: Session, question: PassOnQuestion, desk: Desk) -> LetterPreview:
    """Give the letter as it would be queued now, without a link that answers it; raises as asking does."""
    today = desk.place.now.date()
    require_new_question(session, question.candidate.id, question.to, today=today)
    return preview_own_data_letter(session, _letter(session, question, desk, page=NO_LINK_YET), desk)


def what_is_passed(asked: PassOn | Recipient, language: str = ENGLISH) -> str:
    """Say in words what goes to the recipient."""
    words = letter_words(language)
    return words.name_and_resume if asked.with_resume else words.name_and_contact


def _letter(session: Session, question: PassOnQuestion, desk: Desk, *, page: str) -> OwnDataLetter:
    candidate, to = question.candidate, question.to
    writer = writer_of(sender_for(session, candidate, question.recruiter_id), None, desk.mail)
    return OwnDataLetter(
        candidate_id=candidate.id,
        name=LETTER,
        recruiter_id=question.recruiter_id,
        purpose=_purpose(session, candidate.id, desk, today=desk.place.now.date()),
        more={
            "to_whom": one_line(f"{to.name} ({to.organisation})"),
            "to_organisation": one_line(to.organisation),
            "why_pass_on": one_line(to.why),
            "what_is_passed": what_is_passed(to, writer.language),
            "pass_on_page": page,
        },
    )


def _purpose(session: Session, candidate_id: int, desk: Desk, *, today: date) -> MessagePurpose:
    policy, about = load_contact_policy(session), About(secret=desk.place.secret)
    records = load_contact_records(session, [candidate_id], policy, today=today, about=about)
    in_conversation = records[candidate_id].in_conversation
    return MessagePurpose.ANSWER if in_conversation else MessagePurpose.FIRST_CONTACT


def _answer_page(asked: PassOn, candidate: Candidate, desk: Desk) -> str:
    address, place = address_of(candidate), desk.place
    hashed = suppression_key(place.secret, "email", address.address_key if address else "")
    return f"{place.public_url.rstrip('/')}/pass-on/{pass_on_token(place.secret, asked.id, hashed, now=place.now)}"
