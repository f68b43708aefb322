"""Everything on record about people, as plain values: what an export of ours takes out and an import brings back.

Who works on somebody (owner, office, recruiters) belongs to the installation and is no part of it, nor are the
original files of resumes, ranked lists, and what only the program needs.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from talentpool.candidates.models import ContactChannel, Direction, Disposition, FactKind, ResumeStatus, Stage
from talentpool.consent.models import Basis, SuppressionScope


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The person as such."""

    full_name: str
    headline: str | None
    city: str | None
    country: str | None
    region: str | None
    street: str | None
    postcode: str | None
    source: str | None
    external_id: str | None
    external_url: str | None
    as_of: datetime | None
    came_through: str | None
    introduced_by: str | None
    fee_until: date | None
    collected_on: date | None
    employed_from: date | None
    employed_until: date | None
    is_restricted: bool
    skills: str | None
    summary: str | None
    experience: str | None
    source_data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Email:
    """One address."""

    address: str
    address_key: str
    position: int
    bounced_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """One number."""

    number: str
    number_key: str
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One page."""

    url: str
    url_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PastApplication:
    """One application, with its role and its reason by name."""

    role_title: str
    role: str | None  # the title of the role it belongs to, where it belongs to one
    requisition: str | None
    stage: Stage
    disposition: Disposition | None
    reason: str | None  # its code
    reason_text: str | None
    reason_holds_until: date | None
    applied_on: date | None
    ended_on: date | None
    active_on: date | None
    rating: float | None
    interviewer_words: str | None
    is_strong_elsewhere: bool
    promised: str | None
    source: str | None
    external_id: str | None
    as_of: datetime | None
    source_data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeText:
    """One resume without its file."""

    content_hash: str
    file_name: str | None
    media_type: str
    size_bytes: int
    status: ResumeStatus
    problem: str | None
    hidden_lines: list[Any] | None
    source: str | None
    dated_on: date | None
    created_at: datetime
    visible_text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidFact:
    """One dated fact."""

    kind: FactKind
    said: str
    value: dict[str, Any]
    stated_on: date | None
    source: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PastContact:
    """One contact."""

    at: datetime
    channel: ContactChannel
    direction: Direction
    is_unasked: bool
    outcome: str | None
    words: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenNote:
    """One note."""

    words: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenPromise:
    """One promise, open or not."""

    words: str
    due_on: date | None
    kept_at: datetime | None
    let_go_at: datetime | None
    application: int | None  # which of the person's applications it is about, counted from 1


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedBasis:
    """One lawful basis, for instance a consent."""

    basis: Basis
    recorded_on: date
    expires_on: date | None
    withdrawn_on: date | None
    text_version: str | None
    source: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """One do-not entry: for the person (`key` empty), for an address or for a number."""

    scope: SuppressionScope
    kind: str  # person, email or phone
    key: str
    source: str
    lifted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WholePerson:
    """One person with every record, each kind in the order in which it came."""

    person: Person
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    links: tuple[Link, ...] = ()
    applications: tuple[PastApplication, ...] = ()
    resumes: tuple[ResumeText, ...] = ()
    facts: tuple[SaidFact, ...] = ()
    contacts: tuple[PastContact, ...] = ()
    notes: tuple[WrittenNote, ...] = ()
    promises: tuple[GivenPromise, ...] = ()
    bases: tuple[RecordedBasis, ...] = ()
    holds: tuple[Hold, ...] = ()
    application_ids: tuple[int, ...] = ()  # of `applications`, here
