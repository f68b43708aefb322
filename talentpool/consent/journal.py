"""Every do-not entry once more, outside the database: a restore of an older backup forgets nobody who asked since.

One line of JSON for each entry made or lifted, with its keyed hash and nobody's address; what else people decide about
themselves stands there in the same form (`candidates/own_words.py`). A line is on the disk
before the transaction it belongs to is committed, so what is in the database is in the journal.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.orm import Session

from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.database import Base, Sessions

FOLDER, FILE = "journal", "do_not.jsonl"
_PENDING = "do_not_journal"


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntry:
    """One do-not entry, or another decision of a person, made or lifted again."""

    key_hash: str
    scope: str
    source: str
    candidate_id: int | None
    at: str  # ISO 8601
    is_lifted: bool


def note_in_journal(
    session: Session, entries: Iterable[Suppression], *, now: datetime, is_lifted: bool
) -> None:
    """Have entries written into the journal when the transaction is committed."""
    written = [
        JournalEntry(
            key_hash=one.key_hash,
            scope=one.scope.value,
            source=one.source,
            candidate_id=one.candidate_id,
            at=now.isoformat(),
            is_lifted=is_lifted,
        )
        for one in entries
    ]
    append_later(session, written)


def append_later(session: Session, entries: Iterable[JournalEntry]) -> None:
    """Have lines appended to the journal when the transaction is committed."""
    pending: list[JournalEntry] = session.info.setdefault(_PENDING, [])
    pending += entries


def keep_journal(sessions: Sessions, home: Path) -> Sessions:
    """Let the writing sessions keep the journal in a home; gives the same sessions."""

    def write(session: Session) -> None:
        if pending := session.info.pop(_PENDING, None):
            append_to_journal(home, pending)

    def forget(session: Session) -> None:
        session.info.pop(_PENDING, None)

    event.listen(sessions.writing, "before_commit", write)
    event.listen(sessions.writing, "after_rollback", forget)
    return sessions


def append_to_journal(home: Path, entries: Sequence[JournalEntry]) -> None:
    """Append entries and wait until the disk has them."""
    path = home / FOLDER / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in entries)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read_journal(home: Path) -> list[JournalEntry]:
    """Read the entries of a home; a line that a power cut has torn is left out."""
    path, found = home / FOLDER / FILE, []
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(JournalEntry(**json.loads(line)))
            except (ValueError, TypeError):
                continue
    return found


def replay(connection: Connection, entries: Sequence[JournalEntry]) -> int:
    """Make, lift or renew do-not entries in the order of the journal; gives how many hashes it has spoken of."""
    scopes = set(SuppressionScope)
    last = {(one.key_hash, one.scope): one for one in entries if one.scope in scopes}
    table = Base.metadata.tables[Suppression.__tablename__]
    people = Base.metadata.tables["candidates"]
    for one in last.values():
        scope, at = SuppressionScope(one.scope), datetime.fromisoformat(one.at)
        this = (table.c.key_hash == one.key_hash) & (table.c.scope == scope)
        here = connection.scalar(select(people.c.id).where(people.c.id == one.candidate_id))
        values: dict[str, Any] = {"lifted_at": at if one.is_lifted else None}
        if here is not None:
            values["candidate_id"] = here
        if connection.scalar(select(table.c.id).where(this)) is not None:
            connection.execute(update(table).where(this).values(values))
        elif not one.is_lifted:
            new = {"key_hash": one.key_hash, "scope": scope, "source": one.source, "created_at": at}
            connection.execute(insert(table).values({**new, **values}))
    return len(last)
