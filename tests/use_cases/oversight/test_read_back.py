"""A hire in another system, read back, completes the line of the match it began with."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Application, Candidate
from talentpool.candidates.reasons import install_reasons
from talentpool.database import Sessions
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.oversight.one_rediscovery import rediscoveries_of
from talentpool.oversight.rediscovery_report import load_rediscovery
from talentpool.oversight.scope import ReportScope
from talentpool.rediscovery.feedback import shortlist
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import NOW, TODAY, make_candidate, make_recruiter, make_role
from tests.use_cases.oversight.listed_people import put_on_list

HEADER = "Candidate ID,Application ID,Name,Email,Source,Job,Requisition,Stage,Status,Applied on\n"
DAY = timedelta(days=1)


def say(sessions: Sessions, folder: Path, row: str, *, days: int) -> None:
    """Let the other system say something some days after the list was made."""
    path = folder / "people.csv"
    path.write_text(HEADER + row, "utf-8")
    options = ImportOptions(source="ats", said_at=NOW + days * DAY)
    import_file(sessions, path, options, secret=b"secret", now=NOW + days * DAY)


@pytest.mark.parametrize(
    ("came_through", "requisition"),
    [("LinkedIn", "R-7"), ("Rediscovered", "")],
    ids=["by number", "by our mark"],
)
def test_interviewed_and_hired_there_is_traced_to_the_match(
    sessions: Sessions, tmp_path: Path, came_through: str, requisition: str
) -> None:
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        mara = make_recruiter(session)
        role = make_role(
            session, title="Ward nurse", requisition_code="R-7", owner_id=mara.id, posted_at=NOW - DAY
        )
        ana = make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
        put_on_list(session, role, [ana])
        shortlist(session, role.id, ana.id, recruiter_id=mara.id, now=NOW)
    row = f"77,a1,Ana Ruiz,ana@example.org,{came_through},Ward nurse,{requisition},Interview,Active,2026-11-25\n"
    viewer = Viewer(recruiter_id=mara.id, kind=AccountKind.RECRUITER, office_id=None)
    scope = ReportScope(viewer=viewer, today=TODAY + 90 * DAY)
    say(sessions, tmp_path, row, days=4)
    with sessions.reading() as session:
        assert list(load_rediscovery(session, scope).reached.values()) == [1, 1, 1, 1, 1, 1, 0]
    say(sessions, tmp_path, row.replace("Interview,Active", "Hired,Hired"), days=30)
    with sessions.reading() as session:
        assert list(load_rediscovery(session, scope).reached.values())[-1] == 1
        line = next(iter(rediscoveries_of(session, viewer, ana.id)))
        assert "hired" in line.words
        assert session.scalars(select(Application.role_id)).all() == [role.id]
        assert session.scalars(select(Candidate.external_id)).all() == ["77"]


def test_an_application_from_before_the_role_was_posted_is_not_for_it(
    sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        role = make_role(session, title="Ward nurse", posted_at=NOW)
    say(sessions, tmp_path, "77,a1,Ana Ruiz,,Rediscovered,Ward nurse,,Applied,Rejected,2024-05-01\n", days=1)
    with sessions.reading() as session:
        assert session.scalars(select(Application.role_id)).one() != role.id
        assert len(session.scalars(select(Role)).all()) == 2
