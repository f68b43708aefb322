"""“I contacted them”: one click for a call, LinkedIn, SMS or anything else, and one to take it back."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import load_blindness
from talentpool.candidates.models import Candidate, Contact, ContactChannel
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.outreach.by_hand import log_contact, set_outcome, take_log_back
from talentpool.roles.models import Role
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.roles import get_visible_role

pages = Blueprint("contacted", __name__)

CHANNELS = (
    (ContactChannel.CALL, "I called"),
    (ContactChannel.LINKEDIN, "I wrote on LinkedIn"),
    (ContactChannel.SMS, "I sent an SMS"),
    (ContactChannel.OTHER, "I reached them otherwise"),
)
OUTCOMES = (
    "reached, is interested",
    "reached, is not interested",
    "reached, asked to be called later",
    "left a message",
    "no answer",
)


@pages.post("/roles/<int:role_id>/contacted/<int:candidate_id>")
@requires(Permission.WRITE_TO_CANDIDATES)
def log(role_id: int, candidate_id: int) -> ResponseReturnValue:
    """Log a contact about a role; the person rests from now on."""
    role, viewer, now = get_visible_role(role_id), current_viewer(), request_time()
    candidate = _candidate(candidate_id)
    sent = request.form.get("channel", "")
    if sent not in {channel.value for channel, _ in CHANNELS}:
        raise InvalidInputError("Say how you contacted them: by call, LinkedIn, SMS or otherwise.")
    contact = log_contact(
        request_session(),
        candidate.id,
        ContactChannel(sent),
        role_id=role.id,
        recruiter_id=viewer.recruiter_id,
        now=now,
    )
    undo = url_for("contacted.take_back", role_id=role.id, contact_id=contact.id)
    shown = load_blindness(request_session(), viewer).name_of(candidate.id, candidate.full_name)
    notify(f"Noted: {shown} was contacted and rests now.", undo=undo)
    back = request.form.get("back")
    sheet = url_for("contact.show_contact", role_id=role.id, candidates=_asked(candidate_id))
    return go_to(local_address(back) if back else sheet)


@pages.post("/roles/<int:role_id>/contacted/<int:contact_id>/take-back")
@requires(Permission.WRITE_TO_CANDIDATES)
def take_back(role_id: int, contact_id: int) -> ResponseReturnValue:
    """Take back what one logged oneself."""
    _require_about(get_visible_role(role_id), contact_id)
    own, now = current_viewer().recruiter_id, request_time()
    candidate_id = take_log_back(request_session(), contact_id, recruiter_id=own, now=now)
    notify("The contact is taken back.")
    return go_to(url_for("contact.show_contact", role_id=role_id, candidates=candidate_id))


@pages.post("/roles/<int:role_id>/contacted/<int:contact_id>/outcome")
@requires(Permission.WRITE_TO_CANDIDATES)
def note_outcome(role_id: int, contact_id: int) -> ResponseReturnValue:
    """Note what came of a contact one logged oneself."""
    _require_about(get_visible_role(role_id), contact_id)
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise InvalidInputError(f"Say what came of it: {'; '.join(OUTCOMES)}.")
    own, now = current_viewer().recruiter_id, request_time()
    set_outcome(request_session(), contact_id, outcome, recruiter_id=own, now=now)
    notify(f"Noted: {outcome}.")
    return go_to(url_for("answers.show_contacted", role_id=role_id))


def _candidate(candidate_id: int) -> Candidate:
    wanted = select(Candidate).where(Candidate.id == candidate_id, visible_candidates(current_viewer()))
    candidate = request_session().scalars(wanted).first()
    if candidate is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return candidate


def _require_about(role: Role, contact_id: int) -> None:
    """Raise NotFoundError for a contact that is not about this role, or with somebody who may not be seen."""
    wanted = select(Contact.id).join(Candidate, Candidate.id == Contact.candidate_id)
    seen = visible_candidates(current_viewer())
    if (
        request_session().scalar(wanted.where(Contact.id == contact_id, Contact.role_id == role.id, seen))
        is None
    ):
        raise NotFoundError("There is nothing of yours to change here any more.")


def _asked(candidate_id: int) -> list[str]:
    """Keep everybody who stood on the page."""
    return request.form.getlist("candidates")[:100] or [str(candidate_id)]
