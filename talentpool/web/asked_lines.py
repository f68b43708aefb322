"""What somebody has asked about their own data and until when it is done, in sentences for their own page."""

from datetime import date

from sqlalchemy.orm import Session

from talentpool.candidates.contact_holds import awaiting_copy
from talentpool.consent.data_requests import open_requests_of
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.web.page_words import PageWords


def asked_lines(session: Session, candidate_id: int, words: PageWords, *, today: date) -> list[str]:
    """Give a sentence for each of a person's own requests that is not answered, the first one first."""
    after_copy = bool(awaiting_copy(session, [candidate_id], today=today))
    return [
        words.say(
            _sentence(one, after_copy=after_copy), day=words.day(one.received_on), due=words.day(one.due_on)
        )
        for one in open_requests_of(session, candidate_id)
        if one.came_by is not CameBy.SYSTEM
    ]


def _sentence(request: DataRequest, *, after_copy: bool) -> str:
    if request.kind is not RequestKind.ERASURE:
        return f"asked_{request.kind}"
    if request.state is RequestState.UNCONFIRMED:
        return "asked_erasure_unconfirmed"
    return "asked_erasure_after_copy" if after_copy else "asked_erasure"
