"""`backup`, `restore`, `upgrade`, `doctor` and `jobs`: used rightly, and wrongly without a trace."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import Recruiter
from talentpool.clock import current_time
from talentpool.database import Sessions, open_engine
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.resumes.store import keep_original, original_path
from talentpool.settings import Settings
from talentpool.work import queue
from talentpool.work.leases import hold
from talentpool.work.models import AskedWork
from tests.builders import make_candidate, make_recruiter, make_resume
from tests.cli.conftest import RunCommand

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def installed(run_command: RunCommand) -> None:
    """An installation that has been set up."""
    assert run_command("init", "--email", "mara@example.org").exit_code == 0


def accounts(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(Recruiter)) or 0


def add_account(sessions: Sessions) -> None:
    with sessions.writing() as session:
        make_recruiter(session)
        session.commit()


def hold_lease(sessions: Sessions) -> None:
    with sessions.writing() as session:
        hold(session, "scheduler", holder="another process", seconds=30, now=current_time())
        session.commit()


def test_a_restore_brings_back_what_was_there(
    run_command: RunCommand, sessions: Sessions, tmp_path: Path
) -> None:
    backed_up = run_command("backup", tmp_path / "backup", "--json")
    assert backed_up.exit_code == 0
    assert json.loads(backed_up.out)["files"] == 1
    add_account(sessions)
    done = run_command("restore", tmp_path / "backup", "--force")
    assert done.exit_code == 0, done.err
    assert accounts(sessions) == 1
    kept = next(line for line in done.out.splitlines() if "before-restore" in line)
    assert Path(kept.removeprefix("What was here before is in ").rstrip(".")).is_dir()


def test_an_installation_in_use_is_not_replaced_by_accident(
    run_command: RunCommand, sessions: Sessions, tmp_path: Path
) -> None:
    run_command("backup", tmp_path / "backup")
    add_account(sessions)
    done = run_command("restore", tmp_path / "backup")
    assert done.exit_code == 2
    assert "--force" in done.err
    assert accounts(sessions) == 2


def test_an_installation_at_work_is_not_replaced_at_all(
    run_command: RunCommand, sessions: Sessions, tmp_path: Path
) -> None:
    run_command("backup", tmp_path / "backup")
    hold_lease(sessions)
    done = run_command("restore", tmp_path / "backup", "--force")
    assert done.exit_code == 2
    assert "stop `talentpool up`" in done.err


def test_what_is_no_backup_is_refused(run_command: RunCommand, sessions: Sessions, tmp_path: Path) -> None:
    (tmp_path / "holiday pictures").mkdir()
    for wrong in (tmp_path / "holiday pictures", tmp_path / "nowhere"):
        done = run_command("restore", wrong, "--force")
        assert done.exit_code == 2
        assert len(done.err.splitlines()) == 1
    assert accounts(sessions) == 1


def test_a_backup_into_a_folder_in_use_is_refused(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert run_command("backup", tmp_path).exit_code == 2
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["letter.txt"]


def test_upgrade_leaves_a_current_database_alone(run_command: RunCommand, settings: Settings) -> None:
    done = run_command("upgrade")
    assert done.exit_code == 0
    assert "already" in done.out
    assert not (settings.home / "backups").exists()


def test_upgrade_of_an_empty_database_sends_to_init(run_command: RunCommand, empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    engine.connect().close()  # SQLite's file is there, without a table
    engine.dispose()
    done = run_command("upgrade", TALENTPOOL_DATABASE_URL=empty_database_url)
    assert done.exit_code == 3
    assert "talentpool init" in done.err


def test_doctor_finds_nothing_wrong_with_a_new_installation(run_command: RunCommand) -> None:
    done = run_command("doctor", "--json")
    document = json.loads(done.out)
    assert (done.exit_code, document["healthy"]) == (0, True)
    assert {"home", "disk", "database", "index", "scheduler", "work", "clock"} <= {
        check["check"] for check in document["checks"]
    }


def test_doctor_says_what_is_wrong_and_how_to_mend_it(run_command: RunCommand, sessions: Sessions) -> None:
    long_ago = current_time() - timedelta(hours=1)
    with sessions.writing() as session:
        queue.ask(session, "rematch_role", {"role_id": 1}, asked_by=None, now=long_ago)
        session.commit()
    done = run_command("doctor")
    assert done.exit_code == 1
    assert "1 pieces of work wait" in done.out
    assert "talentpool up" in done.out


def test_doctor_warns_of_pages_open_to_the_network(run_command: RunCommand) -> None:
    done = run_command("doctor", TALENTPOOL_WEB_HOST="::")
    assert done.exit_code == 1
    assert "TALENTPOOL_SECURITY_MODE=production" in done.out


def test_doctor_names_a_damaged_index(
    run_command: RunCommand, sessions: Sessions, settings: Settings
) -> None:
    with sessions.writing() as session:
        make_candidate(session, resume="Kubernetes and Terraform in production.")
        session.commit()
        IndexKeeper(settings.index_folder).current(session, now=current_time())
    assert "every byte as written" in run_command("doctor").out
    largest = max(settings.index_folder.rglob("*"), key=lambda path: path.stat().st_size * path.is_file())
    damaged = bytearray(largest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    largest.write_bytes(damaged)
    done = run_command("doctor")
    assert done.exit_code == 0, "the next match mends it"
    assert "note index" in done.out


def test_doctor_of_a_database_that_is_away_ends_with_one_finding(run_command: RunCommand) -> None:
    away = "postgresql://nobody:secret-word@127.0.0.1:9/nowhere"
    done = run_command("doctor", TALENTPOOL_DATABASE_URL=away)
    assert done.exit_code == 1
    assert "BAD  database" in done.out
    assert "secret-word" not in done.out + done.err


def test_the_jobs_are_listed_with_their_reasons(run_command: RunCommand) -> None:
    listed = json.loads(run_command("jobs", "list", "--json").out)["jobs"]
    assert "rematch_open_roles" in {job["job"] for job in listed}
    assert all(job["why"] for job in listed)
    assert all(job["next"] > current_time().isoformat()[:19] for job in listed if job["next"])
    assert [job["job"] for job in listed if not job["next"]] == ["rematch_changed_roles"]
    assert "rematch_open_roles" in run_command("jobs", "list").out


def test_a_job_runs_now_and_stands_in_the_log(run_command: RunCommand) -> None:
    assert "No job has run yet" in run_command("jobs", "log").out
    done = run_command("jobs", "run", "clean_up")
    assert done.exit_code == 0, done.err
    runs = json.loads(run_command("jobs", "log", "--json").out)["runs"]
    assert [(run["job"], run["state"]) for run in runs] == [("clean_up", "done")]
    assert "clean_up" in run_command("jobs", "log").out


def test_a_job_is_left_to_the_scheduler_that_is_at_work(run_command: RunCommand, sessions: Sessions) -> None:
    hold_lease(sessions)
    done = run_command("jobs", "run", "clean_up")
    assert done.exit_code == 0
    assert "scheduler" in done.out
    with sessions.reading() as session:
        assert session.scalars(select(AskedWork)).one().details == {"job": "clean_up"}


def test_a_job_rests_until_it_is_resumed(run_command: RunCommand) -> None:
    def rests() -> list[str]:
        listed = json.loads(run_command("jobs", "list", "--json").out)["jobs"]
        return [job["job"] for job in listed if job["paused_at"]]

    assert run_command("jobs", "pause", "clean_up").exit_code == 0
    assert rests() == ["clean_up"]
    assert "paused" in run_command("jobs", "list").out
    assert run_command("jobs", "resume", "clean_up").exit_code == 0
    assert rests() == []
    assert run_command("jobs", "pause", "make_coffee").exit_code == 2


def test_an_unknown_job_is_refused(run_command: RunCommand) -> None:
    done = run_command("jobs", "run", "make_coffee")
    assert done.exit_code == 2
    assert "rematch_open_roles" in done.err


def test_what_a_run_noted_is_said_by_the_run_and_by_the_log(
    run_command: RunCommand, sessions: Sessions, settings: Settings
) -> None:
    with sessions.writing.begin() as session:
        resume = make_resume(session, make_candidate(session), "Kubernetes")
        resume.file_key = keep_original(settings.resume_folder, b"lost")
    original_path(settings.resume_folder, resume.file_key).unlink()
    said = f"The file of resume {resume.id} is gone"
    done = run_command("jobs", "run", "clean_up")
    assert done.exit_code == 1
    assert said in done.out
    assert said in run_command("jobs", "log").out
