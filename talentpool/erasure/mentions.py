"""What mentions a person without pointing at them: rows an import could not take, reports, uploads, what was typed.

A row that is only about them goes; of one that is about something else only what mentions them is emptied. A file
that names them goes as a whole: what was imported of it is here, and what was not can be uploaded again. Records about
somebody else are left as they are; the proof names them.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from talentpool.candidates.models import Merge
from talentpool.database import Base
from talentpool.erasure.prove import DATABASE, files_of
from talentpool.erasure.searching import Hit, Quarry, find_in_file

# The database, and what is kept level with its rows: none of it is a file about a person that could go as a whole.
KEPT_BY_THEIR_ROWS = frozenset({DATABASE, "secret", "resumes", "index", "journal"})
GO_AS_A_WHOLE = frozenset({"import_problems", "import_changes", "kept_forms", "saved_searches"})
REMOVED = "[removed]"
EMPTIED: Mapping[str, Mapping[str, object]] = {
    "import_uploads": {"report": None, "problem": None},
    "imports": {"problem": None, "file_name": REMOVED},
    "asked_work": {"problem": None},
    "job_runs": {"problem": None, "notes": None},
    "shortlist_links": {"words": None},
}


def clear_mentions(session: Session, hits: Iterable[Hit], candidate_ids: Iterable[int]) -> int:
    """Delete or empty what was seen to mention people in tables that do not point at them; gives how many rows."""
    changed = 0
    for hit in hits:
        table = Base.metadata.tables[hit.table]
        columns = zip(table.primary_key.columns, hit.key, strict=True)
        this = [column == value for column, value in columns]
        if hit.table in GO_AS_A_WHOLE:
            session.execute(table.delete().where(*this))
            changed += 1
        elif hit.column in EMPTIED.get(hit.table, {}):
            empty = {hit.column: EMPTIED[hit.table][hit.column]}
            session.execute(table.update().where(*this).values(empty))
            changed += 1
    # Somebody kept apart again from another record is still named there.
    others = update(Merge).where(Merge.other_id.in_(list(candidate_ids)))
    session.execute(others.values(other_name="", dropped_source=None, dropped_external_id=None))
    return changed


def files_mentioning(home: Path, quarry: Quarry) -> list[Path]:
    """List the files of a home in which any of these people stand: uploads, exports, mails, tables left there."""
    return [
        path
        for path in files_of(home)
        if path.relative_to(home).parts[0] not in KEPT_BY_THEIR_ROWS and find_in_file(path, quarry)
    ]
