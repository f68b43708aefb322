"""What a row brings to a person: blanks filled in, applications moved forward, what was said added.

Nothing is overwritten, unless the source says when it changed and that is newer; so a second time the same row
changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from talentpool.candidates.entries import ApplicationEntry, EmailEntry, PhoneEntry, PromiseEntry
from talentpool.candidates.models import Disposition
from talentpool.candidates.reasons import KnownReason
from talentpool.candidates.whole_person import Hold, RecordedBasis
from talentpool.database import folded
from talentpool.imports.application import ReadApplication
from talentpool.imports.ats_formats import SOURCE
from talentpool.imports.known import (
    APPLICATION_FIELDS,
    PERSON_FIELDS,
    Key,
    Known,
    KnownApplication,
    KnownPerson,
    contact_keys,
    external_key,
)
from talentpool.imports.row import ROW_ID_PREFIX, Consent, ParsedRow

Placed = TypeVar("Placed", EmailEntry, PhoneEntry)
RoleKey = tuple[str, str | None]  # folded title, requisition code
LONGEST_TITLE = 320
REDISCOVERED = folded(SOURCE)
ENDING_FIELDS = ("reason_id", "reason_text", "reason_holds_until", "ended_on")


@dataclass(slots=True)
class Permissions:
    """What rows say about keeping and writing to people, to be recorded beside their own records."""

    consents: list[tuple[KnownPerson, Consent]] = field(default_factory=list)
    suppressions: list[tuple[KnownPerson, Key]] = field(default_factory=list)
    asked_again: list[tuple[KnownPerson, Key]] = field(default_factory=list)  # what stands already
    # Of our own export, which says all there is about them:
    bases: list[tuple[KnownPerson, RecordedBasis]] = field(default_factory=list)
    holds: list[tuple[KnownPerson, Hold]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What the plan needs to know beside the rows: the source's name, our reasons and roles, and as of when it speaks."""

    source: str
    reasons: Mapping[str, KnownReason]
    role_ids: Mapping[RoleKey, int]
    as_of: datetime
    is_in_step: bool = False  # the source is followed: its newer word replaces its older one


def role_key(application: ReadApplication) -> RoleKey:
    """Give the key by which a past role is found."""
    return folded_title(application.role_title), application.requisition


def rediscovered_key(parsed: ParsedRow) -> RoleKey | None:
    """Give the key of a role of ours by its title alone, where the row bears the mark our short lists leave with.

    The day of the application is part of it: for an earlier one the role was not posted yet.
    """
    read, came_through = parsed.application, parsed.person.came_through
    if read is None or read.requisition or not came_through or folded(came_through) != REDISCOVERED:
        return None
    return folded_title(read.role_title), f"{REDISCOVERED} {read.applied_on or ''}"


@lru_cache(maxsize=4096)
def folded_title(title: str) -> str:
    """Give a title as roles are found by it."""
    return folded(title)[:LONGEST_TITLE]


def merge_row(
    parsed: ParsedRow, person: KnownPerson, known: Known, rules: Rules, permissions: Permissions
) -> bool:
    """Add what the row brings to what is planned for the person; says whether there is anything."""
    is_changed = _fill_in_person(parsed, person, known, rules)
    is_changed |= _add_addresses(parsed, person, known)
    is_changed |= _keep_source_data(parsed, person)
    application = None
    if parsed.application:
        application, is_application_changed = _merge_application(parsed, person, known, rules)
        is_changed |= is_application_changed
    is_changed |= _add_what_was_said(parsed, person)
    is_changed |= _add_promise(parsed, person, application)
    is_changed |= _add_permissions(parsed, person, rules, permissions)
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


def _merge_application(
    parsed: ParsedRow, person: KnownPerson, known: Known, rules: Rules
) -> tuple[KnownApplication, bool]:
    read = parsed.application
    if read is None:
        raise ValueError("The row has no application.")
    entry = _application_entry(parsed, read, person, known, rules)
    for must_agree in (True, False):  # the same day first, then one that lacks its day
        for application in person.applications:
            if _is_same_application(application, read, entry, dates_must_agree=must_agree):
                return application, _move_forward(application, read, entry, person, rules)
    title, requisition = role_key(read)
    application = KnownApplication(
        id=None,
        place=len(person.plan().applications),
        role_id=entry.role_id,
        folded_title=title,
        requisition=requisition,
        external_id=entry.external_id,
        applied_on=entry.applied_on,
        stage=entry.stage,
        disposition=entry.disposition,
        source=entry.source,
        as_of=entry.as_of,
        values={name: value for name in APPLICATION_FIELDS if (value := getattr(entry, name)) is not None},
    )
    person.plan().applications.append(entry)
    person.applications.append(application)
    return application, True


def _application_entry(
    parsed: ParsedRow, read: ReadApplication, person: KnownPerson, known: Known, rules: Rules
) -> ApplicationEntry:
    reason = rules.reasons.get(read.reason_code) if read.reason_code else None
    owner = known.taken_applications.get(read.external_id) if read.external_id else None
    differing = {
        header: value for header, value in parsed.kept.items() if person.source_data.get(header) != value
    }
    return ApplicationEntry(
        role_title=read.role_title,
        stage=read.stage,
        disposition=read.disposition,
        role_id=_role_id(parsed, read, rules),
        reason_id=reason.id if reason else None,
        reason_text=read.reason_text,
        reason_holds_until=reason.holds_until(read.ended_on) if reason else None,
        applied_on=read.applied_on,
        ended_on=read.ended_on,
        active_on=read.active_on,
        rating=read.rating,
        interviewer_words=read.interviewer_words,
        promised=parsed.promise or None,
        source=rules.source,
        external_id=read.external_id if owner is None or owner == person.id else None,
        as_of=_as_of(parsed, rules),
        source_data=differing,
    )


def _role_id(parsed: ParsedRow, read: ReadApplication, rules: Rules) -> int | None:
    ours = rediscovered_key(parsed)
    found = rules.role_ids.get(ours) if ours else None
    return found or rules.role_ids.get(role_key(read))


def _as_of(parsed: ParsedRow, rules: Rules) -> datetime:
    """Tell when the source said so: where it is followed, when it was asked; else by the row, or when it came in."""
    return rules.as_of if rules.is_in_step else parsed.person.as_of or rules.as_of


def _is_same_application(
    known: KnownApplication, read: ReadApplication, entry: ApplicationEntry, *, dates_must_agree: bool
) -> bool:
    has_ids = known.external_id is not None and entry.external_id is not None
    if has_ids and known.external_id == entry.external_id:
        return True
    title, requisition = role_key(read)
    is_same_role = known.role_id is not None and known.role_id == entry.role_id
    if not is_same_role and known.requisition and requisition:
        is_same_role = known.requisition == requisition
    elif not is_same_role:
        is_same_role = known.folded_title == title
    if dates_must_agree or has_ids:
        return (
            is_same_role
            and known.applied_on == entry.applied_on
            and (known.applied_on is not None or not has_ids)
        )
    return is_same_role and (known.applied_on is None or entry.applied_on is None)


def _move_forward(
    application: KnownApplication,
    read: ReadApplication,
    entry: ApplicationEntry,
    person: KnownPerson,
    rules: Rules,
) -> bool:
    changes = _new_state(application, read, entry, rules)
    for name in APPLICATION_FIELDS:
        value = getattr(entry, name)
        if name not in changes and value is not None and application.values.get(name) is None:
            changes[name] = value
    if not changes:
        return False
    _take_on(application, changes)
    additions = person.plan()
    if application.id is not None:
        additions.application_changes.append({"id": application.id, **changes})
    elif application.place is not None:
        planned = additions.applications[application.place]
        additions.applications[application.place] = replace(planned, **changes)
    return True


def _new_state(
    application: KnownApplication, read: ReadApplication, entry: ApplicationEntry, rules: Rules
) -> dict[str, Any]:
    """Give what is new about how far it got and how it ended, with the time from which that holds."""
    is_newer = _is_newer(application, entry, rules)
    is_reopened = is_newer and read.is_said_open and application.disposition is not None
    changes: dict[str, Any] = {}
    if entry.stage.rank > application.stage.rank:
        changes["stage"] = entry.stage
    if is_reopened or _ends_otherwise(application, read, entry, is_newer=is_newer, rules=rules):
        changes["disposition"] = None if is_reopened else entry.disposition
        if application.disposition not in (None, Disposition.UNKNOWN):  # its reason goes with the old ending
            changes |= {name: None if is_reopened else getattr(entry, name) for name in ENDING_FIELDS}
    moved_on = rules.as_of.date() if is_newer and ("stage" in changes or is_reopened) else None
    active_on, known_on = entry.active_on or moved_on, application.values.get("active_on")
    if is_newer and active_on and (known_on is None or active_on > known_on):
        changes["active_on"] = active_on
    if "stage" in changes or "disposition" in changes:
        changes["as_of"] = entry.as_of
    return changes


def _is_newer(application: KnownApplication, entry: ApplicationEntry, rules: Rules) -> bool:
    if not rules.is_in_step or application.as_of is None or entry.as_of is None:
        return False
    return application.source == rules.source and entry.as_of > application.as_of


def _ends_otherwise(
    application: KnownApplication,
    read: ReadApplication,
    entry: ApplicationEntry,
    *,
    is_newer: bool,
    rules: Rules,
) -> bool:
    """Say whether the ending is another one now.

    What was not ended here gets the source's ending. A source that is followed may say otherwise later; an ending
    that somebody entered here stays, except for a hire.
    """
    if not read.ending_is_said or entry.disposition is application.disposition:
        return False
    if application.disposition in (None, Disposition.UNKNOWN) or is_newer:
        return True
    entered_here = rules.is_in_step and application.as_of is None
    return entered_here and entry.disposition is Disposition.HIRED


def _take_on(application: KnownApplication, changes: Mapping[str, Any]) -> None:
    """Let later rows meet the application as it will be."""
    for name, value in changes.items():
        if name in APPLICATION_FIELDS:
            application.values[name] = value
        if name in ("stage", "disposition", "as_of", "applied_on"):
            setattr(application, name, value)


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


def _add_permissions(parsed: ParsedRow, person: KnownPerson, rules: Rules, permissions: Permissions) -> bool:
    is_changed = False
    consent = parsed.consent
    if consent and _is_new_consent(consent, person):
        person.consents += ((consent.given_on, consent.until, consent.withdrawn_on),)
        permissions.consents.append((person, consent))
        is_changed = True
    if parsed.asked_not_to and _asks_anew(parsed, person, rules):
        keys: list[Key] = [("person", ""), *(("email", key) for key in sorted(person.emails))]
        keys += [("phone", key) for key in sorted(person.phones)]
        new = [key for key in keys if key not in person.suppressed]
        permissions.asked_again += [(person, key) for key in keys if key in person.suppressed]
        person.suppressed += tuple(new)
        permissions.suppressions += [(person, key) for key in new]
        is_changed |= bool(new)
    return is_changed


def _is_new_consent(consent: Consent, person: KnownPerson) -> bool:
    """Say whether a row's consent is not on record; one from before a withdrawal was taken back with the rest."""
    last_no = max((day for *_, day in person.consents if day is not None), default=None)
    is_older = last_no is not None and (consent.given_on is None or consent.given_on <= last_no)
    if consent.withdrawn_on is None and is_older:
        return False
    known = [(given_on, until, day is not None) for given_on, until, day in person.consents]
    return (consent.given_on, consent.until, consent.withdrawn_on is not None) not in known


def _asks_anew(parsed: ParsedRow, person: KnownPerson, rules: Rules) -> bool:
    """Say whether a wish not to be contacted is another one than those that were lifted here.

    A source that had asked before, and does not say that it asks since, says the same again.
    """
    said_at = parsed.person.as_of or (rules.as_of if rules.is_in_step else None)
    return all(
        asked_by != rules.source or (said_at is not None and said_at > lifted_at)
        for lifted_at, asked_by in person.lifted
    )
