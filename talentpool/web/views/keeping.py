"""Keeping one person: asked for consent by a letter, held in law, and the hold lifted again."""

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.consent.eligibility import Verdict
from talentpool.consent.legal_holds import place_hold
from talentpool.consent.models import ConsentCause
from talentpool.erasure.carry_out import end_hold
from talentpool.errors import UnavailableError
from talentpool.outreach.consent_letters import Question, ask_for_consent
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.letter_desk import letter_desk
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import candidate_page, get_candidate, record_about

pages = Blueprint("keeping", __name__)


@pages.post("/candidates/<int:candidate_id>/ask-consent")
@requires(Permission.WRITE_TO_CANDIDATES)
def ask(candidate_id: int) -> ResponseReturnValue:
    """Ask one person whether we may keep them."""
    candidate = get_candidate(candidate_id)
    question = Question(
        candidate_id=candidate.id,
        cause=ConsentCause.BY_HAND,
        recruiter_id=current_viewer().recruiter_id,
    )
    try:
        asked = ask_for_consent(request_session(), question, letter_desk())
    except UnavailableError as error:
        notify(str(error))
        return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))
    if asked is None:
        notify("They were asked within half a year; that is often enough.")
    elif isinstance(asked, Verdict):
        notify(f"The letter may not go: {asked.refused[0].words}.")
    else:
        notify("The question waits in the outbox; no answer within four weeks means no.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.post("/candidates/<int:candidate_id>/hold")
@requires(Permission.CHANGE_SETTINGS)
def hold(candidate_id: int) -> ResponseReturnValue:
    """Hold what is on record about somebody in law."""
    candidate, entry = get_candidate(candidate_id), Entry(request.form)
    reason = entry.line("hold_reason", "why it is held")
    until = _until(entry)
    if entry.problems:
        return candidate_page(candidate_id, {"law_hold": entry}), 422
    own, now = current_viewer().recruiter_id, request_time()
    placed = place_hold(request_session(), candidate.id, reason, until=until, recruiter_id=own, now=now)
    record_about(request_session(), "legal_hold_placed", candidate.id)
    notify("It is held in law.", undo=url_for("keeping.lift", hold_id=placed.id))
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.post("/holds/<int:hold_id>/lift")
@requires(Permission.CHANGE_SETTINGS)
def lift(hold_id: int) -> ResponseReturnValue:
    """End a hold in law; a sealed copy goes with the last of its holds."""
    session, now = request_session(), request_time()
    lifted, is_copy_gone = end_hold(session, desk().settings.home, hold_id, now=now)
    record_event(
        session,
        "legal_hold_lifted",
        object_kind="candidate",
        object_id=lifted.person_id,
        recruiter_id=current_viewer().recruiter_id,
        now=now,
        details={"hold_id": lifted.id},
    )
    if lifted.copy_key is not None:
        stays = "The hold is lifted; the sealed copy stays, because another hold stands on it."
        notify("The hold is lifted, and the sealed copy is gone." if is_copy_gone else stays)
        return go_to(_back(url_for("retention.show")))
    notify("The hold in law is lifted.")
    return go_to(_back(url_for("candidates.show_candidate", candidate_id=lifted.person_id)))


def _back(otherwise: str) -> str:
    asked = request.form.get("back")
    return local_address(asked) if asked else otherwise


def _until(entry: Entry) -> date | None:
    typed = entry.line("hold_until", "a day", required=False)
    try:
        until = date.fromisoformat(typed) if typed else None
    except ValueError:
        entry.refuse("hold_until", f"{typed!r} is no day we can read; write it as 2027-03-31.")
        return None
    if until is not None and until < request_time().date():
        entry.refuse("hold_until", "This day has passed; choose today or later.")
    return until
