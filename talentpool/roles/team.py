"""Who works on a role beside its owner: a confidential role is theirs alone."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.errors import InvalidInputError
from talentpool.roles.models import Role, RoleTeamMember


def team_choices(session: Session, role: Role) -> list[tuple[int, str, bool]]:
    """List who can be on a team, by name: number, name, and whether they are on this one."""
    here = {member.recruiter_id for member in role.team}
    wanted = select(Recruiter).where(
        Recruiter.disabled_at.is_(None),
        Recruiter.kind != AccountKind.ADMINISTRATOR,
        Recruiter.id != role.owner_id,
    )
    people = session.scalars(wanted.order_by(Recruiter.name, Recruiter.id))
    return [(one.id, one.name, one.id in here) for one in people]


def set_team(session: Session, role: Role, recruiter_ids: Collection[int]) -> None:
    """Let exactly these work on a role; raises InvalidInputError for somebody who cannot."""
    can = {number for number, _name, _is_here in team_choices(session, role)}
    if not can.issuperset(recruiter_ids):
        raise InvalidInputError("Choose the team from the list; load the page again.")
    role.team = [RoleTeamMember(recruiter_id=one) for one in sorted(set(recruiter_ids))]
    session.flush()
