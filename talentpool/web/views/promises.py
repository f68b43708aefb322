"""Promises: what is due, what is overdue, what was kept; kept with one click, and taken back with another."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate, Promise
from talentpool.candidates.promises import (
    get_promise,
    keep_promise,
    let_go_of_promise,
    load_promises,
    reopen_promise,
)
from talentpool.candidates.visibility import visible_candidates
from talentpool.consent.eligibility import Verdict
from talentpool.errors import NotFoundError, UnavailableError
from talentpool.outreach.lapsed_promises import preview_that_nothing_came, write_that_nothing_came
from talentpool.oversight.promise_report import load_promise_report
from talentpool.oversight.scope import ReportScope
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.letter_desk import letter_desk
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page

pages = Blueprint("promises", __name__)


@pages.get("/promises")
@requires(Permission.KEEP_PROMISES)
def show_promises() -> ResponseReturnValue:
    """List promises by how soon they are due: one's own, or everybody's with `?whose=all`."""
    viewer, everybody = current_viewer(), request.args.get("whose") == "all"
    promises = load_promises(
        request_session(),
        today=request_time().date(),
        seen=visible_candidates(viewer),
        seen_roles=visible_roles(viewer),
        owner_id=None if everybody else viewer.recruiter_id,
    )
    scope = ReportScope(
        viewer=viewer,
        today=request_time().date(),
        recruiter_id=None if everybody else viewer.recruiter_id,
    )
    return render_template(
        "promises/promises.html",
        promises=promises,
        everybody=everybody,
        count=load_promise_report(request_session(), scope).total,
    )


@pages.post("/promises/<int:promise_id>/keep")
@requires(Permission.KEEP_PROMISES)
def keep(promise_id: int) -> ResponseReturnValue:
    """Mark a promise as kept."""
    promise = _promise(promise_id)
    keep_promise(request_session(), promise, now=request_time())
    return _done(promise, "promise_kept", "The promise is kept.")


@pages.post("/promises/<int:promise_id>/let-go")
@requires(Permission.KEEP_PROMISES)
def let_go(promise_id: int) -> ResponseReturnValue:
    """Mark a promise as one that is not owed any more."""
    promise = _promise(promise_id)
    let_go_of_promise(request_session(), promise, now=request_time())
    return _done(promise, "promise_let_go", "The promise is let go.")


@pages.get("/promises/<int:promise_id>/nothing-yet")
@requires(Permission.WRITE_TO_CANDIDATES)
def show_nothing_yet(promise_id: int) -> ResponseReturnValue:
    """Show the letter that says that nothing has come, as it would go out."""
    promise, session, viewer = _promise(promise_id), request_session(), current_viewer()
    if closed := closed_page([promise.candidate_id], act="Writing to somebody"):
        return closed
    try:
        preview = preview_that_nothing_came(
            session, promise, recruiter_id=viewer.recruiter_id, desk=letter_desk()
        )
    except UnavailableError as error:
        notify(str(error))
        return go_to(url_for("promises.show_promises"))
    return render_template(
        "promises/nothing_yet.html",
        promise=promise,
        candidate=session.get_one(Candidate, promise.candidate_id),
        preview=preview,
        back=local_address(request.args.get("back")) if "back" in request.args else "",
    )


@pages.post("/promises/<int:promise_id>/nothing-yet")
@requires(Permission.WRITE_TO_CANDIDATES)
def write_nothing_yet(promise_id: int) -> ResponseReturnValue:
    """Write to somebody, honestly, that nothing has come, and ask whether to keep them; the promise is let go."""
    promise, session = _promise(promise_id), request_session()
    written = write_that_nothing_came(
        session,
        promise,
        recruiter_id=current_viewer().recruiter_id,
        desk=letter_desk(),
    )
    if isinstance(written, Verdict):
        notify(f"The letter may not go: {written.refused[0].words}.")
        return go_to(_back())
    _record(promise, "promise_let_go")
    notify("The letter waits in the outbox, and the promise is let go. No answer within four weeks means no.")
    return go_to(_back())


@pages.post("/promises/<int:promise_id>/reopen")
@requires(Permission.KEEP_PROMISES)
def reopen(promise_id: int) -> ResponseReturnValue:
    """Take back that a promise was kept or let go."""
    promise = _promise(promise_id)
    reopen_promise(request_session(), promise, now=request_time())
    _record(promise, "promise_reopened")
    notify("The promise is open again.")
    return go_to(_back())


def _promise(promise_id: int) -> Promise:
    promise = get_promise(request_session(), promise_id, seen_roles=visible_roles(current_viewer()))
    seen = request_session().query(Candidate.id).where(visible_candidates(current_viewer()))
    if seen.where(Candidate.id == promise.candidate_id).first() is None:
        raise NotFoundError(f"There is no promise {promise_id}.")
    return promise


def _done(promise: Promise, action: str, words: str) -> ResponseReturnValue:
    _record(promise, action)
    notify(words, undo=url_for("promises.reopen", promise_id=promise.id))
    return go_to(_back())


def _record(promise: Promise, action: str) -> None:
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=promise.candidate_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"promise_id": promise.id},
    )


def _back() -> str:
    asked = request.form.get("back")
    return local_address(asked) if asked else url_for("promises.show_promises")
