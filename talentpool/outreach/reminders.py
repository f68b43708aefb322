"""The one reminder after a message that nobody answered, written by the one who wrote, and checked like any other.

Where whoever wrote has left, the owner of the role reminds.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import MessagePurpose
from talentpool.errors import UnavailableError
from talentpool.outreach.compose import Unaddressed, address_letter, letter_values, writer_of
from talentpool.outreach.guard import has_answered, hold_message
from talentpool.outreach.letters import load_footer, load_letter
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import Order, queue_message
from talentpool.outreach.own_data_letters import Desk
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import confidential_role_ids

TEMPLATE = "follow_up"
DAYS_TO_CHOOSE = (7, 10, 14)


def due_reminders(session: Session, *, now: datetime) -> list[int]:
    """List the messages that want a reminder now: sent long enough ago, not answered, not reminded of yet."""
    reminder = aliased(Message)
    wanted = (
        select(Message)
        .where(
            Message.follow_up_days.is_not(None),
            Message.state == MessageState.SENT,
            ~exists().where(reminder.follows_id == Message.id),
        )
        .order_by(Message.id)
    )
    return [
        message.id
        for message in session.scalars(wanted)
        if message.sent_at is not None
        and message.sent_at + timedelta(days=message.follow_up_days or 0) <= now
    ]


def remind(session: Session, message_id: int, desk: Desk) -> Message | None:
    """Queue the reminder of one message; None, and no further try, where something stands against it."""
    message = hold_message(session, message_id)
    if message is None or message.follow_up_days is None:
        return None
    why_not = _why_not(session, message)
    if why_not is None:
        queued = _queue(session, message, desk)
        if isinstance(queued, Message):
            return queued
        why_not = queued
    message.follow_up_days = None
    session.flush()
    record_event(
        session,
        "reminder_dropped",
        object_kind="candidate",
        object_id=message.candidate_id,
        recruiter_id=message.recruiter_id,
        now=desk.place.now,
        details={"message_id": message.id, "why": why_not},
    )
    return None


def _why_not(session: Session, message: Message) -> str | None:
    if has_answered(session, message):
        return "answered"
    role = session.get(Role, message.role_id) if message.role_id is not None else None
    if role is None or role.state is not RoleState.OPEN:
        return "role_not_open"
    return None


def _reminder_of(session: Session, message: Message, role: Role) -> Recruiter | None:
    """Find in whose name is reminded: whoever wrote, or else the owner of the role, to whom it may be handed over."""
    asked = (session.get(Recruiter, one) for one in (message.recruiter_id, role.owner_id) if one is not None)
    return next((one for one in asked if one is not None and one.disabled_at is None), None)


def _queue(session: Session, message: Message, desk: Desk) -> Message | str:
    role = session.get_one(Role, message.role_id)
    recruiter = _reminder_of(session, message, role)
    candidate = session.get_one(Candidate, message.candidate_id)
    address = address_of(candidate)
    if recruiter is None:
        return "writer_gone"
    if address is None:
        return "no_address"
    try:
        writer = replace(writer_of(recruiter, role, desk.mail), language=message.language)
    except UnavailableError:
        return "no_sender"
    letter = Unaddressed(
        template=load_letter(session, desk.config_folder, TEMPLATE, writer.language),
        values=letter_values(candidate, role, writer, hidden_roles=confidential_role_ids(session)),
        footer=load_footer(session, desk.config_folder, writer.language),
    )
    order = Order(
        candidate_id=candidate.id,
        role=role,
        recruiter_id=recruiter.id,
        purpose=MessagePurpose.FIRST_CONTACT,
        template=TEMPLATE,
        follows=message,
    )
    addressed = address_letter(candidate, address, writer, letter, desk.place)
    queued = queue_message(session, order, addressed, desk.guard, now=desk.place.now)
    return queued if isinstance(queued, Message) else queued.refused[0].refusal.value
