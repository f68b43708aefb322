"""Which roles somebody sees: asked in the query, so that lists, counts and pages cannot differ."""

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Permission, Viewer
from talentpool.roles.models import Role, RoleTeamMember


def visible_roles(viewer: Viewer) -> ColumnElement[bool]:
    """Give the condition on `Role` that leaves the roles this viewer may see.

    A confidential role is its team's alone; a hiring manager sees the roles they manage or are on the team of.
    """
    if not viewer.may(Permission.SEE_ROLES):
        return false()
    if viewer.may(Permission.SEE_CONFIDENTIAL_ROLES):
        return true()
    if viewer.kind is AccountKind.HIRING_MANAGER:
        return _is_on_team(viewer.recruiter_id)
    return or_(~Role.is_confidential, _is_on_team(viewer.recruiter_id))


def about_visible_roles(
    role_id: InstrumentedAttribute[int | None], roles: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Give the condition that leaves records about a role the viewer may see, or about none we know.

    `role_id` is the record's column, `roles` the condition on `Role`.
    """
    if roles.compare(true()):
        return true()
    return or_(role_id.is_(None), role_id.in_(select(Role.id).where(roles)))


def hidden_role_ids(session: Session, viewer: Viewer | None) -> frozenset[int]:
    """Find the confidential roles somebody may not see, of which nothing is told on other pages either.

    None is the operator at the command line, who sees all.
    """
    if viewer is None or viewer.may(Permission.SEE_CONFIDENTIAL_ROLES):
        return frozenset()
    seen = select(Role.id).where(visible_roles(viewer))
    return frozenset(session.scalars(select(Role.id).where(Role.is_confidential, Role.id.not_in(seen))))


def confidential_role_ids(session: Session) -> frozenset[int]:
    """Find every confidential role: what colleagues read who may not know of it names none of them."""
    return frozenset(session.scalars(select(Role.id).where(Role.is_confidential)))


def _is_on_team(recruiter_id: int) -> ColumnElement[bool]:
    teams = select(RoleTeamMember.role_id).where(RoleTeamMember.recruiter_id == recruiter_id)
    return or_(Role.owner_id == recruiter_id, Role.hiring_manager_id == recruiter_id, Role.id.in_(teams))
