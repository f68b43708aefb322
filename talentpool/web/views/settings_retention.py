"""Settings, retention: until when people may be kept, country by country with its source, and whom a choice would bite.

Nothing is chosen out of the box. A choice hides whoever is past it from the lists of every role, and the nightly job
erases them (`jobs/apply_retention.py`); so both are shown before it is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.offices import POLICY, list_offices, offices_value
from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import load_policy
from talentpool.candidates.blindness import load_blindness
from talentpool.candidates.kept_too_long import people_past_retention
from talentpool.candidates.models import Candidate
from talentpool.erasure.retention import look_who_is_over
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to
from talentpool.web.policy_pages import VERSION, save, standing_of
from talentpool.web.transaction import request_session
from talentpool.web.views.settings_sending import PAGE

pages = Blueprint("settings_retention", __name__)

PEOPLE_NAMED = 25
SAVED = "Retention is saved: lists follow when their role is next matched, and whoever is past it is erased from the next night on."
NONE_CHOSEN = "Retention is saved: no policy is chosen, so nobody is hidden and nobody is erased."


@dataclass(frozen=True, kw_only=True, slots=True)
class Bite:
    """Whom the choices would hide from lists and erase: how many now and then, and the first of those who are new."""

    now: int
    then: int
    fresh: int
    back: int
    erased: int  # from the next night on
    waits: bool  # so many that the night asks first
    frozen: int  # asked to see their data, which is answered first
    people: tuple[tuple[int, str], ...]


@pages.get("/settings/retention")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show what is chosen for each office, and the countries' rules with their sources."""
    chosen = {f"office-{office.id}": office.retention_policy for office in list_offices(request_session())}
    return _page(Entry({**chosen, VERSION: standing_of(POLICY).version}))


@pages.post("/settings/retention")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save what is chosen, or with `preview` show whom it would hide and erase, and write nothing."""
    session, entry = request_session(), Entry(request.form)
    rules = load_policy(session, "retention").value
    choices = {
        office.id: entry.choice(f"office-{office.id}", "a country", among=list(rules), required=False) or None
        for office in list_offices(session)
    }
    if entry.problems:
        return _page(entry), 422
    if "save" not in entry.values:
        return _page(entry, _bite(choices))
    value = offices_value(session)
    for office_id, country in choices.items():
        value[str(office_id)]["retention_policy"] = country
    if not save(PAGE, value, entry, SAVED if any(choices.values()) else NONE_CHOSEN):
        return _page(entry), 409
    return go_to(url_for("settings_retention.show"))


def _bite(choices: Mapping[int, str | None]) -> Bite:
    session, at = request_session(), request_time()
    now = set(people_past_retention(session, today=at.date()))
    over = look_who_is_over(session, now=at, choices=choices)
    then = {*over.ids, *over.frozen}
    named = sorted(then - now)[:PEOPLE_NAMED]
    blindness = load_blindness(session, current_viewer())
    rows = session.execute(select(Candidate.id, Candidate.full_name).where(Candidate.id.in_(named)))
    people = tuple((row.id, blindness.name_of(row.id, row.full_name)) for row in rows.all())
    return Bite(
        now=len(now),
        then=len(then),
        fresh=len(then - now),
        back=len(now - then),
        erased=len(over.ids),
        waits=over.is_large,
        frozen=len(over.frozen),
        people=people,
    )


def _page(entry: Entry, bite: Bite | None = None) -> str:
    session = request_session()
    return render_template(
        "settings/retention.html",
        entry=entry,
        bite=bite,
        offices=list_offices(session),
        rules=sorted(load_policy(session, "retention").value.items(), key=lambda rule: rule[1]["label"]),
        standing=standing_of(POLICY),
    )
