"""Who was erased and is here again: after a restore of an older backup, everybody whose hash is on the list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, CandidateEmail, CandidatePhone
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.consent.suppression import record_key, suppression_key


def people_erased_before(session: Session, secret: bytes) -> list[int]:
    """List the candidates whose number, address or id elsewhere belongs to somebody who was erased."""
    erased = select(Suppression.key_hash).where(
        Suppression.scope == SuppressionScope.ERASED, Suppression.lifted_at.is_(None)
    )
    hashes = set(session.scalars(erased))
    if not hashes:
        return []
    emails = session.execute(select(CandidateEmail.candidate_id, CandidateEmail.address_key))
    phones = session.execute(select(CandidatePhone.candidate_id, CandidatePhone.number_key))
    known = [
        (number, suppression_key(secret, "person", str(number)))
        for number in session.scalars(select(Candidate.id))
    ]
    records = session.execute(
        select(Candidate.id, Candidate.source, Candidate.external_id).where(
            Candidate.external_id.is_not(None)
        )
    )
    known += [
        (number, suppression_key(secret, "record", record_key(source or "", external_id or "")))
        for number, source, external_id in records
    ]
    known += [(number, suppression_key(secret, "email", key)) for number, key in emails]
    known += [(number, suppression_key(secret, "phone", key)) for number, key in phones]
    return sorted({number for number, key in known if key in hashes})
