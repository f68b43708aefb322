"""Asking a history without consent: who, with which words, how many have answered what, and the next hundred."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.outreach.consent_campaign import AT_ONCE, ask_the_next, look_at_campaign
from talentpool.outreach.consent_letters import LETTER
from talentpool.outreach.letters import load_letter
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.letter_desk import letter_desk, own_language
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("campaign", __name__)


@pages.get("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show who would be asked, with which words, and how those asked have answered."""
    return render_template(
        "requests/consent.html",
        campaign=look_at_campaign(request_session(), today=request_time().date()),
        letter=load_letter(request_session(), config_folder(), LETTER, own_language()),
        at_once=AT_ONCE,
        mail=desk().settings.mail,
    )


@pages.post("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def ask() -> ResponseReturnValue:
    """Ask the next hundred."""
    session, own = request_session(), current_viewer().recruiter_id
    asked, held = ask_the_next(session, letter_desk(), recruiter_id=own)
    record_event(
        session,
        "consent_campaign_asked",
        object_kind="pool",
        object_id=None,
        recruiter_id=own,
        now=request_time(),
        details={"people": asked},
    )
    stays = f" {held} may not be written to." if held else ""
    notify(f"{asked} letters wait in the outbox.{stays}")
    return go_to(url_for("campaign.show"))
