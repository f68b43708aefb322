"""`init` and `create-recruiter`: an installation with links instead of passwords, safe to run twice."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind, LinkPurpose, Office, OneTimeLink, PolicyVersion, Recruiter
from talentpool.accounts.sign_in import find_link_owner, set_password
from talentpool.candidates.models import RejectionReason
from talentpool.clock import current_time
from talentpool.database import Base, Sessions
from tests.cli.conftest import RunCommand

ADMINISTRATOR = ("--name", "Mara Klein", "--email", "mara@example.org")


def counted(sessions: Sessions, rows: type[Base]) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def test_init_makes_everything_and_a_link_that_works(run_command: RunCommand, sessions: Sessions) -> None:
    done = run_command("init", "--country", "de", *ADMINISTRATOR)
    assert done.exit_code == 0, done.err
    link = next(line for line in done.out.splitlines() if line.startswith("http"))
    with sessions.reading() as session:
        owner = find_link_owner(session, link.split("/set-up/")[1], LinkPurpose.SET_UP, now=current_time())
        assert owner is not None
        assert (owner.email, owner.kind, owner.password_hash) == (
            "mara@example.org",
            AccountKind.ADMINISTRATOR,
            None,
        )
        office = session.scalars(select(Office)).one()
        assert (office.country, office.retention_policy) == ("DE", "DE")
    assert counted(sessions, RejectionReason) >= 18
    assert counted(sessions, PolicyVersion) >= 4


def test_init_says_when_a_country_has_no_retention_rules(run_command: RunCommand, sessions: Sessions) -> None:
    run_command("init", "--country", "DE", *ADMINISTRATOR)
    done = run_command("init", "--country", "SE", *ADMINISTRATOR)
    assert done.exit_code == 0
    assert "No retention rules ship for SE" in done.out
    with sessions.reading() as session:
        office = session.scalars(select(Office)).one()
    assert (office.country, office.retention_policy) == ("SE", None)


def test_init_from_nothing_keeps_the_home_to_its_owner(
    run_command: RunCommand, empty_database_url: str, tmp_path: Path
) -> None:
    home = tmp_path / "fresh"
    done = run_command("init", TALENTPOOL_HOME=str(home), TALENTPOOL_DATABASE_URL=empty_database_url)
    assert done.exit_code == 0, done.err
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600


def test_init_twice_changes_nothing_but_the_link(run_command: RunCommand, sessions: Sessions) -> None:
    first = run_command("init", *ADMINISTRATOR)
    rows = [counted(sessions, kind) for kind in (Recruiter, Office, RejectionReason, PolicyVersion)]
    second = run_command("init", *ADMINISTRATOR)
    assert second.exit_code == 0
    assert "Already set up" in second.out
    assert first.out != second.out
    assert rows == [counted(sessions, kind) for kind in (Recruiter, Office, RejectionReason, PolicyVersion)]
    assert counted(sessions, OneTimeLink) == 1


def test_init_gives_no_link_to_who_has_a_password(run_command: RunCommand, sessions: Sessions) -> None:
    run_command("init", *ADMINISTRATOR)
    with sessions.writing() as session:
        set_password(
            session, session.scalars(select(Recruiter)).one(), "walnut-harbour-9-lamp", now=current_time()
        )
        session.commit()
    done = run_command("init")
    assert done.exit_code == 0
    assert "/set-up/" not in done.out


def test_init_makes_no_second_administrator(run_command: RunCommand, sessions: Sessions) -> None:
    run_command("init", *ADMINISTRATOR)
    done = run_command("init", "--email", "other@example.org")
    assert done.exit_code == 2
    assert "create-recruiter" in done.err
    assert counted(sessions, Recruiter) == 1


@pytest.mark.parametrize(
    "wrong", [("--country", "XX"), ("--country", "Germany"), ("--email", "not an address")]
)
def test_init_refuses_what_is_no_country_and_no_address(
    run_command: RunCommand, sessions: Sessions, wrong: tuple[str, str]
) -> None:
    done = run_command("init", *wrong)
    assert done.exit_code == 2
    assert len(done.err.splitlines()) == 1
    assert counted(sessions, Recruiter) == 0


def test_a_recruiter_gets_a_link(run_command: RunCommand, sessions: Sessions) -> None:
    run_command("init", *ADMINISTRATOR)
    done = run_command(
        "create-recruiter", "--name", "Jo Marsh", "--email", "jo@example.org", "--kind", "hiring_manager"
    )
    assert done.exit_code == 0
    assert "/set-up/" in done.out
    with sessions.reading() as session:
        jo = session.scalars(select(Recruiter).where(Recruiter.email == "jo@example.org")).one()
        assert jo.kind is AccountKind.HIRING_MANAGER
        assert jo.office_id is not None


def test_a_lost_password_is_mended_by_a_new_link(run_command: RunCommand, sessions: Sessions) -> None:
    run_command("init", *ADMINISTRATOR)
    done = run_command("create-recruiter", "--email", "MARA@example.org", "--new-link", "--json")
    assert done.exit_code == 0
    assert '"link": "http' in done.out
    assert counted(sessions, Recruiter) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--email", "jo@example.org"),
        ("--name", "Jo"),
        ("--name", "Jo", "--email", "no address"),
        ("--name", "Jo", "--email", "mara@example.org"),
        ("--name", "Jo", "--email", "jo@example.org", "--kind", "owner"),
        ("--email", "nobody@example.org", "--new-link"),
    ],
)
def test_a_recruiter_is_not_made_from_wrong_input(
    run_command: RunCommand, sessions: Sessions, wrong: tuple[str, ...]
) -> None:
    run_command("init", *ADMINISTRATOR)
    done = run_command("create-recruiter", *wrong)
    assert done.exit_code == 2
    assert (len(done.err.splitlines()), done.out) == (1, "")
    assert counted(sessions, Recruiter) == 1


@pytest.mark.parametrize(
    "command",
    [
        "create-recruiter --name Jo --email jo@example.org",
        "jobs log",
        "jobs run backup",
        "upgrade",
        "backup somewhere",
        "serve",
        "schedule",
        "up",
    ],
)
def test_before_init_a_command_says_what_to_run_and_makes_nothing(
    run_command: RunCommand, tmp_path: Path, command: str, settings_with: Callable[..., object]
) -> None:
    home = tmp_path / "nothing here"
    done = run_command(
        *command.split(),
        TALENTPOOL_HOME=str(home),
        TALENTPOOL_DATABASE_URL=f"sqlite:///{home / 'talentpool.db'}",
    )
    assert done.exit_code == 3
    assert "talentpool init" in done.err
    assert not home.exists()


def test_wrong_settings_are_named_all_at_once(run_command: RunCommand) -> None:
    done = run_command("doctor", TALENTPOOL_WEB_PORT="many", TALENTPOOL_LOGS_JSON="perhaps")
    assert done.exit_code == 2
    assert "web.port" in done.err
    assert "logs.json" in done.err
    assert len(done.err.splitlines()) == 1


def test_the_traceback_is_there_for_who_asks(run_command: RunCommand) -> None:
    broken = {"TALENTPOOL_DATABASE_URL": "oracle://somewhere"}
    assert "Traceback" not in run_command("jobs", "log", **broken).err
    assert "Traceback" in run_command("jobs", "log", TALENTPOOL_LOGS_LEVEL="debug", **broken).err


@pytest.mark.parametrize("command", ["init", "jobs log", "serve", "up", "backup somewhere"])
def test_a_database_that_does_not_answer_is_one_sentence(run_command: RunCommand, command: str) -> None:
    away = "postgresql://nobody:secret-word@127.0.0.1:9/nowhere"
    done = run_command(*command.split(), TALENTPOOL_DATABASE_URL=away)
    assert done.exit_code == 3
    assert len(done.err.splitlines()) == 1
    assert "secret-word" not in done.err


def test_a_home_that_is_a_file_is_one_sentence(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = run_command("init", TALENTPOOL_HOME=str(tmp_path / "file"), TALENTPOOL_DATABASE_URL="")
    assert done.exit_code == 3
    assert len(done.err.splitlines()) == 1
    assert (tmp_path / "file").read_text() == "not a folder"
