"""The outbox: a message is written with the decision, claimed once for each try, and its fate recorded.

From its queueing on a message stands as a contact with the candidate, so that the cool-down holds for
everybody at once; a message that cannot have reached anybody takes its contact back. What was being sent when
its sender died is `unknown`: a person decides, nothing is sent again by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.contact_records import WAITING_WORDS, address_of
from talentpool.candidates.models import Candidate, CandidateEmail, Contact, ContactChannel, Direction
from talentpool.consent.eligibility import MessagePurpose, Refusal, Verdict
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from talentpool.outreach.compose import Addressed
from talentpool.outreach.guard import (
    Guard,
    hold_candidate,
    hold_message,
    verdict_when_queued,
    verdict_when_sent,
)
from talentpool.outreach.mail_transport import Answer, Fate
from talentpool.outreach.mime import ascii_domain
from talentpool.outreach.models import Message, MessageState
from talentpool.roles.models import Role

RETRY_MINUTES = (1, 5, 15, 60, 240, 720)  # after each failed try; when they are used up, it has failed
REFUSED_PAUSE = timedelta(
    minutes=5
)  # of a message that met a refusal of ours; those of other senders go first then
WAITING = (MessageState.PENDING, MessageState.RETRYING)
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a recruiter decided: write this to somebody, and what to set aside for it, with the reason."""

    candidate_id: int
    role: Role | None
    recruiter_id: int
    purpose: MessagePurpose
    template: str
    overriding: frozenset[Refusal] = frozenset()
    reason: str = ""
    follow_up_days: int | None = None  # remind once after so many, unless answered
    follows: Message | None = None  # the message this one reminds of


def queue_message(
    session: Session, order: Order, letter: Addressed, guard: Guard, *, now: datetime
) -> Message | Verdict:
    """Write a message into the outbox, or give the verdict that forbids it; the caller's commit decides both.

    Raises InvalidInputError for an override without a reason, NotFoundError for somebody who is gone.
    """
    verdict = verdict_when_queued(
        session,
        order.candidate_id,
        order.role,
        guard,
        purpose=order.purpose,
        overriding=order.overriding,
        today=now.date(),
        template=order.template,
        follows=order.follows,
    )
    if not verdict.may_go:
        return verdict
    if verdict.overridden and not order.reason.strip():
        raise InvalidInputError("Say why this is sent although something stands against it; it is kept.")
    candidate = session.get(Candidate, order.candidate_id)
    address = address_of(candidate)
    if candidate is None or address is None:
        raise NotFoundError(f"There is no candidate {order.candidate_id} to write to.")
    message = message_of(order, letter, verdict, address.address, now=now)
    message.contact_id = stand_as_contact(session, order, is_unasked=verdict.is_unasked, now=now)
    session.add(message)
    session.flush()
    _record(session, message, "message_queued", now=now)
    if verdict.overridden:
        _record(session, message, "contact_refusal_overridden", now=now)
    return message


def claim_next(
    session: Session, guard: Guard, *, fence: int, now: datetime, full_domains: frozenset[str]
) -> Message | None:
    """Take the message that has been due longest, checked again; None when nothing may be sent now.

    Those that may not go any more are stopped on the way. The caller commits before anything leaves.
    """
    while (message := _first_due(session, now, full_domains)) is not None:
        verdict = verdict_when_sent(session, message, guard, today=now.date())
        if verdict.may_go:
            message.state, message.fence, message.claimed_at = MessageState.SENDING, fence, now
            message.attempts += 1
            _count_as(session, message, verdict)
            session.flush()
            return message
        stop_message(session, message, verdict.refused[0].words, now=now)
    return None


def record_answer(session: Session, message_id: int, answer: Answer, *, fence: int, now: datetime) -> bool:
    """Record what became of a try; False when the message is not this sender's any more."""
    message = hold_message(session, message_id)
    if message is None or message.state is not MessageState.SENDING or message.fence != fence:
        return False
    message.problem = answer.words or None
    match answer.fate:
        case Fate.SENT:
            message.state, message.sent_at = MessageState.SENT, now
            _stand(session, message, at=now)
        case Fate.UNKNOWN:
            message.state = MessageState.UNKNOWN
        case Fate.FAILED:
            _fail(session, message, answer.words)
        case Fate.FAILED_FOR_NOW if answer.is_about_us:
            message.state, message.due_at = MessageState.RETRYING, now + REFUSED_PAUSE
            message.attempts -= 1  # it was not this message that was refused
        case Fate.FAILED_FOR_NOW:
            _try_again(session, message, answer.words, now=now)
    if answer.bad_address:
        _mark_address(session, message, now=now)
    session.flush()
    return True


def give_up_abandoned(session: Session, *, fence: int) -> int:
    """Mark what an earlier sender was sending when it died as unknown; gives how many those were."""
    left = (
        select(Message).where(Message.state == MessageState.SENDING, Message.fence < fence).with_for_update()
    )
    abandoned = session.scalars(left).all()
    for message in abandoned:
        message.state = MessageState.UNKNOWN
        message.problem = "The sender ended while this was being sent; it may or may not have arrived."
    session.flush()
    return len(abandoned)


def stop_message(session: Session, message: Message, why: str, *, now: datetime) -> None:
    """Take a message that has not left out of the outbox, and its contact back."""
    message.state, message.problem = MessageState.STOPPED, why[:500]
    _take_contact_back(session, message)
    _record(session, message, "message_stopped", now=now)
    session.flush()


def came_back(session: Session, message: Message, words: str, *, bad_address: bool, now: datetime) -> None:
    """Record that a message which had left did not arrive for good; its contact goes again."""
    _fail(session, message, words)
    if bad_address:
        _mark_address(session, message, now=now)
    _record(session, message, "message_came_back", now=now)
    session.flush()


def has_arrived(session: Session, message: Message) -> None:
    """Record that a message of which that was not known has arrived: it was answered."""
    message.state, message.sent_at = MessageState.SENT, message.claimed_at
    _stand(session, message, at=message.claimed_at or message.created_at)
    session.flush()


def settle_unknown(
    session: Session, message_id: int, *, arrived: bool, recruiter_id: int, now: datetime
) -> Message:
    """Record what a person found out about a message that may or may not have arrived."""
    message = hold_message(session, message_id)
    if message is None or message.state is not MessageState.UNKNOWN:
        raise NotFoundError("There is no such message whose arrival is not known.")
    if arrived:
        has_arrived(session, message)
    else:
        _fail(session, message, "Did not arrive, as somebody found out.")
    record_event(
        session,
        "message_settled",
        object_kind="candidate",
        object_id=message.candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"message_id": message.id, "arrived": arrived},
    )
    session.flush()
    return message


def take_back(session: Session, message_id: int, *, recruiter_id: int, now: datetime) -> Message:
    """Take a message about a role out of the outbox before it leaves; nobody counts as contacted by it.

    Raises ConflictError for one that does not wait any more, and for a letter about somebody's own data: what it asks
    is on record with it.
    """
    message = hold_message(session, message_id)
    if message is None or message.state not in WAITING:
        raise ConflictError("This message does not wait any more; look in the outbox how it stands.")
    if message.role_id is None:
        raise ConflictError(
            "A letter about somebody's own data is not taken back: what it asks is on record."
        )
    stop_message(session, message, "Taken back before it was sent", now=now)
    record_event(
        session,
        "message_taken_back",
        object_kind="candidate",
        object_id=message.candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"message_id": message.id},
    )
    return message


def message_of(order: Order, letter: Addressed, verdict: Verdict, address: str, *, now: datetime) -> Message:
    """Make the message of an order, waiting to be sent."""
    return Message(
        message_key=f"<{uuid4().hex}@{ascii_domain(letter.sender_address.rpartition('@')[2])}>",
        candidate_id=order.candidate_id,
        role_id=order.role.id if order.role else None,
        recruiter_id=order.recruiter_id,
        purpose=order.purpose,
        template=order.template,
        language=letter.language,
        to_address=address,
        sender_name=letter.sender_name[:320],
        sender_address=letter.sender_address,
        reply_to=letter.reply_to,
        return_path=letter.return_path or None,
        follow_up_days=order.follow_up_days,
        follows_id=order.follows.id if order.follows else None,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        stop_link=letter.stop_link,
        overridden=[one.refusal.value for one in verdict.overridden],
        override_reason=order.reason.strip()[:LONGEST_REASON] or None if verdict.overridden else None,
        state=MessageState.PENDING,
        attempts=0,
        created_at=now,
        due_at=now,
    )


def stand_as_contact(session: Session, order: Order, *, is_unasked: bool, now: datetime) -> int:
    """Let a message that waits stand as a contact with its candidate; gives the contact's id."""
    contact = Contact(
        candidate_id=order.candidate_id,
        at=now,
        channel=ContactChannel.EMAIL,
        direction=Direction.OURS,
        is_unasked=is_unasked,
        recruiter_id=order.recruiter_id,
        role_id=order.role.id if order.role else None,
        outcome=WAITING_WORDS,
    )
    session.add(contact)
    session.flush()
    return contact.id


def _first_due(session: Session, now: datetime, full_domains: frozenset[str]) -> Message | None:
    """Hold the message that has been due longest; one that somebody has stopped by the time it is held is not due."""
    due = [Message.state.in_(WAITING), Message.due_at <= now]
    for domain in sorted(full_domains):
        due.append(Message.to_address.not_ilike(f"%@{_literal(domain)}", escape="\\"))
    first = select(Message.id).where(*due).order_by(Message.due_at, Message.id).limit(1)
    while (message_id := session.scalar(first)) is not None:
        message = hold_message(session, message_id)
        if message is not None and message.state in WAITING and message.due_at <= now:
            return message
    return None


def _literal(domain: str) -> str:
    return domain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _try_again(session: Session, message: Message, words: str, *, now: datetime) -> None:
    if message.attempts > len(RETRY_MINUTES):
        _fail(session, message, f"Given up after {message.attempts} tries: {words}")
        return
    message.state = MessageState.RETRYING
    message.due_at = now + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])


def _fail(session: Session, message: Message, words: str) -> None:
    message.state, message.problem = MessageState.FAILED, words[:500]
    _take_contact_back(session, message)


def _stand(session: Session, message: Message, *, at: datetime) -> None:
    contact = session.get(Contact, message.contact_id) if message.contact_id is not None else None
    if contact is not None:
        contact.at, contact.outcome = at, None


def _count_as(session: Session, message: Message, verdict: Verdict) -> None:
    """Let an answer count as unasked where the conversation ended before it left."""
    contact = session.get(Contact, message.contact_id) if message.contact_id is not None else None
    if contact is not None:
        contact.is_unasked = verdict.is_unasked


def _take_contact_back(session: Session, message: Message) -> None:
    contact = session.get(Contact, message.contact_id) if message.contact_id is not None else None
    message.contact_id = None
    session.flush()
    if contact is not None:
        session.delete(contact)


def _mark_address(session: Session, message: Message, *, now: datetime) -> None:
    hold_candidate(session, message.candidate_id)  # whoever calls has done so, before the message
    bad = select(CandidateEmail).where(
        CandidateEmail.candidate_id == message.candidate_id, CandidateEmail.address == message.to_address
    )
    for email in session.scalars(bad):
        email.bounced_at = now


def _record(session: Session, message: Message, action: str, *, now: datetime) -> None:
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=message.candidate_id,
        recruiter_id=message.recruiter_id,
        now=now,
        details={
            "message_id": message.id,
            "role_id": message.role_id,
            **({"overridden": message.overridden} if message.overridden else {}),
        },
    )
