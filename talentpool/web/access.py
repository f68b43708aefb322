"""Every route says who may call it, and one place holds everybody to it.

A view is marked with `@requires(permission)` or `@public(reason)`; an application with an unmarked route
does not start. What somebody may do but not with this very object is decided by the queries.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException

from talentpool.accounts.permissions import Permission
from talentpool.errors import NotAllowedError, NotFoundError
from talentpool.logs import get_log
from talentpool.settings import WebSettings
from talentpool.web.desk import desk, find_viewer
from talentpool.web.kept_forms import keep_typed

LARGEST_ID = 2**63 - 1
MEGABYTE = 1 << 20
SMALL_REQUEST_MB = 4  # a form with the longest advert; only uploads may be larger

log = get_log("web")

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """Who may call a view: holders of a permission, or, for a stated reason, everybody."""

    permission: Permission | None = None
    reason: str | None = None
    takes_uploads: bool = False
    most_mb: int | None = None  # of an upload; none: as much as the settings allow


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as one for signed-in people with this permission."""
    return lambda view: _mark(view, replace(access_of(view) or Access(), permission=permission))


def public(reason: str) -> Callable[[View], View]:
    """Mark a view as one for everybody, and say why it may be."""
    return lambda view: _mark(view, replace(access_of(view) or Access(), reason=reason))


def takes_uploads(view: View) -> View:
    """Let requests to this view be as large as the settings allow, instead of the size of a form."""
    return _mark(view, replace(access_of(view) or Access(), takes_uploads=True))


def takes_file(most_mb: int) -> Callable[[View], View]:
    """Let requests to this view bring a file, and be so large at most."""
    return lambda view: _mark(view, replace(access_of(view) or Access(), takes_uploads=True, most_mb=most_mb))


def largest_request(app: Flask, settings: WebSettings, method: str, path: str) -> int:
    """Give how many bytes a request to an address may have; that of a form where it leads nowhere.

    `path` is as WSGI has it, every byte a character.
    """
    try:
        place = path.encode("latin-1").decode("utf-8", "replace")
        endpoint, _ = app.url_map.bind("").match(place, method=method)
        access = access_of(app.view_functions[endpoint]) or Access()
    except HTTPException:
        access = Access()
    return _largest_mb(access, settings) * MEGABYTE


def access_of(view: Callable[..., Any]) -> Access | None:
    """Find how a view is marked."""
    return getattr(view, "access", None)


def require_marked_routes(app: Flask) -> None:
    """Refuse to start with a route that does not say who may call it."""
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or (access.permission is None) == (access.reason is None):
            raise RuntimeError(f"The route {rule.rule} needs either @requires(…) or @public(…).")


def guard_request() -> ResponseReturnValue | None:
    """Let a request pass, send it to the sign-in, or refuse it; before anything of it is read."""
    if request.endpoint is None:
        return None
    _refuse_impossible()
    access = access_of(current_app.view_functions[request.endpoint]) or Access()
    request.max_content_length = _largest_mb(access, desk().settings.web) * MEGABYTE
    if access.permission is None:
        return None
    viewer = find_viewer()
    if viewer is None:
        return _to_sign_in()
    if not viewer.may(access.permission):
        log.warning("request_not_allowed", endpoint=request.endpoint, recruiter_id=viewer.recruiter_id)
        raise NotAllowedError("Your account may not see or do this.")
    return None


def is_fragment_asked() -> bool:
    """Say whether htmx asks for a part of a page rather than a browser for the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def local_address(address: str | None) -> str:
    """Give an address of this site to go on to; home for anything that leads elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return "/" if any(ord(sign) < 32 for sign in address) else address


def record_number(text: str) -> int | None:
    """Read the number of a record; None for what none can have.

    >>> record_number("12"), record_number("0"), record_number("-1"), record_number("9" * 5000)
    (12, None, None, None)
    """
    is_short = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
    return int(text) if is_short and 0 < int(text) <= LARGEST_ID else None


def asked_number(name: str) -> int | None:
    """Read a number from the address; None for one that no record can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ID else None


def _largest_mb(access: Access, settings: WebSettings) -> int:
    if not access.takes_uploads:
        return SMALL_REQUEST_MB
    return min(access.most_mb or settings.largest_request_mb, settings.largest_request_mb)


def _refuse_impossible() -> None:
    # Neither database can hold these, so nobody can mean them.
    numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
    if any(number > LARGEST_ID for number in numbers):
        raise NotFoundError("There is nothing with such a number.")
    if b"%00" in request.query_string or b"\0" in request.query_string:
        raise BadRequest


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # functions take attributes
    return view


def _to_sign_in() -> Response:
    wanted = keep_typed(_page_looked_at()) or _page_looked_at()
    address = url_for("sign_in.show_sign_in", next=None if wanted == "/" else wanted)
    if not is_fragment_asked():
        return make_response(redirect(address, code=303))
    response = make_response("", 401)
    response.headers["HX-Redirect"] = address
    return response


def _page_looked_at() -> str:
    if request.method == "GET" and not is_fragment_asked():
        return local_address(request.full_path.rstrip("?"))
    page = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if page.netloc != request.host:
        return "/"
    return local_address(page._replace(scheme="", netloc="", fragment="").geturl())
