"""What a row brings to a person: blanks filled in, applications moved forward, what was said added.

Nothing is overwritten, unless the source says when it changed and that is newer; so a second time the same row
changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from talentpool.candidates.entries import EmailEntry, PhoneEntry, PromiseEntry
from talentpool.imports.application_merge import merge_application
from talentpool.imports.known import (
    PERSON_FIELDS,
    Known,
    KnownApplication,
    KnownPerson,
    contact_keys,
    external_key,
)
from talentpool.imports.permissions import Permissions, add_permissions
from talentpool.imports.row import ROW_ID_PREFIX, ParsedRow
from talentpool.imports.rules import Rules

Placed = TypeVar("Placed", EmailEntry, PhoneEntry)


def merge_row(
    parsed: ParsedRow, person: KnownPerson, *, known: Known, rules: Rules, permissions: Permissions
) -> bool:
    """Add what the row brings to what is planned for the person; says whether there is anything."""
    is_changed = _fill_in_person(parsed, person, known, rules)
    is_changed |= _add_addresses(parsed, person, known)
    is_changed |= _keep_source_data(parsed, person)
    application = None
    if parsed.application:
        application, is_application_changed = merge_application(parsed, person, known=known, rules=rules)
        is_changed |= is_application_changed
    is_changed |= _add_what_was_said(parsed, person)
    is_changed |= _add_promise(parsed, person, application)
    is_changed |= add_permissions(parsed, person, rules=rules, permissions=permissions)
    return is_changed


def _fill_in_person(parsed: ParsedRow, person: KnownPerson, known: Known, rules: Rules) -> bool:
    entry, source = parsed.person, rules.source
    changes: dict[str, Any] = {}
    as_of = entry.as_of or (rules.as_of if rules.is_in_step else None)
    is_newer = as_of is not None and (person.as_of is None or as_of > person.as_of)
    may_replace = is_newer and person.as_of is not None and person.source == source
    for name in PERSON_FIELDS:
        value = getattr(entry, name)
        if value and value != person.fields.get(name) and (may_replace or not person.fields.get(name)):
            changes[name] = person.fields[name] = value
    if entry.full_name and not person.name:
        changes["full_name"] = person.name = entry.full_name
    if is_newer and (entry.as_of or changes):
        changes["as_of"] = person.as_of = as_of
    if entry.external_id and _takes_id(person, entry.external_id, known, source):
        changes |= {"source": source, "external_id": entry.external_id}
        person.source, person.external_id = source, entry.external_id
        known.add(person, [external_key(source, entry.external_id)])
    if changes:
        _change(person, changes)
    return bool(changes)


def _takes_id(person: KnownPerson, external_id: str, known: Known, source: str) -> bool:
    """Say whether somebody without an id of the source, or with one made from a row, gets the one given."""
    if known.find(external_key(source, external_id)):
        return False
    return person.external_id is None or (
        person.source == source and person.external_id.startswith(ROW_ID_PREFIX)
    )


def _change(person: KnownPerson, changes: dict[str, Any]) -> None:
    additions = person.plan()
    if additions.person is not None:
        additions.person = replace(
            additions.person, **{key: changes[key] for key in changes if key != "source_data"}
        )
    else:
        additions.changes |= changes


def _add_addresses(parsed: ParsedRow, person: KnownPerson, known: Known) -> bool:
    additions = person.plan()
    emails = [entry for entry in parsed.emails if entry.address_key not in person.emails]
    phones = [entry for entry in parsed.phones if entry.number_key not in person.phones]
    links = [entry for entry in parsed.links if entry.url_key not in person.links]
    additions.emails += _placed(emails, after=len(person.emails))
    additions.phones += _placed(phones, after=len(person.phones))
    additions.links += links
    person.emails += tuple(entry.address_key for entry in emails)
    person.phones += tuple(entry.number_key for entry in phones)
    person.links += tuple(entry.url_key for entry in links)
    known.add(person, contact_keys(parsed))
    return bool(emails or phones or links)


def _placed(entries: Sequence[Placed], *, after: int) -> list[Placed]:
    return [
        entry if entry.position == place else replace(entry, position=place)
        for place, entry in enumerate(entries, start=after)
    ]


def _keep_source_data(parsed: ParsedRow, person: KnownPerson) -> bool:
    new = {header: value for header, value in parsed.kept.items() if header not in person.source_data}
    if not new:
        return False
    person.source_data |= new
    additions = person.plan()
    if additions.person is None:
        additions.changes["source_data"] = dict(person.source_data)
    else:
        additions.source_data = dict(person.source_data)
    return True


def _add_what_was_said(parsed: ParsedRow, person: KnownPerson) -> bool:
    is_changed = False
    additions = person.plan()
    for resume in (*([parsed.resume] if parsed.resume else []), *parsed.files):
        if resume.content_hash not in person.resumes:
            person.resumes += (resume.content_hash,)
            additions.resumes.append(resume)
            is_changed = True
    for fact in parsed.facts:
        if (fact.kind, fact.said) not in person.facts:
            person.facts += ((fact.kind, fact.said),)
            additions.facts.append(fact)
            is_changed = True
    if parsed.contacted_on and parsed.contacted_on not in person.contacted_on:
        person.contacted_on += (parsed.contacted_on,)
        additions.contacted_on.append(parsed.contacted_on)
        is_changed = True
    if parsed.note and parsed.note not in person.notes:
        person.notes += (parsed.note,)
        additions.notes.append(parsed.note)
        is_changed = True
    return is_changed


def _add_promise(parsed: ParsedRow, person: KnownPerson, application: KnownApplication | None) -> bool:
    if not parsed.promise or (parsed.promise, parsed.promise_due_on) in person.promises:
        return False
    person.promises += ((parsed.promise, parsed.promise_due_on),)
    person.plan().promises.append(
        PromiseEntry(
            words=parsed.promise,
            due_on=parsed.promise_due_on,
            application=application.place if application and application.id is None else None,
            application_id=application.id if application else None,
        )
    )
    return True
