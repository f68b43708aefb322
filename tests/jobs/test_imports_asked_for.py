"""Imports that people ask for: done once, whatever stops them in the middle, and the lists follow."""

import csv
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobs.do_asked_work import work_through
from jobs.workplace import Shift, Workplace
from talentpool.candidates.models import Candidate, PossibleDuplicate, Resume
from talentpool.candidates.reasons import install_reasons
from talentpool.imports.apply import apply_plan
from talentpool.imports.checks import ask_for_check, find_check
from talentpool.imports.models import CheckState, Import, ImportProblem, ImportState
from talentpool.imports.uploaded_resumes import open_upload, say_where_from
from talentpool.imports.uploads import ask_for_import, ask_for_undo, open_imports
from talentpool.rediscovery.rematch import roles_to_match_again
from talentpool.settings import config_folder
from talentpool.work import queue
from talentpool.work.models import AskedWork, WorkState
from tests.builders import make_candidate, make_role
from tests.jobs.conftest import Clock, StopAfter, take_over

ROWS = 600
ANA = "Ana Ruiz\nana.ruiz@example.org\n\nExperience\nPlatform engineer, ran Nomad clusters for freight\n"


@pytest.fixture
def upload(workplace: Workplace, shift: Shift) -> Path:
    """A file as the import page keeps it, with somebody asking for its import."""
    path = workplace.settings.upload_folder / "kept.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Candidate ID", "Name", "Email", "Resume text"])
        rows.writerows(
            [number, f"Ann {number} Example", f"ann{number}@example.org", f"Kubernetes {number}"]
            for number in range(ROWS)
        )
    with shift.writing() as session:
        install_reasons(session, config_folder())
        (record,) = open_imports(session, [(path, "history.csv")], recruiter_id=None, now=shift.now)
        ask_for_import(session, record, recruiter_id=None, now=shift.now)
    return path


def people(shift: Shift) -> int:
    with shift.reading() as session:
        return session.scalar(select(func.count()).select_from(Candidate)) or 0


def the_work(shift: Shift) -> AskedWork:
    with shift.reading() as session:
        return session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one()


def the_import(shift: Shift) -> Import:
    with shift.reading() as session:
        return session.scalars(select(Import)).one()


def test_an_import_asked_for_is_done_and_the_lists_follow(shift: Shift, upload: Path) -> None:
    assert work_through(shift, "imports") == 1
    assert the_work(shift).state is WorkState.DONE, the_work(shift).problem
    assert the_import(shift).state is ImportState.DONE
    assert people(shift) == ROWS
    assert not upload.exists()
    with shift.reading() as session:
        role = make_role(session)
        assert roles_to_match_again(session, now=shift.now) == [role.id]


def test_an_import_asked_for_is_looked_over_for_duplicates(shift: Shift, upload: Path) -> None:
    with shift.writing() as session:
        make_candidate(session, "A. 7 Example", emails=["ann7@example.org"])
        make_candidate(session, "Anna 8 Example", emails=["ann8@example.org"])
    work_through(shift, "imports")
    assert work_through(shift, "duplicates") == 1
    with shift.reading() as session:
        asked = session.scalars(select(AskedWork).where(AskedWork.kind == "find_duplicates")).one()
        assert asked.state is WorkState.DONE
        assert session.scalars(select(PossibleDuplicate)).all()


def test_an_import_interrupted_by_the_end_of_the_process_goes_on_at_the_next_start(
    workplace: Workplace, shift: Shift, upload: Path
) -> None:
    ending = replace(shift, workplace=replace(workplace, stopping=StopAfter(2)))
    work_through(ending, "imports")
    assert 0 < people(shift) < ROWS
    assert (the_work(shift).state, the_work(shift).attempts) == (WorkState.WAITING, 0)
    assert upload.exists()
    work_through(shift, "imports")
    assert the_import(shift).state is ImportState.DONE
    assert people(shift) == ROWS


def test_a_process_replaced_in_the_middle_leaves_the_import_to_the_next(
    workplace: Workplace, shift: Shift, upload: Path, clock: Clock
) -> None:
    with shift.writing() as session:
        assert queue.take(session, fence=shift.fence, now=shift.now) is not None
    take_over(workplace, clock)
    workplace.tenure.renew(clock.now)  # finds that it is not the holder any more
    assert workplace.shift() is None
    clock.now += timedelta(seconds=120)
    workplace.tenure.renew(clock.now)
    next_shift = workplace.shift()
    assert next_shift is not None
    with next_shift.writing() as session:
        queue.give_back_abandoned(session, fence=next_shift.fence, now=clock.now)
    clock.now += timedelta(minutes=1)
    assert work_through(next_shift, "imports") == 1
    assert the_import(next_shift).state is ImportState.DONE
    assert (people(next_shift), upload.exists()) == (ROWS, False)


def test_an_import_that_was_done_before_its_process_died_counts_as_done(shift: Shift, upload: Path) -> None:
    kept = upload.read_bytes()
    work_through(shift, "imports")
    upload.write_bytes(kept)
    with shift.writing() as session:
        session.get_one(AskedWork, the_work(shift).id).state = WorkState.WAITING
    work_through(shift, "imports")
    assert the_work(shift).state is WorkState.DONE
    assert people(shift) == ROWS


def test_an_import_that_a_fault_has_stopped_says_so_can_be_undone_and_goes_on(
    shift: Shift, upload: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    chunks = []

    def faulty(*plan: object, **told: object) -> None:
        chunks.append(plan)
        if len(chunks) == 2:
            raise ZeroDivisionError
        apply_plan(*plan, **told)  # type: ignore[arg-type]

    monkeypatch.setattr("talentpool.imports.importer.apply_plan", faulty)
    work_through(shift, "imports")
    stopped = the_import(shift)
    assert stopped.state is ImportState.STOPPED
    assert "Stopped by a fault (ZeroDivisionError)" in str(stopped.problem)
    assert 0 < people(shift) < ROWS
    clock.now += timedelta(minutes=1)
    shift.workplace.tenure.renew(clock.now)
    work_through(shift, "imports")
    assert (the_import(shift).state, people(shift)) == (ImportState.DONE, ROWS)


def test_a_file_that_is_gone_fails_with_a_sentence(shift: Shift, upload: Path) -> None:
    upload.unlink()
    work_through(shift, "imports")
    work = the_work(shift)
    assert work.state is WorkState.FAILED
    assert work.problem
    assert "Traceback" not in work.problem


def test_an_undo_asked_for_is_done_whatever_stops_it(
    workplace: Workplace, shift: Shift, upload: Path
) -> None:
    assert upload.exists()
    work_through(shift, "imports")
    with shift.writing() as session:
        ask_for_undo(session, session.scalars(select(Import)).one(), recruiter_id=None, now=shift.now)
    work_through(replace(shift, workplace=replace(workplace, stopping=StopAfter(2))), "imports")
    assert 0 < people(shift) < ROWS
    work_through(shift, "imports")
    assert people(shift) == 0
    assert the_import(shift).undone_at is not None


def test_a_check_asked_for_is_done_and_writes_nothing_to_the_pool(shift: Shift, upload: Path) -> None:
    other = upload.with_name("other.csv")
    other.write_bytes(upload.read_bytes())
    with shift.writing() as session:
        (record,) = open_imports(session, [(other, "other.csv")], recruiter_id=None, now=shift.now)
        ask_for_check(session, [record], recruiter_id=None, now=shift.now)
    assert work_through(shift, "checks") == 1
    with shift.reading() as session:
        record = session.get_one(Import, record.id)
        found = find_check(session, [record])
    assert (found.state, found.rows_done, found.reports[0].created) == (CheckState.DONE, ROWS, ROWS)
    assert (people(shift), record.state, other.exists()) == (0, ImportState.WAITING, True)


def test_a_check_interrupted_by_the_end_of_the_process_begins_anew(
    workplace: Workplace, shift: Shift, upload: Path
) -> None:
    other = upload.with_name("other.csv")
    other.write_bytes(upload.read_bytes())
    with shift.writing() as session:
        (record,) = open_imports(session, [(other, "other.csv")], recruiter_id=None, now=shift.now)
        ask_for_check(session, [record], recruiter_id=None, now=shift.now)
    work_through(replace(shift, workplace=replace(workplace, stopping=StopAfter(2))), "checks")
    work_through(shift, "checks")
    with shift.reading() as session:
        assert find_check(session, [session.get_one(Import, record.id)]).state is CheckState.DONE


def test_the_files_of_an_export_are_imported_in_their_order(workplace: Workplace, shift: Shift) -> None:
    folder = workplace.settings.upload_folder
    folder.mkdir(parents=True)
    told = {"a.csv": "Candidate ID,Job\n7,Nurse\n", "b.csv": "Candidate ID,Name\n7,Ana Ruiz\n"}
    for name, text in told.items():
        (folder / name).write_text(text, "utf-8")
    with shift.writing() as session:
        install_reasons(session, config_folder())
        kept = [(folder / name, name) for name in told]
        first, _ = open_imports(session, kept, recruiter_id=None, now=shift.now)
        ask_for_import(session, first, recruiter_id=None, now=shift.now)
    work_through(shift, "imports")
    with shift.reading() as session:
        assert [each.state for each in session.scalars(select(Import))] == [ImportState.DONE] * 2
        ana = session.scalars(select(Candidate)).one()
        assert [each.role_title for each in ana.applications] == ["Nurse"]
    assert list(folder.glob("*.csv")) == []


def test_the_files_after_one_that_cannot_be_imported_say_why_they_are_not(
    workplace: Workplace, shift: Shift
) -> None:
    folder = workplace.settings.upload_folder
    folder.mkdir(parents=True)
    told = {"a.csv": "Candidate ID,Name\n7,Ana Ruiz\n", "b.csv": "Candidate ID,Job\n7,Nurse\n"}
    for name, text in told.items():
        (folder / name).write_text(text, "utf-8")
    with shift.writing() as session:
        kept = [(folder / name, name) for name in told]
        first, _ = open_imports(session, kept, recruiter_id=None, now=shift.now)
        ask_for_import(session, first, recruiter_id=None, now=shift.now)
    (folder / "a.csv").unlink()
    work_through(shift, "imports")
    with shift.reading() as session:
        _, second = session.scalars(select(Import).order_by(Import.id))
        assert second.state is ImportState.FAILED
        assert "a.csv could not be imported" in (second.problem or "")


def pack(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def open_kept(shift: Shift, *kept: Path) -> Import:
    with shift.writing() as session:
        install_reasons(session, config_folder())
        files = [(path, path.name) for path in kept]
        return open_upload(session, files, recruiter_id=None, now=shift.now)[0]


def undo(shift: Shift, record: Import) -> None:
    with shift.writing() as session:
        ask_for_undo(session, session.get_one(Import, record.id), recruiter_id=None, now=shift.now)
    work_through(shift, "imports")


def test_resumes_beside_tables_come_in_once_with_their_originals_and_are_undone(
    workplace: Workplace, shift: Shift
) -> None:
    folder, home = workplace.settings.upload_folder, workplace.settings.resume_folder
    folder.mkdir(parents=True)
    people_file, jobs = folder / "people.csv", folder / "jobs.csv"
    people_file.write_text("Candidate ID,Name\nc-17,Ana Ruiz\n", "utf-8")
    jobs.write_text("Candidate ID,Job\nc-17,Nurse\n", "utf-8")
    record = open_kept(shift, people_file, jobs, pack(folder / "cvs.zip", {"c-17.txt": ANA}))
    with shift.writing() as session:
        ask_for_import(session, session.get_one(Import, record.id), recruiter_id=None, now=shift.now)
    work_through(shift, "imports")
    assert the_work(shift).state is WorkState.DONE, the_work(shift).problem
    with shift.reading() as session:
        resume = session.scalars(select(Resume)).one()
        assert session.get_one(Candidate, resume.candidate_id).full_name == "Ana Ruiz"
        assert "Nomad clusters" in resume.visible_text
        assert resume.file_key
    assert len([path for path in home.rglob("*") if path.is_file()]) == 1
    assert list(folder.glob("*")) == []
    undo(shift, record)
    assert people(shift) == 0
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_resumes_alone_come_in_with_the_role_of_their_folder_and_are_undone(
    workplace: Workplace, shift: Shift
) -> None:
    folder = workplace.settings.upload_folder
    folder.mkdir(parents=True)
    record = open_kept(
        shift, pack(folder / "inbox.zip", {"Nurse/Rejected/ruiz.txt": ANA, "list.txt": "Opening hours"})
    )
    with shift.writing() as session:
        record = session.get_one(Import, record.id)
        say_where_from(record, source="careers inbox", on=date(2024, 5, 31))
        ask_for_check(session, [record], recruiter_id=None, now=shift.now)
    work_through(shift, "checks")
    with shift.reading() as session:
        found = find_check(session, [session.get_one(Import, record.id)])
    assert (found.state, found.reports[0].created, people(shift)) == (CheckState.DONE, 1, 0)
    with shift.writing() as session:
        ask_for_import(session, session.get_one(Import, record.id), recruiter_id=None, now=shift.now)
    work_through(shift, "imports")
    with shift.reading() as session:
        ana = session.scalars(select(Candidate)).one()
        assert (ana.full_name, [each.role_title for each in ana.applications]) == ("Ana Ruiz", ["Nurse"])
        resume = session.scalars(select(Resume)).one()
        problem = session.scalars(select(ImportProblem)).one()
        assert (problem.value, problem.message[:23]) == ("list.txt", "The resume names nobody")
        assert (resume.source, resume.dated_on) == ("careers inbox", date(2024, 5, 31))
    assert list(folder.glob("*")) == []
    undo(shift, record)
    assert people(shift) == 0
