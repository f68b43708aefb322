"""Who sees which roles and which people: asked in the query."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.login_sessions import viewer_of
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.roles.models import Role, RoleTeamMember
from talentpool.roles.visibility import visible_roles
from tests.builders import make_candidate, make_recruiter, make_role


@pytest.fixture
def people(session: Session) -> dict[str, Recruiter]:
    """An owner, a colleague, a manager and an administrator."""
    kinds = {
        "owner": AccountKind.RECRUITER,
        "colleague": AccountKind.RECRUITER,
        "manager": AccountKind.HIRING_MANAGER,
        "administrator": AccountKind.ADMINISTRATOR,
    }
    made = {name: make_recruiter(session, name, kind=kind) for name, kind in kinds.items()}
    session.flush()
    return made


def sees_role(session: Session, recruiter: Recruiter, role: Role) -> bool:
    wanted = select(Role.id).where(Role.id == role.id, visible_roles(viewer_of(recruiter)))
    return session.scalar(wanted) is not None


def sees_person(session: Session, recruiter: Recruiter, candidate: Candidate) -> bool:
    wanted = select(Candidate.id).where(
        Candidate.id == candidate.id, visible_candidates(viewer_of(recruiter))
    )
    return session.scalar(wanted) is not None


@pytest.mark.parametrize(
    ("name", "sees"), [("owner", True), ("colleague", True), ("administrator", True), ("manager", False)]
)
def test_an_open_role_is_seen_by_all_recruiters_but_not_by_every_manager(
    session: Session, people: dict[str, Recruiter], name: str, sees: bool
) -> None:
    role = make_role(session, owner_id=people["owner"].id)
    assert sees_role(session, people[name], role) is sees


@pytest.mark.parametrize(("name", "sees"), [("owner", True), ("colleague", False), ("administrator", True)])
def test_a_confidential_role_is_its_teams_alone(
    session: Session, people: dict[str, Recruiter], name: str, sees: bool
) -> None:
    role = make_role(session, owner_id=people["owner"].id, is_confidential=True)
    assert sees_role(session, people[name], role) is sees


@pytest.mark.parametrize("is_confidential", [True, False])
def test_a_manager_sees_the_role_they_manage(
    session: Session, people: dict[str, Recruiter], is_confidential: bool
) -> None:
    role = make_role(
        session,
        owner_id=people["owner"].id,
        hiring_manager_id=people["manager"].id,
        is_confidential=is_confidential,
    )
    assert sees_role(session, people["manager"], role)


def test_whoever_is_on_the_team_sees_its_confidential_role(
    session: Session, people: dict[str, Recruiter]
) -> None:
    role = make_role(session, owner_id=people["owner"].id, is_confidential=True)
    session.flush()
    session.add(RoleTeamMember(role_id=role.id, recruiter_id=people["colleague"].id))
    assert sees_role(session, people["colleague"], role)
    assert not sees_role(session, people["manager"], role)


@pytest.mark.parametrize(
    ("name", "sees"), [("owner", True), ("colleague", True), ("administrator", True), ("manager", False)]
)
def test_the_pool_is_seen_by_recruiters_and_not_by_managers(
    session: Session, people: dict[str, Recruiter], name: str, sees: bool
) -> None:
    candidate = make_candidate(session)
    assert sees_person(session, people[name], candidate) is sees


@pytest.mark.parametrize(("name", "sees"), [("owner", True), ("colleague", False), ("administrator", True)])
def test_a_restricted_person_is_seen_by_administrators_and_their_own_recruiter(
    session: Session, people: dict[str, Recruiter], name: str, sees: bool
) -> None:
    candidate = make_candidate(session, is_restricted=True, owner_id=people["owner"].id)
    assert sees_person(session, people[name], candidate) is sees


def test_a_restricted_person_without_an_owner_is_the_administrators_alone(
    session: Session, people: dict[str, Recruiter]
) -> None:
    candidate = make_candidate(session, is_restricted=True)
    assert not sees_person(session, people["colleague"], candidate)
    assert sees_person(session, people["administrator"], candidate)
