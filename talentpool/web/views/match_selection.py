"""A role's list narrowed down and worked through together: filters, and one decision about all who are ticked."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import NotFoundError
from talentpool.rediscovery.feedback import Decision, decide, decided_together, get_feedback, undo_together
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.match_filters import (
    GROUP_WORDS,
    SUGGESTED,
    arguments,
    asked_filters,
    asked_group,
    asked_list,
)
from talentpool.web.notices import go_to, notify
from talentpool.web.selection import asked_people
from talentpool.web.transaction import request_session
from talentpool.web.views.matches import LONGEST_NOTE, asked_scope, asked_until
from talentpool.web.views.roles import get_visible_role, load_role_page
from talentpool.web.wording import counted, day

pages = Blueprint("match_selection", __name__)

DONE_WORDS = {
    FeedbackKind.SHORTLISTED: "put on the short list",
    FeedbackKind.DISMISSED: "left out",
    FeedbackKind.SNOOZED: "set aside",
}
UNDONE_WORDS = {FeedbackKind.SHORTLISTED: "off the short list"}


@pages.get("/roles/<int:role_id>/filters")
@requires(Permission.SEE_CANDIDATES)
def show_filters(role_id: int) -> ResponseReturnValue:
    """Show the filters of a list with the choices of one group and what each would leave."""
    page = load_role_page(role_id)
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    if page.view is None or not is_fragment_asked():
        return go_to(url_for("roles.show_role", role_id=role_id, **asked))
    shown, sheet = asked_list(page.view, group=asked_group())
    return render_template(
        "roles/_filters.html",
        page=page,
        view=page.view,
        shown=shown,
        sheet=sheet,
        group_words=GROUP_WORDS,
        suggested_filters=SUGGESTED,
    )


@pages.post("/roles/<int:role_id>/selection")
@requires(Permission.JUDGE_MATCHES)
def decide_about_all(role_id: int) -> ResponseReturnValue:
    """Do one thing with everybody who is ticked: shortlist, leave out, set aside, write to, or take out."""
    page = load_role_page(role_id)
    if page.view is None:
        raise NotFoundError(f"Role {role_id} has not been matched yet.")
    chosen, act = asked_people(page.view), request.form.get("act", "")
    if not chosen:
        notify("Nobody was chosen: tick the box on a card first.")
        return go_to(_list_address(role_id))
    if act in ("write", "csv"):
        return go_to(_leading_on(act, role_id, chosen))
    decision = _decision(act)
    own, now = current_viewer().recruiter_id, request_time()
    recorded = decide(request_session(), role_id, chosen, decision, recruiter_id=own, now=now)
    _say_done(len(chosen), decision, recorded)
    return go_to(_list_address(role_id))


@pages.post("/feedback/<int:feedback_id>/undo-all")
@requires(Permission.JUDGE_MATCHES)
def take_all_back(feedback_id: int) -> ResponseReturnValue:
    """Take back what was decided about several people in one act; who was ranked out is ranked again at once."""
    session, now, own = request_session(), request_time(), current_viewer().recruiter_id
    first = get_feedback(session, feedback_id)
    role_id = get_visible_role(first.role_id).id
    _require_visible(decided_together(session, first))
    taken = undo_together(session, feedback_id, recruiter_id=own, now=now)
    view = load_role_page(role_id).view
    if view is not None and any(view.rank_of(one.candidate_id) is None for one in taken):
        rediscover(session, desk().keeper, role_id, cause=RunCause.CHANGED, recruiter_id=own, now=now)
    where = UNDONE_WORDS.get(first.kind, "back in the list")
    notify(f"{counted(len(taken), 'person is', 'people are')} {where}.")
    return go_to(_list_address(role_id))


def _decision(act: str) -> Decision:
    words = cleaned(request.form.get("words", "")).strip()[:LONGEST_NOTE] or None
    decisions: dict[str, Callable[[], Decision]] = {
        "shortlist": lambda: Decision(kind=FeedbackKind.SHORTLISTED, words=words),
        "dismiss": lambda: Decision(
            kind=FeedbackKind.DISMISSED, scope=asked_scope(), reason=request.form.get("reason"), words=words
        ),
        "snooze": lambda: Decision(kind=FeedbackKind.SNOOZED, scope=FeedbackScope.UNTIL, until=asked_until()),
    }
    if act not in decisions:
        raise NotFoundError("Choose one of the buttons below the list.")
    return decisions[act]()


def _say_done(chosen: int, decision: Decision, recorded: list[MatchFeedback]) -> None:
    people = counted(len(recorded), "person is", "people are")
    until = f" until {day(decision.until)}" if decision.until else ""
    words = f"{people} {DONE_WORDS[decision.kind]}{until}."
    if (already := chosen - len(recorded)) > 0:
        words += f" {counted(already, 'was', 'were')} already."
    asked = arguments(asked_filters())
    undo = url_for("match_selection.take_all_back", feedback_id=recorded[0].id, **asked) if recorded else None
    notify(words, undo=undo)


def _leading_on(act: str, role_id: int, chosen: list[int]) -> str:
    if act == "write":
        return url_for("contact.show_contact", role_id=role_id, candidates=chosen)
    return url_for("exports.export_matches", role_id=role_id, ending="csv", candidates=chosen)


def _list_address(role_id: int) -> str:
    page = request.args.get("page", type=int)
    return url_for("roles.show_role", role_id=role_id, page=page, **arguments(asked_filters()))


def _require_visible(candidate_ids: list[int]) -> None:
    seen = select(func.count(Candidate.id)).where(
        Candidate.id.in_(candidate_ids), visible_candidates(current_viewer())
    )
    if request_session().scalar(seen) != len(candidate_ids):
        raise NotFoundError("There is nothing to undo here any more.")
