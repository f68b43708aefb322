"""Posting a role: the form, and beside it the list of people already known, which follows what is typed.

With JavaScript the list is fetched while typing; without, a button shows it. Nothing is written before the
role is posted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AccountKind, AuditEvent, Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.search import countries_in_pool
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import NotFoundError
from talentpool.matching.requirements import propose_requirements
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.preview import Preview, preview
from talentpool.rediscovery.rediscover import rediscover
from talentpool.resumes.cleaning import visible_text_of_cell
from talentpool.roles.models import Role
from talentpool.roles.posting import LONGEST_TEXT, InvalidRoleError, change_role, post_role, role_problems
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import asked_number, is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.forms.role_form import CHOICES, RoleForm, form_of, read_role_form
from talentpool.web.forms.role_versions import FIELDS, Difference, differences, prints_of, taken_over
from talentpool.web.kept_forms import kept_fields
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("posting", __name__)

SHOWN_MOST = 10


@pages.get("/roles/new")
@requires(Permission.POST_ROLES)
def show_form() -> ResponseReturnValue:
    """Show an empty form, or what was typed into it when a session had ended."""
    kept = _kept_form()
    return _form_page(request_session(), kept[0] if kept else RoleForm())


@pages.post("/roles/new")
@requires(Permission.POST_ROLES)
def post() -> ResponseReturnValue:
    """Post the role, match it, and show who is already known."""
    session, form = request_session(), _followed(_sent_form())
    viewer, now = current_viewer(), request_time()
    try:
        role = post_role(
            session, form.draft(office_id=viewer.office_id), owner_id=viewer.recruiter_id, now=now
        )
    except InvalidRoleError as error:
        return _form_page(session, form, problems=error.problems), 422
    _record(session, "role_posted", role.id)
    rediscover(
        session, desk().keeper, role.id, cause=RunCause.POSTED, recruiter_id=viewer.recruiter_id, now=now
    )
    notify("The role is posted. These are the people you already know for it.")
    return go_to(url_for("roles.show_role", role_id=role.id))


@pages.post("/roles/preview")
@requires(Permission.POST_ROLES)
def show_known_people() -> ResponseReturnValue:
    """Show who is already known for what stands in the form; writes nothing."""
    form = _followed(_sent_form())
    with desk().sessions.reading() as session:
        if not is_fragment_asked():
            return _form_page(session, form)
        return render_template(
            "roles/_known_and_what_matters.html",
            form=form,
            choices=CHOICES,
            known=_known(session, form),
            obstacle=_obstacle(form),
            is_added="add" in request.form,
        )


@pages.get("/roles/<int:role_id>/edit")
@requires(Permission.POST_ROLES)
def edit(role_id: int) -> ResponseReturnValue:
    """Show the form of a posted role."""
    session, role, kept = request_session(), _role(role_id), _kept_form()
    stored = _stored_form(session, role)
    form, prints = kept or (stored, prints_of(stored))
    return _form_page(session, form, role, prints=prints)


@pages.post("/roles/<int:role_id>/edit")
@requires(Permission.POST_ROLES)
def save(role_id: int) -> ResponseReturnValue:
    """Put a new wording on a role and match it again."""
    form = _followed(_sent_form())  # first: from here on we hold the one writer's place
    session, role = request_session(), _role(role_id, is_locked=True)
    viewer, now = current_viewer(), request_time()
    theirs = _stored_form(session, role)
    form = taken_over(form, theirs, [request.form.get(f"choice-{field}", "") for field in FIELDS])
    if others := differences(request.form.get("prints", ""), theirs, form):
        return _form_page(session, form, role, others=others, prints=prints_of(theirs)), 409
    try:
        change_role(session, role, form.draft(office_id=role.office_id), now=now)
    except InvalidRoleError as error:
        return _form_page(session, form, role, problems=error.problems, prints=prints_of(theirs)), 422
    _record(session, "role_changed", role.id)
    rediscover(
        session, desk().keeper, role.id, cause=RunCause.CHANGED, recruiter_id=viewer.recruiter_id, now=now
    )
    notify("The role is changed and matched again.")
    return go_to(url_for("roles.show_role", role_id=role.id))


def _sent_form(sent: MultiDict[str, str] | None = None) -> RoleForm:
    return read_role_form(request.form if sent is None else sent, readable=visible_text_of_cell)


def _kept_form() -> tuple[RoleForm, str] | None:
    """Find what was typed when the session had ended, with the prints it was opened with."""
    kept_id = asked_number("kept")
    fields = kept_fields(kept_id) if kept_id is not None else None
    if fields is None:
        return None
    notify("Your session had ended. What you had typed is here again; it is not saved yet.")
    return _followed(_sent_form(fields)), fields.get("prints", "")


def _stored_form(session: Session, role: Role) -> RoleForm:
    return form_of(role, propose_requirements(role.text, desk().keeper.settings(session)))


def _followed(form: RoleForm) -> RoleForm:
    """Let the chips follow the text as it stands; a hiring manager who is none is nobody."""
    with desk().sessions.reading() as session:
        desk().keeper.current(session, now=request_time())  # so that no writer waits for the index
        settings = desk().keeper.settings(session)
        managers = {manager_id for manager_id, _name in _hiring_managers(session)}
    if form.hiring_manager_id not in managers:
        form = replace(form, hiring_manager_id=None)
    return form.with_proposals(propose_requirements(form.text[:LONGEST_TEXT], settings))


def _known(session: Session, form: RoleForm) -> Preview | None:
    draft = form.draft(office_id=current_viewer().office_id)
    if form.is_empty or "country" in role_problems(draft) or len(draft.text) > LONGEST_TEXT:
        return None
    return preview(session, desk().keeper, draft, current_viewer(), now=request_time(), most=SHOWN_MOST)


def _obstacle(form: RoleForm) -> str | None:
    """Say why there is no list although something was typed."""
    problems = role_problems(form.draft(office_id=None))
    is_too_long = len(form.text) > LONGEST_TEXT
    return problems.get("country") or (problems.get("text") if is_too_long else None)


def _form_page(
    session: Session,
    form: RoleForm,
    role: Role | None = None,
    *,
    problems: Mapping[str, str] | None = None,
    others: Sequence[Difference] = (),
    prints: str = "",
) -> str:
    managers = _hiring_managers(session)
    return render_template(
        "roles/role_form.html",
        form=form,
        entry=_entry(form, problems or {}),
        role=role,
        choices=CHOICES,
        managers=managers,
        others=others,
        changed=_last_change(session, role) if role is not None and others else None,
        names={"": "Nobody", **{str(manager_id): name for manager_id, name in managers}},
        prints=prints,
        countries=countries_in_pool(session, seen=visible_candidates(current_viewer())),
        known=_known(session, form),
        obstacle=_obstacle(form),
    )


def _hiring_managers(session: Session) -> list[tuple[int, str]]:
    wanted = select(Recruiter.id, Recruiter.name).where(
        Recruiter.kind == AccountKind.HIRING_MANAGER, Recruiter.disabled_at.is_(None)
    )
    return [(row.id, row.name) for row in session.execute(wanted.order_by(Recruiter.name))]


def _last_change(session: Session, role: Role) -> tuple[str, datetime]:
    """Say who changed a role last, and when."""
    changes = (
        select(Recruiter.name, AuditEvent.at)
        .select_from(AuditEvent)
        .outerjoin(Recruiter, Recruiter.id == AuditEvent.recruiter_id)
        .where(
            AuditEvent.object_kind == "role",
            AuditEvent.object_id == role.id,
            AuditEvent.action == "role_changed",
        )
    )
    last = session.execute(changes.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(1)).first()
    name, at = last or (None, role.updated_at)
    return name or "Somebody", at


def _role(role_id: int, *, is_locked: bool = False) -> Role:
    """Load a role; locked, nobody else changes it until this request has ended."""
    wanted = select(Role).where(Role.id == role_id, visible_roles(current_viewer()))
    role = request_session().scalars(wanted.with_for_update() if is_locked else wanted).first()
    if role is None:
        raise NotFoundError(f"There is no role {role_id}.")
    return role


def _entry(form: RoleForm, problems: Mapping[str, str]) -> Entry:
    entry = Entry(
        {
            "title": form.title,
            "text": form.text,
            "place": form.place,
            "country": form.country,
            "requisition_code": form.requisition_code,
            "hiring_manager": form.hiring_manager_id,
        }
    )
    for name, sentence in problems.items():
        entry.refuse(name, sentence)
    return entry


def _record(session: Session, action: str, role_id: int) -> None:
    record_event(
        session,
        action,
        object_kind="role",
        object_id=role_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
