"""The check of an upload before it is imported: asked for, done beside the pages, its outcome kept for them.

Small uploads are checked while somebody waits. A check of other choices than those made now counts for nothing.
This module is a door: its steps commit themselves.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import delete
from sqlalchemy.orm import Session

from talentpool.database import Sessions
from talentpool.errors import TalentPoolError
from talentpool.imports.models import CheckState, Import, ImportProblem, ImportUpload
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.problems import record_problems
from talentpool.imports.rehearsal import rehearse_files
from talentpool.imports.report import ImportProgress, ImportReport, RowProblem
from talentpool.imports.stored_report import report_document, report_of
from talentpool.imports.uploads import (
    is_open,
    load_parts,
    options_of,
    path_of,
    require_open,
    resumes_of,
    upload_of,
)
from talentpool.work.queue import ask, is_under_way

AT_ONCE_BYTES = (
    16_000  # some 200 rows of ten columns: checked within 0.3 s, so nobody has to wait for a second page
)
SECONDS_BETWEEN_NOTES = 0.5
_SPREADSHEET = b"PK\x03\x04"  # small on disk, long to read


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Where the check of an upload stands; reports, in the order of its files, once it is done."""

    state: CheckState | None  # none: what is chosen now has not been checked
    rows_done: int = 0
    rows_total: int = 0
    rows_per_second: float = 0.0
    reports: tuple[ImportReport, ...] = ()
    problem: str | None = None
    failed_id: int | None = None  # the import whose file cannot be taken as it is

    @property
    def seconds_left(self) -> float | None:
        """Estimate how long it still takes; None before there is anything to go by."""
        return (self.rows_total - self.rows_done) / self.rows_per_second if self.rows_per_second else None


def is_small(folder: Path, parts: Sequence[Import]) -> bool:
    """Say whether an upload can be checked while somebody waits."""
    if sum(part.bytes_total for part in parts) > AT_ONCE_BYTES:
        return False
    if any(part.mapping.get("resumes") for part in parts):
        return False  # reading files takes far longer than reading rows
    for part in parts:
        with path_of(folder, part).open("rb") as file:
            if file.read(4) == _SPREADSHEET:
                return False
    return True


def check_at_once(
    sessions: Sessions, folder: Path, parts: Sequence[Import], *, secret: bytes, now: datetime
) -> Check:
    """Check a small upload; nothing is written."""
    reports: list[ImportReport] = []
    try:
        for report in rehearse_files(sessions, _files(folder, parts), secret=secret, now=now):
            reports.append(report)
    except TalentPoolError as error:
        return Check(state=CheckState.FAILED, problem=str(error), failed_id=parts[len(reports)].id)
    return Check(state=CheckState.DONE, reports=tuple(reports))


def ask_for_check(
    session: Session, parts: Sequence[Import], *, recruiter_id: int | None, now: datetime
) -> None:
    """Hand the check of what is chosen now to whoever does asked-for work; asked twice it is done once."""
    key = _choices_key(parts)
    details = {"import_id": parts[0].id, "choices_key": key}
    if is_under_way(session, "check_import", details):
        return
    for part in parts:
        require_open(part)
        upload = upload_of(session, part)
        upload.check_state, upload.choices_key = CheckState.ASKED, key
        upload.rows_done, upload.rows_total, upload.rows_per_second = 0, 0, None
        upload.report = upload.problem = None
    ask(session, "check_import", details, asked_by=recruiter_id, now=now)


def find_check(session: Session, parts: Sequence[Import]) -> Check:
    """Say where the check of what is chosen now stands."""
    key = _choices_key(parts)
    uploads = [session.get(ImportUpload, part.id) for part in parts]
    known = [each for each in uploads if each is not None and each.choices_key == key]
    if len(known) < len(parts):
        return Check(state=None)
    states = {each.check_state for each in known}
    details = {"import_id": parts[0].id, "choices_key": key}
    if states & {CheckState.ASKED, CheckState.RUNNING} and not is_under_way(session, "check_import", details):
        return Check(state=None)  # whoever did it failed for good; it can be asked for again
    failed = next((each for each in known if each.problem), None)
    if failed is not None:
        return Check(state=CheckState.FAILED, problem=failed.problem, failed_id=failed.import_id)
    is_done = states == {CheckState.DONE}
    state = CheckState.DONE if is_done else CheckState.ASKED
    return Check(
        state=CheckState.RUNNING if CheckState.RUNNING in states else state,
        rows_done=sum(each.rows_done for each in known),
        rows_total=sum(each.rows_total for each in known),
        rows_per_second=next((each.rows_per_second for each in known if each.rows_per_second), 0.0),
        reports=tuple(report_of(each.report) for each in known if is_done and each.report),
    )


def _files(folder: Path, parts: Sequence[Import]) -> list[tuple[Path, ImportOptions]]:
    return [
        (path_of(folder, part), options_of(part, dry_run=True, resumes=resumes_of(folder, part)))
        for part in parts
    ]


def _choices_key(parts: Sequence[Import]) -> str:
    chosen = [[part.source, part.mapping] for part in parts]
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


class _OvertakenError(Exception):
    """Somebody has chosen otherwise meanwhile."""


def carry_out_check(
    sessions: Sessions,
    folder: Path,
    asked: tuple[int, str],
    *,
    secret: bytes,
    now: datetime,
    go_on: Callable[[], None] = lambda: None,
) -> None:
    """Do a check that was asked for: `asked` is the first file's import and the key of what was chosen.

    Its outcome, a refusal included, is kept with the upload; `go_on` is asked between two chunks.
    """
    with sessions.reading() as session:
        record = session.get(Import, asked[0])
        parts = load_parts(session, record) if record is not None and is_open(record) else []
    if not parts or _choices_key(parts) != asked[1]:
        return
    notes = _Notes(sessions, [part.id for part in parts], asked[1])
    files = _files(folder, parts)

    def tell(progress: ImportProgress) -> None:
        go_on()
        notes.progress(progress)

    try:
        notes.begin()
        for report in rehearse_files(
            sessions, files, secret=secret, now=now, progress=tell, found=notes.problems
        ):
            notes.end_of_file(report)
    except _OvertakenError:
        return
    except TalentPoolError as error:
        notes.fail(str(error))


@dataclass(slots=True)
class _Notes:
    """Writes down how far a check is: short transactions, at most two a second."""

    sessions: Sessions
    import_ids: list[int]
    key: str
    place: int = 0  # of the file being checked
    found: list[RowProblem] = field(default_factory=list)
    noted: float = 0.0

    def begin(self) -> None:
        """Forget what an earlier check found."""
        with self.sessions.writing() as session:
            session.execute(delete(ImportProblem).where(ImportProblem.import_id.in_(self.import_ids)))
            for import_id in self.import_ids:
                self._upload(session, import_id).check_state = CheckState.RUNNING
            session.commit()

    def problems(self, _: ImportOptions, problems: list[RowProblem]) -> None:
        """Keep the problems of a chunk until the next note."""
        self.found += problems

    def progress(self, progress: ImportProgress) -> None:
        """Note how far the file is."""
        if monotonic() - self.noted >= SECONDS_BETWEEN_NOTES:
            self._note(progress.rows_done, progress.rows_total, progress.rows_per_second)

    def end_of_file(self, report: ImportReport) -> None:
        """Note what a file would bring, and go on with the next."""
        rate = report.rows / report.seconds if report.seconds else None
        self._note(report.rows, report.rows, rate, report=report)
        self.place += 1

    def fail(self, problem: str) -> None:
        """Note why the file cannot be taken as it is."""
        with self.sessions.writing() as session:
            for import_id in self.import_ids:
                self._upload(session, import_id).check_state = CheckState.FAILED
            self._upload(session, self.import_ids[self.place]).problem = problem
            session.commit()

    def _note(self, done: int, total: int, rate: float | None, report: ImportReport | None = None) -> None:
        import_id = self.import_ids[self.place]
        with self.sessions.writing() as session:
            upload = self._upload(session, import_id)
            upload.rows_done, upload.rows_total, upload.rows_per_second = done, total, rate
            if report is not None:
                upload.check_state, upload.report = CheckState.DONE, report_document(report)
            record_problems(session, self.found, import_id=import_id)
            session.commit()
        self.found, self.noted = [], monotonic()

    def _upload(self, session: Session, import_id: int) -> ImportUpload:
        upload = session.get(ImportUpload, import_id)
        if upload is None or upload.choices_key != self.key:
            raise _OvertakenError
        return upload
