"""`talentpool sync`, run again and again as cron does."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.candidates.models import Application, Candidate
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.cli.conftest import RunCommand

HEADER = "Candidate ID,Name,Email,Job,Stage,Deleted\n"
ANA = "c1,Ana Ruiz,ana@example.org,Nurse,Interview,\n"
BEN = "c2,Ben Weiß,ben@example.org,Nurse,Applied,\n"


@pytest.fixture
def ready(run_command: RunCommand) -> RunCommand:
    """A command line whose installation is set up."""
    assert run_command("init", "--name", "Mara Klein", "--email", "mara@example.org").exit_code == 0
    return run_command


def export(path: Path, rows: str, *, minutes_ago: float = 60) -> Path:
    """Write an export as another system did some time ago."""
    path.write_text(HEADER + rows, "utf-8")
    written = (current_time() - timedelta(minutes=minutes_ago)).timestamp()
    os.utime(path, (written, written))
    return path


def sync(ready: RunCommand, *arguments: str | Path):  # type: ignore[no-untyped-def]
    return ready("sync", *map(str, arguments), "--source", "ats", "--quiet-seconds", "0")


def people(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(Candidate)) or 0


def test_one_line_says_what_is_new_updated_and_unchanged(
    ready: RunCommand, tmp_path: Path, sessions: Sessions
) -> None:
    file = export(tmp_path / "people.csv", ANA)
    assert sync(ready, file).out == "ats: 1 rows, 1 new, 0 updated, 0 unchanged; nothing needs anybody.\n"
    export(file, ANA + BEN, minutes_ago=30)
    outcome = sync(ready, file)
    assert (outcome.exit_code, outcome.out) == (
        0,
        "ats: 2 rows, 1 new, 0 updated, 1 unchanged; nothing needs anybody.\n",
    )
    assert (people(sessions), file.exists()) == (2, True)


def test_what_another_program_reads_is_one_document(ready: RunCommand, tmp_path: Path) -> None:
    outcome = sync(ready, export(tmp_path / "people.csv", ANA + BEN), "--json")
    told = json.loads(outcome.out)
    assert (told["source"], told["rows"], told["created"], told["erasures_proposed"]) == ("ats", 2, 2, 0)
    assert told["files"] == [{"file": "people.csv", "problem": None, "import_id": 1}]
    again = json.loads(sync(ready, tmp_path / "people.csv", "--json").out)
    assert (again["unchanged"], again["files"][0]["import_id"]) == (2, None)


def test_what_was_said_is_as_of_when_the_file_was_written(
    ready: RunCommand, tmp_path: Path, sessions: Sessions
) -> None:
    file = export(tmp_path / "people.csv", ANA, minutes_ago=90)
    sync(ready, file)
    with sessions.reading() as session:
        as_of = session.scalars(select(Application.as_of)).one()
    assert as_of is not None
    assert abs(as_of.timestamp() - file.stat().st_mtime) < 1


def test_a_folder_is_read_the_oldest_file_first_and_one_bad_file_stops_no_other(
    ready: RunCommand, tmp_path: Path, sessions: Sessions
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    export(folder / "b.csv", ANA, minutes_ago=90)
    export(folder / "a.csv", ANA.replace("Ruiz", "Ruiz Vega") + BEN, minutes_ago=30)
    (folder / "notes.csv").write_text("Colour\nred\n")
    (folder / "next.csv.part").write_text(HEADER)
    outcome = sync(ready, folder)
    assert outcome.exit_code == 1
    assert "needs somebody: 1 files not taken" in outcome.out
    assert "notes.csv: No column of notes.csv says who a row is about" in outcome.out
    assert people(sessions) == 2
    (folder / "notes.csv").unlink()
    again = sync(ready, folder)
    assert (again.exit_code, "0 updated, 3 unchanged" in again.out) == (0, True)


def test_what_needs_somebody_is_said_and_gives_another_exit_code(ready: RunCommand, tmp_path: Path) -> None:
    file = export(tmp_path / "people.csv", ANA.replace("Interview", "Hibernating") + BEN)
    outcome = sync(ready, file)
    assert outcome.exit_code == 1
    assert "needs somebody: 1 cells to mend." in outcome.out
    assert "people.csv, line 2, column 'Stage': 'Hibernating' This word is not known" in outcome.out
    export(file, ANA.replace("Interview", "Hibernating") + BEN.replace(",\n", ",yes\n"), minutes_ago=30)
    outcome = sync(ready, file)
    assert (outcome.exit_code, "1 deleted there, proposed under Requests" in outcome.out) == (1, True)


def test_a_file_that_is_still_written_waits_for_the_next_time(
    ready: RunCommand, tmp_path: Path, sessions: Sessions
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(HEADER + ANA, "utf-8")
    outcome = ready("sync", str(file), "--source", "ats", "--quiet-seconds", "600")
    assert (outcome.exit_code, outcome.out, people(sessions)) == (3, "", 0)
    assert "may still be written" in outcome.err


@pytest.mark.parametrize(
    ("rows", "says"),
    [(ANA + BEN[:12], "only half written"), ("", "no row"), (None, "There is no file people.csv.")],
)
def test_a_file_that_cannot_be_taken_is_one_sentence(
    ready: RunCommand, tmp_path: Path, sessions: Sessions, rows: str | None, says: str
) -> None:
    file = tmp_path / "people.csv"
    if rows is not None:
        export(file, rows)
        if not rows:
            file.write_text("")
    outcome = sync(ready, file)
    assert (outcome.exit_code, outcome.out, people(sessions)) == (2, "", 0)
    assert says in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_clock_ahead_of_ours_is_said_and_the_file_is_taken_as_said_now(
    ready: RunCommand, tmp_path: Path, sessions: Sessions
) -> None:
    outcome = sync(ready, export(tmp_path / "people.csv", ANA, minutes_ago=-600))
    assert (outcome.exit_code, people(sessions)) == (1, 1)
    assert "needs somebody: a clock to set." in outcome.out
    with sessions.reading() as session:
        assert (session.scalars(select(Application.as_of)).one() or current_time()) <= current_time()


def test_very_many_deletions_at_once_are_said_to_wait_for_somebody(ready: RunCommand, tmp_path: Path) -> None:
    rows = [f"c{n},Person{n} Name{n},p{n}@example.org,Nurse,Applied," for n in range(12)]
    file = export(tmp_path / "people.csv", "\n".join([*rows, ""]))
    sync(ready, file)
    export(file, "\n".join([*(f"{row}yes" for row in rows[:11]), rows[11], ""]), minutes_ago=30)
    outcome = sync(ready, file)
    assert outcome.exit_code == 1
    assert "11 deleted there, so many that they wait for a yes under Requests" in outcome.out
    again = sync(ready, file)
    assert (again.exit_code, "nothing needs anybody" in again.out) == (0, True)
