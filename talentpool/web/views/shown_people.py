"""A short list as a hiring manager sees it, behind a link: no account, bound to one address, answered person by person.

Looking changes nothing, because mail scanners look. Whoever opens the link is asked for a code that goes to the address,
once in each browser; where no mail leaves, the link belongs to the browser in which the button is pressed first. What is
not a link of ours gets one refusal.
"""

import hmac
from datetime import timedelta

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from talentpool.accounts.models import Recruiter
from talentpool.accounts.throttle import take_attempt
from talentpool.accounts.tokens import keyed_hash
from talentpool.candidates.blindness import SEES_NAMES, Blindness
from talentpool.errors import NotAllowedError, NotFoundError
from talentpool.rediscovery.models import ManagerAnswer, ShortlistLink
from talentpool.rediscovery.shortlist_links import (
    REASONS,
    Said,
    find_link,
    record_said,
    still_shown,
    why_closed,
)
from talentpool.rediscovery.shortlist_tokens import (
    CODE_MINUTES,
    CODES,
    TRIES,
    browser_mark,
    is_about,
    link_number,
    use_code,
)
from talentpool.rediscovery.shown_people import shown_people
from talentpool.roles.models import Role
from talentpool.web.access import public
from talentpool.web.desk import desk, request_time
from talentpool.web.error_pages import error_page
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.sign_in import cookie_name, is_https
from talentpool.web.transaction import own_transaction, request_session
from talentpool.work.queue import ask

pages = Blueprint("shown_people", __name__)

REFUSED = "This link is not complete or not one of ours; open it from the message again, or ask who sent it."
WRONG_CODE = "This is not the code, or its time is over. Look again, or have a new one sent."
TOO_OFTEN = f"There were too many tries. Wait {CODE_MINUTES} minutes, then have a new code sent."
WHY = "whoever was asked answers without an account; the signed link is the proof"


@pages.get("/s/<token>")
@public(WHY)
def show(token: str) -> ResponseReturnValue:
    """Show the people to the browser the link belongs to; any other gets a button, or the form for a code."""
    link = _link(token)
    if closed := _why_closed(link):
        return over(closed)
    if not _is_ours(link):
        return _door(link, token, Entry())
    return people_page(
        link, answer_to=lambda one: url_for("shown_people.answer", token=token, candidate_id=one)
    )


@pages.post("/s/<token>/open")
@public(WHY)
def open_here(token: str) -> ResponseReturnValue:
    """Give the link to this browser, if it is the first and nobody can be sent a code; any other is asked for one."""
    link = _link(token, to_write=True)
    if closed := _why_closed(link):
        return over(closed)
    here = go_to(url_for("shown_people.show", token=token))
    if link.opened_at is not None or _can_send():
        return here
    link.opened_at = request_time()
    request_session().flush()
    return _remember(here, link)


@pages.post("/s/<token>/code")
@public(WHY)
def send_code(token: str) -> ResponseReturnValue:
    """Have a code sent to the address the link is bound to."""
    link = _link(token)
    if closed := _why_closed(link):
        return over(closed)
    if not _may_try("code", link.id, CODES):
        return error_page(429, happened=TOO_OFTEN)
    details = {"link_id": link.id, "with_code": True}
    ask(request_session(), "mail_short_list", details, asked_by=None, now=request_time())
    notify(f"A code is on its way to {_masked(link.address)}.")
    return go_to(url_for("shown_people.show", token=token))


@pages.post("/s/<token>/enter")
@public(WHY)
def enter_code(token: str) -> ResponseReturnValue:
    """Let this browser in with the code that was sent."""
    number = _link(token).id
    if not _may_try("entry", number, TRIES):
        return error_page(429, happened=TOO_OFTEN)
    link, entry = _link(token, to_write=True), Entry(request.form)
    if closed := _why_closed(link):
        return over(closed)
    if not use_code(link, entry["code"], secret=desk().secret, now=request_time()):
        entry.refuse("code", WRONG_CODE)
        return _door(link, token, entry), 422
    link.opened_at = link.opened_at or request_time()
    request_session().flush()
    return _remember(go_to(url_for("shown_people.show", token=token)), link)


@pages.post("/s/<token>/answer/<int:candidate_id>")
@public(WHY)
def answer(token: str, candidate_id: int) -> ResponseReturnValue:
    """Record what the manager says of one person; a second answer changes nothing and says so."""
    link = _link(token, to_write=True)
    if closed := _why_closed(link):
        return over(closed)
    if not _is_ours(link):
        raise NotAllowedError("This browser has not opened the link yet; open it from the message first.")
    record_said(request_session(), link, candidate_id, said(), now=request_time())
    notify("Thank you; your answer is with the recruiter.")
    return go_to(url_for("shown_people.show", token=token, _anchor=f"person-{candidate_id}"))


def over(sentence: str) -> ResponseReturnValue:
    """Say in one sentence why there is nothing to see; whoever reads it has no account to sign in with."""
    return render_template("shown/over.html", sentence=sentence), 403


def said() -> Said:
    """Read what was answered; raises NotFoundError for what is no answer."""
    entry = Entry(request.form)
    if entry["answer"] not in {one.value for one in ManagerAnswer}:
        raise NotFoundError("Answer yes, maybe or no.")
    words = entry.text("words", "your words", required=False, longest=1_000)
    return Said(answer=ManagerAnswer(entry["answer"]), reason=entry["reason"], words=words)


def people_page(link: ShortlistLink, *, answer_to: object, blindness: Blindness = SEES_NAMES) -> str:
    """Show the people of a link with what was said of each; the same page behind a link and inside."""
    session, now = request_session(), request_time()
    sender = session.get(Recruiter, link.sent_by) if link.sent_by is not None else None
    return render_template(
        "shown/people.html",
        link=link,
        role=session.get_one(Role, link.role_id),
        sender=sender,
        people=shown_people(session, desk().keeper, link, now=now, blindness=blindness),
        answer_to=answer_to,
        reasons=list(REASONS.items()),
    )


def _link(token: str, *, to_write: bool = False) -> ShortlistLink:
    secret = desk().secret
    number = link_number(token, secret=secret)
    link = find_link(request_session(), number, to_write=to_write) if number is not None else None
    if link is None or not is_about(token, link, secret=secret):
        abort(make_response(over(REFUSED)))
    return link


def _why_closed(link: ShortlistLink) -> str | None:
    return why_closed(request_session(), link, now=request_time())


def _door(link: ShortlistLink, token: str, entry: Entry) -> str:
    session = request_session()
    sender = session.get(Recruiter, link.sent_by) if link.sent_by is not None else None
    return render_template(
        "shown/door.html",
        token=token,
        entry=entry,
        is_first=link.opened_at is None,
        people=len(still_shown(session, link, today=request_time().date())),
        sender=sender.name if sender else "A recruiter",
        address=_masked(link.address),
        can_send=_can_send(),
    )


def _can_send() -> bool:
    return desk().settings.mail.transport != "off"


def _is_ours(link: ShortlistLink) -> bool:
    kept = request.cookies.get(_cookie(link), "")
    return link.opened_at is not None and hmac.compare_digest(
        kept.encode(), browser_mark(link, secret=desk().secret).encode()
    )


def _remember(response: Response, link: ShortlistLink) -> Response:
    made = make_response(response)
    made.set_cookie(
        _cookie(link),
        browser_mark(link, secret=desk().secret),
        max_age=link.expires_at - request_time() + timedelta(days=1),
        secure=is_https(desk().settings),
        httponly=True,
        samesite="Lax",
    )
    return made


def _cookie(link: ShortlistLink) -> str:
    return cookie_name(desk().settings, f"short_list_{link.id}")


def _may_try(what: str, number: int, most: int) -> bool:
    """Count a try in a transaction of its own, so that it stays whatever the answer."""
    key = keyed_hash(desk().secret, f"short list {what} {number}")
    window = timedelta(minutes=desk().settings.security.sign_in_window_minutes)
    request_session().rollback()
    with own_transaction() as counting:
        return take_attempt(counting, {key: most}, window=window, now=request_time())


def _masked(address: str) -> str:
    """Show enough of an address to know one's own.

    >>> _masked("jo.park@example.org")
    'j…@example.org'
    """
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
