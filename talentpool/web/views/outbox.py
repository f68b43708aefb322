"""Outbox: what waits, what left, what did not arrive, what nobody knows; and the switch that stops it all."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.visibility import visible_pool
from talentpool.errors import InvalidInputError
from talentpool.outreach.outbox import settle_unknown, take_back
from talentpool.outreach.overview import message_lines, message_visible
from talentpool.outreach.stop_switch import Switch, set_stop_switch, stop_switch
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
@requires(Permission.WRITE_TO_CANDIDATES)
def show_outbox() -> ResponseReturnValue:
    """List the newest messages, those that need somebody first."""
    session = request_session()
    lines = message_lines(session, seen=visible_pool(current_viewer()))
    return render_template(
        "contact/outbox.html", lines=lines, switch=stop_switch(session), mail=desk().settings.mail
    )


@pages.post("/outbox/<int:message_id>/settle")
@requires(Permission.WRITE_TO_CANDIDATES)
def settle(message_id: int) -> ResponseReturnValue:
    """Record whether a message arrived of which the mail server left that open."""
    arrived = request.form.get("arrived")
    if arrived not in ("yes", "no"):
        raise InvalidInputError("Say whether the message arrived: yes or no.")
    session, viewer = request_session(), current_viewer()
    message_visible(session, message_id, seen=visible_pool(viewer))
    settle_unknown(
        session,
        message_id,
        arrived=arrived == "yes",
        recruiter_id=viewer.recruiter_id,
        now=request_time(),
    )
    notify(
        "It is noted that the message arrived." if arrived == "yes" else "It is noted that it did not arrive."
    )
    return go_to(url_for("outbox.show_outbox"))


@pages.post("/outbox/<int:message_id>/take-back")
@requires(Permission.WRITE_TO_CANDIDATES)
def take_message_back(message_id: int) -> ResponseReturnValue:
    """Take a message back before it leaves."""
    session, viewer = request_session(), current_viewer()
    message_visible(session, message_id, seen=visible_pool(viewer))
    take_back(session, message_id, recruiter_id=viewer.recruiter_id, now=request_time())
    notify("The message is taken back; nothing was sent.")
    return go_to(url_for("outbox.show_outbox"))


@pages.post("/outbox/stop")
@requires(Permission.WRITE_TO_CANDIDATES)
def stop() -> ResponseReturnValue:
    """Stop all sending at once; everybody who may write may stop."""
    _set(is_stopped=True)
    notify("Sending is stopped: nothing leaves until an administrator lets it go on.")
    return go_to(url_for("outbox.show_outbox"))


@pages.post("/outbox/go-on")
@requires(Permission.CHANGE_SETTINGS)
def go_on() -> ResponseReturnValue:
    """Let sending go on."""
    _set(is_stopped=False)
    notify("Sending goes on.")
    return go_to(url_for("outbox.show_outbox"))


def _set(*, is_stopped: bool) -> None:
    words = Entry(request.form).line("words", "why", required=False, longest=200)
    session, own, now = request_session(), current_viewer().recruiter_id, request_time()
    set_stop_switch(session, Switch(is_stopped=is_stopped, words=words), recruiter_id=own, now=now)
    record_event(
        session,
        "sending_stopped" if is_stopped else "sending_resumed",
        object_kind="installation",
        object_id=None,
        recruiter_id=own,
        now=now,
    )
