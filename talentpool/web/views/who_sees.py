"""Who sees a role or a person: the team of a role, and people whom few may see or who work here."""

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.candidates.standing_here import StandingHere, may_restrict, note_standing
from talentpool.errors import InvalidInputError
from talentpool.roles.models import Role
from talentpool.roles.team import set_team, team_choices
from talentpool.web.access import record_number, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import get_candidate, record_about
from talentpool.web.views.roles import get_visible_role

pages = Blueprint("who_sees", __name__)


@pages.post("/candidates/<int:candidate_id>/standing-here")
@requires(Permission.CHANGE_CANDIDATES)
def note_about(candidate_id: int) -> ResponseReturnValue:
    """Note whether somebody works or worked here, and whether few may see them."""
    candidate, entry, viewer = get_candidate(candidate_id), Entry(request.form), current_viewer()
    asked = entry.is_ticked("is_restricted")
    standing = StandingHere(
        employed_from=_day(entry, "employed_from"),
        employed_until=_day(entry, "employed_until"),
        is_restricted=asked if may_restrict(viewer, candidate) else candidate.is_restricted,
    )
    note_standing(request_session(), candidate, standing, now=request_time())
    record_about(request_session(), "standing_here_noted", candidate.id)
    notify("It is noted; lists and rankings follow at once.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


@pages.post("/roles/<int:role_id>/team")
@requires(Permission.POST_ROLES)
def choose_team(role_id: int) -> ResponseReturnValue:
    """Let exactly those who are ticked work on a role."""
    role, session = get_visible_role(role_id), request_session()
    ticked = [record_number(one) or 0 for one in Entry(request.form).all_of("team")]
    set_team(session, role, ticked)
    own, now = current_viewer().recruiter_id, request_time()
    record_event(
        session,
        "role_team_chosen",
        object_kind="role",
        object_id=role.id,
        recruiter_id=own,
        now=now,
        details={"team": sorted(ticked)},
    )
    notify("The team of the role is changed.")
    return go_to(url_for("roles.show_brief", role_id=role.id))


@pages.app_template_global("team_of")
def team_of(role: Role) -> list[tuple[int, str, bool]]:
    """List who can be on the team of a role, and who is."""
    return team_choices(request_session(), role)


@pages.app_template_global("may_restrict")
def may_restrict_here(candidate: Candidate) -> bool:
    """Say whether whoever is looking may decide who sees a person."""
    return may_restrict(current_viewer(), candidate)


def _day(entry: Entry, name: str) -> date | None:
    typed = entry.line(name, "a day", required=False)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise InvalidInputError(f"{typed!r} is no day we can read; write it as 2027-03-31.") from None
