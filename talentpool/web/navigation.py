"""The way around: the pages of the top bar and of the settings that exist and that the viewer may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from talentpool.accounts.permissions import Viewer
from talentpool.web.access import access_of

EXTENSION = "talentpool addresses"
PAGES = (
    ("Home", "/"),
    ("Roles", "/roles"),
    ("Pool", "/candidates"),
    ("Promises", "/promises"),
    ("Outbox", "/outbox"),
    ("Imports", "/imports"),
    ("Requests", "/requests"),
    ("Reports", "/reports"),
)
SEARCH = "/candidates"
SETTINGS = "/settings"
SETTINGS_PAGES = (
    ("People and permissions", "/settings/people"),
    ("Rejection reasons", "/settings/reasons"),
    ("Matching weights", "/settings/weights"),
    ("Skill aliases", "/settings/skills"),
    ("Message templates", "/settings/letters"),
    ("Contact policy", "/settings/contact"),
    ("Retention", "/settings/retention"),
    ("Sending", "/settings/sending"),
    ("API tokens", "/settings/tokens"),
    ("Jobs", "/settings/jobs"),
    ("Audit log", "/settings/audit"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One entry of the top bar."""

    label: str
    address: str
    is_here: bool


def ways(viewer: Viewer | None) -> list[Way]:
    """List the pages this viewer can go to, in the order of the top bar."""
    return _ways(viewer, PAGES)


def settings_ways(viewer: Viewer | None) -> list[Way]:
    """List the settings this viewer may open, in the order of the side list."""
    return _ways(viewer, SETTINGS_PAGES)


def _ways(viewer: Viewer | None, pages: Sequence[tuple[str, str]]) -> list[Way]:
    return [
        Way(label=label, address=address, is_here=_is_here(address))
        for label, address in pages
        if is_open_to(viewer, address)
    ]


def is_open_to(viewer: Viewer | None, address: str) -> bool:
    """Say whether a page exists and this viewer may open it."""
    endpoint = _endpoints(current_app).get(address)
    if endpoint is None or viewer is None:
        return False
    access = access_of(current_app.view_functions[endpoint])
    return access is not None and access.permission is not None and viewer.may(access.permission)


def page_address(page: int) -> str:
    """Give the address of another page of the list that is looked at, with everything else kept."""
    kept: dict[str, Any] = request.args.to_dict(flat=False)
    kept.update(request.view_args or {})
    kept["page"] = page
    return url_for(request.endpoint or "", **kept)


def _endpoints(app: Flask) -> dict[str, str]:
    """Name the view of every address; looked up several times a page, and fixed once the application is made."""
    found: dict[str, str] | None = app.extensions.get(EXTENSION)
    if found is None:
        found = app.extensions[EXTENSION] = _views(app)
    return found


def _views(app: Flask) -> dict[str, str]:
    return {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def _is_here(address: str) -> bool:
    return request.path == address or (address != "/" and request.path.startswith(address + "/"))
