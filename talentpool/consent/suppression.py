"""Do not contact, do not rank, do not add again: kept as keyed hashes, so the list holds nobody's address."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.consent.journal import note_in_journal
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.database import many

BY_MERGE = "merge: "  # begins the source of an entry that two records brought to each other
SuppressedKind = Literal["email", "phone", "url", "named", "person", "record"]


def suppression_key(secret: bytes, kind: SuppressedKind, key: str) -> str:
    """Hash an address in its compared form, one with a name (`named_key`), a number of ours, or a source and its id.

    HMAC-SHA256 as 64 hex digits.

    >>> suppression_key(b"secret", "email", "ana@example.org")[:12]
    '43ac5cd05208'
    """
    return hmac.new(secret, f"{kind}:{key}".encode(), hashlib.sha256).hexdigest()


def record_key(source: str, external_id: str) -> str:
    """Give what is hashed of somebody's id in another system."""
    return f"{source}\x1f{external_id}"


def suppress(
    session: Session,
    key_hashes: Iterable[str],
    *,
    scope: SuppressionScope,
    source: str,
    now: datetime,
    candidate_id: int | None = None,
    import_id: int | None = None,
) -> list[Suppression]:
    """Add do-not entries; one that stands stays as it is, one that was lifted holds again.

    One that came with an import or a merge is asked for by whoever asks now, and outlives either's undoing.
    """
    wanted = sorted(set(key_hashes))
    known = {entry.key_hash: entry for entry in _entries(session, wanted, scope)}
    for key_hash in wanted:
        if key_hash not in known:
            known[key_hash] = Suppression(key_hash=key_hash, scope=scope, created_at=now, source=source)
            session.add(known[key_hash])
        entry = known[key_hash]
        entry.lifted_at = None
        if entry.source.startswith(BY_MERGE) or (import_id is None and entry.import_id is not None):
            entry.import_id, entry.source = None, source
        entry.candidate_id = candidate_id if candidate_id is not None else entry.candidate_id
        entry.import_id = import_id if import_id is not None else entry.import_id
    session.flush()
    note_in_journal(session, known.values(), now=now, is_lifted=False)
    return list(known.values())


def find_suppressed(session: Session, key_hashes: Iterable[str], *, scope: SuppressionScope) -> set[str]:
    """Find which of these hashes are on the list and not lifted."""
    entries = _entries(session, sorted(set(key_hashes)), scope)
    return {entry.key_hash for entry in entries if entry.lifted_at is None}


def lift(session: Session, candidate_id: int, *, scope: SuppressionScope, now: datetime) -> int:
    """Take back every entry of this scope for one candidate; gives how many there were."""
    standing = select(Suppression).where(
        Suppression.candidate_id == candidate_id,
        Suppression.scope == scope,
        Suppression.lifted_at.is_(None),
    )
    entries = session.scalars(standing).all()
    for entry in entries:
        entry.lifted_at = now
    session.flush()
    note_in_journal(session, entries, now=now, is_lifted=True)
    return len(entries)


def _entries(session: Session, key_hashes: list[str], scope: SuppressionScope) -> list[Suppression]:
    found: list[Suppression] = []
    for batch in many(key_hashes):
        wanted = select(Suppression).where(Suppression.scope == scope, Suppression.key_hash.in_(batch))
        found += session.scalars(wanted)
    return found
