"""What is to be added about people, as plain values: one dataclass for each kind of record.

An import plans in these, whoever else brings people in can do the same; `records` writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from talentpool.candidates.models import (
    ContactChannel,
    Direction,
    Disposition,
    FactKind,
    ResumeStatus,
    Stage,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonEntry:
    """What is said about a person as such; empty means not said."""

    full_name: str = ""
    headline: str | None = None
    summary: str | None = None
    skills: str | None = None
    experience: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    source: str | None = None
    external_id: str | None = None
    external_url: str | None = None
    as_of: datetime | None = None
    came_through: str | None = None
    collected_on: date | None = None
    introduced_by: str | None = None
    fee_until: date | None = None
    employed_from: date | None = None
    employed_until: date | None = None
    is_restricted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailEntry:
    """An address, with the key it is compared by."""

    address: str
    address_key: str
    position: int = 0
    bounced_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneEntry:
    """A number, with the key it is compared by."""

    number: str
    number_key: str
    position: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkEntry:
    """A page about the person, with the key it is compared by."""

    url: str
    url_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplicationEntry:
    """One application as another system tells it."""

    role_title: str
    stage: Stage
    disposition: Disposition | None
    role_id: int | None = None
    reason_id: int | None = None
    reason_text: str | None = None
    reason_holds_until: date | None = None
    applied_on: date | None = None
    ended_on: date | None = None
    active_on: date | None = None
    rating: float | None = None
    interviewer_words: str | None = None
    is_strong_elsewhere: bool = False
    promised: str | None = None
    source: str | None = None
    external_id: str | None = None
    as_of: datetime | None = None
    source_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeEntry:
    """A resume that came as text, or as a file with what a reader sees of it."""

    content_hash: str  # SHA-256 of the text, or of the file
    visible_text: str
    dated_on: date | None = None
    status: ResumeStatus = ResumeStatus.READABLE
    problem: str | None = None
    media_type: str = "text/plain"
    size_bytes: int | None = None  # none: those of the text
    file_key: str | None = None
    file_name: str | None = None
    hidden_lines: tuple[tuple[str, int, str], ...] = ()
    source: str | None = None
    created_at: datetime | None = None  # none: now


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactEntry:
    """One contact of which more is known than its day."""

    at: datetime
    channel: ContactChannel
    direction: Direction
    is_unasked: bool
    outcome: str | None = None
    words: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteEntry:
    """One note whose time is known."""

    words: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FactEntry:
    """Something asked or said, in the words of the source and as a value."""

    kind: FactKind
    said: str
    value: Mapping[str, Any]
    stated_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseEntry:
    """What was promised, and for when."""

    words: str
    due_on: date | None = None
    application: int | None = None  # its place among the applications added to the same person
    application_id: int | None = None  # or the id of one that was there
    kept_at: datetime | None = None
    let_go_at: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Additions:
    """What is new about one person: a new one when `candidate_id` is None."""

    candidate_id: int | None
    person: PersonEntry | None = None  # of a new person
    changes: dict[str, Any] = field(default_factory=dict)  # columns of a known person
    source_data: Mapping[str, str] = field(default_factory=dict)
    emails: list[EmailEntry] = field(default_factory=list)
    phones: list[PhoneEntry] = field(default_factory=list)
    links: list[LinkEntry] = field(default_factory=list)
    applications: list[ApplicationEntry] = field(default_factory=list)
    application_changes: list[dict[str, Any]] = field(default_factory=list)  # each with its id
    resumes: list[ResumeEntry] = field(default_factory=list)
    facts: list[FactEntry] = field(default_factory=list)
    contacted_on: list[date] = field(default_factory=list)
    promises: list[PromiseEntry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    contacts: list[ContactEntry] = field(default_factory=list)
    dated_notes: list[NoteEntry] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all is new."""
        return self.candidate_id is not None and not any(
            getattr(self, each.name) for each in fields(self) if each.name not in ("candidate_id", "person")
        )
