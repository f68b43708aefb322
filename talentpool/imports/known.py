"""What is known already about the people of a chunk, as the plan needs it: found by their keys, a few queries.

The snapshot is changed by the plan as it goes, so that the second row of a person meets what the first one
brought. A dry run keeps one snapshot for the whole file, since nothing reaches the database there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from talentpool.candidates.entries import Additions
from talentpool.candidates.identity import fold_name
from talentpool.candidates.models import Disposition, Stage
from talentpool.candidates.recognition import recognising_keys
from talentpool.candidates.whole_person import WholePerson
from talentpool.consent.suppression import record_key
from talentpool.imports.row import ParsedRow

MOST_HOLDERS = 8  # of one address or number: past two names it says nothing about who somebody is
Key = tuple[str, str]  # what kind of key, and the key: ("email", "ana@example.org")
# Columns of a person that a row may fill in.
PERSON_FIELDS = (
    "headline",
    "summary",
    "skills",
    "experience",
    "street",
    "postcode",
    "city",
    "region",
    "country",
    "external_url",
    "came_through",
    "collected_on",
    "introduced_by",
    "fee_until",
)
# Columns of an application that a row may fill in.
APPLICATION_FIELDS = (
    "reason_id",
    "reason_text",
    "reason_holds_until",
    "applied_on",
    "ended_on",
    "active_on",
    "rating",
    "interviewer_words",
    "promised",
)


@dataclass(kw_only=True, slots=True)
class KnownApplication:
    """One application on record, or planned in this chunk."""

    id: int | None  # none until written
    place: int | None = None  # among the planned applications of the person
    role_id: int | None
    folded_title: str
    requisition: str | None
    external_id: str | None
    applied_on: date | None
    stage: Stage
    disposition: Disposition | None
    source: str | None = None
    as_of: datetime | None = None  # none: what it says was entered here
    values: dict[str, Any]  # what a later row may fill in


@dataclass(kw_only=True, slots=True, eq=False)
class KnownPerson:
    """One person on record, or planned in this chunk.

    Few have more than one or two of a kind, and the check of a long file keeps everybody in it: hence tuples.
    """

    id: int | None
    name: str
    source: str | None
    external_id: str | None
    as_of: datetime | None
    fields: dict[str, Any]
    source_data: dict[str, str] = field(default_factory=dict)
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    applications: list[KnownApplication] = field(default_factory=list)
    resumes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    contacted_on: tuple[date, ...] = ()
    promises: tuple[tuple[str, date | None], ...] = ()
    notes: tuple[str, ...] = ()
    consents: tuple[tuple[date | None, date | None, date | None], ...] = ()  # given, until, withdrawn
    suppressed: tuple[Key, ...] = ()
    lifted: tuple[tuple[datetime, str], ...] = ()  # do-not-contact entries: when, and who had asked for them
    merged_ids: tuple[tuple[str, str], ...] = ()  # source and id of records that became one with this
    whole: WholePerson | None = None  # every record, where rows of our own export ask for it
    additions: Additions | None = None  # planned in this chunk

    def plan(self) -> Additions:
        """Give what is planned for the person, empty at first."""
        if self.additions is None:
            self.additions = Additions(candidate_id=self.id)
        return self.additions


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody of the same name, who might be the same person."""

    city: str | None
    headline: str | None


@dataclass(slots=True)
class Known:
    """The people a chunk may be about, by everything they can be recognised by."""

    holders: dict[Key, list[KnownPerson]] = field(default_factory=dict)
    by_id: dict[int, KnownPerson] = field(default_factory=dict)
    namesakes: dict[str, list[Namesake]] = field(default_factory=dict)
    blocked: set[Key] = field(default_factory=set)
    taken_applications: dict[str, int] = field(default_factory=dict)  # their external id -> whose they are
    deleted: set[tuple[str, str | None]] = field(
        default_factory=set
    )  # source and id, in rows of this chunk or set aside earlier
    taken_elsewhere: set[tuple[str, str]] = field(default_factory=set)  # source and id, of our own export's

    def add(self, person: KnownPerson, keys: Iterable[Key]) -> None:
        """Make a person findable by their keys."""
        for key in keys:
            holders = self.holders.setdefault(key, [])
            if len(holders) < MOST_HOLDERS and person not in holders:
                holders.append(person)

    def find(self, key: Key) -> list[KnownPerson]:
        """List who is known by a key, the oldest first."""
        return self.holders.get(key, [])


def external_key(source: str, external_id: str) -> Key:
    """Give the key of somebody's id in another system."""
    return "id", record_key(source, external_id)


def contact_keys(parsed: ParsedRow) -> list[Key]:
    """List the addresses and numbers of a row as keys, the ones that say most first."""
    keys: list[Key] = [("email", entry.address_key) for entry in parsed.emails]
    keys += [("phone", entry.number_key) for entry in parsed.phones]
    return keys + [("url", entry.url_key) for entry in parsed.links]


def own_ids(parsed: ParsedRow) -> list[str]:
    """List the ids a row's person may have in the source: the given one, then one made from the row."""
    given = [parsed.person.external_id] if parsed.person.external_id else []
    return [*given, parsed.made_id] if parsed.names_somebody and parsed.made_id else given


def blocking_keys(parsed: ParsedRow, source: str) -> list[Key]:
    """List the keys by which the row of somebody who was erased is recognised: addresses, numbers, pages, ids."""
    contacts = recognising_keys([parsed.person.full_name], contact_keys(parsed))
    return contacts + [external_key(parsed.person.source or source, each) for each in own_ids(parsed)]


def is_blocked(parsed: ParsedRow, known: Known, source: str) -> bool:
    """Say whether a row is about somebody who was erased, or does not want to be kept."""
    return bool(known.blocked) and any(key in known.blocked for key in blocking_keys(parsed, source))


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Give the form in which namesakes are found."""
    return fold_name(name)
