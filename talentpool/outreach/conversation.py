"""What passed between us and people about a role, and which answers wait for somebody; as lists for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction
from talentpool.candidates.visibility import PoolSight
from talentpool.outreach.models import IncomingKind, IncomingMail, Message, MessageState
from talentpool.outreach.overview import NEEDS_SOMEBODY
from talentpool.roles.visibility import about_visible_roles

MOST_SHOWN = 200
KIND_WORDS = {
    IncomingKind.ANSWER: ("ok", "Answered"),
    IncomingKind.OWN_APPROACH: ("ok", "Wrote of their own accord"),
    IncomingKind.BOUNCE: ("no", "Came back: the address does not work"),
    IncomingKind.DELAY: ("wait", "Not delivered yet"),
    IncomingKind.AUTOMATIC: ("plain", "Automatic reply"),
    IncomingKind.COPY: ("plain", "Copy of a mail written elsewhere"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerLine:
    """One mail that came back, as the page of answers shows it."""

    mail_id: int
    candidate_id: int
    candidate_name: str
    role_id: int | None
    kind: str
    kind_words: str
    words: str | None
    asks_to_stop: bool
    came_at: datetime
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactLine:
    """One contact about a role, ours or theirs."""

    contact_id: int
    candidate_id: int
    candidate_name: str
    at: datetime
    channel: ContactChannel
    is_theirs: bool
    by: str | None
    by_id: int | None
    outcome: str | None
    words: str | None
    message_state: MessageState | None
    all_the_same: str | None  # why it was written although something stood against it
    reminds: bool  # is itself a reminder
    reminder_days: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedsSomebody:
    """How many messages wait for a person: answers nobody has seen to, and messages that failed or may have."""

    answers: int
    messages: int


def answer_lines(session: Session, *, seen: PoolSight) -> Sequence[AnswerLine]:
    """List what came back from people, and about roles, that may be seen: what nobody has seen to, then the newest."""
    wanted = (
        _seen_mails(seen)
        .with_only_columns(IncomingMail, Candidate.full_name, Message.role_id)
        .order_by(IncomingMail.handled_at.is_not(None), IncomingMail.came_at.desc(), IncomingMail.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_answer(mail, name, role_id) for mail, name, role_id in session.execute(wanted)]


def contact_lines(session: Session, role_id: int, *, seen: ColumnElement[bool]) -> Sequence[ContactLine]:
    """List the contacts about a role, the newest first."""
    writer = aliased(Recruiter)
    wanted = (
        select(Contact, Candidate.full_name, writer.name, Message)
        .join(Candidate, Candidate.id == Contact.candidate_id)
        .outerjoin(writer, writer.id == Contact.recruiter_id)
        .outerjoin(Message, Message.contact_id == Contact.id)
        .where(Contact.role_id == role_id, seen)
        .order_by(Contact.at.desc(), Contact.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_contact(*row) for row in session.execute(wanted)]


def count_contacted(session: Session, role_id: int, *, seen: ColumnElement[bool]) -> int:
    """Count the people with whom anything passed about a role: whom `contact_lines` lists."""
    wanted = select(func.count(Contact.candidate_id.distinct())).join(
        Candidate, Candidate.id == Contact.candidate_id
    )
    return session.scalar(wanted.where(Contact.role_id == role_id, seen)) or 0


def is_mail_seen(session: Session, mail_id: int, *, seen: PoolSight) -> bool:
    """Say whether a mail came from somebody, and about a role, that may be seen."""
    return session.scalar(_seen_mails(seen).where(IncomingMail.id == mail_id)) is not None


def _seen_mails(seen: PoolSight) -> Select[int]:
    """Give the query for the mails that came back, joined to whom they are from and what they answer."""
    about = about_visible_roles(Message.role_id, seen.roles), about_visible_roles(Contact.role_id, seen.roles)
    return (
        select(IncomingMail.id)
        .join(Candidate, Candidate.id == IncomingMail.candidate_id)
        .outerjoin(Message, Message.id == IncomingMail.message_id)
        .outerjoin(Contact, Contact.id == IncomingMail.contact_id)
        .where(seen.people, *about)
    )


def count_needing(session: Session, *, seen: PoolSight) -> NeedsSomebody:
    """Count what waits for a person, in two queries."""
    answers = _seen_mails(seen).with_only_columns(func.count()).where(IncomingMail.handled_at.is_(None))
    messages = (
        select(func.count())
        .select_from(Message)
        .join(Candidate, Candidate.id == Message.candidate_id)
        .where(
            Message.state.in_(NEEDS_SOMEBODY), seen.people, about_visible_roles(Message.role_id, seen.roles)
        )
    )
    return NeedsSomebody(answers=session.scalar(answers) or 0, messages=session.scalar(messages) or 0)


def _answer(mail: IncomingMail, name: str, role_id: int | None) -> AnswerLine:
    kind, words = KIND_WORDS.get(mail.kind, ("plain", "Mail"))
    return AnswerLine(
        mail_id=mail.id,
        candidate_id=mail.candidate_id or 0,
        candidate_name=name or f"Candidate {mail.candidate_id}",
        role_id=role_id,
        kind=kind,
        kind_words=words,
        words=mail.words,
        asks_to_stop=mail.asks_to_stop,
        came_at=mail.came_at,
        is_open=mail.handled_at is None,
    )


def _contact(contact: Contact, name: str, by: str | None, message: Message | None) -> ContactLine:
    return ContactLine(
        contact_id=contact.id,
        candidate_id=contact.candidate_id,
        candidate_name=name or f"Candidate {contact.candidate_id}",
        at=contact.at,
        channel=contact.channel,
        is_theirs=contact.direction is Direction.THEIRS,
        by=by,
        by_id=contact.recruiter_id,
        outcome=contact.outcome,
        words=contact.words,
        message_state=message.state if message else None,
        all_the_same=message.override_reason if message else None,
        reminds=bool(message and message.follows_id),
        reminder_days=message.follow_up_days if message else None,
    )
