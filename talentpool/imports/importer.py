"""Brings a file of history in: rows are read, decided about and written a chunk at a time.

A chunk is one transaction, short enough for others to write between two of them; what it did and how far the
file is done are written with it, so a stopped import goes on where it stopped. This module is a door: nothing
below it commits.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from talentpool.candidates.reasons import load_reasons
from talentpool.database import Sessions
from talentpool.errors import ConflictError, NotFoundError, TalentPoolError
from talentpool.imports.apply import apply_plan
from talentpool.imports.deletions import forget_deletions, note_deletions, set_aside, settle_deletions
from talentpool.imports.known import Known
from talentpool.imports.models import Import, ImportProblem, ImportState
from talentpool.imports.plan import Plan
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.problems import record_problems
from talentpool.imports.rehearsal import rehearse_files
from talentpool.imports.report import ImportReport, count_refused, count_rows
from talentpool.imports.resume_attachment import unused_keys
from talentpool.imports.row import ParsedRow
from talentpool.imports.row_memory import (
    Segment,
    begin_following,
    confirm_rows,
    confirm_states,
    last_words,
    remember_rows,
    remembered_ids,
    segments,
)
from talentpool.imports.run import HELD, PROPOSED, ROWS_A_CHUNK, Progress, Run, open_run
from talentpool.imports.turns import take_turn


def import_file(
    sessions: Sessions,
    path: Path,
    options: ImportOptions,
    *,
    secret: bytes,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a file of past candidates; a repeat changes nothing, a stopped one goes on where it stopped.

    A dry run decides the same and writes nothing. Raises InvalidInputError before anything is written if the
    file cannot be taken as it is, and ConflictError if somebody else is importing it at this moment.
    """
    if options.dry_run:
        return next(rehearse_files(sessions, [(path, options)], secret=secret, now=now, progress=progress))
    try:
        with open_run(path, options, secret=secret, now=now, progress=progress) as run:
            for _ in _carried_out(sessions, run):
                if progress:
                    progress(run.progress)
    except TalentPoolError as error:
        _record_failure(sessions, options, str(error), now)
        raise
    return run.report()


def _carried_out(sessions: Sessions, run: Run) -> Iterator[None]:
    """Bring the file in, chunk by chunk; a fault stops the import, so that it can be undone or begun once more."""
    with sessions.writing() as session:
        take_turn(session)
        _begin(session, run)
        run.reasons = load_reasons(session)
        session.commit()
    try:
        for segment in _segments(sessions, run):
            with (
                _originals_kept(run.parse(segment.rows), run) as (parsed, kept),
                sessions.writing() as session,
            ):
                take_turn(session)
                kept.unused = _bring_in(session, run, segment, parsed, keys=kept.keys)
                session.commit()
            yield
        _end(sessions, run)
    except (TalentPoolError, OperationalError):
        raise
    except Exception as fault:
        _record_fault(sessions, run, type(fault).__name__)
        raise


def _segments(sessions: Sessions, run: Run) -> Iterator[Segment]:
    """Give the rows a chunk at a time; those that a followed source told just so last time are only counted."""
    for rows in run.chunks():
        if run.memory is None:
            yield Segment(rows)
            continue
        looked = [(row, run.memory.glance(row)) for row in rows]
        with sessions.reading() as session:
            known = last_words(session, run.memory.source, looked)
        yield from segments(run.memory, looked, known, most=ROWS_A_CHUNK)


def _bring_in(
    session: Session, run: Run, segment: Segment, parsed: list[ParsedRow], *, keys: list[str]
) -> list[str]:
    """Decide about a chunk and write it, with how far the file is done; gives the stored files it has no use for."""
    record, rows = _own_record(session, run), segment.rows
    plan = run.plan(session, parsed, Known(), remembered=remembered_ids(segment, parsed))
    counted, unused = count_rows(plan), unused_keys(plan, keys)
    apply_plan(session, plan, secret=run.secret, origin=run.origin)
    note_deletions(session, plan.deleted_there, origin=run.origin)
    set_aside(session, plan.deleted_in_part, origin=run.origin)
    found = run.problems.take(plan, rows, run.preparation.mapping)
    record_problems(session, found, import_id=record.id)
    _keep_in_step(session, run, plan, segment)
    counted["unchanged"] += segment.passed_over
    if run.options.table is not None:
        for planned in plan.rows:
            run.outcomes.setdefault(planned.parsed.line, []).append(planned.outcome.value)
    run.count(counted + count_refused(rows, run.preparation.mapping), len(found))
    record.rows_done, record.counts = run.rows_done, dict(run.counts)
    record.rows_per_second = run.progress.rows_per_second
    record.bytes_done = _bytes_done(run)
    return unused


def _keep_in_step(session: Session, run: Run, plan: Plan, segment: Segment) -> None:
    """Remember what a followed source has told, and that it holds as of now."""
    if run.options.said_at is None or run.import_id is None:
        return
    if run.memory is not None:
        remember_rows(session, plan, segment, run.memory, import_id=run.import_id)
        confirm_rows(session, run.memory, segment)
    told: dict[int, set[str]] = {}  # by person, the ids they were told of under
    for row in plan.rows:
        if row.person is not None and row.person.id is not None and not row.parsed.is_deleted:
            told.setdefault(row.person.id, set()).add(row.parsed.person.external_id or "")
    forget_deletions(session, run.source, told)
    run.still_there |= segment.still_there.union(told)
    begin_following(session, run.source, told, as_of=run.as_of)
    confirm_states(session, run.source, _applications_told(plan, segment), as_of=run.as_of)


def _applications_told(plan: Plan, segment: Segment) -> dict[int, set[str]]:
    """List by person of which applications the rows of a chunk tell; empty for a row that names none."""
    told = {person_id: set(named) for person_id, named in segment.told.items()}
    for row in plan.rows:
        if row.person is not None and row.person.id is not None and not row.parsed.is_deleted:
            application = row.parsed.application
            named = (application.external_id if application else None) or ""
            told.setdefault(row.person.id, set()).add(named)
    return told


@dataclass(slots=True)
class _Kept:
    """Files stored for a chunk, and those that turned out to be of no use."""

    keys: list[str]
    unused: list[str] = field(default_factory=list)


@contextmanager
def _originals_kept(parsed: list[ParsedRow], run: Run) -> Iterator[tuple[list[ParsedRow], _Kept]]:
    """Store the files of a chunk before its transaction, and remove them again where that comes to nothing."""
    if run.attachments is None:
        yield parsed, _Kept([])
        return
    with_keys, keys = run.attachments.keep(parsed)
    kept = _Kept(keys)
    try:
        yield with_keys, kept
    except BaseException:
        run.attachments.drop(keys)
        raise
    run.attachments.drop(kept.unused)


def _begin(session: Session, run: Run) -> None:
    """Start the record of the import, or take up the one that stopped on the same file."""
    file, document = run.preparation.file, run.preparation.document()
    record = _waiting(session, run.options) or _stopped(session, run, document)
    if record is None:
        record = Import(file_name=run.preparation.file_name[:255], started_at=run.now, counts={})
        record.recruiter_id = run.options.recruiter_id
        session.add(record)
    record.content_hash, record.source, record.mapping = file.content_hash, run.source, document
    record.state, record.bytes_total, record.problem = ImportState.RUNNING, file.size_bytes, None
    session.flush()
    run.import_id, run.rows_done = record.id, record.rows_done or 0
    record.rows_total, record.rows_per_second = run.preparation.reading.survey.rows, None
    run.counts, run.rows_before = Counter(record.counts or {}), run.rows_done
    if run.rows_done:
        run.problems.recall(session, record.id)
    else:  # what a check found is found again
        session.execute(delete(ImportProblem).where(ImportProblem.import_id == record.id))


def _waiting(session: Session, options: ImportOptions) -> Import | None:
    if options.import_id is None:
        return None
    record = session.get(Import, options.import_id)
    if record is None:
        raise NotFoundError(f"There is no import {options.import_id}.")
    if record.state is ImportState.DONE:
        raise ConflictError(f"Import {options.import_id} is done already.")
    if record.undo_began_at is not None:
        raise ConflictError(f"Import {options.import_id} is being undone.")
    return record


def _stopped(session: Session, run: Run, document: dict[str, object]) -> Import | None:
    wanted = select(Import).where(
        Import.content_hash == run.preparation.file.content_hash,
        Import.source == run.source,
        Import.state.in_([ImportState.RUNNING, ImportState.STOPPED]),
        Import.undo_began_at.is_(None),
    )
    stopped = session.scalars(wanted.order_by(Import.id.desc()))
    return next((record for record in stopped if record.mapping == document), None)


def _own_record(session: Session, run: Run) -> Import:
    """Get the record for writing; whoever finds it moved on by somebody else stops here."""
    record = session.get(Import, run.import_id)
    if record is not None and record.undo_began_at is not None:
        raise ConflictError(f"The import of {run.preparation.file_name} is being undone; it was stopped.")
    if record is None or record.rows_done != run.rows_done or record.state is not ImportState.RUNNING:
        raise ConflictError(
            f"{run.preparation.file_name} is being imported by somebody else right now; this try stopped without harm."
        )
    return record


def _bytes_done(run: Run) -> int:
    total = max(1, run.preparation.reading.survey.rows)
    return run.preparation.file.size_bytes * run.rows_done // total


def _end(sessions: Sessions, run: Run) -> None:
    with sessions.writing() as session:
        take_turn(session)
        record = _own_record(session, run)
        settled = settle_deletions(session, run.source, still_there=run.still_there, now=run.now)
        run.counts.update({PROPOSED: settled.asked, HELD: settled.held})
        if run.options.said_at is not None and not run.has_news:
            session.delete(
                record
            )  # a followed source is asked often: where it says nothing new, nothing is kept
            session.commit()
            run.import_id = None
            return
        record.state, record.ended_at = ImportState.DONE, run.now
        record.bytes_done = record.bytes_total
        record.counts = dict(run.counts)
        session.commit()


def _record_fault(sessions: Sessions, run: Run, fault: str) -> None:
    with sessions.writing() as session:
        record = session.get(Import, run.import_id)
        if record is not None and record.state is ImportState.RUNNING and record.rows_done == run.rows_done:
            record.state = ImportState.STOPPED
            record.problem = f"Stopped by a fault ({fault}); the log says more. Bring the same file to go on."
            session.commit()


def _record_failure(sessions: Sessions, options: ImportOptions, problem: str, now: datetime) -> None:
    """Say with a waiting import why it could not be carried out; one that somebody else carries out is theirs."""
    if options.import_id is None:
        return
    with sessions.writing() as session:
        record = session.get(Import, options.import_id)
        if record is not None and record.state is ImportState.WAITING:
            record.state, record.problem, record.ended_at = ImportState.FAILED, problem, now
            session.commit()
