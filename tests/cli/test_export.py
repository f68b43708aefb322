"""`talentpool export`, and what it wrote brought back by `talentpool import`."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AuditEvent
from talentpool.candidates.models import Application, Candidate
from talentpool.database import Sessions
from tests.builders import make_application, make_candidate
from tests.cli.conftest import RunCommand


@pytest.fixture
def filled(run_command: RunCommand, sessions: Sessions) -> RunCommand:
    """An installation with two people."""
    assert run_command("init", "--name", "Mara Klein", "--email", "mara@example.org").exit_code == 0
    with sessions.writing.begin() as session:
        for name in ("Ana Ruiz", "=Ben"):
            make_application(session, make_candidate(session, name, resume="Go"))
    return run_command


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_pool_goes_out_and_coming_back_changes_nothing(
    filled: RunCommand, sessions: Sessions, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"pool.{ending}"
    told = json.loads(filled("export", str(file), "--json").out)
    assert (told["people"], told["lines"]) == (2, 2)
    report = json.loads(filled("import", str(file), "--json").out)
    assert (report["rows"], report["unchanged"], report["possible_duplicates"]) == (2, 2, 0)
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 2
        assert "pool_exported" in session.scalars(select(AuditEvent.action)).all()


def test_one_person_goes_out_alone(filled: RunCommand, sessions: Sessions, tmp_path: Path) -> None:
    with sessions.reading() as session:
        ana = session.scalars(select(Candidate.id).where(Candidate.full_name == "Ana Ruiz")).one()
    outcome = filled("export", str(tmp_path / "ana.csv"), "--candidate", str(ana))
    assert (outcome.exit_code, outcome.out[:16]) == (0, "1 people written")
    assert "Ben" not in (tmp_path / "ana.csv").read_text(encoding="utf-8")


def test_what_cannot_be_exported_is_said_in_a_sentence(filled: RunCommand, tmp_path: Path) -> None:
    outcome = filled("export", str(tmp_path / "pool.pdf"))
    assert outcome.exit_code == 2
    assert ".csv or .xlsx" in outcome.err
    assert filled("export", str(tmp_path / "pool.csv"), "--candidate", "77").exit_code == 2
