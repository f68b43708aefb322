"""The command line itself: help without loading anything, one sentence for each fault, exit codes."""

import errno
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
import sqlalchemy.exc

from talentpool.cli import COMMANDS, main, run
from talentpool.cli.failures import explain
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError

HEAVY = {"sqlalchemy", "sklearn", "pandas", "numpy", "scipy", "flask", "apscheduler", "structlog"}


def test_help_names_every_command_and_loads_none_of_them(tmp_path: Path) -> None:
    code = (
        "import sys; from talentpool.cli import run; run(['--help'], {}); "
        f"print('loaded', sorted({HEAVY!r} & set(sys.modules)))"
    )
    began = time.perf_counter()
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert time.perf_counter() - began < 3
    assert "loaded []" in asked.stdout
    assert not [name for name, place in COMMANDS.items() if name not in asked.stdout]
    assert not [name for name, place in COMMANDS.items() if place.summary[:20] not in asked.stdout]


def test_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"], {}) == 0
    assert capsys.readouterr().out.startswith("talentpool 0.")


def test_a_mistyped_command_is_one_sentence_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["improt"], {}) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "'import'" in said.err
    assert len(said.err.splitlines()) == 1


def test_an_unknown_option_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--loud"], {}) == 2
    assert "--loud" in capsys.readouterr().err


def test_no_command_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([], {}) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (InvalidInputError("The file people.csv is empty."), 2),
        (NotFoundError("There is no role 7."), 2),
        (ConflictError("Somebody was first."), 2),
        (UnavailableError("The database is empty; run `talentpool init` first."), 3),
    ],
)
def test_our_own_faults_are_shown_as_they_stand(error: Exception, exit_code: int) -> None:
    failure = explain(error)
    assert (failure.sentence, failure.exit_code) == (str(error), exit_code)


def test_a_full_disk_is_unavailable_and_says_what_to_do() -> None:
    failure = explain(OSError(errno.ENOSPC, "No space left on device", "/data/talentpool.db"))
    assert failure.exit_code == 3
    assert failure.sentence == (
        "/data/talentpool.db: No space left on device; free some disk space and try again."
    )


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    error = sqlalchemy.exc.OperationalError(
        "SELECT 'Ada Example'", {}, Exception("connection refused\nIs it on?")
    )
    failure = explain(error)
    assert failure.exit_code == 3
    assert "connection refused" in failure.sentence
    assert "Ada" not in failure.sentence
    assert "\n" not in failure.sentence


def test_a_fault_of_our_own_shows_neither_traceback_nor_values() -> None:
    error = sqlalchemy.exc.IntegrityError(
        "INSERT", {"email": "ada@example.org"}, Exception("ada@example.org")
    )
    failure = explain(error)
    assert failure.exit_code == 3
    assert "ada@" not in failure.sentence
    assert "IntegrityError" in failure.sentence


def test_every_line_of_the_table_is_a_sentence_for_a_recruiter() -> None:
    assert not [name for name, place in COMMANDS.items() if not place.summary.endswith(".")]
    assert main.list_commands(click.Context(main)) == list(COMMANDS)
