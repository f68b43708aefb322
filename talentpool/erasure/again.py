"""Who was erased and is here again: after a restore of an older backup, everybody whose hash is on the list."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, Merge
from talentpool.candidates.recognition import contact_hash, is_ones_own, named_key
from talentpool.consent.holds import lift_holds
from talentpool.consent.models import HoldKind, Suppression, SuppressionScope
from talentpool.consent.suppression import record_key, suppression_key
from talentpool.database import Base, many
from talentpool.erasure.erase import BEING_SENT, CONTACTS, MESSAGES

NOBODY_KNOWS = "unknown"  # whether a message arrived


def people_erased_before(session: Session, secret: bytes) -> list[int]:
    """List the candidates who were erased: by the number here, an id elsewhere, or an address with their name.

    A number or address alone erases nobody: somebody else may have it too, or have it now.
    """
    erased = select(Suppression.key_hash).where(
        Suppression.scope == SuppressionScope.ERASED, Suppression.lifted_at.is_(None)
    )
    hashes = set(session.scalars(erased))
    if not hashes:
        return []
    known = [*_records(session, secret), *_named_addresses(session, secret)]
    return sorted({number for number, key in known if key in hashes})


def _records(session: Session, secret: bytes) -> Iterator[tuple[int, str]]:
    """Walk over the hashes of the numbers and ids of everybody, and of the records merged into theirs."""
    own = select(Candidate.id, Candidate.id, Candidate.source, Candidate.external_id)
    merged = select(Merge.survivor_id, Merge.other_id, Merge.dropped_source, Merge.dropped_external_id).where(
        Merge.undone_at.is_(None)
    )
    for number, record, source, external_id in (*session.execute(own), *session.execute(merged)):
        yield number, suppression_key(secret, "person", str(record))
        if source and external_id:
            yield number, suppression_key(secret, "record", record_key(source, external_id))


def _named_addresses(session: Session, secret: bytes) -> Iterator[tuple[int, str]]:
    for kind, column in CONTACTS.items():
        held = select(Candidate.id, Candidate.full_name, column)
        for number, name, key in session.execute(
            held.join(column.class_, column.class_.candidate_id == Candidate.id)
        ):
            if is_ones_own(kind, key):
                yield number, contact_hash(secret, named_key(name, kind, key))


def free_for_erasure(session: Session, candidate_ids: Sequence[int], *, now: datetime) -> None:
    """Let go of what held people back when the backup was made: by the time they were erased it was over."""
    messages = Base.metadata.tables[MESSAGES]
    for batch in many(candidate_ids):
        for candidate_id in batch:
            lift_holds(session, candidate_id, HoldKind.ACCESS_REQUEST, now=now)
        leaving = messages.c.candidate_id.in_(batch) & (messages.c.state == BEING_SENT)
        session.execute(messages.update().where(leaving).values(state=NOBODY_KNOWS))
