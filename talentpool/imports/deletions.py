"""Who is deleted in another system: that is proposed here as a request to be erased, and never erases by itself."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.models import CameBy, DataRequest, RequestKind
from talentpool.database import many
from talentpool.imports.known import KnownPerson
from talentpool.imports.past_roles import Origin


def propose_erasures(session: Session, deleted: Sequence[tuple[KnownPerson, str]], *, origin: Origin) -> int:
    """Note a request to be erased for each person a source says it has deleted; gives how many are new.

    Whoever has been proposed once is not proposed again, whatever was decided: a deletion is told in every export.
    """
    told = {person.id: external_id for person, external_id in deleted if person.id is not None}
    known = _proposed(session, list(told))
    new = {person_id: external_id for person_id, external_id in told.items() if person_id not in known}
    for person_id, external_id in new.items():
        request = NewRequest(
            kind=RequestKind.ERASURE,
            came_by=CameBy.SYSTEM,
            candidate_id=person_id,
            received_on=origin.now.date(),
            words=_words(origin.source, external_id),
        )
        receive_request(session, request, now=origin.now)
    return len(new)


def _proposed(session: Session, person_ids: Sequence[int]) -> set[int | None]:
    found: set[int | None] = set()
    for batch in many(person_ids):
        proposed = select(DataRequest.candidate_id).where(
            DataRequest.candidate_id.in_(batch),
            DataRequest.kind == RequestKind.ERASURE,
        )
        found |= set(session.scalars(proposed))
    return found


def _words(source: str, external_id: str) -> str:
    number = f" (there: {external_id})" if external_id else ""
    return (
        f"{source} says that this person was deleted there{number}. Find out whether they asked for it: erase them "
        "here too, or answer why they stay."
    )
