"""What a recruiter does with a match: shortlist, dismiss with a reason, snooze, undo, ask why not, match again."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import Blindness, as_told, load_blindness, load_hidden_people
from talentpool.candidates.models import Candidate
from talentpool.candidates.pool_query import plain_query
from talentpool.candidates.search import PoolQuery, find_candidates
from talentpool.candidates.visibility import visible_candidates, visible_pool
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.rediscovery.feedback import dismiss, get_feedback, shortlist, snooze, undo
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import PEOPLE_A_PAGE, latest_run, view_run
from talentpool.rediscovery.reverse_match import roles_for
from talentpool.rediscovery.why_not import why_not_each
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.match_filters import arguments, asked_filters, asked_list
from talentpool.web.notices import go_to, notify, offer
from talentpool.web.transaction import request_session
from talentpool.web.views.roles import get_visible_role, load_role_page

pages = Blueprint("matches", __name__)

SNOOZE_DAYS = 30
MOST_ASKED_FOR = 10
LONGEST_NOTE = 500
ASKED_BY_NUMBER = re.compile(r"(?:candidate )?([0-9]{1,18})", re.IGNORECASE)
UNDONE_WORDS = {
    FeedbackKind.SHORTLISTED: "is off the short list.",
    FeedbackKind.DISMISSED: "is back in the list.",
    FeedbackKind.SNOOZED: "is back in the list.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedFor:
    """Somebody whom a question about the list may mean."""

    candidate_id: int
    name: str
    about: str


@pages.post("/roles/<int:role_id>/matches/<int:candidate_id>/shortlist")
@requires(Permission.JUDGE_MATCHES)
def put_on_shortlist(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Put somebody on the short list."""
    session, name = request_session(), _name_of_candidate(role_id, candidate_id)
    own = current_viewer().recruiter_id
    words = cleaned(request.form.get("words", "")).strip()[:LONGEST_NOTE] or None
    feedback = shortlist(session, role_id, candidate_id, recruiter_id=own, now=request_time(), words=words)
    here = _place(role_id, candidate_id)
    return _done(feedback, f"{name} is on the short list.", here)


@pages.post("/roles/<int:role_id>/matches/<int:candidate_id>/dismiss")
@requires(Permission.JUDGE_MATCHES)
def leave_out(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Leave somebody out, for a reason, of this role or of roles like it; says which other roles they fit."""
    others = _other_roles(role_id, candidate_id)
    session, name = request_session(), _name_of_candidate(role_id, candidate_id)
    following = _place(role_id, candidate_id, step=1)
    feedback = dismiss(
        session,
        role_id,
        candidate_id,
        reason=request.form.get("reason", ""),
        scope=asked_scope(),
        words=cleaned(request.form.get("words", "")).strip()[:500] or None,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
    reach = "roles with this title" if feedback.scope is FeedbackScope.SIMILAR_ROLES else "this role"
    answer = _done(feedback, f"{name} is left out of {reach}.", following)
    if others:
        shown = url_for("candidates.show_candidate", candidate_id=candidate_id, _anchor="fits")
        offer(f"{name} fits {others} other open {'role' if others == 1 else 'roles'} now.", shown)
    return answer


@pages.post("/roles/<int:role_id>/matches/<int:candidate_id>/snooze")
@requires(Permission.JUDGE_MATCHES)
def let_sleep(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Take somebody out of the list for some weeks."""
    session, name = request_session(), _name_of_candidate(role_id, candidate_id)
    until, following = asked_until(), _place(role_id, candidate_id, step=1)
    own = current_viewer().recruiter_id
    feedback = snooze(session, role_id, candidate_id, until=until, recruiter_id=own, now=request_time())
    return _done(feedback, f"{name} comes back on {until.day} {until:%b %Y}.", following)


@pages.post("/feedback/<int:feedback_id>/undo")
@requires(Permission.JUDGE_MATCHES)
def take_back(feedback_id: int) -> ResponseReturnValue:
    """Take one decision back; somebody whom the last run left out for it is ranked again at once."""
    session, now, own = request_session(), request_time(), current_viewer().recruiter_id
    feedback = get_feedback(session, feedback_id)
    name = _name_of_candidate(feedback.role_id, feedback.candidate_id)
    undo(session, feedback_id, recruiter_id=own, now=now)
    view = load_role_page(feedback.role_id).view
    if view is not None and view.rank_of(feedback.candidate_id) is None:
        rediscover(
            session, desk().keeper, feedback.role_id, cause=RunCause.CHANGED, recruiter_id=own, now=now
        )
    notify(f"{name} {UNDONE_WORDS[feedback.kind]}")
    asked = request.form.get("back")
    return go_to(local_address(asked) if asked else _place(feedback.role_id, feedback.candidate_id))


@pages.post("/roles/<int:role_id>/rematch")
@requires(Permission.JUDGE_MATCHES)
def match_again(role_id: int) -> ResponseReturnValue:
    """Match the role again now, with the pool as it stands."""
    with desk().sessions.reading() as reading:
        desk().keeper.current(reading, now=request_time())  # so that no writer waits for the index
    session, role = request_session(), get_visible_role(role_id)
    before = latest_run(session, role_id)
    own, now = current_viewer().recruiter_id, request_time()
    run = rediscover(session, desk().keeper, role.id, cause=RunCause.ASKED, recruiter_id=own, now=now)
    viewer = current_viewer()
    total = view_run(session, run, viewer).total
    change = "" if before is None else _change_words(total - view_run(session, before, viewer).total)
    notify(f"Matched again: {total:,} people{change}.")
    return go_to(url_for("roles.show_role", role_id=role.id))


@pages.get("/roles/<int:role_id>/why-not")
@requires(Permission.SEE_CANDIDATES)
def ask_why_not(role_id: int) -> ResponseReturnValue:
    """Say of people found by name or number where they stand in the list, or what kept them out."""
    session, page = request_session(), load_role_page(role_id)
    name = " ".join(cleaned(request.args.get("name", "")).split())[:200]
    answers, is_hidden = [], False
    if name and page.view is not None:
        people = _asked_for(name, page.view.blindness)
        asked = [person.candidate_id for person in people]
        found_why = why_not_each(session, desk().keeper, page.view, asked, now=request_time())
        answers = list(zip(people, found_why, strict=True))
        is_hidden = page.view.blindness.is_on and not answers
    return render_template(
        "roles/why_not.html", page=page, name="" if is_hidden else name, answers=answers, is_hidden=is_hidden
    )


def _asked_for(name: str, blindness: Blindness) -> list[AskedFor]:
    """Find people by name; somebody who is hidden only by number, or the answer would say who it is."""
    session, viewer = request_session(), current_viewer()
    if blindness.is_on and (number := ASKED_BY_NUMBER.fullmatch(name)):
        wanted = select(Candidate).where(Candidate.id == int(number[1]), visible_candidates(viewer))
        hidden = load_hidden_people(session, blindness, [int(number[1])])
        return [
            AskedFor(
                candidate_id=one.id,
                name=blindness.name_of(one.id, one.full_name),
                about=as_told(one.headline, hidden.get(one.id)) or "",
            )
            for one in session.scalars(wanted)
        ]
    query, today = PoolQuery(words=plain_query(name)), request_time().date()
    rows = find_candidates(session, query, seen=visible_pool(viewer), today=today).rows
    return [
        AskedFor(
            candidate_id=row.candidate_id,
            name=row.name,
            about=" · ".join(part for part in (row.headline, row.place) if part),
        )
        for row in rows
        if not blindness.hides(row.candidate_id)
    ][:MOST_ASKED_FOR]


def _other_roles(role_id: int, candidate_id: int) -> int:
    """Count the other open roles somebody fits; read before anything is written, so that no writer waits."""
    viewer, now = current_viewer(), request_time()
    with desk().sessions.reading() as reading:
        seen, hidden = visible_roles(viewer), hidden_ids(reading, viewer).tolist()
        fits = roles_for(reading, desk().keeper, candidate_id, seen=seen, now=now, hidden=hidden)
    return sum(fit.role_id != role_id and not fit.is_shortlisted for fit in fits)


def _name_of_candidate(role_id: int, candidate_id: int) -> str:
    """Check that the viewer may see both, and give the candidate's name, or the number in blind review."""
    get_visible_role(role_id)
    wanted = select(Candidate).where(Candidate.id == candidate_id, visible_candidates(current_viewer()))
    candidate = request_session().scalars(wanted).first()
    if candidate is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return load_blindness(request_session(), current_viewer()).name_of(candidate.id, candidate.full_name)


def _done(feedback: MatchFeedback, words: str, address: str) -> ResponseReturnValue:
    undo_address = url_for("matches.take_back", feedback_id=feedback.id, **arguments(asked_filters()))
    notify(words, undo=undo_address)
    asked = request.form.get("back")
    return go_to(local_address(asked) if asked else address)


def _place(role_id: int, candidate_id: int, *, step: int = 0) -> str:
    """Give the address of the list with this person open, or the one `step` places further down."""
    view, asked = load_role_page(role_id).view, arguments(asked_filters())
    shown = asked_list(view)[0] if view is not None else None
    at = shown.place_of(candidate_id) if shown is not None else None
    if shown is None or at is None:
        return url_for("roles.show_role", role_id=role_id, **asked)
    place = at + step if at + step < shown.total else max(at - 1, 0)
    shown_at = place - step if place > at else place  # where it stands once this person is gone
    number, opened = shown_at // PEOPLE_A_PAGE + 1, int(shown.ids[place])
    return url_for("roles.show_role", role_id=role_id, open=opened, page=number, **asked)


def asked_scope() -> FeedbackScope:
    """Read from a form how far a dismissal reaches; raises InvalidInputError."""
    sent = request.form.get("scope", FeedbackScope.THIS_ROLE.value)
    if sent not in (FeedbackScope.THIS_ROLE, FeedbackScope.SIMILAR_ROLES):
        raise InvalidInputError("Choose whether this is about this role or about roles with this title.")
    return FeedbackScope(sent)


def asked_until() -> date:
    """Read from a form until when somebody sleeps, a month unless it says otherwise; raises InvalidInputError."""
    sent = request.form.get("until", "")
    if not sent:
        return request_time().date() + timedelta(days=SNOOZE_DAYS)
    try:
        return date.fromisoformat(sent)
    except ValueError as error:
        raise InvalidInputError(f"{sent!r} is no day we can read; write it as 2027-03-31.") from error


def _change_words(change: int) -> str:
    if change == 0:
        return ", as many as before"
    return f", {abs(change):,} {'more' if change > 0 else 'fewer'} than before"
