"""Asking a history without consent: who, with which words, how many have answered what, and the next hundred."""

from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.outreach.consent_campaign import AT_ONCE, KIND, count_asked, look_at_campaign
from talentpool.outreach.consent_letters import LETTER
from talentpool.outreach.letters import load_letter
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.letter_desk import own_language
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
        at_once=AT_ONCE,
        mail=desk().settings.mail,
        work=work,
        is_under_way=work is not None and work.state in (WorkState.WAITING, WorkState.RUNNING),
        asked_by_now=count_asked(session, since=work.asked_at) if work else 0,
    )


@pages.post("/requests/consent")
@requires(Permission.CHANGE_SETTINGS)
def ask() -> ResponseReturnValue:
    """Have the next hundred asked, one after the other; a second press meanwhile asks nobody else."""
    session, own = request_session(), current_viewer().recruiter_id
    if queue.under_way(session, KIND):
        notify("People are being asked already; the next ones can be asked when that is done.")
    else:
        queue.ask(session, KIND, {"most": AT_ONCE}, asked_by=own, now=request_time())
        notify("The next people are being asked; their letters come into the outbox one after the other.")
    return go_to(url_for("campaign.show"))
