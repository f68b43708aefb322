"""Settings, people: who has an account, what kind it is, and the link with which somebody starts."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.administration import (
    change_kind,
    disable_account,
    enable_account,
    get_account,
    list_accounts,
)
from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AccountKind, LinkPurpose, Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.accounts.sign_in import create_account, make_one_time_link
from talentpool.closing.handover import owed
from talentpool.errors import ConflictError, InvalidInputError
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.transaction import request_session

pages = Blueprint("people", __name__)

LINK_HOURS = 72
KINDS = (
    (AccountKind.RECRUITER, "Recruiter", "posts roles, sees the pool, keeps promises"),
    (AccountKind.HIRING_MANAGER, "Hiring manager", "sees the roles they manage"),
    (AccountKind.ADMINISTRATOR, "Administrator", "everything, these settings included"),
)


@pages.get("/settings/people")
@requires(Permission.MANAGE_ACCOUNTS)
def show_people() -> ResponseReturnValue:
    """Show everybody who has an account, and the form that makes another one."""
    return _people_page(Entry({"kind": AccountKind.RECRUITER}))


@pages.post("/settings/people")
@requires(Permission.MANAGE_ACCOUNTS)
def add() -> ResponseReturnValue:
    """Make an account and show, once, the link with which its owner chooses a password."""
    entry, session = Entry(request.form), request_session()
    name, email = entry.line("name", "a name"), entry.line("email", "an e-mail address")
    kind = entry.choice("kind", "a kind of account", among=list(AccountKind))
    if entry.problems:
        return _people_page(entry), 422
    office_id, now = current_viewer().office_id, request_time()
    try:
        made = create_account(session, name, email, AccountKind(kind), office_id=office_id, now=now)
    except (InvalidInputError, ConflictError) as error:
        entry.refuse("email", str(error))
        return _people_page(entry), 422
    _record("account_made", made)
    return _link_page(made)


@pages.post("/settings/people/<int:recruiter_id>/link")
@requires(Permission.MANAGE_ACCOUNTS)
def make_link(recruiter_id: int) -> ResponseReturnValue:
    """Make a new set-up link for somebody who lost theirs, or their password; the older link stops working."""
    recruiter = get_account(request_session(), recruiter_id)
    if recruiter.disabled_at is not None:
        raise ConflictError(f"The account of {recruiter.name} is disabled; enable it first.")
    _record("set_up_link_made", recruiter)
    return _link_page(recruiter)


@pages.post("/settings/people/<int:recruiter_id>/kind")
@requires(Permission.MANAGE_ACCOUNTS)
def set_kind(recruiter_id: int) -> ResponseReturnValue:
    """Make an account one of another kind."""
    entry, recruiter = Entry(request.form), get_account(request_session(), recruiter_id)
    kind = entry.choice("kind", "a kind of account", among=list(AccountKind))
    if entry.problems:
        raise InvalidInputError(entry.problems["kind"])
    change_kind(request_session(), recruiter, AccountKind(kind))
    _record("account_kind_changed", recruiter)
    flash(f"{recruiter.name} is now: {kind.replace('_', ' ')}.")
    return redirect(url_for("people.show_people"), code=303)


@pages.post("/settings/people/<int:recruiter_id>/disable")
@requires(Permission.MANAGE_ACCOUNTS)
def disable(recruiter_id: int) -> ResponseReturnValue:
    """Close an account at once; whoever still owns something hands it over first."""
    recruiter = get_account(request_session(), recruiter_id)
    if owed(request_session(), recruiter, now=request_time()):
        flash(f"{recruiter.name} still owes something; say who takes over, and nothing is lost.")
        return redirect(url_for("handover.show", recruiter_id=recruiter.id), code=303)
    stopped = disable_account(request_session(), recruiter, now=request_time())
    _record("account_disabled", recruiter, {"tokens": [token.id for token in stopped]} if stopped else {})
    undo = url_for("people.enable", recruiter_id=recruiter.id)
    words = f"The account of {recruiter.name} is disabled and signed out everywhere."
    if stopped:
        words += f" API tokens stopped: {', '.join(token.name for token in stopped)}; make others."
    flash(words, f"undo {undo}")
    return redirect(url_for("people.show_people"), code=303)


@pages.post("/settings/people/<int:recruiter_id>/enable")
@requires(Permission.MANAGE_ACCOUNTS)
def enable(recruiter_id: int) -> ResponseReturnValue:
    """Open a disabled account again."""
    recruiter = get_account(request_session(), recruiter_id)
    enable_account(recruiter)
    _record("account_enabled", recruiter)
    flash(f"The account of {recruiter.name} is open again.")
    return redirect(url_for("people.show_people"), code=303)


def _people_page(entry: Entry) -> str:
    accounts = list_accounts(request_session())
    return render_template("settings/people.html", entry=entry, accounts=accounts, kinds=KINDS)


def _link_page(recruiter: Recruiter) -> str:
    # Shown here and nowhere kept: a redirect would have to carry the link in a cookie or an address.
    token = make_one_time_link(
        request_session(), recruiter.id, LinkPurpose.SET_UP, now=request_time(), hours=LINK_HOURS
    )
    address = desk().settings.web.public_url.rstrip("/") + url_for("sign_in.show_set_up", token=token)
    return render_template("settings/link.html", recruiter=recruiter, address=address, hours=LINK_HOURS)


def _record(action: str, recruiter: Recruiter, details: Mapping[str, object] | None = None) -> None:
    record_event(
        request_session(),
        action,
        object_kind="recruiter",
        object_id=recruiter.id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details=details or {},
    )
