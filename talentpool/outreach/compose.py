"""What a letter says to one person: the application it remembers, why this role, who writes, how to stop."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Office, Recruiter
from talentpool.candidates.models import Application, Candidate, CandidateEmail, Promise
from talentpool.consent.link_token import own_page_token, stop_token
from talentpool.consent.suppression import suppression_key
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.outreach.languages import ENGLISH, GONE_ON, LetterWords, known_language, letter_words
from talentpool.outreach.templates import Template, html_of, one_line, write_letter
from talentpool.roles.models import Role
from talentpool.settings import MailSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Writer:
    """In whose name a message goes: the person, the organisation, and where answers go."""

    name: str
    organisation: str
    address: str
    postal_address: str
    reply_to: str
    return_path: str = ""  # where what cannot be delivered comes back to; the sender's address if empty
    language: str = ENGLISH


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """A letter with everything about its way: to whom, from whom, how it is stopped."""

    subject: str
    text: str
    html: str
    sender_name: str
    sender_address: str
    reply_to: str
    stop_link: str
    own_page: str  # the person's alone: a preview does not show it
    return_path: str = ""
    language: str = ENGLISH


@dataclass(frozen=True, kw_only=True, slots=True)
class Unaddressed:
    """A letter with what its fields stand for, and what stands under it."""

    template: Template
    values: Mapping[str, str]
    footer: tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """From where it is written: the address of our pages, the key of their links, and the time."""

    public_url: str
    secret: bytes
    now: datetime


def writer_of(recruiter: Recruiter, role: Role | None, mail: MailSettings) -> Writer:
    """Give who writes: the office of the role or the recruiter goes before the settings.

    Answers go to the recruiter and, where there is one, to the mailbox we read.

    Raises UnavailableError when nobody has said from which address, or from which postal address.
    """
    office = _office(recruiter, role)
    address = (office.sender_address if office else None) or mail.from_address
    postal = (office.postal_address if office else None) or mail.postal_address
    missing = [name for name, value in (("from_address", address), ("postal_address", postal)) if not value]
    if missing:
        keys = " and ".join(f"mail.{name}" for name in missing)
        raise UnavailableError(f"Nothing can be written before an administrator has set {keys}.")
    organisation = (office.sender_name if office else None) or mail.organisation
    return Writer(
        name=one_line(recruiter.name),
        organisation=one_line(organisation or address.rpartition("@")[2]),
        address=address,
        postal_address=one_line(postal),
        reply_to=", ".join(filter(None, (recruiter.email, mail.answers_address))),
        return_path=mail.answers_address,
        language=office_language(recruiter, role),
    )


def office_language(recruiter: Recruiter, role: Role | None) -> str:
    """Give the language letters go in unless somebody chooses another: the office's, if we have letters in it."""
    office = _office(recruiter, role)
    return known_language(office.language if office else None)


def _office(recruiter: Recruiter, role: Role | None) -> Office | None:
    return (role.office if role is not None else None) or recruiter.office


def edited(template: Template, *, subject: str, text: str) -> Template:
    """Give a letter in a recruiter's own words; what was not changed keeps its HTML.

    Raises InvalidInputError for a letter without subject or text.
    """
    if not subject.strip() or not text.strip():
        raise InvalidInputError("A message needs a subject and a text.")
    same = text.replace("\r\n", "\n").strip() == template.text.strip()
    return Template(
        name=template.name,
        label=template.label,
        purpose=template.purpose,
        subject=one_line(subject),
        text=text,
        html=template.html if same else html_of(text),
        language=template.language,
    )


def letter_values(
    candidate: Candidate,
    role: Role | None,
    writer: Writer,
    *,
    why: Sequence[str] = (),
    promise: Promise | None = None,
    reminds: bool = False,
    hidden_roles: Collection[int],
) -> dict[str, str]:
    """Give what the fields of a letter stand for; sentences of ours around what is on record.

    They are in the language of who writes. An application to one of `hidden_roles` is not remembered: a letter is read
    by colleagues too, so these are all confidential ones.
    """
    remembered = remembered_application(candidate, role, hidden_roles=hidden_roles)
    words = letter_words(writer.language)
    name = one_line(candidate.full_name) or words.nobody
    due = words.month_of(promise.due_on) if promise and promise.due_on else ""
    return {
        "first_name": name.split(" ")[0] if candidate.full_name else words.nobody,
        "full_name": name,
        "remembered": _remembered_words(remembered, candidate, words),
        "application_title": remembered.role_title if remembered else words.the_role,
        "role_title": role.title if role else "",
        "role_place": words.place.format(place=role.place) if role and role.place else "",
        "why_this_role": words.why_this_role(why),
        "promise_due": words.promised_by.format(month=due) if due else "",
        "if_no_answer": words.reminds if reminds else words.not_again,
        "decision": words.decision(GONE_ON),
        "what_was_good": "",
        "what_decided": "",
        "sender_name": writer.name,
        "organisation": writer.organisation,
    }


def address_letter(
    candidate: Candidate, address: CandidateEmail, writer: Writer, letter: Unaddressed, place: Place
) -> Addressed:
    """Write a letter to one person, with the link to their own page and the one that stops all further letters."""
    hashed, site = suppression_key(place.secret, "email", address.address_key), place.public_url.rstrip("/")
    stop_link = f"{site}/u/{stop_token(place.secret, candidate.id, hashed, now=place.now)}"
    own_page = f"{site}/me/{own_page_token(place.secret, candidate.id, hashed, now=place.now)}"
    under = footer_values(writer, candidate, stop_link=stop_link)
    values = {"own_page": own_page, **letter.values}
    written = write_letter(letter.template, values, footer=letter.footer, footer_values=under)
    return Addressed(
        subject=written.subject,
        text=written.text,
        html=written.html,
        sender_name=f"{writer.name}, {writer.organisation}",
        sender_address=writer.address,
        reply_to=writer.reply_to,
        return_path=writer.return_path,
        language=writer.language,
        stop_link=stop_link,
        own_page=own_page,
    )


def footer_values(writer: Writer, candidate: Candidate, *, stop_link: str) -> dict[str, str]:
    """Give what the fields of the footer stand for."""
    words = letter_words(writer.language)
    return {
        "organisation": writer.organisation,
        "postal_address": writer.postal_address,
        "why_you_get_this": words.because_applied if candidate.applications else words.because_on_file,
        "stop_link": stop_link,
    }


def load_open_promises(session: Session, candidate_ids: Sequence[int]) -> Mapping[int, Promise]:
    """Load the open promise of each that is due first."""
    owed = (
        select(Promise)
        .where(
            Promise.candidate_id.in_(candidate_ids), Promise.kept_at.is_(None), Promise.let_go_at.is_(None)
        )
        .order_by(Promise.due_on.desc(), Promise.id.desc())
    )
    return {promise.candidate_id: promise for promise in session.scalars(owed)}


def remembered_application(
    candidate: Candidate, role: Role | None, *, hidden_roles: Collection[int]
) -> Application | None:
    """Pick the application a letter speaks of: the one that got furthest, then the newest; not this role's."""
    unsaid = {*hidden_roles, *([role.id] if role is not None else [])}
    others = [one for one in candidate.applications if one.role_id not in unsaid]
    return max(others, key=lambda one: (one.stage.rank, one.applied_on or date.min), default=None)


def _remembered_words(application: Application | None, candidate: Candidate, words: LetterWords) -> str:
    if application is None:
        since = candidate.collected_on or candidate.created_at.date()
        return words.on_file.format(month=words.month_of(since))
    return words.application(application.role_title, application.stage, application.applied_on)
