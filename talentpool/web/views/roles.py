"""A role and the past candidates for it: the list, the open match beside it, and the tabs around them.

Everybody eligible is reached by paging on; everybody left out is counted and listed with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import SEES_NAMES, as_told, load_hidden_people
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import NotFoundError
from talentpool.matching.receipt import Receipt
from talentpool.outreach.conversation import count_contacted
from talentpool.rediscovery.feedback import DISMISSAL_REASONS, shortlist_notes, shortlisted_ids
from talentpool.rediscovery.marking import distinct_words
from talentpool.rediscovery.match_cards import MatchCard, words_found
from talentpool.rediscovery.models import FeedbackScope, MatchRun
from talentpool.rediscovery.overview import role_lines
from talentpool.rediscovery.rematch import is_outdated
from talentpool.rediscovery.results import (
    PEOPLE_A_PAGE,
    RunView,
    cards,
    excluded_page,
    latest_run,
    view_run,
)
from talentpool.rediscovery.standing import is_look_due, note_look, note_short_list_seen, with_decisions
from talentpool.rediscovery.weighed_roles import own_terms_of
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.match_filters import (
    GROUP_WORDS,
    SUGGESTED,
    arguments,
    asked_filters,
    asked_group,
    asked_list,
)
from talentpool.web.notices import go_to
from talentpool.web.open_match import OpenMatch, find_card, open_match
from talentpool.web.transaction import own_transaction, request_session

pages = Blueprint("roles", __name__)

WORDS_SHOWN = 6
SCOPE_CHOICES = (
    (FeedbackScope.THIS_ROLE.value, "this role"),
    (FeedbackScope.SIMILAR_ROLES.value, "roles with this title"),
)
STATES = {
    "open": (RoleState.OPEN, RoleState.PAUSED),
    "drafts": (RoleState.DRAFT,),
    "closed": (RoleState.CLOSED,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RolePage:
    """What every tab of a role shows around itself."""

    role: Role
    run: MatchRun | None
    view: RunView | None
    shortlisted: tuple[int, ...]
    contacted: int | None  # people; None for whoever does not write to candidates

    @property
    def excluded_count(self) -> int:
        """Count everybody left out, whatever the rule."""
        return sum(len(ids) for ids in self.view.excluded.values()) if self.view else 0

    @property
    def is_outdated(self) -> bool:
        """Say whether the role was worded otherwise after its list was made."""
        return self.run is not None and is_outdated(self.run, self.role)


@pages.app_template_filter("telling")
def telling(receipt: Receipt) -> tuple[str, ...]:
    """Name in a template the words that a resume shares with a role, the weightiest first, none twice."""
    return distinct_words(words_found(receipt), most=WORDS_SHOWN)


@pages.get("/roles")
@requires(Permission.SEE_ROLES)
def show_roles() -> ResponseReturnValue:
    """List roles: open ones, or closed ones with `?state=closed`."""
    state = request.args.get("state", "open")
    lines = role_lines(
        request_session(), current_viewer(), states=STATES.get(state, STATES["open"]), mine=False
    )
    return render_template("roles/roles.html", lines=lines, state=state if state in STATES else "open")


@pages.get("/roles/<int:role_id>")
@requires(Permission.SEE_MATCHES)
def show_role(role_id: int) -> ResponseReturnValue:
    """Show the past candidates of a role; `?open=12` opens one of them beside the list."""
    if not current_viewer().may(Permission.SEE_CANDIDATES):
        get_visible_role(role_id)
        return go_to(url_for("roles.show_shortlist", role_id=role_id))
    page = load_role_page(role_id)
    if page.view is None:
        return render_template("roles/unmatched.html", page=page)
    shown, sheet = asked_list(page.view, group=asked_group())
    number = _page_number(shown.total)
    only = shown.page(number, per_page=PEOPLE_A_PAGE)
    people = cards(request_session(), desk().keeper, page.view, now=request_time(), only=only)
    asked = request.args.get("open", type=int)
    opened = _open(page.view, asked or next((card.candidate_id for card in people), None), people)
    answer = render_template(
        "roles/role.html",
        page=page,
        view=page.view,
        shown=shown,
        sheet=sheet,
        asked=sheet.asked,
        group_words=GROUP_WORDS,
        suggested_filters=SUGGESTED,
        cards=people,
        number=number,
        per_page=PEOPLE_A_PAGE,
        opened=opened,
        is_asked=asked is not None,
        all_chosen=request.args.get("choose") == "page",
        **_choices(),
    )
    _leave_trail(page.view, opened if asked else None)
    return answer


@pages.get("/roles/<int:role_id>/matches/<int:candidate_id>")
@requires(Permission.SEE_CANDIDATES)
def show_match(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show one match in full: the panel alone when htmx asks, a page with the whole receipt otherwise."""
    page = load_role_page(role_id)
    opened = _open(page.view, candidate_id) if page.view else None
    if page.view is None or opened is None:
        raise NotFoundError(f"Nobody with the number {candidate_id} is in the list of this role.")
    name = "roles/_panel.html" if is_fragment_asked() else "roles/match.html"
    asked = arguments(asked_filters())
    answer = render_template(
        name, page=page, view=page.view, opened=opened, number=_asked_page(), asked=asked, **_choices()
    )
    _leave_trail(page.view, opened)
    return answer


@pages.get("/roles/<int:role_id>/shortlist")
@requires(Permission.SEE_MATCHES)
def show_shortlist(role_id: int) -> ResponseReturnValue:
    """Show who is on the short list, in the order they were put there."""
    page = load_role_page(role_id)
    number = _page_number(len(page.shortlisted))
    asked = page.shortlisted[(number - 1) * PEOPLE_A_PAGE : number * PEOPLE_A_PAGE]
    people = []
    if page.view is not None and asked:
        people = cards(request_session(), desk().keeper, page.view, now=request_time(), only=asked)
    may_read = current_viewer().may(Permission.SEE_CANDIDATES)
    answer = render_template(
        "roles/shortlist.html",
        page=page,
        cards=people,
        notes=_notes(page) if may_read else {},
        number=number,
        per_page=PEOPLE_A_PAGE,
        gone=len(asked) - len(people),
    )
    if not may_read:
        _note_short_list_seen(role_id)
    return answer


@pages.get("/roles/<int:role_id>/excluded")
@requires(Permission.SEE_CANDIDATES)
def show_excluded(role_id: int) -> ResponseReturnValue:
    """Show who was left out, by rule, each with the reason."""
    page = load_role_page(role_id)
    if page.view is None:
        return render_template("roles/unmatched.html", page=page)
    steps = [step for step in page.view.funnel if step.removed]
    rule = request.args.get("rule") or (steps[0].rule if steps else "")
    step = next((one for one in page.view.funnel if one.rule == rule), None)
    number = _page_number(step.removed if step else 0)
    people = excluded_page(request_session(), page.view, rule, page=number) if step else []
    return render_template(
        "roles/excluded.html",
        page=page,
        view=page.view,
        steps=steps,
        step=step,
        people=people,
        number=number,
        per_page=PEOPLE_A_PAGE,
    )


@pages.get("/roles/<int:role_id>/brief")
@requires(Permission.SEE_ROLES)
def show_brief(role_id: int) -> ResponseReturnValue:
    """Show what the role is matched by: its text, and what matters in it."""
    page = load_role_page(role_id)
    own_terms = own_terms_of(page.run) if page.run else []
    return render_template("roles/brief.html", page=page, own_terms=own_terms)


def load_role_page(role_id: int) -> RolePage:
    """Load what every tab of a role shows; raises NotFoundError for a role the viewer may not see."""
    session, viewer = request_session(), current_viewer()
    role = get_visible_role(role_id)
    run = latest_run(session, role_id)
    view = None
    if run is not None:
        view = with_decisions(session, view_run(session, run, viewer), today=request_time().date())
    contacted = None
    if viewer.may(Permission.WRITE_TO_CANDIDATES):
        contacted = count_contacted(session, role_id, seen=visible_candidates(viewer))
    return RolePage(
        role=role, run=run, view=view, shortlisted=_seen_on_shortlist(role_id), contacted=contacted
    )


def _seen_on_shortlist(role_id: int) -> tuple[int, ...]:
    """List the short list without restricted people; managers see it although they see nobody else."""
    viewer = current_viewer()
    may_see = viewer.may(Permission.SEE_CANDIDATES)
    seen = visible_candidates(viewer) if may_see else ~Candidate.is_restricted
    return tuple(dict.fromkeys(shortlisted_ids(request_session(), role_id, seen=seen)))


def _notes(page: RolePage) -> dict[int, str]:
    """Load what was noted about people on the short list, as this viewer may read it."""
    notes = shortlist_notes(request_session(), page.role.id)
    blindness = page.view.blindness if page.view else SEES_NAMES
    hidden = load_hidden_people(request_session(), blindness, list(notes))
    return {
        candidate_id: as_told(words, hidden.get(candidate_id)) or "" for candidate_id, words in notes.items()
    }


def get_visible_role(role_id: int) -> Role:
    """Load a role the viewer may see; raises NotFoundError for any other."""
    wanted = (
        select(Role)
        .where(Role.id == role_id, visible_roles(current_viewer()))
        .options(joinedload(Role.owner), joinedload(Role.hiring_manager), joinedload(Role.requirements))
    )
    role = request_session().scalars(wanted).unique().first()
    if role is None:
        raise NotFoundError(f"There is no role {role_id}.")
    return role


def _open(view: RunView, candidate_id: int | None, listed: Sequence[MatchCard] = ()) -> OpenMatch | None:
    session, keeper, now = request_session(), desk().keeper, request_time()
    if candidate_id is None:
        return None
    card = next((one for one in listed if one.candidate_id == candidate_id), None)
    card = card or find_card(session, keeper, view, candidate_id, now=now)
    return open_match(session, keeper, view, card, viewer=current_viewer(), now=now) if card else None


def _note_short_list_seen(role_id: int) -> None:
    """Remember that a hiring manager has seen the list, in a transaction of its own, after reading."""
    session, own, now = request_session(), current_viewer().recruiter_id, request_time()
    session.expunge_all()
    session.rollback()
    with own_transaction() as trail:
        note_short_list_seen(trail, role_id, recruiter_id=own, now=now)


def _leave_trail(view: RunView, opened: OpenMatch | None) -> None:
    """Remember the look, and whose match was opened; in a transaction of its own, after reading."""
    session, viewer, now = request_session(), current_viewer(), request_time()
    is_due = is_look_due(session, view.run, recruiter_id=viewer.recruiter_id, now=now)
    if not is_due and opened is None:
        return
    session.expunge_all()
    session.rollback()
    with own_transaction() as trail:
        if is_due:
            note_look(trail, view.run, recruiter_id=viewer.recruiter_id, now=now)
        if opened is None:
            return
        opened.keep(trail, view.run, now=now)
        record_event(
            trail,
            "match_viewed",
            object_kind="candidate",
            object_id=opened.card.candidate_id,
            recruiter_id=viewer.recruiter_id,
            now=now,
            details={"role_id": view.run.role_id, "run_id": view.run.id},
        )


def _page_number(total: int) -> int:
    last = max(1, -(-total // PEOPLE_A_PAGE))
    return min(_asked_page(), last)


def _asked_page() -> int:
    return max(request.args.get("page", 1, type=int), 1)


def _choices() -> dict[str, object]:
    return {"reasons": list(DISMISSAL_REASONS.items()), "scopes": SCOPE_CHOICES}
