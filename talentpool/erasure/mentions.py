"""What mentions a person without pointing at them: rows an import could not take, reports, uploads still kept.

A row that is only about them goes; of one that is about something else only what mentions them is emptied. An upload
that names them goes as a whole: what was imported of it is here, and what was not can be uploaded again.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import JSON, ColumnElement, Table, Text, cast, func, or_, update
from sqlalchemy.orm import Session

from talentpool.candidates.models import Merge
from talentpool.database import Base
from talentpool.erasure.prove import files_of, found_in_file, written_forms

# The database, and what is kept level with its rows: none of it is a file about a person that could go as a whole.
KEPT_BY_THEIR_ROWS = frozenset({"talentpool.db", "secret", "resumes", "index", "journal"})
GO_AS_A_WHOLE: Mapping[str, tuple[str, ...]] = {
    "import_problems": ("row", "value", "message"),
    "import_changes": ("before", "after"),
}
EMPTIED: Mapping[str, tuple[str, ...]] = {
    "import_uploads": ("report", "problem"),
    "imports": ("problem",),
    "asked_work": ("problem",),
    "job_runs": ("problem", "notes"),
}


def clear_mentions(session: Session, candidate_id: int, things: Sequence[str]) -> None:
    """Delete or empty what mentions a person in tables that do not point at them."""
    if things:
        _clear(session, things)
    # Somebody kept apart again from another record is still named there.
    others = update(Merge).where(Merge.other_id == candidate_id)
    session.execute(others.values(other_name="", dropped_source=None, dropped_external_id=None))


def _clear(session: Session, things: Sequence[str]) -> None:
    for name, columns in GO_AS_A_WHOLE.items():
        table = Base.metadata.tables[name]
        session.execute(table.delete().where(or_(*(_mentions(table, each, things) for each in columns))))
    for name, columns in EMPTIED.items():
        table = Base.metadata.tables[name]
        for each in columns:
            session.execute(table.update().where(_mentions(table, each, things)).values({each: None}))


def files_mentioning(home: Path, things: Sequence[str]) -> list[Path]:
    """List the files of a home in which any of these things stand: uploads, exports, problems, tables left there."""
    return [
        path
        for path in files_of(home)
        if path.relative_to(home).parts[0] not in KEPT_BY_THEIR_ROWS and found_in_file(path, things)
    ]


def write_log_back(session: Session) -> None:
    """Write SQLite's log back into its file and empty it, so that the person is in neither."""
    engine = session.get_bind()
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()  # type: ignore[union-attr]  # sessions here are bound to engines
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _mentions(table: Table, column: str, things: Sequence[str]) -> ColumnElement[bool]:
    text = func.lower(cast(table.c[column], Text))
    forms = written_forms(things) if isinstance(table.c[column].type, JSON) else things
    return or_(*(text.contains(thing, autoescape=True) for thing in forms))
