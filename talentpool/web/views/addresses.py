"""An address from which a message came back: that it works again, and that it does not."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.addresses import mark_address
from talentpool.web.access import requires
from talentpool.web.desk import request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import get_candidate, record_about

pages = Blueprint("addresses", __name__)


@pages.post("/candidates/<int:candidate_id>/addresses/<int:email_id>/works")
@requires(Permission.CHANGE_CANDIDATES)
def works(candidate_id: int, email_id: int) -> ResponseReturnValue:
    """Say that an address works again: letters go there as before."""
    candidate = get_candidate(candidate_id)
    mark_address(request_session(), candidate.id, email_id, works=True, now=request_time())
    record_about(request_session(), "address_works", candidate.id)
    undo = url_for("addresses.works_not", candidate_id=candidate.id, email_id=email_id)
    notify("The address counts as working again.", undo=undo)
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


@pages.post("/candidates/<int:candidate_id>/addresses/<int:email_id>/works-not")
@requires(Permission.CHANGE_CANDIDATES)
def works_not(candidate_id: int, email_id: int) -> ResponseReturnValue:
    """Say that an address does not work: nothing is sent there."""
    candidate = get_candidate(candidate_id)
    mark_address(request_session(), candidate.id, email_id, works=False, now=request_time())
    record_about(request_session(), "address_works_not", candidate.id)
    notify("The address counts as one that does not work.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))
