"""What holds for two people who are taken apart again: nothing that was asked for or done meanwhile is forgotten.

Who said it and whose address was written to is not told by the record they shared, so it holds for both.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from talentpool.candidates.contact_records import WAITING_WORDS
from talentpool.candidates.ledger import rows_of
from talentpool.candidates.models import CandidateEmail, CandidatePhone, Contact, Direction, Merge
from talentpool.consent.models import LawfulBasis, Suppression
from talentpool.consent.suppression import BY_MERGE, suppression_key
from talentpool.database import Base


def without_stops(session: Session, record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a ledger the do-not-contact entries that somebody has asked for since."""
    touched = [
        one["key"][0]
        for part in ("added", "changed")
        for one in record[part]
        if one["table"] == Suppression.__tablename__
    ]
    asked = select(Suppression.id).where(
        Suppression.id.in_(touched),
        Suppression.lifted_at.is_(None),
        Suppression.source.not_like(f"{BY_MERGE}%"),
    )
    stops = set(session.scalars(asked))

    def stays(one: Mapping[str, Any]) -> bool:
        return one["table"] == Suppression.__tablename__ and one["key"][0] in stops

    parts = {part: [one for one in record[part] if not stays(one)] for part in ("added", "changed")}
    return {**record, **parts}


def hold_for_both(session: Session, merge: Merge, *, secret: bytes) -> None:
    """Let what came after a merge that is undone hold for the other too: stops, a no, and that we have written."""
    survivor, other = (
        suppressible_keys(session, each, secret) for each in (merge.survivor_id, merge.other_id)
    )
    theirs = update(Suppression).where(
        Suppression.candidate_id == merge.survivor_id,
        Suppression.key_hash.in_(set(other) - set(survivor)),
        Suppression.lifted_at.is_(None),
        Suppression.created_at >= merge.merged_at,
    )
    session.execute(theirs.values(candidate_id=merge.other_id))
    contacts, bases = _table(Contact), _table(LawfulBasis)
    _copy(
        session,
        merge,
        contacts,
        contacts.c.at > merge.merged_at,
        contacts.c.is_unasked.is_(True),
        contacts.c.direction == Direction.OURS,
        contacts.c.outcome.is_distinct_from(WAITING_WORDS),
    )
    _copy(session, merge, bases, bases.c.created_at > merge.merged_at, bases.c.withdrawn_on.is_not(None))


def suppressible_keys(session: Session, candidate_id: int, secret: bytes) -> list[str]:
    """Give the hashes of a person's number here, and of every address and phone of theirs."""
    emails = select(CandidateEmail.address_key).where(CandidateEmail.candidate_id == candidate_id)
    phones = select(CandidatePhone.number_key).where(CandidatePhone.candidate_id == candidate_id)
    return [
        suppression_key(secret, "person", str(candidate_id)),
        *(suppression_key(secret, "email", key) for key in session.scalars(emails)),
        *(suppression_key(secret, "phone", key) for key in session.scalars(phones)),
    ]


def _copy(session: Session, merge: Merge, table: Table, *conditions: Any) -> None:
    for row in rows_of(session, table, table.c.candidate_id == merge.survivor_id, *conditions):
        again = {name: value for name, value in row.items() if name != "id"}
        session.execute(insert(table).values({**again, "candidate_id": merge.other_id}))


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
