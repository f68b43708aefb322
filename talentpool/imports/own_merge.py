"""What a person of our own export brings: all of somebody new, and of somebody known what is not here yet.

Nothing here is overwritten, taken back or added twice, whatever has happened to it since the export.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from talentpool.candidates.entries import (
    ApplicationEntry,
    ContactEntry,
    FactEntry,
    NoteEntry,
    PromiseEntry,
    ResumeEntry,
)
from talentpool.candidates.whole_person import GivenPromise, PastApplication, WholePerson
from talentpool.imports.known import PERSON_FIELDS, Known, KnownPerson, contact_keys
from talentpool.imports.permissions import Permissions
from talentpool.imports.role_keys import folded_title
from talentpool.imports.row import ParsedRow
from talentpool.imports.rules import Rules

Record = TypeVar("Record")
# By what a record is the same one, even if somebody has worked with it since.
_SAME: dict[str, Callable[[Any], Hashable]] = {
    "emails": lambda one: one.address_key,
    "phones": lambda one: one.number_key,
    "links": lambda one: one.url_key,
    "resumes": lambda one: one.content_hash,
    "facts": lambda one: (one.kind, one.said, one.stated_on),
    "contacts": lambda one: (one.at, one.channel, one.direction, one.words),
    "notes": lambda one: (one.words, one.created_at),
    "promises": lambda one: (one.words, one.due_on),
    "bases": lambda one: (one.basis, one.recorded_on, one.text_version),
    "holds": lambda one: (one.scope, one.kind, one.key),
}
_ONCE = ("emails", "phones", "links", "resumes", "holds")  # of these nobody has one twice


def merge_whole(
    parsed: ParsedRow, person: KnownPerson, *, known: Known, rules: Rules, permissions: Permissions
) -> bool:
    """Add what the row brings to what is planned for the person; says whether there is anything."""
    coming = parsed.whole
    if coming is None:
        raise ValueError("The row is none of our own export.")
    here = person.whole or WholePerson(person=coming.person)
    new = {name: _beyond(getattr(coming, name), getattr(here, name), name) for name in _SAME}
    is_changed = _fill_in(coming, person)
    additions = person.plan()
    additions.emails += [
        replace(entry, position=one.position if person.whole is None else len(here.emails) + place)
        for place, one in enumerate(new["emails"])
        for entry in parsed.emails
        if entry.address_key == one.address_key
    ]
    additions.phones += [
        replace(entry, position=one.position if person.whole is None else len(here.phones) + place)
        for place, one in enumerate(new["phones"])
        for entry in parsed.phones
        if entry.number_key == one.number_key
    ]
    additions.links += [
        entry for one in new["links"] for entry in parsed.links if entry.url_key == one.url_key
    ]
    places = _add_applications(coming, here, person, known, rules)
    _add_what_was_said(new, person, places)
    permissions.bases += [(person, one) for one in new["bases"]]
    permissions.holds += [(person, one) for one in new["holds"]]
    is_changed |= bool(places.new) or any(new.values())
    known.add(person, contact_keys(parsed))
    united: dict[str, Any] = {name: (*getattr(here, name), *found) for name, found in new.items()}
    person.whole = replace(here, applications=(*here.applications, *places.new), **united)
    return is_changed


def _beyond(coming: Iterable[Record], here: Iterable[Record], name: str) -> list[Record]:
    """List what comes and is not here: of equal ones, as many as there are more."""
    same = _SAME[name]
    left, found = Counter(map(same, here)), []
    for one in coming:
        key = same(one)
        if left[key]:
            left[key] -= name not in _ONCE
            continue
        found.append(one)
        left[key] += name in _ONCE
    return found


def _fill_in(coming: WholePerson, person: KnownPerson) -> bool:
    additions = person.plan()
    if person.whole is None and additions.person is not None:
        additions.source_data = dict(coming.person.source_data)
        person.source_data = dict(coming.person.source_data)
        return True
    changes: dict[str, Any] = {}
    for name in PERSON_FIELDS:
        value = getattr(coming.person, name)
        if value and not person.fields.get(name):
            changes[name] = person.fields[name] = value
    if coming.person.full_name and not person.name:
        changes["full_name"] = person.name = coming.person.full_name
    missing = {
        name: value for name, value in coming.person.source_data.items() if name not in person.source_data
    }
    if missing:
        person.source_data |= missing
        changes["source_data"] = dict(person.source_data)
    if additions.person is not None:
        data = changes.pop("source_data", None)
        additions.person = replace(additions.person, **changes)
        additions.source_data = data or additions.source_data
        return bool(changes or data)
    additions.changes |= changes
    return bool(changes)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the applications of a row ended up: each by its place in the row, counted from 1."""

    new: list[PastApplication]
    place_by_number: dict[int, int]  # among those planned for the person
    id_by_number: dict[int, int]  # of those that were here


def _add_applications(
    coming: WholePerson, here: WholePerson, person: KnownPerson, known: Known, rules: Rules
) -> _Places:
    left = [(_same_application(one), at) for at, one in enumerate(here.applications)]
    planned_from = len(here.applications) - len(person.plan().applications)
    places = _Places([], {}, {})
    for number, one in enumerate(coming.applications, start=1):
        found = next((pair for pair in left if pair[0] == _same_application(one)), None)
        if found is None:
            places.place_by_number[number] = len(person.plan().applications)
            person.plan().applications.append(_application(one, person, known, rules))
            places.new.append(one)
            continue
        left.remove(found)
        if found[1] < len(here.application_ids):
            places.id_by_number[number] = here.application_ids[found[1]]
        else:
            places.place_by_number[number] = found[1] - planned_from
    return places


def _same_application(one: PastApplication) -> Hashable:
    if one.external_id is not None:
        return one.source, one.external_id
    return one.source, folded_title(one.role_title), one.requisition, one.applied_on


def _application(one: PastApplication, person: KnownPerson, known: Known, rules: Rules) -> ApplicationEntry:
    role_id = rules.role_ids.get((folded_title(one.role), one.requisition)) if one.role is not None else None
    taken: set[tuple[int | None, date | None]] = {
        (entry.role_id, entry.applied_on) for entry in person.plan().applications
    }
    taken |= {(entry.role_id, entry.applied_on) for entry in person.applications}
    if one.applied_on is not None and (role_id, one.applied_on) in taken:
        role_id = None  # two roles of one title are one here, and nobody applies to it twice a day
    reason = rules.reasons.get(one.reason) if one.reason else None
    pair = (one.source or "", one.external_id or "")
    is_taken = pair in known.taken_elsewhere
    if one.external_id is not None:
        known.taken_elsewhere.add(pair)
    elsewhere = ("role", "requisition", "reason", "external_id")
    values = {name: getattr(one, name) for name in PastApplication.__slots__ if name not in elsewhere}
    return ApplicationEntry(
        **values,
        role_id=role_id,
        reason_id=reason.id if reason else None,
        external_id=None if is_taken else one.external_id,
    )


def _add_what_was_said(new: dict[str, list[Any]], person: KnownPerson, places: _Places) -> None:
    additions = person.plan()
    additions.resumes += [ResumeEntry(**_values(one)) for one in new["resumes"]]
    additions.facts += [FactEntry(**_values(one)) for one in new["facts"]]
    additions.contacts += [ContactEntry(**_values(one)) for one in new["contacts"]]
    additions.dated_notes += [NoteEntry(**_values(one)) for one in new["notes"]]
    additions.promises += [_promise(one, places) for one in new["promises"]]


def _promise(one: GivenPromise, places: _Places) -> PromiseEntry:
    return PromiseEntry(
        **{name: value for name, value in _values(one).items() if name != "application"},
        application=places.place_by_number.get(one.application or 0),
        application_id=places.id_by_number.get(one.application or 0),
    )


def _values(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in type(record).__slots__}
