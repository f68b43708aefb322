"""Mending reasons: proposals read off the history, accepted group by group, and the monthly label check."""

from functools import cache

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import ReasonKind, RejectionReason
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.imports.vocabulary import Vocabulary, load_vocabulary
from talentpool.oversight.label_check import load_label_check
from talentpool.oversight.reason_changes import (
    ReasonAction,
    change_reasons,
    get_reason,
    seen_applications,
    take_back,
)
from talentpool.oversight.reason_filling import Filling, ProposalGroup, load_filling
from talentpool.oversight.reason_proposals import GROUND_WORDS
from talentpool.oversight.reasons_health import vague_codes
from talentpool.oversight.scope import ReportScope
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.wording import counted

pages = Blueprint("reason_reports", __name__)


@pages.get("/reports/reasons/fill")
@requires(Permission.CHANGE_CANDIDATES)
def show_filling() -> ResponseReturnValue:
    """Show what the history says about endings without a telling reason, in groups to accept or change."""
    reasons = _reason_choices()
    return render_template(
        "reports/filling.html",
        filling=_filling(),
        reasons=reasons,
        labels={code: label for code, label, _kind in reasons},
        grounds=GROUND_WORDS,
    )


@pages.post("/reports/reasons/fill")
@requires(Permission.CHANGE_CANDIDATES)
def fill() -> ResponseReturnValue:
    """Give the endings of one group the reason that was chosen: those ticked, and the rest of it when asked."""
    session, viewer = request_session(), current_viewer()
    reason = get_reason(session, request.form.get("reason", ""))
    group = _group(request.form.get("group", ""))
    if reason.kind is not group.kind:
        raise InvalidInputError(
            "Choose a reason of the same kind: ours for a rejection, theirs for a withdrawal."
        )
    ids = [
        one
        for one in request.form.getlist("ending", type=int)
        if one in {each.application_id for each in group.endings}
    ]
    if "rest" in request.form:
        ids += [one.application_id for one in group.endings[len(group.shown) :]]
    if not ids:
        raise InvalidInputError("Tick at least one ending; nothing was changed.")
    done = change_reasons(
        session,
        seen_applications(session, viewer, ids),
        reason,
        action=ReasonAction.FILLED,
        viewer=viewer,
        now=request_time(),
    )
    undo = url_for("reason_reports.undo", event_id=done.event_id)
    notify(f"{counted(done.changed, 'ending')} now {'says' if done.changed == 1 else 'say'} why.", undo=undo)
    return go_to(url_for("reason_reports.show_filling"))


@pages.get("/reports/reasons/check")
@requires(Permission.CHANGE_CANDIDATES)
def show_check() -> ResponseReturnValue:
    """Show this month's sample of rejections, to be confirmed or corrected."""
    check = load_label_check(request_session(), _scope())
    return render_template("reports/check.html", check=check, reasons=_reason_choices())


@pages.post("/reports/reasons/check/<int:application_id>")
@requires(Permission.CHANGE_CANDIDATES)
def answer(application_id: int) -> ResponseReturnValue:
    """Confirm a recorded reason, or correct it."""
    session, viewer = request_session(), current_viewer()
    [*found] = seen_applications(session, viewer, [application_id])
    if not found or found[0].reason_id is None:
        raise NotFoundError(f"There is no rejection {application_id} with a reason.")
    reason = get_reason(session, request.form.get("reason", ""))
    agreed = reason.id == found[0].reason_id
    if reason.kind is not ReasonKind.REJECTION:
        raise InvalidInputError("Choose a reason of ours: this was a rejection.")
    done = change_reasons(
        session,
        found,
        reason,
        action=ReasonAction.CHECKED,
        viewer=viewer,
        now=request_time(),
        details={"application_id": application_id, "agreed": agreed},
    )
    words = "The recorded reason is confirmed." if agreed else "The reason is corrected."
    notify(words, undo=url_for("reason_reports.undo", event_id=done.event_id))
    return go_to(url_for("reason_reports.show_check"))


@pages.post("/reports/reasons/undo/<int:event_id>")
@requires(Permission.CHANGE_CANDIDATES)
def undo(event_id: int) -> ResponseReturnValue:
    """Take one such action back as a whole."""
    restored = take_back(request_session(), event_id, viewer=current_viewer(), now=request_time())
    notify(f"Taken back: {counted(restored, 'ending')} as before.")
    return go_to(url_for("reports.show_reasons"))


def _scope() -> ReportScope:
    return ReportScope(viewer=current_viewer(), today=request_time().date())


def _filling() -> Filling:
    vague = vague_codes(config_folder())
    telling = {code for code, _label, _kind in _reason_choices()} - vague
    return load_filling(request_session(), _scope(), _vocabulary(), vague=vague, telling=telling)


def _group(key: str) -> ProposalGroup:
    group = next((one for one in _filling().groups if one.key == key), None)
    if group is None:
        raise InvalidInputError("Nothing is proposed there any more; look at the list again.")
    return group


def _reason_choices() -> list[tuple[str, str, ReasonKind]]:
    """List the reasons in use: code, label, kind."""
    rows = select(RejectionReason).where(RejectionReason.retired_at.is_(None))
    ordered = request_session().scalars(rows.order_by(RejectionReason.position, RejectionReason.id))
    return [(one.code, one.label, one.kind) for one in ordered]


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary(config_folder())
