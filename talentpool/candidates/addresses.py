"""Whether an address of a candidate works: mail that came back marks it, and a person takes the mark away again."""

from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import CandidateEmail
from talentpool.errors import NotFoundError


def mark_address(
    session: Session, candidate_id: int, email_id: int, *, works: bool, now: datetime
) -> CandidateEmail:
    """Say that an address works again, or that it does not; raises NotFoundError for one that is not theirs."""
    email = session.get(CandidateEmail, email_id, with_for_update=True)
    if email is None or email.candidate_id != candidate_id:
        raise NotFoundError("This address is not on record any more; open the candidate's page again.")
    if works:
        email.bounced_at = None
    else:
        email.bounced_at = email.bounced_at or now
    record_changes(session, [candidate_id], now=now)
    session.flush()
    return email
