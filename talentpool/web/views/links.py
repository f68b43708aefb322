"""Pages behind the links in our messages: no account, no cookie, no form token; the link itself is the proof.

Looking changes nothing, because mail scanners look. A press of the button, or the mail program's own
one-click request (RFC 8058), acts at once. Whatever is not a link of ours gets one and the same refusal.
"""

from typing import NoReturn

from flask import Blueprint, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from talentpool.consent.link_token import Link, LinkScope, read_token
from talentpool.outreach.unsubscribe import is_stopped, stop_by_link
from talentpool.web.access import public
from talentpool.web.desk import desk, request_time
from talentpool.web.page_words import page_words
from talentpool.web.transaction import request_session

pages = Blueprint("links", __name__)


def refuse_link() -> NoReturn:
    """Answer whatever is not a link of ours, for somebody who has no account here."""
    abort(make_response(render_template("links/refused.html", words=page_words()), 403))


@pages.get("/u/<token>")
@public("Whoever got a message may stop the next one; the signed link is the proof.")
def show_stop(token: str) -> ResponseReturnValue:
    """Show the button that stops all messages."""
    link = _link(token)
    return render_template("links/stop.html", words=page_words(), done=is_stopped(request_session(), link))


@pages.post("/u/<token>")
@public("Whoever got a message may stop the next one; the signed link is the proof.")
def stop(token: str) -> ResponseReturnValue:
    """Stop all messages at once; doing it again changes nothing."""
    link = _link(token)
    stop_by_link(request_session(), link, secret=desk().secret, now=request_time())
    return render_template("links/stop.html", words=page_words(), done=True)


def _link(token: str) -> Link:
    link = read_token(desk().secret, token, scope=LinkScope.STOP)
    if link is None or link.expires_at < request_time():
        refuse_link()
    return link
