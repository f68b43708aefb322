"""Resume files of an export that is followed: read when their bytes have changed, however they lie, and only then."""

import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.candidates.models import Candidate
from talentpool.candidates.profiles import newest_resumes
from talentpool.clock import current_time
from talentpool.database import Base, Sessions
from talentpool.imports.models import Import, SourceRow
from talentpool.imports.report import ImportReport
from tests.use_cases.imports.conftest import BringIn

HOUR = timedelta(hours=1)
NAMED = "Candidate ID,Name,Resume file\nc1,Ana Ruiz,ana.txt\nc2,Ben Weiss,ben.txt\n"
BY_ID = "Candidate ID,Name\nc1,Ana Ruiz\nc2,Ben Weiss\n"
Follow = Callable[..., ImportReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two resumes in a folder."""
    made = tmp_path / "resumes"
    made.mkdir()
    (made / "ana.txt").write_text("Nurse on an intensive care unit, Kafka since 2019.", "utf-8")
    (made / "ben.txt").write_text("Teacher of mathematics.", "utf-8")
    return made


@pytest.fixture
def follow(bring_in: BringIn, folder: Path) -> Follow:
    """Follow the export an hour after the last time, long after every file was written."""
    hours = iter(range(1, 100))

    def call(
        table: str = NAMED, *, files: Path = folder, at: datetime | None = None, **options: object
    ) -> ImportReport:
        now = at or current_time() + next(hours) * HOUR
        return bring_in(table, source="ats", resumes=files, said_at=now, now=now, **options)

    return call


def text_of(sessions: Sessions, external_id: str = "c1") -> str:
    with sessions.reading() as session:
        person = session.scalars(select(Candidate.id).where(Candidate.external_id == external_id)).one()
        resume = newest_resumes(session, [person]).get(person)
        return resume.visible_text or "" if resume else ""


def lies(sessions: Sessions) -> list[str | None]:
    with sessions.reading() as session:
        return list(session.scalars(select(SourceRow.seen_hash).order_by(SourceRow.id)))


def test_rows_whose_files_lie_as_they_did_are_passed_over(
    follow: Follow, sessions: Sessions, count: Callable[[type[Base]], int]
) -> None:
    assert follow().created == 2
    before = lies(sessions)
    again = follow()
    assert (again.unchanged, again.import_id, count(Import)) == (2, None, 1)
    assert (lies(sessions), all(before)) == (before, True)


def test_a_file_that_says_something_else_under_its_name_size_and_time_is_read(
    follow: Follow, sessions: Sessions, folder: Path
) -> None:
    follow()
    ana, before = folder / "ana.txt", (folder / "ana.txt").stat()
    ana.write_text(ana.read_text("utf-8").replace("Kafka", "Flink"), "utf-8")
    os.utime(ana, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (ana.stat().st_size, ana.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    report = follow()
    assert (report.updated, report.unchanged) == (1, 1)
    assert "Flink" in text_of(sessions)
    assert follow().unchanged == 2


def test_the_same_file_put_there_again_is_compared_and_not_read_anew(
    follow: Follow, sessions: Sessions, folder: Path
) -> None:
    follow()
    before = lies(sessions)
    shutil.copyfile(folder / "ana.txt", folder / "new")
    (folder / "new").replace(folder / "ana.txt")
    assert follow().unchanged == 2
    after = lies(sessions)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True]
    assert follow().unchanged == 2
    assert lies(sessions) == after


def test_a_file_written_a_moment_ago_is_compared_by_its_bytes_whatever_its_time(
    follow: Follow, sessions: Sessions, folder: Path
) -> None:
    now = current_time()
    follow(at=now)
    assert lies(sessions) == [None, None]
    (folder / "ana.txt").write_text("Nurse on an intensive care unit, Flink since 2019.", "utf-8")
    assert follow(at=now + timedelta(microseconds=1)).updated == 1
    assert "Flink" in text_of(sessions)


def test_a_file_that_comes_later_is_found_by_the_persons_id(
    follow: Follow, sessions: Sessions, folder: Path
) -> None:
    assert follow(BY_ID).created == 2
    (folder / "c2.txt").write_text("Teacher of physics, night school.", "utf-8")
    report = follow(BY_ID)
    assert (report.updated, report.unchanged) == (1, 1)
    assert "physics" in text_of(sessions, "c2")
    assert follow(BY_ID).unchanged == 2


def test_in_an_archive_a_changed_file_is_known_by_its_checksum(
    follow: Follow, sessions: Sessions, tmp_path: Path
) -> None:
    def packed(word: str) -> Path:
        path = tmp_path / "resumes.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("ana.txt", "ben.txt"):
                text = f"Nurse, {word if name == 'ana.txt' else 'nothing'} since 2019."
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
        return path

    assert follow(files=packed("Kafka")).created == 2
    assert follow(files=packed("Kafka")).unchanged == 2
    report = follow(files=packed("Flink"))
    assert (report.updated, report.unchanged) == (1, 1)
    assert "Flink" in text_of(sessions)


def test_a_file_that_is_gone_takes_nothing_away_and_is_said_once(
    follow: Follow, sessions: Sessions, folder: Path
) -> None:
    follow()
    (folder / "ana.txt").unlink()
    report = follow()
    assert [one.problem.value for one in report.problems] == ["ana.txt"]
    assert "Kafka" in text_of(sessions)
    assert follow().unchanged == 2
