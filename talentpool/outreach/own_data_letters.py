"""Letters about somebody's own data: they need no basis and start no cool-down, but a stop holds them back too."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Candidate, Promise
from talentpool.consent.eligibility import MessagePurpose, Refusal, Refused, Verdict
from talentpool.errors import NotFoundError, UnavailableError
from talentpool.outreach.compose import (
    Addressed,
    Place,
    Unaddressed,
    address_letter,
    edited,
    letter_values,
    writer_of,
)
from talentpool.outreach.guard import Guard, verdicts
from talentpool.outreach.languages import known_language
from talentpool.outreach.letters import load_footer, load_letter
from talentpool.outreach.models import Message
from talentpool.outreach.outbox import Order, queue_message
from talentpool.roles.visibility import confidential_role_ids
from talentpool.settings import MailSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What writing takes beside the letter: the sender's settings, the rule, where we are, the shipped letters."""

    mail: MailSettings
    guard: Guard
    place: Place
    config_folder: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnDataLetter:
    """One letter to one person; without a recruiter it goes in the name of whoever looks after them."""

    candidate_id: int
    name: str
    text: str | None = None  # in somebody's own words
    recruiter_id: int | None = None
    promise: Promise | None = None  # that it is about
    purpose: MessagePurpose | None = None  # the template's own otherwise
    more: Mapping[str, str] = field(default_factory=dict)  # fields of its own, or ours otherwise
    language: str | None = None  # the office's otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterPreview:
    """How a letter would read now, and what stands against it; no letter without an address that works."""

    letter: Addressed | None
    verdict: Verdict


NOWHERE_TO_WRITE = Verdict(
    refused=(Refused(refusal=Refusal.NO_ADDRESS, words="No e-mail address on file that works"),)
)


def write_own_data_letter(session: Session, letter: OwnDataLetter, desk: Desk) -> Message | Verdict:
    """Put a letter into the outbox, or say what forbids it.

    Raises UnavailableError where nobody has said from which address we write, NotFoundError for somebody gone.
    """
    ready = _made_ready(session, letter, desk)
    if ready is None:
        return NOWHERE_TO_WRITE
    order, addressed = ready
    return queue_message(session, order, addressed, desk.guard, now=desk.place.now)


def preview_own_data_letter(session: Session, letter: OwnDataLetter, desk: Desk) -> LetterPreview:
    """Give the letter that would be put into the outbox now, and write nothing; raises as writing it does."""
    ready = _made_ready(session, letter, desk)
    if ready is None:
        return LetterPreview(letter=None, verdict=NOWHERE_TO_WRITE)
    order, addressed = ready
    found = verdicts(
        session,
        [order.candidate_id],
        None,
        desk.guard,
        purpose=order.purpose,
        today=desk.place.now.date(),
        template=order.template,
    )
    return LetterPreview(letter=addressed, verdict=found[order.candidate_id])


def _made_ready(session: Session, letter: OwnDataLetter, desk: Desk) -> tuple[Order, Addressed] | None:
    """Write a letter to its address, with the order to send it; None without an address that works."""
    candidate = session.get(Candidate, letter.candidate_id)
    if candidate is None:
        raise NotFoundError(f"There is no candidate {letter.candidate_id}.")
    recruiter = sender_for(session, candidate, letter.recruiter_id)
    writer, address = writer_of(recruiter, None, desk.mail), address_of(candidate)
    if address is None:
        return None
    if letter.language is not None:
        writer = replace(writer, language=known_language(letter.language))
    hidden_roles = confidential_role_ids(session)
    values = letter_values(candidate, None, writer, promise=letter.promise, hidden_roles=hidden_roles)
    template = load_letter(session, desk.config_folder, letter.name, writer.language)
    if letter.text is not None:
        template = edited(template, subject=template.subject, text=letter.text)
    footer = load_footer(session, desk.config_folder, writer.language)
    written = Unaddressed(template=template, values={**values, **letter.more}, footer=footer)
    order = Order(
        candidate_id=candidate.id,
        role=None,
        recruiter_id=recruiter.id,
        purpose=letter.purpose or template.purpose,
        template=template.name,
    )
    return order, address_letter(candidate, address, writer, written, desk.place)


def sender_for(session: Session, candidate: Candidate, recruiter_id: int | None) -> Recruiter:
    """Pick in whose name a letter goes: the given one, the person's own recruiter, else the first administrator."""
    for known in (recruiter_id, candidate.owner_id):
        recruiter = session.get(Recruiter, known) if known is not None else None
        if recruiter is not None and recruiter.disabled_at is None:
            return recruiter
    first = select(Recruiter).where(
        Recruiter.kind == AccountKind.ADMINISTRATOR, Recruiter.disabled_at.is_(None)
    )
    found = session.scalars(first.order_by(Recruiter.id).limit(1)).first()
    if found is None:
        raise UnavailableError("There is nobody in whose name to write; add an administrator first.")
    return found
