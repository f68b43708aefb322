"""May this message go now, asked of the database: before composing, at queueing and again at sending."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.contact_records import About, load_contact_records
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Candidate, Contact, Direction
from talentpool.consent.eligibility import (
    ContactPolicy,
    ContactRecord,
    MessagePurpose,
    Refusal,
    Verdict,
    may_go,
)
from talentpool.outreach.models import IncomingMail, Message
from talentpool.roles.models import Role

# Who sleeps in which role's list is known to another room; whoever opens the door joins the two.
FindSnoozed = Callable[[Session, int, Sequence[int], date], Mapping[int, date]]
MAY_WE_KEEP_YOU = frozenset({"keep_in_touch", "promise_lapsed"})  # the letters that ask it


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """What asking the rule takes beside the records: the key of the hashes, and who sleeps."""

    secret: bytes
    find_snoozed: FindSnoozed


def verdicts(
    session: Session,
    candidate_ids: Sequence[int],
    role: Role | None,
    guard: Guard,
    *,
    purpose: MessagePurpose,
    today: date,
    template: str | None = None,
) -> dict[int, Verdict]:
    """Say for each candidate whether a message of this purpose about this role, or this letter, may go today."""
    policy, about = load_contact_policy(session), _about(session, candidate_ids, role, guard, today)
    records = _records(session, candidate_ids, policy, today=today, about=about)
    return {
        candidate_id: may_go(
            record, policy, today=today, purpose=purpose, asks_to_keep=template in MAY_WE_KEEP_YOU
        )
        for candidate_id, record in records.items()
    }


def verdict_when_queued(
    session: Session,
    candidate_id: int,
    role: Role | None,
    guard: Guard,
    *,
    purpose: MessagePurpose,
    overriding: frozenset[Refusal],
    today: date,
    template: str | None = None,
    follows: Message | None = None,
) -> Verdict:
    """Ask for one candidate whom nobody else can queue a message to before this transaction ends.

    A reminder does not rest because of the message it reminds of.
    """
    hold_candidate(session, candidate_id)
    own = _contacts_of(follows)
    policy = load_contact_policy(session)
    about = _about(session, [candidate_id], role, guard, today, own_contact_ids=own)
    record = _records(session, [candidate_id], policy, today=today, about=about)[candidate_id]
    return may_go(
        record,
        policy,
        today=today,
        purpose=purpose,
        overriding=overriding,
        asks_to_keep=template in MAY_WE_KEEP_YOU,
    )


def verdict_when_sent(session: Session, message: Message, guard: Guard, *, today: date) -> Verdict:
    """Ask again for a queued message; its own contact does not count, what was overridden stays so.

    The address it goes to has to be one of the candidate's still, and one that nobody wants left alone.
    """
    hold_candidate(session, message.candidate_id)
    role = session.get(Role, message.role_id) if message.role_id is not None else None
    policy = load_contact_policy(session)
    follows = session.get(Message, message.follows_id) if message.follows_id is not None else None
    own = _contacts_of(message, follows)
    about = _about(session, [message.candidate_id], role, guard, today, own_contact_ids=own)
    about = replace(about, to_address=message.to_address)
    record = _records(session, [message.candidate_id], policy, today=today, about=about)[message.candidate_id]
    return may_go(
        replace(record, has_answered=follows is not None and has_answered(session, follows)),
        policy,
        today=today,
        purpose=message.purpose,
        overriding=frozenset(Refusal(word) for word in message.overridden or ()),
        asks_to_keep=message.template in MAY_WE_KEEP_YOU,
    )


def has_answered(session: Session, message: Message) -> bool:
    """Say whether the candidate has said anything, over any channel, since a message was written."""
    theirs = select(Contact.id).where(
        Contact.candidate_id == message.candidate_id,
        Contact.direction == Direction.THEIRS,
        Contact.at >= message.created_at,
    )
    return session.scalars(theirs.limit(1)).first() is not None


def hold_candidate(session: Session, candidate_id: int) -> None:
    """Let no other transaction decide about contact with this candidate before this one ends.

    SQLite has one writer at a time anyway; PostgreSQL locks the row.
    """
    session.execute(select(Candidate.id).where(Candidate.id == candidate_id).with_for_update())


def hold_message(session: Session, message_id: int) -> Message | None:
    """Read a message anew and let nobody else change it before this transaction ends; None when it is gone.

    Its candidate is held first, as everywhere: two who take the two the other way round would wait for each other.
    """
    candidate_id = session.scalar(select(Message.candidate_id).where(Message.id == message_id))
    if candidate_id is None:
        return None
    hold_candidate(session, candidate_id)
    return session.get(Message, message_id, with_for_update=True, populate_existing=True)


def _records(
    session: Session, candidate_ids: Sequence[int], policy: ContactPolicy, *, today: date, about: About
) -> dict[int, ContactRecord]:
    records = load_contact_records(session, candidate_ids, policy, today=today, about=about)
    asking = select(IncomingMail.candidate_id).where(
        IncomingMail.candidate_id.in_(candidate_ids),
        IncomingMail.asks_to_stop.is_(True),
        IncomingMail.handled_at.is_(None),
    )
    for candidate_id in session.scalars(asking.distinct()):
        if candidate_id is not None:
            records[candidate_id] = replace(records[candidate_id], asks_to_stop=True)
    return records


def _contacts_of(*messages: Message | None) -> tuple[int, ...]:
    return tuple(
        message.contact_id for message in messages if message is not None and message.contact_id is not None
    )


def _about(
    session: Session,
    candidate_ids: Sequence[int],
    role: Role | None,
    guard: Guard,
    today: date,
    *,
    own_contact_ids: tuple[int, ...] = (),
) -> About:
    return About(
        role_id=role.id if role else None,
        round_began_at=role.posted_at if role else None,
        snoozed_until=guard.find_snoozed(session, role.id, candidate_ids, today) if role else {},
        own_contact_ids=own_contact_ids,
        secret=guard.secret,
    )
