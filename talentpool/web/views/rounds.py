"""Rounds of a role: what each closing left, who was asked and what they said, and opening the role again."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.asked_before import Asked, asked_about
from talentpool.candidates.models import Application, Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.closing.models import ClosingDecision
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.roles.models import Role, RoleRound
from talentpool.roles.rounds import begin_round, past_rounds
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.roles import get_visible_role, load_role_page

pages = Blueprint("rounds", __name__)


@pages.get("/roles/<int:role_id>/rounds")
@requires(Permission.SEE_CANDIDATES)
def show_rounds(role_id: int) -> ResponseReturnValue:
    """Show the rounds of a role, the one under way first, each with who was asked and what they said."""
    page, session = load_role_page(role_id), request_session()
    rounds = past_rounds(session, role_id)
    names = dict(session.execute(select(Recruiter.id, Recruiter.name)).all())
    return render_template(
        "roles/rounds.html",
        page=page,
        rounds=[
            {
                "past": one,
                "by": names.get(one.ended_by or 0),
                "asked": _asked(one),
                "ended": _ended_with(one),
            }
            for one in rounds
        ],
        asked_now=_asked_since(page.role),
        number=(rounds[0].number if rounds else 0) + 1,
    )


@pages.post("/roles/<int:role_id>/reopen")
@requires(Permission.POST_ROLES)
def reopen(role_id: int) -> ResponseReturnValue:
    """Open a closed role again: a new round begins, the list is made anew, and what was stays on record."""
    session, role, now, own = request_session(), get_visible_role(role_id), request_time(), current_viewer()
    number = begin_round(session, role, now=now)
    record_event(
        session,
        "role_reopened",
        object_kind="role",
        object_id=role_id,
        recruiter_id=own.recruiter_id,
        now=now,
        details={"round": number},
    )
    rediscover(
        session, desk().keeper, role_id, cause=RunCause.CHANGED, recruiter_id=own.recruiter_id, now=now
    )
    notify(f"{role.title} is open again, in round {number}. Who was asked before is listed here.")
    return go_to(url_for("rounds.show_rounds", role_id=role_id))


def _asked(past: RoleRound) -> list[Asked]:
    seen = visible_candidates(current_viewer())
    return asked_about(request_session(), past.role_id, seen=seen, since=past.began_at, until=past.ended_at)


def _asked_since(role: Role) -> list[Asked]:
    seen = visible_candidates(current_viewer())
    return asked_about(request_session(), role.id, seen=seen, since=role.posted_at)


def _ended_with(past: RoleRound) -> int:
    wanted = (
        select(func.count())
        .select_from(ClosingDecision)
        .join(Application, Application.id == ClosingDecision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.role_id == past.role_id,
            ClosingDecision.undone_at.is_(None),
            ClosingDecision.decided_at <= past.ended_at,
            visible_candidates(current_viewer()),
        )
    )
    if past.began_at is not None:
        wanted = wanted.where(ClosingDecision.decided_at >= past.began_at)
    return request_session().scalar(wanted) or 0
