"""Whose time is over: who would be erased tonight, by which rule, and the yes that a large run waits for."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Office
from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import load_policy
from talentpool.candidates.models import Candidate
from talentpool.consent.legal_holds import load_sealed
from talentpool.consent.retention import retention_policy
from talentpool.erasure.retention import LARGEST_SHARE, look_who_is_over, say_go_ahead
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("retention", __name__)

SHOWN_MOST = 200


@pages.get("/requests/time-over")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """List who would be erased in the next run, before it does so."""
    session = request_session()
    over = look_who_is_over(session, now=request_time())
    people = select(Candidate.id, Candidate.full_name).where(Candidate.id.in_(over.ids[:SHOWN_MOST]))
    offices = session.scalars(select(Office).where(Office.retention_policy.is_not(None)).order_by(Office.id))
    told = [(office, office.retention_policy) for office in offices if office.retention_policy]
    values = load_policy(session, "retention").value if told else {}
    return render_template(
        "requests/time_over.html",
        over=over,
        people=session.execute(people.order_by(Candidate.id)).all(),
        policies=[(office.name, retention_policy(values, country)) for office, country in told],
        share=round(100 * LARGEST_SHARE),
        sealed=load_sealed(session),
    )


@pages.post("/requests/time-over")
@requires(Permission.CHANGE_SETTINGS)
def go_ahead() -> ResponseReturnValue:
    """Let the next run erase as many as were shown."""
    session, own, now = request_session(), current_viewer().recruiter_id, request_time()
    people = Entry(request.form).whole_number("people", "how many people", least=1) or 0
    say_go_ahead(session, people, recruiter_id=own, now=now)
    record_event(
        session,
        "retention_confirmed",
        object_kind="installation",
        object_id=None,
        recruiter_id=own,
        now=now,
        details={"people": people},
    )
    notify(f"The next run may erase {people:,} people.")
    return go_to(url_for("retention.show"))
