"""Home: my open roles with who is new, promises that are due, and how the pool stands."""

from datetime import date

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.promises import PromiseLine, Promises, load_promises
from talentpool.candidates.search import PoolHealth, pool_health
from talentpool.candidates.visibility import visible_candidates, visible_pool
from talentpool.consent.data_requests import count_pressing
from talentpool.imports.deletions import load_questions
from talentpool.outreach.conversation import count_needing
from talentpool.rediscovery.overview import role_lines
from talentpool.roles.models import RoleState
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.transaction import request_session
from talentpool.work.overview import failed_runs, title_of

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Permission.SEE_ROLES)
def show_home() -> ResponseReturnValue:
    """Show what needs somebody today."""
    session, viewer, today = request_session(), current_viewer(), request_time().date()
    seen = visible_candidates(viewer)
    mine = role_lines(session, viewer, states=(RoleState.OPEN, RoleState.PAUSED), mine=True)
    others = [] if mine else role_lines(session, viewer, states=(RoleState.OPEN,), mine=False)
    health = pool_health(session, seen=seen, today=today)
    promises = None
    if viewer.may(Permission.KEEP_PROMISES):
        promises = load_promises(session, today=today, seen=seen, seen_roles=visible_roles(viewer))
    return render_template(
        "home/home.html",
        lines=mine or others,
        is_mine=bool(mine),
        promises=promises,
        due=_due(promises),
        health=health,
        figures=_figures(health),
        needing=count_needing(session, seen=visible_pool(viewer))
        if viewer.may(Permission.WRITE_TO_CANDIDATES)
        else None,
        requests=_pressing_requests(today),
        questions=load_questions(session) if viewer.may(Permission.SEE_ALL_REQUESTS) else [],
        failed=failed_runs(session) if viewer.may(Permission.CHANGE_SETTINGS) else [],
        title_of=title_of,
    )


def _pressing_requests(today: date) -> tuple[int, int]:
    viewer = current_viewer()
    if not viewer.may(Permission.ANSWER_REQUESTS):
        return 0, 0
    own_only = None if viewer.may(Permission.SEE_ALL_REQUESTS) else viewer.recruiter_id
    return count_pressing(request_session(), today=today, owner_id=own_only)


def _due(promises: Promises | None) -> list[PromiseLine]:
    return [*promises.matched, *promises.overdue, *promises.due_soon][:6] if promises else []


def _figures(health: PoolHealth) -> list[dict[str, object]]:
    def figure(count: int, label: str, **asked: str) -> dict[str, object]:
        return {"count": count, "label": label, "address": url_for("pool.show_pool", **asked)}  # type: ignore[arg-type]

    return [
        figure(health.candidates, "past candidates"),
        figure(health.with_basis, "with a legal basis", basis="yes"),
        figure(health.fresh, "resumes within a year", resume="fresh"),
        figure(health.without_reason, "rejected without a reason", lacking="reason"),
        {
            "count": health.possible_duplicates,
            "label": "possible duplicates",
            "one": "possible duplicate",
            "address": url_for("duplicates.show_duplicates"),
        },
    ]
