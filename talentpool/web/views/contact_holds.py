"""What holds contact with one person back for a time: an agency's fee, a notice that is owed; and that it is over."""

from datetime import date

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.models import HoldKind
from talentpool.errors import InvalidInputError
from talentpool.web.access import requires
from talentpool.web.desk import request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import candidate_page, get_candidate, record_about

pages = Blueprint("contact_holds", __name__)

BY_HAND = {
    HoldKind.FEE_PROTECTED.value: "An agency’s fee is protected",
    HoldKind.NOTICE_REQUIRED.value: "Has to be told first how we use the data",
}
"""An open access request holds contact back too, by itself."""


@pages.post("/candidates/<int:candidate_id>/contact-hold")
@requires(Permission.CHANGE_CANDIDATES)
def hold(candidate_id: int) -> ResponseReturnValue:
    """Hold contact back, until a day or until somebody says that it is over."""
    candidate, entry = get_candidate(candidate_id), Entry(request.form)
    kind = entry.choice("contact_hold", "why contact is held back", among=BY_HAND)
    why = entry.line("contact_hold_source", "who says so", longest=160)
    until = _until(entry)
    if entry.problems:
        return candidate_page(candidate_id, {"contact_hold": entry}), 422
    session, now = request_session(), request_time()
    hold_contact(session, candidate.id, HoldKind(kind), source=why, now=now, until=until)
    record_about(session, "contact_held", candidate.id)
    notify(f"Noted: {BY_HAND[kind][0].lower()}{BY_HAND[kind][1:]}. Nobody writes before it is over.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


@pages.post("/candidates/<int:candidate_id>/contact-hold/over")
@requires(Permission.CHANGE_CANDIDATES)
def end(candidate_id: int) -> ResponseReturnValue:
    """Say that the fee is settled, or that the notice was given."""
    candidate, kind = get_candidate(candidate_id), request.form.get("contact_hold", "")
    if kind not in BY_HAND:
        raise InvalidInputError("Say what is over: the agency’s fee, or the notice that was owed.")
    lift_holds(request_session(), candidate.id, HoldKind(kind), now=request_time())
    if kind == HoldKind.FEE_PROTECTED:
        _settle_fee(candidate)
    record_about(request_session(), f"{kind}_over", candidate.id)
    notify("Noted; it holds nothing back any more.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


def _settle_fee(candidate: Candidate) -> None:
    candidate.fee_until = None
    request_session().flush()


def _until(entry: Entry) -> date | None:
    typed = entry.line("contact_hold_until", "a day", required=False)
    try:
        until = date.fromisoformat(typed) if typed else None
    except ValueError:
        entry.refuse(
            "contact_hold_until", f"{typed!r} is no day we can read; write it as 2027-03-31, or nothing."
        )
        return None
    if until is not None and until < request_time().date():
        entry.refuse("contact_hold_until", "This day has passed; choose today or later.")
    return until
