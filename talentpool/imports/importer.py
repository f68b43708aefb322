"""Brings a file of history in: rows are read, decided about and written a chunk at a time.

A chunk is one transaction, short enough for others to write between two of them; what it did and how far the
file is done are written with it, so a stopped import goes on where it stopped. A dry run decides the same and
writes nothing. This module is a door: nothing below it commits.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import perf_counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.reasons import KnownReason, load_reasons
from talentpool.database import Sessions
from talentpool.errors import ConflictError, NotFoundError, TalentPoolError
from talentpool.imports.apply import apply_plan
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.gather import gather_known
from talentpool.imports.known import Known
from talentpool.imports.merge import RoleKey, Rules
from talentpool.imports.models import Import, ImportState
from talentpool.imports.past_roles import Origin, ensure_roles, find_roles
from talentpool.imports.plan import Plan, plan_rows
from talentpool.imports.preparation import ImportOptions, Preparation, prepare_import
from talentpool.imports.problems import ProblemList, record_problems
from talentpool.imports.recognise import is_about_somebody
from talentpool.imports.report import (
    OUTCOMES,
    REFUSED_CELLS,
    ImportProgress,
    ImportReport,
    count_columns,
    count_refused,
    count_rows,
    report_columns,
)
from talentpool.imports.row import ParsedRow, parse_row
from talentpool.imports.turns import take_turn
from talentpool.imports.value_mapping import mean_values

ROWS_A_CHUNK = 250  # about 0.2 s of the write lock

Progress = Callable[[ImportProgress], None]


@dataclass(slots=True)
class _Run:
    """One import under way."""

    preparation: Preparation
    options: ImportOptions
    secret: bytes
    now: datetime
    started: float = field(default_factory=perf_counter)
    import_id: int | None = None
    rows_done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: ProblemList = field(default_factory=ProblemList)
    reasons: dict[str, KnownReason] = field(default_factory=dict)
    role_ids: dict[RoleKey, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Name the system the rows come from."""
        return self.preparation.source

    def seconds(self) -> float:
        """Tell how long it has been under way."""
        return perf_counter() - self.started


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

    Raises InvalidInputError before anything is written if the file cannot be taken as it is, and ConflictError
    if somebody else is importing it at this moment.
    """
    try:
        run = _Run(prepare_import(path, options, today=now.date()), options, secret, now)
        if options.dry_run:
            _rehearse(sessions, run, progress)
        else:
            _carry_out(sessions, run, progress)
    except TalentPoolError as error:
        _record_failure(sessions, options, str(error), now)
        raise
    return _report(run)


def _carry_out(sessions: Sessions, run: _Run, progress: Progress | None) -> None:
    with sessions.writing() as session:
        take_turn(session)
        _begin(session, run)
        run.reasons = load_reasons(session)
        session.commit()
    for rows in _chunks(run):
        parsed = _parse(rows, run)
        with sessions.writing() as session:
            take_turn(session)
            record = _own_record(session, run)
            plan = _plan(session, parsed, Known(), run)
            counted = count_rows(plan)
            apply_plan(session, plan, secret=run.secret, origin=_origin(run))
            found = run.problems.take(plan, rows, run.preparation.mapping)
            record_problems(session, found, import_id=record.id)
            _count(run, counted + count_refused(rows, run.preparation.mapping), len(found))
            record.rows_done, record.counts = run.rows_done, dict(run.counts)
            record.bytes_done = _bytes_done(run)
            session.commit()
        _tell(run, progress)
    _end(sessions, run)


def _rehearse(sessions: Sessions, run: _Run, progress: Progress | None) -> None:
    """Decide about every row and write nothing; what a row would bring is known to the later ones."""
    known = Known()
    with sessions.reading() as session:
        run.reasons = load_reasons(session)
    for rows in _chunks(run):
        parsed = _parse(rows, run)
        with sessions.reading() as session:
            plan = _plan(session, parsed, known, run)
        found = run.problems.take(plan, rows, run.preparation.mapping)
        _count(run, count_rows(plan) + count_refused(rows, run.preparation.mapping), len(found))
        for person in plan.people:
            person.additions = None
        _tell(run, progress)


def _chunks(run: _Run) -> Iterator[list[NumberedRow]]:
    rows = islice(run.preparation.file.rows(), run.rows_done, None)
    while chunk := list(islice(rows, ROWS_A_CHUNK)):
        yield chunk


def _parse(rows: list[NumberedRow], run: _Run) -> list[ParsedRow]:
    parsed = [parse_row(row, run.preparation.reading, source=run.source) for row in rows]
    if run.options.with_deleted:
        return [replace(row, is_deleted=False) if row.is_deleted else row for row in parsed]
    return parsed


def _plan(session: Session, parsed: list[ParsedRow], known: Known, run: _Run) -> Plan:
    gather_known(session, parsed, known, source=run.source, secret=run.secret)
    if run.options.dry_run:
        find_roles(session, parsed, run.role_ids)
    else:
        taken = [row for row in parsed if is_about_somebody(row, known, run.source)]
        run.counts["roles"] += ensure_roles(session, taken, run.role_ids, origin=_origin(run))
    rules = Rules(source=run.source, reasons=run.reasons, role_ids=run.role_ids)
    return plan_rows(parsed, known, rules)


def _origin(run: _Run) -> Origin:
    return Origin(source=run.source, import_id=run.import_id, now=run.now)


def _begin(session: Session, run: _Run) -> None:
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
    run.counts = Counter(record.counts or {})
    if run.rows_done:
        run.problems.recall(session, record.id)


def _waiting(session: Session, options: ImportOptions) -> Import | None:
    if options.import_id is None:
        return None
    record = session.get(Import, options.import_id)
    if record is None:
        raise NotFoundError(f"There is no import {options.import_id}.")
    if record.state is ImportState.DONE:
        raise ConflictError(f"Import {options.import_id} is done already.")
    return record


def _stopped(session: Session, run: _Run, document: dict[str, object]) -> Import | None:
    wanted = select(Import).where(
        Import.content_hash == run.preparation.file.content_hash,
        Import.source == run.source,
        Import.state.in_([ImportState.RUNNING, ImportState.STOPPED]),
        Import.undo_began_at.is_(None),
    )
    stopped = session.scalars(wanted.order_by(Import.id.desc()))
    return next((record for record in stopped if record.mapping == document), None)


def _own_record(session: Session, run: _Run) -> Import:
    """Get the record for writing; whoever finds it moved on by somebody else stops here."""
    record = session.get(Import, run.import_id)
    if record is not None and record.undo_began_at is not None:
        raise ConflictError(f"The import of {run.preparation.file_name} is being undone; it was stopped.")
    if record is None or record.rows_done != run.rows_done or record.state is not ImportState.RUNNING:
        raise ConflictError(
            f"{run.preparation.file_name} is being imported by somebody else right now; this try stopped without harm."
        )
    return record


def _count(run: _Run, counted: Counter[str], problems: int) -> None:
    rows = sum(counted[name] for name in OUTCOMES)
    run.rows_done += rows
    run.counts.update(counted)
    run.counts.update({"rows": rows, "cells_to_fix": problems})


def _bytes_done(run: _Run) -> int:
    total = max(1, run.preparation.reading.survey.rows)
    return run.preparation.file.size_bytes * run.rows_done // total


def _tell(run: _Run, progress: Progress | None) -> None:
    if progress:
        progress(
            ImportProgress(
                rows_done=run.rows_done,
                rows_total=run.preparation.reading.survey.rows,
                bytes_total=run.preparation.file.size_bytes,
                seconds=run.seconds(),
            )
        )


def _end(sessions: Sessions, run: _Run) -> None:
    with sessions.writing() as session:
        record = _own_record(session, run)
        record.state, record.ended_at = ImportState.DONE, run.now
        record.bytes_done = record.bytes_total
        record.counts = dict(run.counts)
        session.commit()


def _record_failure(sessions: Sessions, options: ImportOptions, problem: str, now: datetime) -> None:
    """Say with a waiting import why it could not be carried out; one that somebody else carries out is theirs."""
    if options.import_id is None or options.dry_run:
        return
    with sessions.writing() as session:
        record = session.get(Import, options.import_id)
        if record is not None and record.state is ImportState.WAITING:
            record.state, record.problem, record.ended_at = ImportState.FAILED, problem, now
            session.commit()


def _report(run: _Run) -> ImportReport:
    counted = {name: run.counts[name] for name in ("rows", *OUTCOMES, "possible_duplicates", "cells_to_fix")}
    refused = {
        name.removeprefix(REFUSED_CELLS): count
        for name, count in run.counts.items()
        if name.startswith(REFUSED_CELLS)
    }
    details = {
        name: count
        for name, count in sorted(run.counts.items())
        if name not in counted and not name.startswith(REFUSED_CELLS)
    }
    reading = run.preparation.reading
    return ImportReport(
        import_id=run.import_id,
        **counted,
        seconds=run.seconds(),
        details=details | count_columns(run.preparation.mapping),
        columns=report_columns(run.preparation.mapping),
        problems=tuple(run.problems.first),
        form=run.preparation.file.form,
        source=run.source,
        preset=run.preparation.preset.name if run.preparation.preset else None,
        values=mean_values(reading.survey.values, run.preparation.mapping, reading.vocabulary),
        refused=refused,
    )
