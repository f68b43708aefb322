"""Whether the address a link went to is still the person's: a merge taken back, or a correction, may have moved it."""

from sqlalchemy import select

from talentpool.candidates.models import CandidateEmail
from talentpool.consent.link_token import Link
from talentpool.consent.suppression import suppression_key
from talentpool.web.desk import desk
from talentpool.web.transaction import request_session


def is_theirs(link: Link, candidate_id: int) -> bool:
    """Say whether the candidate has the address to which this link was sent."""
    held = select(CandidateEmail.address_key).where(CandidateEmail.candidate_id == candidate_id)
    known = (suppression_key(desk().secret, "email", key) for key in request_session().scalars(held))
    return link.address_hash in known
