"""Everybody who is ticked in the pool: promised the same, or taken out as a table."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.audit import record_events
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.candidates.promises import get_promise, let_go_together, make_promises
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.selection import asked_ids
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import due_day
from talentpool.web.views.pool import asked_arguments
from talentpool.web.wording import counted

pages = Blueprint("pool_selection", __name__)


@pages.post("/candidates/selection")
@requires(Permission.KEEP_PROMISES)
def decide_about_all() -> ResponseReturnValue:
    """Do one thing with everybody who is ticked: promise them something, or take them out as a table."""
    chosen = _visible(asked_ids())
    if not chosen:
        notify("Nobody was chosen: tick the box beside a name first.")
    elif request.form.get("act") == "csv":
        return go_to(url_for("pool.export_pool", candidates=chosen))
    else:
        _promise(chosen)
    page = request.args.get("page", type=int)
    return go_to(url_for("pool.show_pool", page=page, **asked_arguments(request.args)))


@pages.post("/promises/<int:promise_id>/let-go-all")
@requires(Permission.KEEP_PROMISES)
def take_all_back(promise_id: int) -> ResponseReturnValue:
    """Let go of everything that was promised in one act."""
    session, seen_roles = request_session(), visible_roles(current_viewer())
    promise = get_promise(session, promise_id, seen_roles=seen_roles)
    taken = let_go_together(session, promise, now=request_time())
    _visible([promise.candidate_id, *(one.candidate_id for one in taken)])
    _record("promise_let_go", [one.candidate_id for one in taken])
    notify(f"{counted(len(taken), 'promise is', 'promises are')} let go.")
    return go_to(url_for("promises.show_promises"))


def _promise(chosen: list[int]) -> None:
    entry, own = Entry(request.form), current_viewer().recruiter_id
    words = entry.line("promise", "what is promised", longest=500)
    due_on = due_day(entry)
    if entry.problems:
        raise InvalidInputError(" ".join(entry.problems.values()))
    made = make_promises(
        request_session(), chosen, words=words, due_on=due_on, owner_id=own, now=request_time()
    )
    _record("promise_made", chosen)
    undo = url_for("pool_selection.take_all_back", promise_id=made[0].id)
    notify(f"{counted(len(made), 'promise is', 'promises are')} noted; they come up when due.", undo=undo)


def _record(action: str, candidate_ids: list[int]) -> None:
    record_events(
        request_session(),
        action,
        object_kind="candidate",
        details_by_id={one: {} for one in candidate_ids},
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )


def _visible(asked: list[int]) -> list[int]:
    """Check that the viewer may see everybody; raises NotFoundError otherwise."""
    wanted = select(Candidate.id).where(Candidate.id.in_(asked), visible_candidates(current_viewer()))
    seen = set(request_session().scalars(wanted))
    if gone := [one for one in asked if one not in seen]:
        raise NotFoundError(f"There is no candidate {gone[0]}.")
    return asked
