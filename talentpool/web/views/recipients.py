"""Recipients of somebody's data who are to be told of an erasure or a correction, and noting that they were."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.consent.data_requests import owns_request_of
from talentpool.erasure.answer_words import answer_words
from talentpool.erasure.models import RecipientToTell
from talentpool.erasure.recipients import get_to_tell, load_to_tell, note_told, take_told_back
from talentpool.errors import NotFoundError
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.letter_desk import own_language
from talentpool.web.notices import go_to, notify
from talentpool.web.recipient_lines import lines_of
from talentpool.web.transaction import request_session

pages = Blueprint("recipients", __name__)


@pages.get("/requests/recipients")
@requires(Permission.SEE_ALL_REQUESTS)
def show() -> ResponseReturnValue:
    """List whom to tell, whoever was erased or corrected, and who has been told."""
    lines = lines_of(load_to_tell(request_session()), answer_words(own_language()))
    return render_template("requests/recipients.html", lines=lines)


@pages.post("/requests/recipients/<int:recipient_id>/told")
@requires(Permission.ANSWER_REQUESTS)
def told(recipient_id: int) -> ResponseReturnValue:
    """Note that a recipient has been told."""
    _require_own(recipient_id)
    row = note_told(
        request_session(), recipient_id, recruiter_id=current_viewer().recruiter_id, now=request_time()
    )
    undo = url_for("recipients.not_told", recipient_id=row.id)
    return _done(row, "recipient_told", f"Noted: {row.to_whom} is told.", undo=undo)


@pages.post("/requests/recipients/<int:recipient_id>/not-told")
@requires(Permission.ANSWER_REQUESTS)
def not_told(recipient_id: int) -> ResponseReturnValue:
    """Take back that a recipient has been told."""
    _require_own(recipient_id)
    row = take_told_back(request_session(), recipient_id)
    return _done(row, "recipient_told_undone", f"{row.to_whom} is still to be told.")


def _require_own(recipient_id: int) -> None:
    """Raise NotFoundError for a recruiter who answers no request of this person."""
    viewer, session = current_viewer(), request_session()
    row = get_to_tell(session, recipient_id)
    may_see = viewer.may(Permission.SEE_ALL_REQUESTS)
    if not may_see and not owns_request_of(session, row.person_id, owner_id=viewer.recruiter_id):
        raise NotFoundError(f"There is no recipient {recipient_id} to tell.")


def _done(row: RecipientToTell, action: str, words: str, *, undo: str | None = None) -> ResponseReturnValue:
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=row.person_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"recipient_id": row.id},
    )
    notify(words, undo=undo)
    return go_to(local_address(request.form.get("back") or url_for("requests.show_requests")))
