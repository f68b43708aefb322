"""What a row brings to an application: a new one, blanks filled in, and how far it got and how it ended since.

An application moves forward only, unless the source is followed and its word is newer; an ending entered here stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from talentpool.candidates.entries import ApplicationEntry
from talentpool.candidates.models import Disposition
from talentpool.imports.application import ReadApplication
from talentpool.imports.known import APPLICATION_FIELDS, Known, KnownApplication, KnownPerson
from talentpool.imports.role_keys import rediscovered_key, role_key
from talentpool.imports.row import ParsedRow
from talentpool.imports.rules import Rules

ENDING_FIELDS = ("reason_id", "reason_text", "reason_holds_until", "ended_on")


def merge_application(
    parsed: ParsedRow, person: KnownPerson, *, known: Known, rules: Rules
) -> tuple[KnownApplication, bool]:
    """Add the row's application to what is planned for the person; gives it, and whether anything is new."""
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
