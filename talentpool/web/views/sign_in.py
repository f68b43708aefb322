"""Signing in and out: by password, by a one-time set-up link, and on this machine by a one-time link."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import session as notices
from flask.typing import ResponseReturnValue
from werkzeug import Response

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import LinkPurpose, Recruiter
from talentpool.accounts.sign_in import (
    find_by_password,
    find_link_owner,
    renew_hash,
    set_password,
    use_link,
)
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.logs import get_log
from talentpool.web.access import local_address, public
from talentpool.web.desk import desk, find_viewer, request_time
from talentpool.web.error_pages import error_page
from talentpool.web.forms.entry import Entry
from talentpool.web.sign_in import forget_tries, is_from_this_machine, may_try, sign_in, sign_out
from talentpool.web.transaction import request_session

pages = Blueprint("sign_in", __name__)
log = get_log("web")

WRONG = "The e-mail address and the password do not belong together. Check both and try again."
USED_UP = "This link has been used or is too old. Ask your administrator for a new one."


@pages.get("/sign-in")
@public("nobody has signed in yet")
def show_sign_in() -> ResponseReturnValue:
    """Show the form for signing in; whoever has signed in already goes on."""
    if find_viewer() is not None:
        return redirect(local_address(request.args.get("next")), code=303)
    return _sign_in_page(Entry({"next": request.args.get("next", "")}))


@pages.post("/sign-in")
@public("nobody has signed in yet")
def sign_in_by_password() -> ResponseReturnValue:
    """Sign in by e-mail address and password, unless there have been too many tries."""
    entry = Entry(request.form)
    email = entry.line("email", "your e-mail address")
    if not entry["password"]:
        entry.refuse("password", "Enter your password.")
    if entry.problems:
        return _sign_in_page(entry), 422
    if not may_try(email):
        log.warning("sign_in_throttled")
        return error_page(429)
    with desk().sessions.reading() as reading:  # the slow hash holds no lock
        found = find_by_password(reading, email, entry["password"])
    if found is None:
        log.info("sign_in_failed")
        entry.refuse("email", WRONG)
        return _sign_in_page(entry), 422
    return _let_in(found.id, entry)


@pages.get("/set-up/<token>")
@public("the link itself is the proof")
def show_set_up(token: str) -> ResponseReturnValue:
    """Show the form in which the owner of a new account chooses a password."""
    owner = find_link_owner(request_session(), token, LinkPurpose.SET_UP, now=request_time())
    if owner is None:
        return error_page(404, happened=USED_UP)
    return render_template("sign_in/set_up.html", owner=owner, entry=Entry())


@pages.post("/set-up/<token>")
@public("the link itself is the proof")
def set_up(token: str) -> ResponseReturnValue:
    """Keep the chosen password, use the link up, and sign in."""
    entry, session = Entry(request.form), request_session()
    owner = find_link_owner(session, token, LinkPurpose.SET_UP, now=request_time())
    if owner is None:
        raise NotFoundError(USED_UP)
    try:
        set_password(session, owner, entry["password"], now=request_time())
    except InvalidInputError as error:
        entry.refuse("password", str(error))
        return render_template("sign_in/set_up.html", owner=owner, entry=entry), 422
    use_link(session, token, LinkPurpose.SET_UP, now=request_time())
    return _signed_in(owner, "/")


@pages.get("/sign-in/<token>")
@public("the link itself is the proof, on this machine only")
def show_sign_in_link(token: str) -> ResponseReturnValue:
    """Show the button that uses a one-time sign-in link; looking at it uses nothing up."""
    owner = find_link_owner(request_session(), token, LinkPurpose.SIGN_IN, now=request_time())
    if owner is None or not _is_local_link_good():
        return error_page(404, happened=USED_UP)
    return render_template("sign_in/link.html", owner=owner)


@pages.post("/sign-in/<token>")
@public("the link itself is the proof, on this machine only")
def sign_in_by_link(token: str) -> ResponseReturnValue:
    """Sign in with a one-time link, from the machine we run on."""
    if not _is_local_link_good():
        raise NotFoundError(USED_UP)
    owner = use_link(request_session(), token, LinkPurpose.SIGN_IN, now=request_time())
    return _signed_in(owner, "/")


@pages.post("/sign-out")
@public("whoever has signed out already stays signed out")
def sign_out_here() -> ResponseReturnValue:
    """Sign this browser out."""
    notices.clear()
    return sign_out(request_session(), make_response(redirect(url_for("sign_in.show_sign_in"), code=303)))


def _sign_in_page(entry: Entry) -> str:
    return render_template("sign_in/sign_in.html", entry=entry)


def _let_in(recruiter_id: int, entry: Entry) -> Response:
    recruiter = request_session().get_one(Recruiter, recruiter_id)
    renew_hash(recruiter, entry["password"])
    forget_tries(request_session(), recruiter.email)
    return _signed_in(recruiter, local_address(entry["next"]))


def _signed_in(recruiter: Recruiter, address: str) -> Response:
    notices.clear()
    session = request_session()
    record_event(
        session,
        "signed_in",
        object_kind="recruiter",
        object_id=recruiter.id,
        recruiter_id=recruiter.id,
        now=request_time(),
    )
    response = make_response(redirect(address, code=303))
    return sign_in(session, response, recruiter_id=recruiter.id, email=recruiter.email)


def _is_local_link_good() -> bool:
    return is_from_this_machine() and not desk().settings.is_production
