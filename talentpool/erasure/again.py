"""Who was erased and is here again: after a restore of an older backup, everybody whose hash is on the list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, CandidateEmail, CandidatePhone
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.consent.suppression import suppression_key


def people_erased_before(session: Session, secret: bytes) -> list[int]:
    """List the candidates whose number, or an address of whom, belongs to somebody who was erased."""
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
    known += [(number, suppression_key(secret, "email", key)) for number, key in emails]
    known += [(number, suppression_key(secret, "phone", key)) for number, key in phones]
    return sorted({number for number, key in known if key in hashes})
