"""Settings, matching weights: each a number, and beside them what a change would do to the list of a role.

The trial ranks by the ranker of every list and writes nothing; saving makes a new version, which the next match of
each role uses and remembers.
"""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from talentpool.accounts.permissions import Permission
from talentpool.matching.weight_rules import (
    NEEDS_NEW_INDEX,
    is_whole,
    order_problems,
    read_weight,
    weight_places,
)
from talentpool.rediscovery.matching_policy import (
    change_weights,
    load_weights,
    settings_with,
    shipped_weights,
)
from talentpool.rediscovery.weights_trial import FIRST, Trial, try_weights
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import request_session
from talentpool.web.weight_words import PARTS, WEIGHTS

pages = Blueprint("settings_weights", __name__)

PAGE = PolicyPage(
    name="matching", label="Matching weights", endpoint="settings_weights.show", change=change_weights
)
MOST_ROLES = 200


@pages.get("/settings/weights")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the weights that hold, or with `?shipped=yes` those this version ships, to be tried and saved."""
    is_shipped = "shipped" in request.args
    weights = shipped_weights() if is_shipped else load_weights(request_session())
    entry = _entry(weights)
    return _page(entry, _trial(entry, weights) if is_shipped else None)


@pages.post("/settings/weights")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save the weights, or with `try` show what they would change and write nothing."""
    entry = Entry(request.form)
    weights = _read(entry, load_weights(request_session()))
    if "save" not in entry.values:
        trial = None if entry.problems else _trial(entry, weights)
        if is_fragment_asked():
            return render_template("settings/_trial.html", entry=entry, trial=trial, first=FIRST)
        return _page(entry, trial), 422 if entry.problems else 200
    if entry.problems:
        return _page(entry, None), 422
    words = "The weights are saved; every list follows when its role is next matched, tonight at the latest."
    if not save(PAGE, weights, entry, words):
        return _page(entry, None), 409
    return go_to(url_for(PAGE.endpoint))


def _read(entry: Entry, weights: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Read all weights; those the form does not have stay as they are."""
    told = {part: dict(values) for part, values in weights.items()}
    for place in weight_places():
        if (name := ".".join(place)) in entry.values:
            try:
                told[place[0]][place[1]] = read_weight(place, entry[name])
            except ValueError as error:
                entry.refuse(name, f"{WEIGHTS[place]}: {error}")
    if not entry.problems:
        for place, sentence in order_problems(told).items():
            entry.refuse(".".join(place), f"{WEIGHTS[place]}: {sentence}")
    return told


def _trial(entry: Entry, weights: dict[str, dict[str, Any]]) -> Trial | None:
    """Try the weights on the role that is chosen; how words are counted stays, for the index holds it."""
    role_id = next((one for one, _ in _roles() if str(one) == entry["role"]), None)
    if role_id is None:
        return None
    with desk().sessions.reading() as session:  # so that no writer waits for the ranking
        kept = load_weights(session)
        tried = weights | {part: kept[part] for part in NEEDS_NEW_INDEX}
        viewer, now = current_viewer(), request_time()
        return try_weights(session, desk().keeper, role_id, settings_with(session, tried), viewer, now=now)


def _roles() -> list[tuple[int, str]]:
    newest = func.coalesce(Role.posted_at, Role.created_at).desc()
    wanted = select(Role.id, Role.title).where(
        visible_roles(current_viewer()), Role.state.in_([RoleState.OPEN, RoleState.PAUSED])
    )
    rows = request_session().execute(wanted.order_by(newest, Role.id.desc()).limit(MOST_ROLES))
    return [(row.id, row.title) for row in rows]


def _entry(weights: dict[str, dict[str, Any]]) -> Entry:
    filled: dict[str, object] = {VERSION: standing_of(PAGE.name).version}
    filled |= {".".join(place): _written(weights[place[0]][place[1]]) for place in weight_places()}
    filled["role"] = next((role_id for role_id, _title in _roles()), "")
    return Entry(filled)


def _written(value: float) -> str:
    return f"{value:.10g}"


def _page(entry: Entry, trial: Trial | None) -> str:
    shipped = shipped_weights()
    return render_template(
        "settings/weights.html",
        entry=entry,
        trial=trial,
        first=FIRST,
        parts=PARTS,
        places=[(place, ".".join(place), WEIGHTS[place]) for place in weight_places()],
        whole={".".join(place) for place in weight_places() if is_whole(place)},
        shipped={".".join(place): _written(shipped[place[0]][place[1]]) for place in weight_places()},
        roles=_roles(),
        standing=standing_of(PAGE.name),
        needs_new_index=NEEDS_NEW_INDEX,
    )
