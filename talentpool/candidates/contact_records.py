"""What we know that bears on writing to people, gathered for many at once; the rule itself is elsewhere.

The list asks without a role or a message in mind; composer, outbox and sender say what they ask about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.models import Recruiter
from talentpool.candidates.contact_holds import load_holds
from talentpool.candidates.identity import email_key
from talentpool.candidates.identity_keys import employers_of
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    Contact,
    Direction,
)
from talentpool.consent.eligibility import ContactPolicy, ContactRecord
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppression_key
from talentpool.database import folded, many
from talentpool.roles.models import Role, RoleState

ACTIVE_DAYS = 60  # an application without an ending and without a sign of life for longer is not in process
WAITING_WORDS = "waiting to be sent"  # the outcome of a contact whose message has not left yet
SHORTEST_EMPLOYER = 4  # letters of an employer's name that may be looked for in a domain


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """The message that is asked about, where there is one."""

    role_id: int | None = None
    round_began_at: datetime | None = None  # when the role was opened, last time
    snoozed_until: Mapping[int, date] = field(default_factory=dict)  # by candidate, for this role
    own_contact_ids: tuple[int, ...] = ()  # that the message itself, and the one it reminds of, have left
    to_address: str | None = None  # where the message goes, once it is written
    secret: bytes  # keys the do-not-contact hashes


def load_contact_records(
    session: Session,
    candidate_ids: Sequence[int],
    policy: ContactPolicy,
    *,
    today: date,
    about: About | None = None,
) -> dict[int, ContactRecord]:
    """Load what is on record for each; four queries for the list, a dozen for a message, by 500 people."""
    records: dict[int, ContactRecord] = {}
    for batch in many(candidate_ids):
        found = _on_record(session, batch, about, today=today)
        records |= _for_message(session, found, policy, about, today=today) if about else found
    return records


def _on_record(
    session: Session, candidate_ids: list[int], about: About | None, *, today: date
) -> dict[int, ContactRecord]:
    asked = _asked_not_to(session, candidate_ids)
    bases = _newest_bases(session, candidate_ids, today)
    unasked = _last_unasked(session, candidate_ids, about)
    holds = load_holds(session, candidate_ids, today=today)
    records = {}
    for candidate_id in candidate_ids:
        basis = bases.get(candidate_id)
        last_on, last_by = unasked.get(candidate_id, (None, None))
        records[candidate_id] = ContactRecord(
            asked_not_to=candidate_id in asked,
            basis=basis.basis if basis else None,
            basis_until=basis.expires_on if basis else None,
            basis_withdrawn=bool(basis and basis.withdrawn_on and basis.withdrawn_on <= today),
            last_unasked_on=last_on,
            last_unasked_by=last_by,
            held=holds.get(candidate_id, {}),
        )
    return records


def _for_message(
    session: Session,
    found: dict[int, ContactRecord],
    policy: ContactPolicy,
    about: About,
    *,
    today: date,
) -> dict[int, ContactRecord]:
    people = _people(session, list(found))
    held = _held_addresses(session, people, about)
    elsewhere = _in_process(session, list(found), about, today=today)
    asked = _asked_this_round(session, list(found), about)
    talking = _in_conversation(session, list(found), policy, today=today)
    records = {}
    for candidate_id, record in found.items():
        keys = _keys_of(people.get(candidate_id), about.secret) | _keys_of_address(about)
        address = _address_for(people.get(candidate_id), about)
        records[candidate_id] = replace(
            record,
            asked_not_to=record.asked_not_to or bool(keys & held[SuppressionScope.CONTACT]),
            erased=candidate_id not in people or bool(keys & held[SuppressionScope.ERASED]),
            has_address=address is not None,
            snoozed_until=about.snoozed_until.get(candidate_id),
            in_process_for=elsewhere.get(candidate_id),
            asked_for_role_on=asked.get(candidate_id),
            in_conversation=candidate_id in talking,
            works_at=_employer_of(people.get(candidate_id), address, policy),
        )
    return records


def address_of(candidate: Candidate | None) -> CandidateEmail | None:
    """Pick the address we write to: the first one that no mail has come back from."""
    if candidate is None:
        return None
    return next((email for email in candidate.emails if email.bounced_at is None), None)


def _address_for(candidate: Candidate | None, about: About) -> CandidateEmail | None:
    """Pick the address a message is written to, if it is theirs and works; before it is written, any such."""
    if candidate is None or about.to_address is None:
        return address_of(candidate)
    key = email_key(about.to_address)
    theirs = (email for email in candidate.emails if email.address_key == key)
    return next((email for email in theirs if email.bounced_at is None), None)


def _asked_not_to(session: Session, candidate_ids: list[int]) -> set[int | None]:
    asked = select(Suppression.candidate_id).where(
        Suppression.candidate_id.in_(candidate_ids),
        Suppression.scope.in_([SuppressionScope.CONTACT, SuppressionScope.PROCESSING]),
        Suppression.lifted_at.is_(None),
    )
    return set(session.scalars(asked))


def _newest_bases(session: Session, candidate_ids: list[int], today: date) -> dict[int, LawfulBasis]:
    """Pick the newest word of each person: a later consent replaces a withdrawn or expired one."""
    recorded = (
        select(LawfulBasis)
        .where(LawfulBasis.candidate_id.in_(candidate_ids), LawfulBasis.recorded_on <= today)
        .order_by(LawfulBasis.recorded_on, LawfulBasis.id)
    )
    return {basis.candidate_id: basis for basis in session.scalars(recorded)}


def _last_unasked(
    session: Session, candidate_ids: list[int], about: About | None
) -> dict[int, tuple[date, str | None]]:
    contacts = (
        select(Contact.candidate_id, Contact.at, Recruiter.name)
        .outerjoin(Recruiter, Contact.recruiter_id == Recruiter.id)
        .where(*_unasked(candidate_ids, about))
        .order_by(Contact.at)
    )
    return {candidate_id: (at.date(), by) for candidate_id, at, by in session.execute(contacts)}


def _asked_this_round(session: Session, candidate_ids: list[int], about: About) -> dict[int, date]:
    if about.role_id is None:
        return {}
    contacts = select(Contact.candidate_id, Contact.at).where(
        *_unasked(candidate_ids, about), Contact.role_id == about.role_id
    )
    if about.round_began_at is not None:
        contacts = contacts.where(Contact.at >= about.round_began_at)
    return {candidate_id: at.date() for candidate_id, at in session.execute(contacts.order_by(Contact.at))}


def _unasked(candidate_ids: list[int], about: About | None) -> list[ColumnElement[bool]]:
    conditions = [
        Contact.candidate_id.in_(candidate_ids),
        Contact.is_unasked.is_(True),
        Contact.direction == Direction.OURS,
    ]
    if about is not None and about.own_contact_ids:
        was_first = Contact.id < max(about.own_contact_ids)
        has_left = Contact.outcome.is_distinct_from(WAITING_WORDS)
        conditions += [Contact.id.not_in(about.own_contact_ids), or_(was_first, has_left)]
    return conditions


def _people(session: Session, candidate_ids: list[int]) -> dict[int, Candidate]:
    wanted = (
        select(Candidate)
        .where(Candidate.id.in_(candidate_ids))
        .options(selectinload(Candidate.emails), selectinload(Candidate.phones))
        .execution_options(populate_existing=True)
    )
    return {candidate.id: candidate for candidate in session.scalars(wanted)}


def _keys_of(candidate: Candidate | None, secret: bytes) -> set[str]:
    if candidate is None:
        return set()
    keys = {suppression_key(secret, "person", str(candidate.id))}
    keys |= {suppression_key(secret, "email", email.address_key) for email in candidate.emails}
    return keys | {suppression_key(secret, "phone", phone.number_key) for phone in candidate.phones}


def _keys_of_address(about: About) -> set[str]:
    if about.to_address is None:
        return set()
    return {suppression_key(about.secret, "email", email_key(about.to_address))}


def _held_addresses(
    session: Session, people: Mapping[int, Candidate], about: About
) -> dict[SuppressionScope, set[str]]:
    keys = _keys_of_address(about).union(
        *(_keys_of(candidate, about.secret) for candidate in people.values())
    )
    found = {scope: find_suppressed(session, keys, scope=scope) for scope in SuppressionScope}
    found[SuppressionScope.CONTACT] |= found[SuppressionScope.PROCESSING]
    return found


def _in_process(session: Session, candidate_ids: list[int], about: About, *, today: date) -> dict[int, str]:
    """Find who is in process for another role: no ending, a recent sign of life, and the role not closed."""
    alive = func.coalesce(Application.active_on, Application.applied_on) >= today - timedelta(
        days=ACTIVE_DAYS
    )
    running = or_(Role.id.is_(None), Role.state != RoleState.CLOSED, Application.import_id.is_not(None))
    named = case((Role.is_confidential.is_(True), None), else_=Application.role_title)
    found = (
        select(Application.candidate_id, named)
        .outerjoin(Role, Application.role_id == Role.id)
        .where(
            Application.candidate_id.in_(candidate_ids),
            Application.disposition.is_(None),
            Application.role_id.is_distinct_from(about.role_id) if about.role_id is not None else true(),
            alive,
            running,
        )
    )
    return {candidate_id: title or "another role" for candidate_id, title in session.execute(found)}


def _in_conversation(
    session: Session, candidate_ids: list[int], policy: ContactPolicy, *, today: date
) -> set[int]:
    since = datetime.combine(today - timedelta(days=policy.conversation_days), time(), UTC)
    theirs = select(Contact.candidate_id).where(
        Contact.candidate_id.in_(candidate_ids), Contact.direction == Direction.THEIRS, Contact.at >= since
    )
    return set(session.scalars(theirs))


def _employer_of(
    candidate: Candidate | None, address: CandidateEmail | None, policy: ContactPolicy
) -> str | None:
    """Name the employer whose address this seems to be: its name stands in the domain."""
    domain = address.address_key.rpartition("@")[2] if address else ""
    if candidate is None or not domain or domain in policy.freemail_domains:
        return None
    labels = folded(domain).replace("-", "")
    for employer in sorted(employers_of(candidate.headline)):
        name = next((word for word in folded(employer).split() if len(word) >= SHORTEST_EMPLOYER), None)
        if name is not None and name in labels:
            return employer.title()
    return None
