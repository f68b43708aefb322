"""Takes an import back: whom it created goes, what it changed goes back, except what people did with it since.

In short transactions, each leaving the pool whole; started again after a crash it ends in the same state, and
a second time there is nothing left to do. This module is a door: nothing below it commits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.resume_files import file_keys_of
from talentpool.consent.models import Suppression
from talentpool.database import Sessions, table_of
from talentpool.errors import ConflictError, NotFoundError
from talentpool.imports.merged_since import BY_A_MERGE, MERGED_AWAY, Merged, merged_with, people_merged_away
from talentpool.imports.models import Import, ImportChange, ImportState
from talentpool.imports.restore import opt_outs_of, put_back, take_back_suppressions
from talentpool.imports.row_memory import forget_rows
from talentpool.imports.turns import take_turn
from talentpool.imports.undo_report import Kept, UndoReport, as_recorded, begun, kept_change
from talentpool.imports.used_since import (
    CHANGED,
    IMPORTED,
    changed_since,
    people_used_since,
    roles_used_since,
)
from talentpool.resumes.store import remove_originals
from talentpool.roles.models import Role

AT_A_TIME = 200  # records a transaction


def undo_import(
    sessions: Sessions,
    import_id: int,
    *,
    now: datetime,
    go_on: Callable[[], None] | None = None,
    resume_folder: Path | None = None,
) -> UndoReport:
    """Take an import back; a second time changes nothing and gives the first report's counts.

    `go_on` is asked between two transactions and may raise; files of the resumes that go are removed from
    `resume_folder` once their rows are gone. Raises NotFoundError for an import that is not
    there, ConflictError for one that has not begun.
    """
    with sessions.writing() as session:
        take_turn(session)
        record = _get(session, import_id)
        if record.undone_at is not None:
            return as_recorded(record)
        record.undo_began_at = record.undo_began_at or now
        report = begun(record)
        forget_rows(session, import_id)
        session.commit()
    for work in (_remove_people, _remove_records, _restore_values, _lift_opt_outs, _remove_roles):
        place: int | None = 0
        while place is not None:
            with sessions.writing() as session:
                take_turn(session)
                report.file_keys.clear()
                place = work(session, report, place, now)
                _get(session, import_id).undo_outcome = report.as_json()
                session.commit()
            if resume_folder:
                remove_originals(resume_folder, report.file_keys)
            if go_on:
                go_on()
    _end(sessions, report, now)
    return report


def _get(session: Session, import_id: int) -> Import:
    record = session.get(Import, import_id)
    if record is None:
        raise NotFoundError(f"There is no import {import_id}.")
    if record.state is ImportState.WAITING:
        raise ConflictError(f"Import {import_id} has not begun, so there is nothing to undo.")
    return record


def _remove_people(session: Session, report: UndoReport, after: int, now: datetime) -> int | None:
    """Remove the next people the import created, unless somebody has worked with them since."""
    wanted = select(Candidate.id).where(Candidate.import_id == report.import_id, Candidate.id > after)
    ids = session.scalars(wanted.order_by(Candidate.id).limit(AT_A_TIME)).all()
    if not ids:
        away = people_merged_away(session, report.import_id)
        report.keep(
            Kept(record="candidates", record_id=each, candidate_id=survivor, because=MERGED_AWAY)
            for each, survivor in sorted(away.items())
        )
        return None
    used = people_used_since(session, ids, report.import_id)
    going = [each for each in ids if each not in used]
    report.file_keys += file_keys_of(session, going)
    session.execute(delete(table_of(Candidate)).where(Candidate.id.in_(going)))
    record_changes(session, going, now=now)
    report.people += len(going)
    report.keep(
        Kept(record="candidates", record_id=each, candidate_id=each, because=why)
        for each, why in sorted(used.items())
    )
    return ids[-1]


def _remove_records(session: Session, report: UndoReport, after: int, now: datetime) -> int | None:
    """Remove what the import added to people who were there before, table by table; `after` counts the tables."""
    if after == len(IMPORTED):
        return None
    table = table_of(IMPORTED[after])
    owner = table_of(Candidate)
    wanted = (
        select(table.c.id, table.c.candidate_id)
        .join(owner, owner.c.id == table.c.candidate_id)
        .where(
            table.c.import_id == report.import_id,
            owner.c.import_id.is_distinct_from(report.import_id),
        )
    )
    owners = set(session.scalars(wanted.with_only_columns(table.c.candidate_id).distinct()))
    merged = merged_with(session, owners).of_table(table.name)
    own = set(session.scalars(wanted.with_only_columns(table.c.id))) & merged.keys()
    used = {each: (owner, CHANGED) for each, owner in changed_since(session, table, report.import_id).items()}
    used |= {each: (merged[each], BY_A_MERGE) for each in own}
    rows = session.execute(
        wanted.where(table.c.id.not_in(sorted(used))).order_by(table.c.id).limit(AT_A_TIME)
    ).all()
    going = [row.id for row in rows]
    if table is table_of(Resume):
        keys = session.scalars(select(Resume.file_key).where(Resume.id.in_(going)))
        report.file_keys += [key for key in keys if key]
    session.execute(delete(table).where(table.c.id.in_(going)))
    record_changes(session, [row.candidate_id for row in rows], now=now)
    report.records += len(rows)
    if len(rows) == AT_A_TIME:
        return after
    report.keep(
        Kept(record=table.name, record_id=each, candidate_id=owner_id, because=why)
        for each, (owner_id, why) in sorted(used.items())
    )
    return after + 1


def _restore_values(session: Session, report: UndoReport, after: int, now: datetime) -> int | None:
    """Give records their old values back, the newest change first; `after` counts what stays as it is."""
    wanted = (
        select(ImportChange)
        .where(ImportChange.import_id == report.import_id, ImportChange.record != Suppression.__tablename__)
        .order_by(ImportChange.id.desc())
        .offset(after)
        .limit(AT_A_TIME)
    )
    changes = session.scalars(wanted).all()
    if not changes:
        return None
    stays, merged = 0, merged_with(session, {each.candidate_id for each in changes if each.candidate_id})
    for change in changes:
        because = _why_it_stays(change, merged) or put_back(session, change)
        if because:
            stays += 1
            report.keep([kept_change(change, because)])
            continue
        report.restored += 1
        session.delete(change)
    record_changes(session, [each.candidate_id for each in changes if each.candidate_id], now=now)
    return after + stays


def _why_it_stays(change: ImportChange, merged: Merged) -> str | None:
    row = (change.record, change.record_id)
    if row in merged.set_aside:
        return MERGED_AWAY
    return BY_A_MERGE if row in merged.with_survivor and change.before is None else None


def _lift_opt_outs(session: Session, report: UndoReport, after: int, now: datetime) -> int | None:
    """Take do-not-contact entries back that nobody but this import asked for."""
    standing = opt_outs_of(session, report.import_id)
    merged = merged_with(session, standing.values()).of_table(Suppression.__tablename__)
    kept = {each: merged[each] for each in standing if each in merged}
    lifted, owners = take_back_suppressions(session, report.import_id, now=now, at_most=AT_A_TIME, kept=kept)
    record_changes(session, owners, now=now)
    report.opt_outs += lifted
    if lifted:
        return after
    report.keep(
        Kept(record="suppressions", record_id=each, candidate_id=owner, because=BY_A_MERGE)
        for each, owner in sorted(kept.items())
    )
    return None


def _remove_roles(session: Session, report: UndoReport, after: int, now: datetime) -> int | None:  # noqa: ARG001 - as the others
    wanted = select(Role.id).where(Role.import_id == report.import_id, Role.id > after)
    ids: Sequence[int] = session.scalars(wanted.order_by(Role.id).limit(AT_A_TIME)).all()
    if not ids:
        return None
    used = roles_used_since(session, ids)
    going = [each for each in ids if each not in used]
    session.execute(delete(table_of(Role)).where(Role.id.in_(going)))
    report.roles += len(going)
    report.keep(
        Kept(record="roles", record_id=each, candidate_id=None, because=why)
        for each, why in sorted(used.items())
    )
    return ids[-1]


def _end(sessions: Sessions, report: UndoReport, now: datetime) -> None:
    with sessions.writing() as session:
        record = _get(session, report.import_id)
        record.undone_at, record.undo_outcome = now, report.as_json()
        if record.state is ImportState.RUNNING:
            record.state = ImportState.STOPPED
        session.commit()
