"""What was typed when a session had ended: kept before the way leads to the sign-in, and found again after it.

Kept is only what a browser sends that was signed in here before, and only for the account it was signed in to;
passwords and files are never kept.
"""

from contextlib import suppress

from flask import request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from talentpool.accounts.kept_forms import find_kept_form, former_owner, keep_form
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.sign_in import session_token
from talentpool.web.transaction import own_transaction

NEVER_KEPT = ("csrf_token", "password")

Typed = list[tuple[str, str]]


def typed_fields() -> Typed:
    """Give what was sent, in its order, without tokens and passwords."""
    sent = request.form.items(multi=True)
    return [(name, value) for name, value in sent if not any(part in name for part in NEVER_KEPT)]


def keep_typed(page: str) -> str | None:
    """Keep what somebody sends whose session has ended; gives the address it is found under after the sign-in."""
    token = session_token()
    if request.method != "POST" or token is None or not any(value.strip() for _name, value in typed_fields()):
        return None
    kept_id = None
    with (
        suppress(OperationalError),
        own_transaction() as session,
    ):  # a busy database still leads to the sign-in
        owner_id = former_owner(session, token)
        if owner_id is not None:
            kept_id = keep_form(
                session,
                owner_id,
                page=page,
                action=request.full_path.rstrip("?"),
                fields=typed_fields(),
                now=request_time(),
            )
    return url_for("kept_forms.show_kept", kept_id=kept_id) if kept_id is not None else None


def kept_fields(kept_id: int) -> MultiDict[str, str] | None:
    """Give what was kept for whoever is looking; None for what is not theirs or not there any more."""
    with desk().sessions.reading() as session:
        own = current_viewer().recruiter_id
        kept = find_kept_form(session, kept_id, recruiter_id=own, now=request_time())
    return None if kept is None else MultiDict([(name, value) for name, value in kept.fields])
