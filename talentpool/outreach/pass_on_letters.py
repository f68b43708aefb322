"""Asks somebody by letter whether their name may be passed on.

The letter is in our interest and a third party's, so it is an unasked first contact: it needs a basis, rests hold it
back, and it starts one. Only in an open conversation it is an answer.
"""

from datetime import date

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.contact_records import About, address_of, load_contact_records
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import MessagePurpose, Verdict
from talentpool.consent.link_token import pass_on_token
from talentpool.consent.models import PassOn
from talentpool.consent.pass_on import Recipient, note_pass_on_asked
from talentpool.consent.suppression import suppression_key
from talentpool.outreach.compose import writer_of
from talentpool.outreach.languages import ENGLISH, letter_words
from talentpool.outreach.own_data_letters import Desk, OwnDataLetter, sender_for, write_own_data_letter
from talentpool.outreach.templates import one_line

LETTER = "may_we_pass_on"


def ask_to_pass_on(
    session: Session,
    candidate: Candidate,
    to: Recipient,
    *,
    recruiter_id: int,
    desk: Desk,
) -> PassOn | Verdict:
    """Queue the letter and note the question in one transaction, or say what forbids it.

    Raises ConflictError where the same question is out, UnavailableError where nobody has said from which address we
    write.
    """
    asked = note_pass_on_asked(session, candidate.id, to, recruiter_id=recruiter_id, now=desk.place.now)
    writer = writer_of(sender_for(session, candidate, recruiter_id), None, desk.mail)
    purpose = _purpose(session, candidate.id, desk, today=desk.place.now.date())
    letter = OwnDataLetter(
        candidate_id=candidate.id,
        name=LETTER,
        recruiter_id=recruiter_id,
        purpose=purpose,
        more=_fields(asked, candidate, desk, language=writer.language),
    )
    written = write_own_data_letter(session, letter, desk)
    if isinstance(written, Verdict):
        session.delete(asked)
        session.flush()
        return written
    record_event(
        session,
        "pass_on_asked",
        object_kind="candidate",
        object_id=candidate.id,
        recruiter_id=recruiter_id,
        now=desk.place.now,
        details={"pass_on_id": asked.id, "message_id": written.id},
    )
    return asked


def what_is_passed(asked: PassOn, language: str = ENGLISH) -> str:
    """Say in words what goes to the recipient."""
    words = letter_words(language)
    return words.name_and_resume if asked.with_resume else words.name_and_contact


def _purpose(session: Session, candidate_id: int, desk: Desk, *, today: date) -> MessagePurpose:
    policy, about = load_contact_policy(session), About(secret=desk.place.secret)
    records = load_contact_records(session, [candidate_id], policy, today=today, about=about)
    in_conversation = records[candidate_id].in_conversation
    return MessagePurpose.ANSWER if in_conversation else MessagePurpose.FIRST_CONTACT


def _fields(asked: PassOn, candidate: Candidate, desk: Desk, *, language: str) -> dict[str, str]:
    address, place = address_of(candidate), desk.place
    hashed = suppression_key(place.secret, "email", address.address_key if address else "")
    token = pass_on_token(place.secret, asked.id, hashed, now=place.now)
    return {
        "to_whom": one_line(f"{asked.to_name} ({asked.to_organisation})"),
        "to_organisation": one_line(asked.to_organisation),
        "why_pass_on": one_line(asked.why),
        "what_is_passed": what_is_passed(asked, language),
        "pass_on_page": f"{place.public_url.rstrip('/')}/pass-on/{token}",
    }
