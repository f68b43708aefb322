"""Handing over: whoever leaves gives roles, promises and conversations to a colleague, and the account is closed."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.administration import get_account
from talentpool.accounts.api_tokens import tokens_of
from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.closing.close import By
from talentpool.closing.handover import hand_over, owed, successors, take_handover_back
from talentpool.errors import InvalidInputError
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("handover", __name__)


@pages.get("/settings/people/<int:recruiter_id>/hand-over")
@requires(Permission.MANAGE_ACCOUNTS)
def show(recruiter_id: int) -> ResponseReturnValue:
    """Show what somebody still owes, and to whom it can go."""
    return _page(get_account(request_session(), recruiter_id), Entry())


@pages.post("/settings/people/<int:recruiter_id>/hand-over")
@requires(Permission.MANAGE_ACCOUNTS)
def give(recruiter_id: int) -> ResponseReturnValue:
    """Move everything to one colleague and close the account, in one transaction."""
    session, leaver = request_session(), get_account(request_session(), recruiter_id)
    entry = Entry(request.form)
    try:
        done = hand_over(
            session, leaver, entry.whole_number("to", "who takes over", required=False) or 0, _by()
        )
    except InvalidInputError as error:
        entry.refuse("to", str(error))
        return _page(leaver, entry), 422
    what = ", ".join(f"{label} {number}" for label, number in done.moved.items()) or "nothing"
    undo = url_for("handover.undo", recruiter_id=leaver.id)
    stopped = f" API tokens stopped: {', '.join(done.stopped)}; make others." if done.stopped else ""
    notify(f"The account of {leaver.name} is disabled; handed over: {what}.{stopped}", undo=undo)
    return go_to(url_for("people.show_people"))


@pages.post("/settings/people/<int:recruiter_id>/hand-over/undo")
@requires(Permission.MANAGE_ACCOUNTS)
def undo(recruiter_id: int) -> ResponseReturnValue:
    """Open the account again and give back what moved."""
    leaver = get_account(request_session(), recruiter_id)
    number = take_handover_back(request_session(), leaver, _by())
    notify(f"The account of {leaver.name} is open again, with {number} things given back.")
    return go_to(url_for("people.show_people"))


def _page(leaver: Recruiter, entry: Entry) -> str:
    session = request_session()
    return render_template(
        "settings/hand_over.html",
        leaver=leaver,
        owed=owed(session, leaver, now=request_time()),
        tokens=tokens_of(session, leaver.id, now=request_time()),
        choices=[("", "Choose somebody"), *((str(one.id), one.name) for one in successors(session, leaver))],
        entry=entry,
    )


def _by() -> By:
    return By(recruiter_id=current_viewer().recruiter_id, now=request_time())
