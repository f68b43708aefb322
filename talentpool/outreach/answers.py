"""Taking what came back: an answer ends reminders and opens a conversation, a bounce marks the address.

Each mail is taken once, by its Message-ID. Nothing is done on somebody's behalf: "please stop" is proposed to a
person, and mail from nobody we know leaves no words behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.sign_in import email_key as account_key
from talentpool.candidates.changes import record_changes
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.identity import email_key
from talentpool.candidates.models import CandidateEmail, Contact, ContactChannel, Direction
from talentpool.errors import NotFoundError
from talentpool.outreach.guard import hold_candidate, hold_message
from talentpool.outreach.incoming import Bounce, Incoming, StopWords, asks_to_stop
from talentpool.outreach.models import IncomingKind, IncomingMail, Message, MessageState
from talentpool.outreach.outbox import came_back, has_arrived

# Also what its sender, who may be gone, has not said more of: nothing comes back of what has not left.
HAS_LEFT = (MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)
NEEDS_NOBODY = frozenset({IncomingKind.DELAY, IncomingKind.AUTOMATIC, IncomingKind.COPY, IncomingKind.OTHER})


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """Whom a mail is about, and which message of ours it speaks of, as far as that is known."""

    candidate_id: int | None = None
    message: Message | None = None


def take_incoming(
    session: Session, incoming: Incoming, stop_words: StopWords, *, now: datetime
) -> IncomingMail | None:
    """Take one mail; None if it has been taken before. The caller's commit keeps it, whole or not at all."""
    if _is_known(session, incoming):
        return None
    came_at = min(incoming.at or now, now)
    if incoming.bounce is not None:
        about = _spoken_of(session, incoming)
        taken = _mail(incoming, IncomingKind.OTHER, about, came_at=came_at)
        if about.message is not None:
            _take_bounce(session, taken, about, incoming.bounce, now=now)
    elif (writer := _writing_recruiter(session, incoming)) is not None:
        taken = _take_copy(session, incoming, writer, came_at=came_at)
    else:
        about = _answering(session, incoming)
        taken = _take_answer(session, incoming, about, stop_words, came_at=came_at)
    taken.handled_at = now if taken.kind in NEEDS_NOBODY else None
    session.add(taken)
    session.flush()
    _record(session, "mail_received", taken, recruiter_id=None, now=now)
    return taken


def enter_answer(
    session: Session,
    candidate_id: int,
    channel: ContactChannel,
    words: str,
    *,
    role_id: int | None,
    recruiter_id: int,
    now: datetime,
) -> Contact:
    """Record what a candidate said over any channel, as a recruiter heard it; it opens a conversation."""
    hold_candidate(session, candidate_id)
    contact = _their_contact(candidate_id, channel, words, role_id=role_id, at=now)
    contact.recruiter_id = recruiter_id
    session.add(contact)
    record_changes(session, [candidate_id], now=now)
    session.flush()
    record_event(
        session,
        "answer_entered",
        object_kind="candidate",
        object_id=candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"contact_id": contact.id, "channel": channel, "role_id": role_id},
    )
    return contact


def set_handled(
    session: Session, mail_id: int, *, is_handled: bool, recruiter_id: int, now: datetime
) -> IncomingMail:
    """Say that somebody has seen to a mail, or take that back; raises NotFoundError for one that is gone."""
    mail = session.get(IncomingMail, mail_id, with_for_update=True)
    if mail is None or mail.candidate_id is None:
        raise NotFoundError(f"There is no mail {mail_id} from a candidate.")
    mail.handled_at, mail.handled_by_id = (now, recruiter_id) if is_handled else (None, None)
    session.flush()
    _record(
        session, "mail_handled" if is_handled else "mail_reopened", mail, recruiter_id=recruiter_id, now=now
    )
    return mail


def _is_known(session: Session, incoming: Incoming) -> bool:
    """Say whether it was taken before, or is one of our own that came round in a copy."""
    taken = select(IncomingMail.id).where(IncomingMail.mail_key == incoming.key)
    ours = select(Message.id).where(Message.message_key == incoming.key)
    return session.scalar(taken) is not None or session.scalar(ours) is not None


def _message_spoken_of(session: Session, references: Sequence[str]) -> Message | None:
    if not references:
        return None
    spoken_of = select(Message).where(Message.message_key.in_(references)).order_by(Message.id.desc())
    return session.scalars(spoken_of.limit(1)).first()


def _holders(session: Session, address: str) -> list[int]:
    held = select(CandidateEmail.candidate_id).where(CandidateEmail.address_key == email_key(address))
    return sorted(set(session.scalars(held)))


def _spoken_of(session: Session, incoming: Incoming) -> About:
    """Find the message a report names; an address alone says nothing, anybody can write it."""
    message = _message_spoken_of(session, incoming.references)
    return About(candidate_id=message.candidate_id if message else None, message=message)


def _answering(session: Session, incoming: Incoming) -> About:
    """Find who answers: by the message they answer, else by an address that is one candidate's alone."""
    about = _spoken_of(session, incoming)
    if about.message is not None:
        return about
    holders = _holders(session, incoming.sender) if incoming.sender else []
    if len(holders) != 1:
        return About()
    return About(candidate_id=holders[0])


def _writing_recruiter(session: Session, incoming: Incoming) -> Recruiter | None:
    wanted = select(Recruiter).where(
        Recruiter.email_key == account_key(incoming.sender), Recruiter.disabled_at.is_(None)
    )
    return None if incoming.is_automatic else session.scalars(wanted).first()


def _take_bounce(
    session: Session, taken: IncomingMail, about: About, bounce: Bounce, *, now: datetime
) -> None:
    taken.kind = IncomingKind.BOUNCE if bounce.is_permanent else IncomingKind.DELAY
    taken.words = bounce.words
    if about.message is None or not bounce.is_permanent:
        return
    message = hold_message(session, about.message.id)
    if message is None:
        return
    if not _is_for(bounce, message):
        taken.words = f"{bounce.words} That is another address than we wrote to; it may have arrived."
        return
    is_unknown = bounce.is_unknown_address and bool(bounce.addresses)
    if not is_unknown:
        taken.words = f"{bounce.words} The address is not at fault and stays in use."
    if message.state in HAS_LEFT:
        came_back(session, message, taken.words, bad_address=is_unknown, now=now)


def _is_for(bounce: Bounce, message: Message) -> bool:
    """Say whether a report is about the address we sent to, as far as it tells: that of a forward is another."""
    return not bounce.addresses or email_key(message.to_address) in map(email_key, bounce.addresses)


def _take_copy(session: Session, incoming: Incoming, writer: Recruiter, *, came_at: datetime) -> IncomingMail:
    """Log a mail that a recruiter wrote elsewhere with a copy to us; a first one starts the cool-down.

    Whoever reads an address has been written to: where two records hold it, it stands on both.
    """
    found = sorted({one for each in incoming.recipients for one in _holders(session, each)})
    contacts = [_log_copy(session, one, writer, came_at=came_at) for one in found]
    about = About(candidate_id=found[0] if len(found) == 1 else None)
    taken = _mail(incoming, IncomingKind.COPY if contacts else IncomingKind.OTHER, about, came_at=came_at)
    taken.contact_id = contacts[0].id if len(contacts) == 1 else None
    return taken


def _log_copy(session: Session, candidate_id: int, writer: Recruiter, *, came_at: datetime) -> Contact:
    hold_candidate(session, candidate_id)
    contact = Contact(
        candidate_id=candidate_id,
        at=came_at,
        channel=ContactChannel.EMAIL,
        direction=Direction.OURS,
        is_unasked=not _in_conversation(session, candidate_id, at=came_at),
        recruiter_id=writer.id,
        outcome="written elsewhere",
    )
    session.add(contact)
    session.flush()
    return contact


def _take_answer(
    session: Session, incoming: Incoming, about: About, stop_words: StopWords, *, came_at: datetime
) -> IncomingMail:
    if about.candidate_id is None:
        return _mail(incoming, IncomingKind.OTHER, about, came_at=came_at)
    if incoming.is_automatic:
        return _mail(incoming, IncomingKind.AUTOMATIC, about, came_at=came_at)
    kind = IncomingKind.ANSWER if about.message else IncomingKind.OWN_APPROACH
    if about.message is not None:  # nobody answers what is not written yet: their clock is slow
        came_at = max(came_at, about.message.created_at)
        _settle_arrival(session, about.message.id)
    taken = _mail(incoming, kind, about, came_at=came_at)
    taken.words = incoming.text or None
    taken.asks_to_stop = asks_to_stop(f"{incoming.subject}\n{incoming.text}", stop_words)
    hold_candidate(session, about.candidate_id)
    role_id = about.message.role_id if about.message else None
    contact = _their_contact(
        about.candidate_id, ContactChannel.EMAIL, incoming.text, role_id=role_id, at=came_at
    )
    session.add(contact)
    record_changes(session, [about.candidate_id], now=came_at)
    session.flush()
    taken.contact_id = contact.id
    return taken


def _settle_arrival(session: Session, message_id: int) -> None:
    """Let a message count as sent that may or may not have arrived: nobody answers what has not."""
    message = hold_message(session, message_id)
    if message is not None and message.state is MessageState.UNKNOWN:
        has_arrived(session, message)


def _their_contact(
    candidate_id: int, channel: ContactChannel, words: str, *, role_id: int | None, at: datetime
) -> Contact:
    return Contact(
        candidate_id=candidate_id,
        at=at,
        channel=channel,
        direction=Direction.THEIRS,
        is_unasked=False,
        role_id=role_id,
        words=words.strip() or None,
    )


def _in_conversation(session: Session, candidate_id: int, *, at: datetime) -> bool:
    since = at - timedelta(days=load_contact_policy(session).conversation_days)
    theirs = select(Contact.id).where(
        Contact.candidate_id == candidate_id, Contact.direction == Direction.THEIRS, Contact.at >= since
    )
    return session.scalars(theirs.limit(1)).first() is not None


def _mail(incoming: Incoming, kind: IncomingKind, about: About, *, came_at: datetime) -> IncomingMail:
    return IncomingMail(
        mail_key=incoming.key,
        kind=kind,
        candidate_id=about.candidate_id,
        message_id=about.message.id if about.message else None,
        subject=incoming.subject or None if about.candidate_id is not None else None,
        asks_to_stop=False,
        came_at=came_at,
    )


def _record(
    session: Session, action: str, mail: IncomingMail, *, recruiter_id: int | None, now: datetime
) -> None:
    record_event(
        session,
        action,
        object_kind="candidate" if mail.candidate_id is not None else "installation",
        object_id=mail.candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"mail_id": mail.id, "kind": mail.kind.value, "message_id": mail.message_id},
    )
