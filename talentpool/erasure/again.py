"""Who was erased and is here again: after a restore of an older backup, everybody whose hash is on the list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.candidates.own_words import known_hashes
from talentpool.consent.holds import lift_holds
from talentpool.consent.models import HoldKind, Suppression, SuppressionScope
from talentpool.consent.suppression import record_key, suppression_key
from talentpool.database import Base, many
from talentpool.erasure.erase import BEING_SENT, MESSAGES

NOBODY_KNOWS = "unknown"  # whether a message arrived


def people_erased_before(session: Session, secret: bytes) -> list[int]:
    """List the candidates whose number, address or id elsewhere belongs to somebody who was erased."""
    erased = select(Suppression.key_hash).where(
        Suppression.scope == SuppressionScope.ERASED, Suppression.lifted_at.is_(None)
    )
    hashes = set(session.scalars(erased))
    if not hashes:
        return []
    records = session.execute(
        select(Candidate.id, Candidate.source, Candidate.external_id).where(
            Candidate.external_id.is_not(None)
        )
    )
    elsewhere = [
        (number, suppression_key(secret, "record", record_key(source or "", external_id or "")))
        for number, source, external_id in records
    ]
    known = [*known_hashes(session, secret), *elsewhere]
    return sorted({number for number, key in known if key in hashes})


def free_for_erasure(session: Session, candidate_ids: Sequence[int], *, now: datetime) -> None:
    """Let go of what held people back when the backup was made: by the time they were erased it was over."""
    messages = Base.metadata.tables[MESSAGES]
    for batch in many(candidate_ids):
        for candidate_id in batch:
            lift_holds(session, candidate_id, HoldKind.ACCESS_REQUEST, now=now)
        leaving = messages.c.candidate_id.in_(batch) & (messages.c.state == BEING_SENT)
        session.execute(messages.update().where(leaving).values(state=NOBODY_KNOWS))
