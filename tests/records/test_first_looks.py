"""Two people, or one in two windows, may be the first at the same moment."""

from sqlalchemy import func, select

from talentpool.database import Sessions, add_unless_there
from talentpool.rediscovery.models import RoleLook
from tests.builders import NOW, make_recruiter, make_role


def test_a_second_first_look_changes_nothing_and_breaks_nothing(sessions: Sessions) -> None:
    with sessions.writing() as session:
        role, recruiter = make_role(session), make_recruiter(session)
        session.commit()

    def look() -> RoleLook:
        return RoleLook(role_id=role.id, recruiter_id=recruiter.id, run_id=None, looked_at=NOW)

    with sessions.writing() as session:
        assert add_unless_there(session, look())
        session.commit()
    with sessions.writing() as session:
        assert not add_unless_there(session, look())
        make_role(session, "Another")
        session.commit()
        assert session.scalar(select(func.count()).select_from(RoleLook)) == 1


def test_a_record_of_somebody_who_is_gone_is_not_kept(sessions: Sessions) -> None:
    with sessions.writing() as session:
        role = make_role(session)
        gone = RoleLook(role_id=role.id, recruiter_id=4711, run_id=None, looked_at=NOW)
        assert not add_unless_there(session, gone)
        session.commit()
