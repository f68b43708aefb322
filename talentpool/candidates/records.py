"""Adding to what is known about people, many at once: one statement for each kind of record.

Whoever calls has decided what is new; here it is written, and everybody touched is marked for the index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Contact,
    ContactChannel,
    Direction,
    Disposition,
    Fact,
    FactKind,
    Note,
    Promise,
    Resume,
    ResumeStatus,
    Stage,
)
from talentpool.database import Base, folded

LONGEST_FOLDED = 320


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


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailEntry:
    """An address, with the key it is compared by."""

    address: str
    address_key: str
    position: int = 0


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
    promised: str | None = None
    source: str | None = None
    external_id: str | None = None
    as_of: datetime | None = None
    source_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeEntry:
    """A resume that came as text."""

    content_hash: str  # SHA-256 of the text
    visible_text: str
    dated_on: date | None = None


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

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all is new."""
        return self.candidate_id is not None and not any(
            getattr(self, each.name) for each in fields(self) if each.name not in ("candidate_id", "person")
        )


def record_additions(
    session: Session, additions: Sequence[Additions], *, import_id: int | None, now: datetime
) -> None:
    """Write what is new and fill in the ids of new people; a few statements whatever their number."""
    _add_people(session, [one for one in additions if one.candidate_id is None], import_id=import_id, now=now)
    _change_people(session, additions, now=now)
    _add_addresses(session, additions)
    application_ids = _add_applications(session, additions, import_id=import_id, now=now)
    _change_rows(session, Application, [row for one in additions for row in one.application_changes], now=now)
    came = {"import_id": import_id, "created_at": now}
    _add_resumes(session, additions, came)
    _insert(session, Fact, [(one.candidate_id, entry, came) for one in additions for entry in one.facts])
    _add_contacts(session, additions, import_id=import_id)
    _add_promises(session, additions, application_ids, came)
    notes = [
        {"candidate_id": one.candidate_id, "words": words, **came} for one in additions for words in one.notes
    ]
    if notes:
        session.execute(insert(Note), notes)
    record_changes(session, (known_id(one) for one in additions), now=now)


def known_id(additions: Additions) -> int:
    """Give the id of a person who has been written."""
    if additions.candidate_id is None:
        raise ValueError("This person has not been written yet.")
    return additions.candidate_id


def _add_people(session: Session, new: Sequence[Additions], *, import_id: int | None, now: datetime) -> None:
    rows = []
    for one in new:
        person = one.person or PersonEntry()
        rows.append(
            _values(person)
            | {
                "folded_name": folded(person.full_name)[:LONGEST_FOLDED],
                "is_restricted": False,
                "source_data": dict(one.source_data),
                "import_id": import_id,
                "created_at": now,
                "updated_at": now,
            }
        )
    if rows:
        returned = session.scalars(
            insert(Candidate).returning(Candidate.id, sort_by_parameter_order=True), rows
        )
        for one, candidate_id in zip(new, returned, strict=True):
            one.candidate_id = candidate_id


def _change_people(session: Session, additions: Sequence[Additions], *, now: datetime) -> None:
    changed = []
    for one in additions:
        if one.changes:
            row = {"id": one.candidate_id, **one.changes}
            if "full_name" in row:
                row["folded_name"] = folded(row["full_name"])[:LONGEST_FOLDED]
            changed.append(row)
    _change_rows(session, Candidate, changed, now=now)


def _change_rows(
    session: Session, table: type[Base], rows: Iterable[dict[str, Any]], *, now: datetime
) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row)), []).append({**row, "updated_at": now})
    for same in by_columns.values():
        session.execute(update(table), same)


def _add_addresses(session: Session, additions: Sequence[Additions]) -> None:
    nothing: dict[str, Any] = {}
    _insert(
        session,
        CandidateEmail,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.emails],
    )
    _insert(
        session,
        CandidatePhone,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.phones],
    )
    _insert(
        session,
        CandidateLink,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.links],
    )


def _add_applications(
    session: Session, additions: Sequence[Additions], *, import_id: int | None, now: datetime
) -> dict[tuple[int, int], int]:
    """Write applications; gives their ids by candidate and place among that candidate's new ones."""
    places, rows = [], []
    for one in additions:
        for place, entry in enumerate(one.applications):
            places.append((known_id(one), place))
            came = {"import_id": import_id, "created_at": now, "updated_at": now}
            rows.append(
                {
                    "candidate_id": one.candidate_id,
                    **_values(entry),
                    **came,
                    "source_data": dict(entry.source_data),
                }
            )
    if not rows:
        return {}
    returned = session.scalars(
        insert(Application).returning(Application.id, sort_by_parameter_order=True), rows
    )
    return dict(zip(places, returned, strict=True))


def _add_resumes(session: Session, additions: Sequence[Additions], came: Mapping[str, Any]) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            **_values(entry),
            **came,
            "has_file": False,
            "media_type": "text/plain",
            "size_bytes": len(entry.visible_text.encode()),
            "status": ResumeStatus.READABLE,
        }
        for one in additions
        for entry in one.resumes
    ]
    if rows:
        session.execute(insert(Resume), rows)


def _add_contacts(session: Session, additions: Sequence[Additions], *, import_id: int | None) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            "at": datetime.combine(day, time(12), UTC),
            "channel": ContactChannel.OTHER,
            "direction": Direction.OURS,
            "is_unasked": True,
            "import_id": import_id,
        }
        for one in additions
        for day in one.contacted_on
    ]
    if rows:
        session.execute(insert(Contact), rows)


def _add_promises(
    session: Session,
    additions: Sequence[Additions],
    application_ids: Mapping[tuple[int, int], int],
    came: Mapping[str, Any],
) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            "words": entry.words,
            "due_on": entry.due_on,
            "application_id": entry.application_id
            if entry.application is None
            else application_ids[known_id(one), entry.application],
            **came,
        }
        for one in additions
        for entry in one.promises
    ]
    if rows:
        session.execute(insert(Promise), rows)


def _insert(
    session: Session, table: type[Base], rows: Sequence[tuple[int | None, Any, Mapping[str, Any]]]
) -> None:
    if rows:
        values = [{"candidate_id": owner, **_values(entry), **more} for owner, entry, more in rows]
        session.execute(insert(table), values)


def _values(entry: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in type(entry).__slots__}
