"""Exports that another system puts into a folder are imported, each once it is whole, and put away with a report.

The import is the one of the pages and the command line: a repeat changes nothing and a stopped one goes on, so a crash
at any point does no harm. What cannot be imported goes to `failed` with the sentence that says why; what only has to
wait (the database, another import of the same file) stays where it is.
"""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from jobs.one_of_many import is_fault, one_of_many, words_of
from jobs.workplace import Shift, StoppedError
from talentpool.accounts.models import Recruiter
from talentpool.database import folded
from talentpool.errors import ConflictError, InvalidInputError, TalentPoolError, UnavailableError
from talentpool.imports.encodings import name_of
from talentpool.imports.export_commands import fetch_if_due
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.problems import problem_rows
from talentpool.imports.report import ImportReport
from talentpool.imports.watched_folders import (
    DONE,
    FAILED,
    WatchedFolder,
    moment_of,
    put_away,
    read_watched_folders,
    whole_files,
)
from talentpool.logs import get_log
from talentpool.sheets import write_file
from talentpool.work import queue
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Import whatever is whole in the watched folders; counts files, and notes for each that fails what it was."""
    named = shift.workplace.settings.imports.watched_folders
    if not named:
        return Outcome()
    done, notes = 0, list[str]()
    for folder in read_watched_folders(Path(named).expanduser()):
        with one_of_many(notes, f"{folder.path}"):
            fetch_if_due(folder, now=shift.now, go_on=shift.go_on_importing)
        try:
            files = whole_files(folder, at=shift.now.timestamp())
            options = _options(shift, folder)
        except (TalentPoolError, OSError) as error:
            notes.append(f"{folder.path}: {error}")
            continue
        for file in files:
            shift.go_on()
            with one_of_many(notes, name_of(file)):
                problem = _take(shift, file, options)
                done += problem is None
                notes += [f"{name_of(file)}: {problem}"] if problem else []
    if done:
        with shift.writing() as session:
            queue.ask_once(session, "find_duplicates", {}, asked_by=None, now=shift.now)
    return Outcome(items=done + len(notes), failures=len(notes), notes=tuple(notes))


def _options(shift: Shift, folder: WatchedFolder) -> ImportOptions:
    with shift.reading() as session:
        recruiter_id = None
        if folder.recruiter:
            key = select(Recruiter.id).where(Recruiter.email_key == folded(folder.recruiter))
            recruiter_id = session.scalar(key)
            if recruiter_id is None:
                raise InvalidInputError(f"There is no account {folder.recruiter}; name one that exists.")
    return ImportOptions(
        source=folder.source,
        preset=folder.preset,
        mapping=folder.chosen_mapping(),
        country=folder.country,
        recruiter_id=recruiter_id,
        resume_folder=shift.workplace.settings.resume_folder,
    )


def _take(shift: Shift, file: Path, options: ImportOptions) -> str | None:
    """Import one file and put it away; gives what went wrong, if anything."""
    try:
        report = import_file(
            shift.workplace.sessions,
            file,
            replace(options, said_at=moment_of(file)),
            secret=shift.workplace.secret,
            now=shift.now,
            progress=lambda _: shift.go_on_importing(),
        )
    except (LeaseLostError, StoppedError, OperationalError, UnavailableError):
        raise
    except ConflictError as error:
        return f"{error} It is tried again by itself."
    except Exception as error:  # noqa: BLE001 - one file must not stop the others
        return _refuse(file, error)
    _keep_report(shift, put_away(file, DONE), report)
    log.info("folder_file_imported", import_id=report.import_id, rows=report.rows)
    return None


def _refuse(file: Path, error: Exception) -> str:
    words = words_of(error)
    log.error("folder_file_failed", because=type(error).__name__, exc_info=is_fault(error))
    away = put_away(file, FAILED)
    away.with_name(f"{away.name}.report.txt").write_text(f"{words}\n", encoding="utf-8")
    return words


def _keep_report(shift: Shift, away: Path, report: ImportReport) -> None:
    told = json.dumps(report.as_json(), indent=2, ensure_ascii=False)
    away.with_name(f"{away.name}.report.json").write_text(f"{told}\n", encoding="utf-8")
    if report.cells_to_fix:
        with shift.reading() as session:
            rows = problem_rows(session, report)
            write_file(away.with_name(f"{away.name}.problems.csv"), next(rows), rows)
