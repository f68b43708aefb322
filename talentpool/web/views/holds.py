"""Every hold in law on one page: on whom, why, since when, until when, by whom; and lifting it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.held_in_law import load_held
from talentpool.web.access import requires
from talentpool.web.desk import request_time
from talentpool.web.transaction import request_session

pages = Blueprint("holds", __name__)


@pages.get("/requests/holds")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """List the holds that stand, then those that have ended."""
    lines = load_held(request_session(), today=request_time().date())
    return render_template("requests/holds.html", lines=lines)
