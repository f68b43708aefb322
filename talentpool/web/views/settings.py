"""Settings: the way in, and the history of each policy with the way back."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import find_version, policy_history, policy_versions
from talentpool.errors import NotFoundError
from talentpool.web.access import asked_number, requires
from talentpool.web.desk import current_viewer
from talentpool.web.navigation import settings_ways
from talentpool.web.notices import go_to, notify
from talentpool.web.policy_pages import PolicyPage, edit_now
from talentpool.web.transaction import request_session
from talentpool.web.views import (
    settings_contact,
    settings_letters,
    settings_reasons,
    settings_sending,
    settings_skills,
    settings_weights,
)

pages = Blueprint("settings", __name__)

PAGES: dict[str, PolicyPage] = {
    page.name: page
    for page in (
        settings_reasons.PAGE,
        settings_weights.PAGE,
        settings_skills.PAGE,
        settings_letters.PAGE,
        settings_contact.PAGE,
        settings_sending.PAGE,
    )
}
VERSIONS_A_PAGE = 10
CHANGES_SHOWN = 12


@pages.get("/settings")
@requires(Permission.CHANGE_SETTINGS)
def show_settings() -> ResponseReturnValue:
    """Go to the first of the settings."""
    return go_to(settings_ways(current_viewer())[0].address)


@pages.get("/settings/history/<name>")
@requires(Permission.CHANGE_SETTINGS)
def show_history(name: str) -> ResponseReturnValue:
    """Show every version of a policy, newest first: who, when, from what to what."""
    session, page = request_session(), _page(name)
    lines = policy_history(session, name, before=asked_number("before"), most=VERSIONS_A_PAGE)
    return render_template(
        "settings/history.html",
        page=page,
        lines=lines,
        newest=policy_versions(session, [name])[0],
        older=lines[-1].version if lines and lines[-1].version > 1 else None,
        most=CHANGES_SHOWN,
    )


@pages.post("/settings/history/<name>/<int:version>/restore")
@requires(Permission.CHANGE_SETTINGS)
def restore(name: str, version: int) -> ResponseReturnValue:
    """Make an earlier version hold again, as a new one; told if somebody has changed it since `?seen=5`."""
    session, page = request_session(), _page(name)
    wanted = find_version(session, name, version)
    if wanted is None:
        raise NotFoundError(f"There is no version {version} of {page.label.lower()}.")
    seen = request.args.get("seen", type=int) or policy_versions(session, [name])[0]
    made = page.change(session, dict(wanted.value), edit_now(seen))
    if not made.is_new:
        notify("Nothing differs from what holds already.")
    else:
        undo = url_for("settings.restore", name=name, version=made.version - 1, seen=made.version)
        notify(f"{page.label}: as in version {version} again.", undo=undo)
    return go_to(url_for(page.endpoint))


def _page(name: str) -> PolicyPage:
    if name not in PAGES:
        raise NotFoundError(f"There are no settings called {name!r}.")
    return PAGES[name]
