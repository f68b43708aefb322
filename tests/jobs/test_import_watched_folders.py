"""Watched folders: whole files come in once and are put away with a report; half a file is left alone."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from jobs import import_watched_folders
from jobs.run_job import run_job
from jobs.schedule import find_job
from jobs.workplace import Shift, StoppedError, open_workplace
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.errors import InvalidInputError
from talentpool.imports.models import Import
from talentpool.imports.watched_folders import read_watched_folders
from talentpool.settings import Settings, config_folder
from talentpool.work.models import AskedWork, JobRun, WorkState
from tests.builders import make_recruiter
from tests.jobs.conftest import Clock, StopAfter

PEOPLE = "Candidate ID,Name,Email\n1,Ida Vogt,ida@example.org\n2,Jo Meyer,jo@example.org\n"
MORE = PEOPLE + "3,Élodie Roux,elodie@example.org\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that another system writes into."""
    made = tmp_path / "exports"
    made.mkdir()
    return made


@pytest.fixture
def listed(tmp_path: Path, folder: Path) -> Path:
    """The list of watched folders, with this one."""
    path = tmp_path / "watched.toml"
    path.write_text(f'[[folder]]\npath = "{folder}"\nsource = "ats"\nrecruiter = "Mara@example.org"\n')
    return path


@pytest.fixture
def shift(settings_with: Callable[..., Settings], engine: Engine, listed: Path) -> Shift:
    """A stretch of work a minute after now: files written by the test lie still by then."""
    clock = Clock(datetime.fromtimestamp(datetime.now(UTC).timestamp() + 60, UTC))
    settings = settings_with(TALENTPOOL_IMPORTS_WATCHED_FOLDERS=str(listed))
    place = replace(open_workplace(settings, engine), clock=clock)
    with place.sessions.writing() as session:
        install_policies(session, config_folder(), now=clock.now)
        make_recruiter(session, email="mara@example.org")
        session.commit()
    place.tenure.renew(clock.now)
    begun = place.shift()
    assert begun is not None
    return begun


def people(shift: Shift) -> int:
    with shift.reading() as session:
        return session.scalar(select(func.count()).select_from(Candidate)) or 0


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_whole_file_comes_in_and_lies_in_done_with_its_report(shift: Shift, folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    outcome = import_watched_folders.run(shift, shift.now)
    assert (outcome.items, outcome.failures, people(shift)) == (1, 0, 2)
    assert names(folder) == {"done/people.csv", "done/people.csv.report.json"}
    report = json.loads((folder / "done/people.csv.report.json").read_text())
    assert (report["rows"], report["created"]) == (2, 2)
    with shift.reading() as session:
        record = session.scalars(select(Import)).one()
        assert (record.source, record.recruiter_id is not None) == ("ats", True)
        assert session.scalars(select(AskedWork.kind)).all() == ["find_duplicates"]
    assert import_watched_folders.run(shift, shift.now).items == 0


def test_the_next_export_brings_what_is_new_and_replaces_nothing_put_away(shift: Shift, folder: Path) -> None:
    for text in (PEOPLE, MORE, MORE):
        (folder / "people.csv").write_text(text)
        assert import_watched_folders.run(shift, shift.now).failures == 0
    assert people(shift) == 3
    reports = [json.loads(path.read_text()) for path in sorted((folder / "done").glob("*.json"))]
    assert sorted(report["created"] for report in reports) == [0, 1, 2]
    assert len([name for name in names(folder) if name.endswith(".csv")]) == 3


def test_a_file_that_is_still_written_is_left_alone_until_it_lies_still(shift: Shift, folder: Path) -> None:
    path = folder / "people.csv"
    half = PEOPLE[:40]
    path.write_text(half)
    soon = shift.now.timestamp() - 5
    os.utime(path, (soon, soon))
    for name in (".people.csv.Xy12", "people.csv.part", "people.TMP"):
        (folder / name).write_text(half)
    (folder / "empty.csv").touch()
    (folder / "linked.csv").symlink_to(path)
    before = names(folder)
    assert import_watched_folders.run(shift, shift.now).items == 0
    assert (names(folder), people(shift)) == (before, 0)
    path.write_text(PEOPLE)
    assert import_watched_folders.run(shift, shift.now).items == 1
    assert people(shift) == 2


def test_an_old_time_of_the_bytes_does_not_make_a_file_whole_that_has_just_got_its_name(
    shift: Shift, folder: Path
) -> None:
    path = folder / "people.csv"
    path.write_text(PEOPLE)
    os.utime(path, (0, 0))
    clock = shift.workplace.clock
    assert isinstance(clock, Clock)
    clock.now = datetime.fromtimestamp(path.stat().st_ctime + 10, UTC)
    assert import_watched_folders.run(shift, shift.now).items == 0
    clock.now = datetime.fromtimestamp(path.stat().st_ctime + 40, UTC)
    assert import_watched_folders.run(shift, shift.now).items == 1


def test_what_cannot_be_imported_lies_in_failed_with_the_reason_and_the_others_come_in(
    shift: Shift, folder: Path
) -> None:
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "people.csv").write_text(PEOPLE)
    outcome = import_watched_folders.run(shift, shift.now)
    assert (outcome.items, outcome.failures, people(shift)) == (2, 1, 2)
    assert outcome.notes[0].startswith("broken.xlsx: ")
    assert {"failed/broken.xlsx", "failed/broken.xlsx.report.txt", "done/people.csv"} <= names(folder)
    assert (folder / "failed/broken.xlsx.report.txt").read_text().strip() in outcome.notes[0]


def test_a_file_that_cannot_be_put_away_keeps_no_other_folder_waiting(
    shift: Shift, folder: Path, listed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    listed.write_text(f'[[folder]]\npath = "{folder}"\n[[folder]]\npath = "{other}"\n')
    for name in ("done", "failed"):
        (folder / name).write_text("a file where a folder has to be")
    (folder / "people.csv").write_text(PEOPLE)
    (other / "more.csv").write_text("Candidate ID,Name,Email\n7,Uwe Falk,uwe@example.org\n")
    outcome = import_watched_folders.run(shift, shift.now)
    assert (outcome.failures, people(shift)) == (3, 3)
    assert {note.split(":")[0] for note in outcome.notes} == {"done", "failed", "people.csv"}
    assert "done/more.csv" in names(other)


def test_cells_to_mend_lie_beside_the_report(shift: Shift, folder: Path) -> None:
    (folder / "people.csv").write_text(
        "Candidate ID,Name,Email,Applied on\n1,Ida Vogt,no address,32.13.2024\n"
    )
    assert import_watched_folders.run(shift, shift.now).failures == 0
    assert "Ida Vogt" in (folder / "done/people.csv.problems.csv").read_text(encoding="utf-8-sig")


def test_an_import_that_is_stopped_leaves_the_file_and_goes_on_the_next_time(
    shift: Shift, folder: Path
) -> None:
    rows = "".join(f"{number},Person {number},p{number}@example.org\n" for number in range(1, 1201))
    (folder / "people.csv").write_text(f"Candidate ID,Name,Email\n{rows}")
    ending = replace(shift, workplace=replace(shift.workplace, stopping=StopAfter(2)))
    with pytest.raises(StoppedError):
        import_watched_folders.run(ending, shift.now)
    assert names(folder) == {"people.csv"}
    assert 0 < people(shift) < 1200
    assert import_watched_folders.run(shift, shift.now).failures == 0
    assert people(shift) == 1200


def test_a_folder_that_is_gone_or_an_unknown_account_is_noted_and_the_others_are_looked_at(
    shift: Shift, folder: Path, listed: Path
) -> None:
    listed.write_text(
        f'[[folder]]\npath = "{folder}/nowhere"\n[[folder]]\npath = "{folder}"\nrecruiter = "who@example.org"\n'
        f'[[folder]]\npath = "{folder}"\n'
    )
    (folder / "people.csv").write_text(PEOPLE)
    outcome = import_watched_folders.run(shift, shift.now)
    assert (outcome.items, outcome.failures, people(shift)) == (3, 2, 2)
    assert "who@example.org" in outcome.notes[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[folder]]\nsource = 'ats'\n", "Folder 1 of watched.toml has no path"),
        ("[[folder]]\npath = '/x'\nfrequency = 3\n", "frequency cannot be read"),
        ("[[folder]]\npath = '/x'\nquiet_seconds = 0\n", "quiet_seconds cannot be read"),
        ("folders = []\n", "may hold"),
        ("[[folder]\n", "is not TOML"),
    ],
)
def test_a_list_of_folders_that_cannot_be_read_says_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "watched.toml"
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=said):
        read_watched_folders(path)


def test_a_file_whose_name_is_in_an_old_encoding_is_taken_like_any_other(shift: Shift, folder: Path) -> None:
    with open(os.fsencode(folder) + b"/M\xfcller.csv", "w", encoding="utf-8") as file:  # noqa: PTH123 - bytes
        file.write(PEOPLE)
    job = find_job("import_watched_folders")
    outcome = run_job(job, shift, due_at=shift.now)
    assert outcome is not None
    assert (outcome.items, outcome.notes) == (1, ())
    assert people(shift) == 2
    with shift.reading() as session:
        assert session.scalars(select(JobRun.state)).one() is WorkState.DONE
        assert session.scalars(select(Import.file_name)).one() == "Müller.csv"


def with_command(listed: Path, *words: str, every_minutes: int = 60) -> None:
    """Let a command bring the exports of the folder."""
    told = f"command = {json.dumps(words)}\nevery_minutes = {every_minutes}\n"
    listed.write_text(listed.read_text() + told)


def later(shift: Shift, *, minutes: int) -> Shift:
    """The same stretch of work some minutes later."""
    at = shift.now + timedelta(minutes=minutes)
    return replace(shift, workplace=replace(shift.workplace, clock=Clock(at)))


def test_a_command_brings_an_export_as_often_as_it_shall_and_is_told_since_when(
    shift: Shift, folder: Path, listed: Path
) -> None:
    write = "import pathlib, sys; pathlib.Path('people.csv').write_text(sys.argv[1]); open('../asked', 'a').write(sys.argv[2] + '\\n')"
    with_command(listed, sys.executable, "-c", write, PEOPLE, "{since}")
    runs = [import_watched_folders.run(later(shift, minutes=at), shift.now) for at in (0, 5, 61)]
    assert [(run.items, run.failures) for run in runs] == [(1, 0), (0, 0), (1, 0)]
    assert people(shift) == 2
    first, second = (folder.parent / "asked").read_text().splitlines()
    assert datetime.fromisoformat(first).year == 1970
    assert datetime.fromisoformat(second) == shift.now.replace(microsecond=0)


def test_a_command_that_fails_is_noted_in_its_own_words_and_tried_again(
    shift: Shift, folder: Path, listed: Path
) -> None:
    with_command(listed, sys.executable, "-c", "import sys; print('on the way'); sys.exit('no such export')")
    (folder / "people.csv").write_text(PEOPLE)
    for at in (0, 5):
        outcome = import_watched_folders.run(later(shift, minutes=at), shift.now)
        assert outcome.notes == (f"{folder}: The command of this folder ended with 1: no such export",)
    assert people(shift) == 2, "what lies in the folder is imported all the same"


def test_a_command_that_is_not_there_is_said(shift: Shift, folder: Path, listed: Path) -> None:
    with_command(listed, "no-such-command")
    assert "no-such-command cannot be run" in import_watched_folders.run(shift, shift.now).notes[0]


def test_stopping_ends_a_command_that_is_under_way(shift: Shift, folder: Path, listed: Path) -> None:
    with_command(listed, "sleep", "60")
    ending = replace(shift, workplace=replace(shift.workplace, stopping=StopAfter(1)))
    began = time.monotonic()
    with pytest.raises(StoppedError):
        import_watched_folders.run(ending, shift.now)
    assert time.monotonic() - began < 10
    assert not (folder / ".fetched").exists()


def test_a_newer_export_replaces_what_an_older_one_said(shift: Shift, folder: Path) -> None:
    for hours, city in ((2, "Bonn"), (1, "Köln")):
        file = folder / f"people{hours}.csv"
        file.write_text(f"Candidate ID,Name,City\n1,Ida Vogt,{city}\n", "utf-8")
        written = shift.now.timestamp() - 3600 * hours
        os.utime(file, (written, written))
    assert import_watched_folders.run(shift, shift.now).items == 2
    with shift.reading() as session:
        assert session.scalars(select(Candidate.city)).all() == ["Köln"]
