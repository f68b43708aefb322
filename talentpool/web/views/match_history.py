"""The match history of a role: every run, and what changed in the list since an earlier one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import load_blindness, numbered
from talentpool.rediscovery.changes import Kind, Part, why_words
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.rematch_delta import (
    ChangedPerson,
    RunDelta,
    changed_people,
    delta_of_runs,
    earlier_run,
)
from talentpool.rediscovery.results import PEOPLE_A_PAGE, runs_of
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer
from talentpool.web.transaction import request_session
from talentpool.web.views.roles import load_role_page

pages = Blueprint("match_history", __name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class SinceView:
    """What changed since an earlier run, with one page of the people of one kind."""

    found: RunDelta
    kind: Kind
    people: tuple[ChangedPerson, ...]
    number: int

    @property
    def part(self) -> Part:
        """Give the people of the kind that is open."""
        return self.found.delta.parts[self.kind]

    @property
    def tabs(self) -> list[dict[str, object]]:
        """Give a tab for each kind, with how many people it has."""
        before = self.found.before
        return [
            {
                "label": kind.capitalize(),
                "address": url_for(
                    "match_history.show_history", role_id=before.role_id, since=before.id, show=kind
                ),
                "here": kind is self.kind,
                "count": len(part),
            }
            for kind, part in self.found.delta.parts.items()
        ]


pages.add_app_template_filter(why_words, "why_words")


@pages.get("/roles/<int:role_id>/history")
@requires(Permission.SEE_CANDIDATES)
def show_history(role_id: int) -> ResponseReturnValue:
    """Show every matching of a role, newest first, and what changed since the one before or `?since=12`."""
    page = load_role_page(role_id)
    runs = runs_of(request_session(), role_id, current_viewer())
    since = _since(page.run) if page.run is not None else None
    return render_template("roles/history.html", page=page, runs=runs, since=since, per_page=PEOPLE_A_PAGE)


def _since(run: MatchRun) -> SinceView | None:
    session = request_session()
    before = earlier_run(session, run, request.args.get("since", type=int))
    if before is None:
        return None
    found = delta_of_runs(session, before, run, current_viewer())
    kind = _kind_asked(found)
    part = found.delta.parts[kind]
    last = max(1, -(-len(part) // PEOPLE_A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    people = as_seen(changed_people(session, part, page=number, per_page=PEOPLE_A_PAGE))
    return SinceView(found=found, kind=kind, people=tuple(people), number=number)


def as_seen(people: Iterable[ChangedPerson]) -> Iterator[ChangedPerson]:
    """Call those by number whom somebody who reviews blind must not recognise."""
    blindness = load_blindness(request_session(), current_viewer())
    for person in people:
        candidate_id = person.changed.candidate_id
        is_hidden = person.name is not None and blindness.hides(candidate_id)
        yield replace(person, name=numbered(candidate_id), headline=None) if is_hidden else person


def _kind_asked(found: RunDelta) -> Kind:
    """Read which kind is open: the one asked for, else the first with anybody in it."""
    asked = request.args.get("show", "")
    if asked in list(Kind):
        return Kind(asked)
    return next((kind for kind in Kind if len(found.delta.parts[kind])), Kind.NEW)
