"""Old values back into records that an import changed, where nobody has changed them since."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
)
from talentpool.consent.journal import note_in_journal
from talentpool.consent.models import Suppression
from talentpool.database import table_of
from talentpool.imports.change_log import as_json, from_json
from talentpool.imports.models import ImportChange

_TABLES = {
    model.__tablename__: table_of(model)
    for model in (Application, Candidate, CandidateEmail, CandidateLink, CandidatePhone)
}


def put_back(session: Session, change: ImportChange) -> str | None:
    """Take one change back; says which of its values stay, because somebody has changed them since."""
    table = _TABLES[change.record]
    if _came_with_the_import(session, change):
        return None
    if change.before is None:
        session.execute(delete(table).where(table.c.id == change.record_id))
        return None
    row = session.execute(select(table).where(table.c.id == change.record_id)).mappings().first()
    if row is None:
        return None
    after = change.after or {}
    names = [name for name in change.before if name != "updated_at"]
    left = [name for name in names if as_json(row[name]) not in (after.get(name), change.before[name])]
    values = {name: from_json(table, name, change.before[name]) for name in names if name not in left}
    if not left and as_json(row["updated_at"]) == after.get("updated_at"):
        values["updated_at"] = from_json(table, "updated_at", change.before["updated_at"])
    if values:
        session.execute(update(table).where(table.c.id == change.record_id).values(values))
    named = [name for name in left if name not in ("folded_name", "as_of")]
    return f"changed since: {', '.join(named)}" if named else None


def _came_with_the_import(session: Session, change: ImportChange) -> bool:
    """Say whether the record is of somebody the import created, who stays as the import left them."""
    table = _TABLES[Candidate.__tablename__]
    own = select(table.c.id).where(table.c.id == change.candidate_id, table.c.import_id == change.import_id)
    return session.scalar(own) is not None


def opt_outs_of(session: Session, import_id: int) -> dict[int, int]:
    """List the do-not entries of an import that are of somebody here, each with the person."""
    table = table_of(Suppression)
    own = select(table.c.id, table.c.candidate_id).where(
        table.c.import_id == import_id, table.c.candidate_id.is_not(None)
    )
    return {row.id: row.candidate_id for row in session.execute(own)}


def take_back_suppressions(
    session: Session, import_id: int, *, now: datetime, at_most: int, kept: Collection[int] = ()
) -> tuple[int, list[int]]:
    """Remove or lift the next entries of an import, or hand them to another import that asked for the same.

    Those in `kept` stay. Gives how many were dealt with, and whose they were.
    """
    table = table_of(Suppression)
    entries = (
        session.execute(
            select(table)
            .where(table.c.import_id == import_id, table.c.id.not_in(sorted(kept)))
            .limit(at_most)
        )
        .mappings()
        .all()
    )
    ids = [entry["id"] for entry in entries]
    records = {one.id: one for one in session.scalars(select(Suppression).where(Suppression.id.in_(ids)))}
    for entry in entries:
        heir = _another_import(session, entry["id"], import_id)
        before = _before(session, entry["id"], import_id)
        this = table.c.id == entry["id"]
        if heir is not None:
            session.execute(update(table).where(this).values(import_id=heir))
            records.pop(entry["id"])
        elif before:
            values = {name: from_json(table, name, value) for name, value in before.items()}
            session.execute(update(table).where(this).values(values))
        else:
            session.execute(delete(table).where(this))
    note_in_journal(session, records.values(), now=now, is_lifted=True)
    if not entries:
        changes = table_of(ImportChange)
        own = (changes.c.import_id == import_id) & (changes.c.record == table.name)
        session.execute(delete(changes).where(own))
    return len(entries), [entry["candidate_id"] for entry in entries if entry["candidate_id"]]


def _another_import(session: Session, entry_id: int, import_id: int) -> int | None:
    asked = select(ImportChange.import_id).where(
        ImportChange.record == Suppression.__tablename__,
        ImportChange.record_id == entry_id,
        ImportChange.import_id != import_id,
    )
    return session.scalar(asked.order_by(ImportChange.id).limit(1))


def _before(session: Session, entry_id: int, import_id: int) -> dict[str, object] | None:
    changed = select(ImportChange).where(
        ImportChange.record == Suppression.__tablename__,
        ImportChange.record_id == entry_id,
        ImportChange.import_id == import_id,
    )
    first = next((one for one in session.scalars(changed.order_by(ImportChange.id)) if one.before), None)
    return first.before if first else None
