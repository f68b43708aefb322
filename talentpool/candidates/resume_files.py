"""Stored originals and the rows that refer to them: neither stays without the other.

A file comes first and its row after it, so a crash between the two leaves a file nobody refers to; a row whose
file is gone means that a disk lost it. Both are found here; the first is removed, the second only told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Merge, Resume
from talentpool.database import many
from talentpool.resumes.store import original_path, remove_originals, remove_unfinished, stored_keys

ORPHAN_AFTER = timedelta(days=2)
"""An import writes its files before the transaction that refers to them; and a clock that jumps a day ahead in the middle
of one makes no file of it look old."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreFindings:
    """What does not fit together: keys of files without a row, ids of resumes whose file is gone."""

    orphans: tuple[str, ...]
    missing: tuple[int, ...]


def examine_store(session: Session, folder: Path, *, now: datetime) -> StoreFindings:
    """Compare files and rows; a file younger than ORPHAN_AFTER may belong to work under way and is let be."""
    rows = session.execute(select(Resume.id, Resume.file_key).where(Resume.file_key.is_not(None)))
    key_by_id = {resume_id: key for resume_id, key in rows if key}
    referred = set(key_by_id.values())
    oldest = (now - ORPHAN_AFTER).timestamp()
    files, orphans = set(), []
    for key, written in stored_keys(folder):
        files.add(key)
        if key not in referred and written < oldest:
            orphans.append(key)
    kept = _kept_for_unmerging(session) if orphans else set()
    missing = (each for each, key in key_by_id.items() if key not in files)
    return StoreFindings(
        orphans=tuple(sorted(set(orphans) - kept)),
        missing=tuple(
            each for each in sorted(missing) if not original_path(folder, key_by_id[each]).exists()
        ),
    )


def sweep_store(session: Session, folder: Path, *, now: datetime) -> int:
    """Remove files that no row refers to, and unfinished ones; gives how many."""
    orphans = examine_store(session, folder, now=now).orphans
    unfinished = remove_unfinished(folder, before=(now - ORPHAN_AFTER).timestamp())
    return remove_originals(folder, orphans) + unfinished


def file_keys_of(session: Session, candidate_ids: Sequence[int]) -> list[str]:
    """List the files of some people, for whoever is about to delete them."""
    keys: list[str] = []
    for batch in many(candidate_ids):
        wanted = select(Resume.file_key).where(Resume.candidate_id.in_(batch), Resume.file_key.is_not(None))
        keys += [key for key in session.scalars(wanted) if key]
    return keys


def _kept_for_unmerging(session: Session) -> set[str]:
    """Give the files of resumes that a merge set aside: undoing it brings their rows back."""
    kept: set[str] = set()
    for record in session.scalars(select(Merge.record).where(Merge.undone_at.is_(None))):
        for entry in record.get("set_aside", ()):
            if entry["table"] == Resume.__tablename__ and entry["row"].get("file_key"):
                kept.add(entry["row"]["file_key"])
    return kept
