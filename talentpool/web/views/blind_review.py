"""Blind review: the switch of one's own account, and the one click that ends it for a person."""

from collections.abc import Iterable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.blindness import load_blindness, reveal, review_blind
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import NotFoundError
from talentpool.web.access import LARGEST_ID, local_address, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("blind_review", __name__)

MOST_AT_ONCE = 100


@pages.post("/account/blind-review")
@requires(Permission.USE_OWN_ACCOUNT)
def switch() -> ResponseReturnValue:
    """Turn blind review on or off for one's own account, from the next page on."""
    is_on = request.form.get("on") == "yes"
    recruiter = request_session().get_one(Recruiter, current_viewer().recruiter_id)
    review_blind(request_session(), recruiter, is_on=is_on, now=request_time())
    notify(
        "Blind review is on: lists, matches and short lists show numbers instead of names."
        if is_on
        else "Blind review is off: you see who people are."
    )
    return go_to(local_address(request.form.get("back")))


@pages.post("/candidates/reveal")
@requires(Permission.SEE_CANDIDATES)
def show_who() -> ResponseReturnValue:
    """End blind review of one or several people for oneself, and go on to what was asked for."""
    session, asked = request_session(), _numbers(request.form.getlist("candidates"))
    if not asked or _visible(asked) != asked:
        raise NotFoundError("There is no such candidate.")
    reveal(session, asked, recruiter_id=current_viewer().recruiter_id, now=request_time())
    return go_to(local_address(request.form.get("next")))


def closed_page(candidate_ids: Iterable[int], *, act: str) -> str | None:
    """Give the page to show instead of one with names; None where the viewer may see them all.

    `act` says what the viewer is about to do: `Opening the whole record`.
    """
    blindness = load_blindness(request_session(), current_viewer())
    hidden = _visible(blindness.hidden_among(candidate_ids))
    if not hidden:
        return None
    names = [blindness.name_of(candidate_id, None) for candidate_id in hidden]
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return render_template(
        "candidates/closed.html",
        hidden=hidden,
        names=names,
        act=act,
        wanted=wanted,
        back=_back(request.args.get("role", type=int) or (request.view_args or {}).get("role_id")),
    )


def _visible(candidate_ids: list[int]) -> list[int]:
    """Leave those whom the viewer may see at all, in their order."""
    if not candidate_ids:
        return []
    seen = select(Candidate.id).where(Candidate.id.in_(candidate_ids), visible_candidates(current_viewer()))
    found = set(request_session().scalars(seen))
    return [candidate_id for candidate_id in candidate_ids if candidate_id in found]


def _back(role_id: int | None) -> str:
    if role_id is not None and 0 < role_id <= LARGEST_ID:
        return url_for("roles.show_role", role_id=role_id)
    return url_for("roles.show_roles")


def _numbers(given: Iterable[str]) -> list[int]:
    numbers = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
    return list(dict.fromkeys(numbers))[:MOST_AT_ONCE]
