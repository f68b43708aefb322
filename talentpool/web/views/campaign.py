"""Asking a history without consent: who, with which words, how many have answered what, and the next ones."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.errors import UnavailableError
from talentpool.outreach.consent_campaign import ask_the_next, look_at_campaign, preview_for_the_next
from talentpool.outreach.consent_letters import LETTER
from talentpool.outreach.letters import load_letter
from talentpool.outreach.own_data_letters import LetterPreview
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.letter_desk import letter_desk, own_language
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.wording import counted

pages = Blueprint("campaign", __name__)


@pages.get("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show who would be asked, with which words, and how those asked have answered."""
    return render_template(
        "requests/consent.html",
        campaign=look_at_campaign(request_session(), today=request_time().date()),
        letter=load_letter(request_session(), config_folder(), LETTER, own_language()),
        preview=_preview(),
        mail=desk().settings.mail,
    )


def _preview() -> LetterPreview | None:
    """Write the letter to the next person; None before anybody has said from which address we write."""
    own = current_viewer().recruiter_id
    try:
        return preview_for_the_next(request_session(), letter_desk(), recruiter_id=own)
    except UnavailableError:
        return None


@pages.post("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def ask() -> ResponseReturnValue:
    """Ask the next ones: as many as there is room for in the outbox."""
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
    notify(f"{counted(asked, 'more letter')} {'waits' if asked == 1 else 'wait'} in the outbox.{stays}")
    return go_to(url_for("campaign.show"))
