"""Back from the sign-in: what was typed before it, to be looked at and sent."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.kept_forms import find_kept_form
from talentpool.accounts.models import KeptForm
from talentpool.accounts.permissions import Permission
from talentpool.errors import NotFoundError
from talentpool.web.access import local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.notices import go_to
from talentpool.web.transaction import request_session

pages = Blueprint("kept_forms", __name__)

ROLE_FORM = re.compile(r"/roles/(?:new|[0-9]+/edit)")


@pages.get("/kept/<int:kept_id>")
@requires(Permission.USE_OWN_ACCOUNT)
def show_kept(kept_id: int) -> ResponseReturnValue:
    """Show what was typed when the session had ended, ready to be sent; a role goes back into its own form."""
    own = current_viewer().recruiter_id
    kept = find_kept_form(request_session(), kept_id, recruiter_id=own, now=request_time())
    if kept is None:
        raise NotFoundError("What you had typed is not here any more; it is kept for twelve hours.")
    if own_page := _role_form(kept):
        return go_to(f"{own_page}?kept={kept_id}")
    return render_template(
        "account/kept.html",
        typed=kept.fields,
        action=local_address(kept.action),
        page=local_address(kept.page),
    )


def _role_form(kept: KeptForm) -> str | None:
    """Find the form a role was typed into: where it was sent, or, while its list followed, where it stood."""
    typed_in, sent_to = urlsplit(kept.page).path, urlsplit(kept.action).path
    if ROLE_FORM.fullmatch(sent_to):
        return sent_to
    if sent_to != url_for("posting.show_known_people"):
        return None
    return typed_in if ROLE_FORM.fullmatch(typed_in) else url_for("posting.show_form")
