"""Closing a role: everybody not hired in one list, nobody left without a reason, and all of it undone until sent."""

from collections.abc import Collection, Sequence

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import load_blindness
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.closing.close import (
    By,
    StillOpenError,
    chosen_id,
    close_role,
    decide,
    decisions_in,
    decisions_of,
    get_decision,
    hired_since,
    take_back,
    undo_closing,
)
from talentpool.closing.endings import Wanted
from talentpool.closing.models import ClosingDecision
from talentpool.errors import ConflictError, NotFoundError
from talentpool.imports.row_memory import forget_people
from talentpool.outreach.compose import Place
from talentpool.outreach.drafts import drafts_for, drop_drafts, letters_that_left, send_draft
from talentpool.outreach.guard import Guard
from talentpool.outreach.kind_letters import KIND_REJECTION
from talentpool.rediscovery.exclusions import Rule
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.match_cards import name_of
from talentpool.rediscovery.reverse_match import roles_for
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.roles.models import Role, RoleState
from talentpool.roles.rounds import last_round
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.closing_sheet import ClosingSheet
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.closing_form import YES, read_closing
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.roles import get_visible_role

pages = Blueprint("closing", __name__)

NAMED_MOST = 5
HIRED_SINCE = "{} hired since, as another system says; that stays."


@pages.get("/roles/<int:role_id>/close")
@requires(Permission.POST_ROLES)
def show_close(role_id: int) -> ResponseReturnValue:
    """Show every open application of a role, what can be said of each, and what was decided already."""
    sheet = _sheet(get_visible_role(role_id))
    if closed := _closed_page(sheet):
        return closed
    return _page(sheet, Entry({"all_letter": YES} if sheet.letter else {}))


@pages.post("/roles/<int:role_id>/close")
@requires(Permission.POST_ROLES)
def close(role_id: int) -> ResponseReturnValue:
    """Record what is filled in and close the role; with `save` the role stays open, with `preview` all of it."""
    sheet, entry = _sheet(get_visible_role(role_id)), Entry(request.form)
    if closed := _closed_page(sheet):
        return closed
    own = current_viewer().recruiter_id
    wanted = read_closing(entry, sheet.applications, sheet.reasons, owners=sheet.owners, own_id=own)
    if "preview" in entry.values:
        return _page(sheet, entry, wanted)
    if "save" not in entry.values:
        _refuse_without_reason(sheet, entry, wanted)
    if entry.problems:
        return _page(sheet, entry, wanted), 422
    decisions = decide(request_session(), sheet.role, wanted, sheet.reasons, _by())
    unreached = sheet.keep_letters(decisions, wanted)
    if "save" in entry.values:
        notify(f"Recorded: {_applications(len(decisions))}; the role is still {sheet.role.state}.")
    else:
        try:
            close_role(request_session(), sheet.role, decisions, _by())
        except StillOpenError as error:
            request_session().rollback()
            entry.refuse("close", str(error))
            return _page(_sheet(get_visible_role(role_id)), entry, wanted), 422
        undo = url_for("closing.undo", role_id=role_id)
        notify(f"{sheet.role.title} is closed; {_applications(len(decisions))} ended with it.", undo=undo)
    if unreached:
        notify(f"No letter to {_listed(unreached)}: there is no address on file that works.")
    return go_to(url_for("closing.show_close", role_id=role_id))


@pages.get("/roles/<int:role_id>/close/fits/<int:candidate_id>")
@requires(Permission.SEE_CANDIDATES)
def show_fits(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show the other open roles somebody fits now: as a part of the row, or as a page without JavaScript."""
    session, viewer = request_session(), current_viewer()
    role = get_visible_role(role_id)
    wanted = select(Candidate).where(Candidate.id == candidate_id, visible_candidates(viewer))
    person = session.scalars(wanted).first()
    if person is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    if closed := closed_page([candidate_id], act="Looking where somebody fits"):
        return closed
    fits = roles_for(
        session,
        desk().keeper,
        candidate_id,
        seen=visible_roles(viewer),
        now=request_time(),
        ignoring=(Rule.ACTIVE_HERE,),
        hidden=hidden_ids(session, viewer).tolist(),
    )
    others = [fit for fit in fits if fit.role_id != role_id]
    name = "roles/_fits.html" if is_fragment_asked() else "roles/fits.html"
    return render_template(name, role=role, candidate_id=candidate_id, name=name_of(person), fits=others)


@pages.post("/roles/<int:role_id>/close/decisions/<int:decision_id>/undo")
@requires(Permission.POST_ROLES)
def undo_one(role_id: int, decision_id: int) -> ResponseReturnValue:
    """Take back how one application was ended; its letter must not have left."""
    role, session = get_visible_role(role_id), request_session()
    decision = get_decision(session, role_id, decision_id, seen=visible_candidates(current_viewer()))
    if role.state is RoleState.CLOSED:
        raise ConflictError(
            "This role is closed, and nobody is left without a reason: undo the closing first."
        )
    _refuse_if_sent([decision])
    letters = [decision.message_id]
    if not take_back(session, [decision], _by()):
        raise ConflictError(HIRED_SINCE.format("This person was"))
    _read_again([decision])
    drop_drafts(session, letters)
    notify("The ending is taken back.")
    return go_to(url_for("closing.show_close", role_id=role_id))


@pages.post("/roles/<int:role_id>/close/undo")
@requires(Permission.POST_ROLES)
def undo(role_id: int) -> ResponseReturnValue:
    """Take the closing back: the role is open again, and so is everybody whom it ended."""
    role, session = get_visible_role(role_id), request_session()
    ended = last_round(session, role_id)
    if ended is None or role.state is not RoleState.CLOSED:
        raise ConflictError("This role is not closed; there is nothing to undo.")
    decisions = decisions_in(session, ended)
    _refuse_if_sent(decisions)
    letters = [decision.message_id for decision in decisions]
    taken = undo_closing(session, role, ended, _by())
    _read_again(taken)
    drop_drafts(session, letters)
    notify(f"{role.title} is open again, with {_applications(len(taken))} as before.")
    if left := len(decisions) - len(taken):
        notify(HIRED_SINCE.format(f"{left} {'was' if left == 1 else 'were'}"))
    return go_to(url_for("closing.show_close", role_id=role_id))


@pages.post("/roles/<int:role_id>/close/send")
@requires(Permission.WRITE_TO_CANDIDATES)
def send(role_id: int) -> ResponseReturnValue:
    """Put the letters that wait for a recruiter into the outbox; from there they leave."""
    role, session, now = get_visible_role(role_id), request_session(), request_time()
    guard = Guard(secret=desk().secret, find_snoozed=find_snoozed)
    own, refused, sent = current_viewer().recruiter_id, [], 0
    drafts = drafts_for(session, role_id, KIND_REJECTION, seen=visible_candidates(current_viewer()))
    untrue = hired_since(session, [draft.id for draft in drafts])
    drop_drafts(session, untrue)
    for draft in drafts:
        if draft.id in untrue:
            [name] = _names([draft.candidate_id])
            refused.append(f"{name} (hired since, as another system says; the letter is dropped)")
            continue
        verdict = send_draft(session, draft, role, guard, recruiter_id=own, now=now)
        if verdict is None:
            continue
        sent += verdict.may_go
        if not verdict.may_go:
            [name] = _names([draft.candidate_id])
            refused.append(f"{name} ({verdict.refused[0].words})")
    notify(f"{sent} {'letter waits' if sent == 1 else 'letters wait'} in the outbox.")
    if refused:
        notify(f"Not sent: {_listed(refused)}.")
    return go_to(url_for("closing.show_close", role_id=role_id))


def _sheet(role: Role) -> ClosingSheet:
    opened = desk()
    place = Place(public_url=opened.settings.web.public_url, secret=opened.secret, now=request_time())
    return ClosingSheet(
        session=request_session(),
        role=role,
        viewer=current_viewer(),
        mail=opened.settings.mail,
        place=place,
    )


def _page(sheet: ClosingSheet, entry: Entry, wanted: Sequence[Wanted] = ()) -> str:
    seen = visible_candidates(current_viewer())
    return render_template(
        "roles/close.html",
        role=sheet.role,
        entry=entry,
        applications=sheet.applications,
        choices=sheet.choices,
        can_write=sheet.letter is not None,
        letters=sheet.letters(wanted),
        decided=decisions_of(request_session(), sheet.role.id, seen=seen),
        drafts={
            draft.id: draft
            for draft in drafts_for(request_session(), sheet.role.id, KIND_REJECTION, seen=seen)
        },
    )


def _refuse_without_reason(sheet: ClosingSheet, entry: Entry, wanted: Sequence[Wanted]) -> None:
    filled = {one.application_id for one in wanted}
    for application in sheet.applications:
        if application.id not in filled:
            name = name_of(application.candidate)
            entry.refuse(f"reason-{application.id}", f"{name}: choose a reason; nobody is left without one.")


def _refuse_if_sent(decisions: Collection[ClosingDecision]) -> None:
    left = letters_that_left(request_session(), [decision.message_id for decision in decisions])
    if left:
        people = _listed(_names([message.candidate_id for message in left if message.candidate_id]))
        raise ConflictError(
            f"The letter to {people} has been sent; what was written to somebody stays as it is."
        )


def _names(candidate_ids: Sequence[int]) -> list[str]:
    """Name people as far as the viewer may know who they are."""
    blindness, seen = (
        load_blindness(request_session(), current_viewer()),
        visible_candidates(current_viewer()),
    )
    wanted = select(Candidate.id, Candidate.full_name).where(Candidate.id.in_(candidate_ids), seen)
    names = {row.id: blindness.name_of(row.id, row.full_name) for row in request_session().execute(wanted)}
    return [names.get(one, "somebody you may not see") for one in candidate_ids]


def _closed_page(sheet: ClosingSheet) -> str | None:
    """Give the page to show instead, while somebody of the role is to be reviewed blind."""
    if not sheet.viewer.is_blind:
        return None
    decided = decisions_of(request_session(), sheet.role.id, seen=visible_candidates(sheet.viewer))
    applications = [*sheet.applications, *(one.application for one in decided)]
    return closed_page([one.candidate_id for one in applications], act="Closing the role")


def _read_again(taken: Sequence[ClosingDecision]) -> None:
    """Let what another system said of these people while our ending stood be heard with its next word."""
    forget_people(request_session(), [chosen_id(request_session(), one) for one in taken])


def _by() -> By:
    return By(recruiter_id=current_viewer().recruiter_id, now=request_time())


def _applications(number: int) -> str:
    return f"{number} {'application' if number == 1 else 'applications'}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED_MOST
    return ", ".join(names[:NAMED_MOST]) + (f" and {more} more" if more > 0 else "")
