"""Settings, audit log: who looked at, changed or took out what, and when; as a page, and as a CSV."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from talentpool.accounts.administration import list_accounts
from talentpool.accounts.audit_log import (
    NOBODY,
    AuditLine,
    AuditQuery,
    audit_lines,
    audit_page,
    recent_actions,
)
from talentpool.accounts.permissions import Permission
from talentpool.sheets import write_file
from talentpool.web.access import asked_number, record_number, requires
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.transaction import request_session
from talentpool.web.views.exports import leave_trail, sent

pages = Blueprint("settings_audit", __name__)

EVENTS_A_PAGE = 50
MOST_EXPORTED = 200_000
HEADINGS = ("When (UTC)", "Who", "Account", "What", "Object", "Number", "Details")
FILTERS = ("who", "what", "about", "since", "until")
ADDRESS_BY_KIND = {"candidate": "/candidates/{}", "role": "/roles/{}"}


@pages.app_template_filter("object_address")
def object_address(line: AuditLine) -> str | None:
    """Give in a template the page of what an event is about; None where it has none."""
    if line.object_kind not in ADDRESS_BY_KIND or line.object_id is None:
        return None
    return ADDRESS_BY_KIND[line.object_kind].format(line.object_id)


@pages.app_template_filter("detail_words")
def detail_words(details: dict[str, Any]) -> str:
    """Say in a template what an event keeps beside who and when."""
    told = [
        f"{key.replace('_', ' ')}: {value}"
        for key, value in details.items()
        if key != "changes" and value is not None
    ]
    for place, before, after in details.get("changes") or ():
        told.append(f"{place.replace('_', ' ')}: {before or '–'} → {after or '–'}")
    return " · ".join(told)


@pages.get("/settings/audit")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the trail, the newest first, filtered by who, what, about whom and when."""
    entry = Entry({name: cleaned(request.args.get(name, "")) for name in FILTERS})
    query = _query(entry)
    lines = audit_page(request_session(), query, before=asked_number("before"), most=EVENTS_A_PAGE + 1)
    accounts = [(line.recruiter.id, line.recruiter.name) for line in list_accounts(request_session())]
    page = render_template(
        "settings/audit.html",
        entry=entry,
        lines=lines[:EVENTS_A_PAGE],
        older=lines[EVENTS_A_PAGE - 1].event_id if len(lines) > EVENTS_A_PAGE else None,
        asked={name: entry[name] for name in FILTERS if entry[name]},
        people=[("", "Anybody"), (NOBODY, "The program"), *accounts],
        actions=recent_actions(request_session()),
    )
    return (page, 422) if entry.problems else page


@pages.get("/settings/audit.csv")
@requires(Permission.CHANGE_SETTINGS)
def export() -> ResponseReturnValue:
    """Take out the events that the page would list, 200,000 of the newest at most; that is an event itself."""
    query = _query(Entry({name: cleaned(request.args.get(name, "")) for name in FILTERS}))
    session, count = request_session(), 0

    def rows() -> Any:
        nonlocal count
        for line in audit_lines(session, query, most=MOST_EXPORTED):
            count += 1
            yield (
                line.at.isoformat(timespec="seconds"), line.by, line.recruiter_id, line.action, line.object_kind,
                line.object_id, detail_words(line.details),
            )  # fmt: skip

    answer = sent(lambda path: write_file(path, HEADINGS, rows()), "audit-log.csv")
    leave_trail("audit_log_exported", "audit_log", None, {"events": count})
    return answer


def _query(entry: Entry) -> AuditQuery:
    kind, _, number = entry["about"].strip().casefold().partition(" ")
    is_about = bool(re.fullmatch(r"[a-z_]{1,32} ?[0-9]{0,18}", entry["about"].strip().casefold()))
    if entry["about"] and not is_about:
        entry.refuse("about", "Write what it is about as a word and a number: candidate 12.")
    return AuditQuery(
        recruiter_id=_who(entry),
        action=entry["what"].strip().replace(" ", "_") or None,
        object_kind=kind if entry["about"] and is_about else None,
        object_id=int(number) if number.isascii() and number.isdigit() else None,
        since=_day(entry, "since"),
        until=_day(entry, "until"),
    )


def _who(entry: Entry) -> int | None:
    """Read whose events are asked for: None for anybody's."""
    if entry["who"] in ("", str(NOBODY)):
        return NOBODY if entry["who"] else None
    number = record_number(entry["who"])
    if number is None:
        entry.refuse("who", "Choose somebody from the list.")
    return number


def _day(entry: Entry, name: str) -> date | None:
    if not entry[name]:
        return None
    try:
        return date.fromisoformat(entry[name])
    except ValueError:
        entry.refuse(name, f"{entry[name][:40]!r} is no day we can read; write it as 2026-11-23.")
        return None
