"""Letters that are written and wait for a recruiter: nothing leaves and nobody counts as contacted before a click.

A draft becomes a message of the outbox, with the rule asked anew; until then it can be dropped without a trace.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import Verdict
from talentpool.outreach.compose import Addressed
from talentpool.outreach.guard import Guard, hold_message, verdict_when_queued
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import Order, message_of, stand_as_contact
from talentpool.roles.models import Role


def keep_draft(session: Session, order: Order, letter: Addressed, address: str, *, now: datetime) -> Message:
    """Keep a letter as it reads now, for a recruiter to send later."""
    message = message_of(order, letter, Verdict(), address, now=now)
    message.state = MessageState.DRAFT
    session.add(message)
    session.flush()
    return message


def drafts_for(session: Session, role_id: int, template: str, *, seen: ColumnElement[bool]) -> list[Message]:
    """List the drafts of one letter about a role, to people that may be seen."""
    wanted = (
        select(Message)
        .join(Candidate, Candidate.id == Message.candidate_id)
        .where(
            Message.role_id == role_id,
            Message.template == template,
            Message.state == MessageState.DRAFT,
            seen,
        )
        .order_by(Message.candidate_id)
    )
    return list(session.scalars(wanted))


def send_draft(
    session: Session, draft: Message, role: Role, guard: Guard, *, recruiter_id: int, now: datetime
) -> Verdict | None:
    """Put a draft into the outbox, unless the rule forbids it now; gives what the rule said.

    None where somebody else was first, and it is no draft any more.
    """
    held = hold_message(session, draft.id)
    if held is None or held.state is not MessageState.DRAFT:
        return None
    verdict = verdict_when_queued(
        session,
        draft.candidate_id,
        role,
        guard,
        purpose=draft.purpose,
        overriding=frozenset(),
        today=now.date(),
    )
    if verdict.may_go:
        order = Order(
            candidate_id=draft.candidate_id,
            role=role,
            recruiter_id=recruiter_id,
            purpose=draft.purpose,
            template=draft.template or "",
        )
        draft.contact_id = stand_as_contact(session, order, is_unasked=verdict.is_unasked, now=now)
        draft.state, draft.due_at = MessageState.PENDING, now
        session.flush()
    return verdict


def letters_that_left(session: Session, message_ids: Iterable[int | None]) -> list[Message]:
    """Find which letters are not drafts any more; the others stay drafts until this transaction ends."""
    ids = [number for number in message_ids if number is not None]
    in_order = select(Message.id).where(Message.id.in_(ids)).order_by(Message.candidate_id, Message.id)
    held = [hold_message(session, number) for number in session.scalars(in_order).all()]
    return [message for message in held if message is not None and message.state is not MessageState.DRAFT]


def drop_drafts(session: Session, message_ids: Collection[int | None]) -> None:
    """Drop drafts; what has left stays."""
    for number in message_ids:
        message = hold_message(session, number) if number is not None else None
        if message is not None and message.state is MessageState.DRAFT:
            session.delete(message)
    session.flush()
