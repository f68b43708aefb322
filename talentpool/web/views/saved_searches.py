"""Saved searches: a set of filters for the list of any role, or a search of the pool, under a name."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from talentpool.accounts.models import SavedSearch, Searched
from talentpool.accounts.permissions import Permission
from talentpool.accounts.saved_searches import checked_name, get_own_search, save_search, saved_searches
from talentpool.errors import InvalidInputError
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.match_filters import arguments, asked_filters
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.pool import asked_arguments

pages = Blueprint("saved_searches", __name__)


@pages.get("/searches")
@requires(Permission.SEE_CANDIDATES)
def show_searches() -> ResponseReturnValue:
    """List what somebody may use: their own searches, to rename, share or remove, and those of others."""
    own = current_viewer().recruiter_id
    return render_template(
        "account/searches.html", searches=saved_searches(request_session(), None, viewer_id=own), own=own
    )


@pages.post("/searches")
@requires(Permission.SEE_CANDIDATES)
def save() -> ResponseReturnValue:
    """Keep what is searched for now under a name."""
    sent = request.form.get("searched", "")
    if sent not in list(Searched):
        raise InvalidInputError("Save filters from the list of a role, or a search from the pool.")
    searched = Searched(sent)
    saved = save_search(
        request_session(),
        searched,
        _canonical(searched, request.form.get("query", "")),
        name=cleaned(request.form.get("name", "")),
        is_shared="is_shared" in request.form,
        owner_id=current_viewer().recruiter_id,
        now=request_time(),
    )
    with_whom = ", shared with everybody who searches" if saved.is_shared else ""
    undo = url_for("saved_searches.remove", search_id=saved.id, back=request.form.get("back"))
    notify(f"“{saved.name}” is saved{with_whom}.", undo=undo)
    return go_to(_back())


@pages.post("/searches/<int:search_id>/change")
@requires(Permission.SEE_CANDIDATES)
def change(search_id: int) -> ResponseReturnValue:
    """Give a search of one's own another name, and share it or keep it to oneself."""
    saved = _own(search_id)
    saved.name = checked_name(cleaned(request.form.get("name", "")))
    saved.is_shared = "is_shared" in request.form
    notify(f"“{saved.name}” is {'shared with everybody who searches' if saved.is_shared else 'yours alone'}.")
    return go_to(_back())


@pages.post("/searches/<int:search_id>/remove")
@requires(Permission.SEE_CANDIDATES)
def remove(search_id: int) -> ResponseReturnValue:
    """Take a search of one's own off the lists."""
    saved = _own(search_id)
    saved.removed_at = request_time()
    notify(f"“{saved.name}” is removed.", undo=url_for("saved_searches.restore", search_id=saved.id))
    return go_to(_back())


@pages.post("/searches/<int:search_id>/restore")
@requires(Permission.SEE_CANDIDATES)
def restore(search_id: int) -> ResponseReturnValue:
    """Put a removed search back."""
    saved = _own(search_id)
    saved.removed_at = None
    notify(f"“{saved.name}” is back.")
    return go_to(_back())


def _own(search_id: int) -> SavedSearch:
    return get_own_search(request_session(), search_id, owner_id=current_viewer().recruiter_id)


def _canonical(searched: Searched, query: str) -> str:
    """Write a query anew from what our pages can ask; the rest of the address is left behind."""
    sent = MultiDict(parse_qsl(query))
    asked = arguments(asked_filters(sent)) if searched is Searched.MATCHES else asked_arguments(sent)
    return urlencode(asked, doseq=True)


def _back() -> str:
    asked = request.form.get("back") or request.args.get("back")
    return local_address(asked) if asked else url_for("saved_searches.show_searches")
