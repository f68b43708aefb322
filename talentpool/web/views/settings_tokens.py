"""Settings, API tokens: which other systems may push people, for which source and until when."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.api_tokens import NewToken, list_tokens, make_token, revoke_token
from talentpool.accounts.audit import record_event
from talentpool.accounts.models import ApiToken, Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("settings_tokens", __name__)

USUAL_DAYS, MOST_DAYS = 365, 3 * 365
LONGEST_NAME = 160


@pages.get("/settings/tokens")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """List the tokens, and the form that makes another one."""
    return _page(Entry({"days": USUAL_DAYS}))


@pages.post("/settings/tokens")
@requires(Permission.CHANGE_SETTINGS)
def make() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    entry = Entry(request.form)
    name = entry.line("name", "a name", longest=LONGEST_NAME)
    source = entry.line("source", "the source", longest=LONGEST_NAME)
    days = entry.whole_number("days", "the days", least=1, most=MOST_DAYS)
    if entry.problems or days is None:
        return _page(entry), 422
    new = NewToken(
        name=name,
        source=source,
        may_report_deletions=entry.is_ticked("deletions"),
        days=days,
        made_by=current_viewer().recruiter_id,
    )
    token, words = make_token(request_session(), new, now=request_time())
    _record("api_token_made", token)
    # Shown here and nowhere kept: a redirect would have to carry it in a cookie or an address.
    address = desk().settings.web.public_url.rstrip("/") + url_for("api.push")
    return render_template("settings/token.html", token=token, words=words, address=address)


@pages.post("/settings/tokens/<int:token_id>/revoke")
@requires(Permission.CHANGE_SETTINGS)
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token back; that cannot be undone."""
    token = revoke_token(request_session(), token_id, now=request_time())
    _record("api_token_revoked", token)
    notify(f"The token {token.name} opens nothing any more.")
    return go_to(url_for("settings_tokens.show"))


def _page(entry: Entry) -> str:
    tokens = list_tokens(request_session())
    makers = select(Recruiter.id, Recruiter.name).where(
        Recruiter.id.in_({one.made_by for one in tokens} - {None})
    )
    names = {row.id: row.name for row in request_session().execute(makers)}
    return render_template(
        "settings/tokens.html", entry=entry, tokens=tokens, names=names, now=request_time()
    )


def _record(action: str, token: ApiToken) -> None:
    record_event(
        request_session(),
        action,
        object_kind="api_token",
        object_id=token.id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"source": token.source},
    )
