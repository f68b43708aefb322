"""Sending what is due: one sender at a time, one message at a time, claimed and committed before it leaves."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.logs import get_log
from talentpool.outreach.guard import Guard
from talentpool.outreach.mail_transport import Answer, Fate, Transport
from talentpool.outreach.mime import Envelope, Signer, envelope_of
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import WAITING, claim_next, give_up_abandoned, record_answer
from talentpool.outreach.stop_switch import stop_switch
from talentpool.work import leases
from talentpool.work.leases import Fence

log = get_log(__name__)

LEASE = "send_outreach"
LEASE_SECONDS = 300  # longer than a try may take: six answers of a server, each within the time-out
MOST_SECONDS_UNCHECKED = 60  # between asking whether a message may go and handing over its text
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most messages in any hour: to everybody, and to one domain."""

    per_hour: int
    per_domain_per_hour: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """How a sender opens transactions that commit at their end, tells the time, and hears that it shall end."""

    writing: Callable[[], AbstractContextManager[Session]]
    clock: Callable[[], datetime]
    go_on: Callable[[], None]


@dataclass(kw_only=True, slots=True)
class Tally:
    """How a round of sending went, counted."""

    tried: int = 0
    not_sent: int = 0
    unknown: int = 0
    held_by_another: bool = False
    fates: Counter[str] = field(default_factory=Counter)


def send_due(
    door: Door, transport: Transport, guard: Guard, *, limits: Limits, signer: Signer | None
) -> Tally:
    """Send what is due until nothing is, the switch stops it, or an hour's measure is full.

    Raises UnavailableError when the mail server cannot be reached at all, nothing has been claimed then, and when it
    takes no mail of ours, the message that met it waits like the others.
    """
    tally, holder = Tally(), f"sender:{uuid4().hex}"
    fence = _begin(door, holder, tally)
    if fence is None:
        return tally
    try:
        if _is_anything_due(door):
            transport.open()
            while (
                envelope := _next(door, guard, holder, fence=fence, limits=limits, signer=signer)
            ) is not None:
                answer = _try(door, transport, envelope, fence=fence, tally=tally)
                if answer.is_about_us:
                    raise UnavailableError(f"{answer.words} Messages wait and are tried again.")
                door.go_on()
    finally:
        transport.close()
        with door.writing() as session:
            leases.let_go(session, LEASE, fence=fence, now=door.clock())
    return tally


@dataclass(frozen=True, kw_only=True, slots=True)
class _Claimed:
    message_id: int
    envelope: Envelope | None  # none: no message can be made of it
    words: str
    before: float


def _begin(door: Door, holder: str, tally: Tally) -> Fence | None:
    with door.writing() as session:
        fence = leases.hold(session, LEASE, holder=holder, seconds=LEASE_SECONDS, now=door.clock())
        if fence is None:
            tally.held_by_another = True
            return None
        tally.unknown = give_up_abandoned(session, fence=fence)
    if tally.unknown:
        log.warning("messages_unknown", messages=tally.unknown)
    return fence


def _is_anything_due(door: Door) -> bool:
    with door.writing() as session:
        if stop_switch(session).is_stopped:
            return False
        due = select(Message.id).where(Message.state.in_(WAITING), Message.due_at <= door.clock())
        return session.scalars(due.limit(1)).first() is not None


def _next(
    door: Door, guard: Guard, holder: str, *, fence: Fence, limits: Limits, signer: Signer | None
) -> _Claimed | None:
    """Claim the next message and make its bytes; the claim is committed when this returns."""
    before = time.monotonic() + MOST_SECONDS_UNCHECKED
    now = door.clock()
    with door.writing() as session:
        held = leases.hold(session, LEASE, holder=holder, seconds=LEASE_SECONDS, now=now)
        if held != fence or stop_switch(session).is_stopped:
            return None
        lately = _sent_lately(session, now)
        if lately.total() >= limits.per_hour:
            return None
        full = frozenset(domain for domain, sent in lately.items() if sent >= limits.per_domain_per_hour)
        message = claim_next(session, guard, fence=fence, now=now, full_domains=full)
        if message is None:
            return None
        try:
            envelope, words = envelope_of(message, signer=signer, now=now), ""
        except InvalidInputError as error:
            envelope, words = None, str(error)
        return _Claimed(message_id=message.id, envelope=envelope, words=words, before=before)


def _sent_lately(session: Session, now: datetime) -> Counter[str]:
    tried = select(Message.to_address).where(
        Message.claimed_at > now - AN_HOUR,
        Message.state.in_((MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING)),
    )
    return Counter(address.rpartition("@")[2].casefold() for address in session.scalars(tried))


def _try(door: Door, transport: Transport, claimed: _Claimed, *, fence: Fence, tally: Tally) -> Answer:
    answer = Answer(fate=Fate.FAILED, words=claimed.words)
    if claimed.envelope is not None:
        answer = transport.send(claimed.envelope, before=claimed.before)
    with door.writing() as session:
        is_ours = record_answer(session, claimed.message_id, answer, fence=fence, now=door.clock())
    tally.tried += 1
    tally.fates[answer.fate] += 1
    tally.not_sent += answer.fate is not Fate.SENT
    if not is_ours:
        log.warning("message_taken_over", message_id=claimed.message_id)
    if answer.fate is not Fate.SENT:
        log.warning("message_not_sent", message_id=claimed.message_id, state=answer.fate)
    return answer
