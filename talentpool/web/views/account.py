"""One's own account: a new password, and signing out everywhere."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.login_sessions import count_sessions, end_all_sessions
from talentpool.accounts.models import Recruiter
from talentpool.accounts.passwords import is_password
from talentpool.accounts.permissions import Permission
from talentpool.accounts.sign_in import set_password
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.error_pages import error_page
from talentpool.web.forms.entry import Entry
from talentpool.web.sign_in import forget_tries, lifetimes, may_try, sign_in, sign_out
from talentpool.web.transaction import request_session

pages = Blueprint("account", __name__)


@pages.get("/account")
@requires(Permission.USE_OWN_ACCOUNT)
def show_account() -> ResponseReturnValue:
    """Show who is signed in, and where."""
    return _account_page(Entry())


@pages.post("/account/password")
@requires(Permission.USE_OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change one's password; every other browser is signed out."""
    own_account = f"own account {current_viewer().recruiter_id}"
    if not may_try(own_account):
        return error_page(429)
    entry, recruiter = Entry(request.form), _own_account()
    if recruiter.password_hash is not None and not is_password(
        entry["current_password"], recruiter.password_hash
    ):
        entry.refuse("current_password", "This is not your current password.")
        return _account_page(entry), 422
    try:
        set_password(request_session(), recruiter, entry["password"], now=request_time())
    except InvalidInputError as error:
        entry.refuse("password", str(error))
        return _account_page(entry), 422
    forget_tries(request_session(), own_account)
    _record("password_changed")
    flash("Your password is changed; all your other browsers are signed out.")
    response = make_response(redirect(url_for("account.show_account"), code=303))
    return sign_in(request_session(), response, recruiter_id=recruiter.id, email=recruiter.email)


@pages.post("/account/sign-out-everywhere")
@requires(Permission.USE_OWN_ACCOUNT)
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign this account out of every browser, this one included."""
    end_all_sessions(request_session(), current_viewer().recruiter_id, now=request_time())
    _record("signed_out_everywhere")
    response = make_response(redirect(url_for("sign_in.show_sign_in"), code=303))
    return sign_out(request_session(), response)


def _account_page(entry: Entry) -> str:
    count = count_sessions(
        request_session(),
        current_viewer().recruiter_id,
        lifetimes=lifetimes(desk().settings.security),
        now=request_time(),
    )
    return render_template("account/account.html", recruiter=_own_account(), entry=entry, browsers=count)


def _own_account() -> Recruiter:
    recruiter = request_session().get(Recruiter, current_viewer().recruiter_id)
    if recruiter is None:
        raise NotFoundError("This account does not exist any more.")
    return recruiter


def _record(action: str) -> None:
    own = current_viewer().recruiter_id
    record_event(
        request_session(),
        action,
        object_kind="recruiter",
        object_id=own,
        recruiter_id=own,
        now=request_time(),
    )
