"""Asking a history without consent: who, with which words, how many have answered what, and the next ones."""

from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.errors import UnavailableError
from talentpool.outreach.consent_campaign import KIND, count_asked, look_at_campaign, preview_for_the_next
from talentpool.outreach.consent_letters import LETTER
from talentpool.outreach.letters import load_letter
from talentpool.outreach.own_data_letters import LetterPreview
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.letter_desk import letter_desk, own_language
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.work import queue
from talentpool.work.models import WorkState

pages = Blueprint("campaign", __name__)

SHOWN_FOR = timedelta(days=30)  # how a press went stands on the page


@pages.get("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show who would be asked, with which words, and how those asked have answered."""
    session, now = request_session(), request_time()
    work = next(reversed(queue.last_asked(session, KIND, since=now - SHOWN_FOR)), None)
    return render_template(
        "requests/consent.html",
        campaign=look_at_campaign(session, today=now.date()),
        letter=load_letter(session, config_folder(), LETTER, own_language()),
        preview=_preview(),
        mail=desk().settings.mail,
        work=work,
        is_under_way=work is not None and work.state in (WorkState.WAITING, WorkState.RUNNING),
        asked_by_now=count_asked(session, since=work.asked_at) if work else 0,
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
    """Have the next ones asked, one after the other; a second press meanwhile asks nobody else."""
    session, own, now = request_session(), current_viewer().recruiter_id, request_time()
    most = look_at_campaign(session, today=now.date()).next
    if queue.under_way(session, KIND):
        notify("People are being asked already; the next ones can be asked when that is done.")
    elif not most:
        notify("Nobody is asked: nobody is left, or as many letters as there is room for wait in the outbox.")
    else:
        queue.ask(session, KIND, {"most": most}, asked_by=own, now=now)
        notify("The next people are being asked; their letters come into the outbox one after the other.")
    return go_to(url_for("campaign.show"))
