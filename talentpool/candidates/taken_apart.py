"""What holds for two people who are taken apart again: nothing that was asked for or done meanwhile is forgotten.

Who said it and whose address was written to is not told by the record they shared, so it holds for both.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from talentpool.candidates.contact_records import WAITING_WORDS
from talentpool.candidates.ledger import rows_of
from talentpool.candidates.models import CandidateEmail, CandidatePhone, Contact, Direction, Merge
from talentpool.consent.models import LawfulBasis, Suppression
from talentpool.consent.suppression import BY_MERGE, suppression_key
from talentpool.database import Base, table_of

SAID = "said"  # in the record of a merge: what `said_so_far` gave when it was done


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


def said_so_far(session: Session, candidate_id: int) -> dict[str, list[int]]:
    """Give the numbers of the rows, by table, that say what somebody was told and what they agreed to until now."""
    contacts, bases = table_of(Contact), table_of(LawfulBasis)
    has_left = contacts.c.outcome.is_distinct_from(WAITING_WORDS)
    return {
        contacts.name: _numbers(session, contacts, candidate_id, has_left),
        bases.name: _numbers(session, bases, candidate_id),
    }


def said_since(session: Session, merge: Merge) -> dict[str, list[int]]:
    """Find what came after a merge that stands and would hold for both: a no, and that we have written.

    It is told by the rows that were not there; a merge that did not note them tells by the time.
    """
    contacts, bases = table_of(Contact), table_of(LawfulBasis)
    strict = {
        contacts: (
            contacts.c.is_unasked.is_(True),
            contacts.c.direction == Direction.OURS,
            contacts.c.outcome.is_distinct_from(WAITING_WORDS),
        ),
        bases: (bases.c.withdrawn_on.is_not(None),),
    }
    found = {}
    for table, conditions in strict.items():
        numbers = _numbers(session, table, merge.survivor_id, *conditions)
        if (before := merge.record.get(SAID)) is None:
            when = contacts.c.at if table is contacts else bases.c.created_at
            before = {table.name: _numbers(session, table, merge.survivor_id, when <= merge.merged_at)}
        found[table.name] = sorted(set(numbers) - set(before[table.name]))
    return found


def hold_for_both(
    session: Session, merge: Merge, since: Mapping[str, Iterable[int]], *, secret: bytes
) -> None:
    """Let what came after a merge that is undone hold for the other too: stops, and what `said_since` found."""
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
    for name, numbers in since.items():
        _copy_to_the_other(session, merge, Base.metadata.tables[name], numbers)


def suppressible_keys(session: Session, candidate_id: int, secret: bytes) -> list[str]:
    """Give the hashes of a person's number here, and of every address and phone of theirs."""
    emails = select(CandidateEmail.address_key).where(CandidateEmail.candidate_id == candidate_id)
    phones = select(CandidatePhone.number_key).where(CandidatePhone.candidate_id == candidate_id)
    return [
        suppression_key(secret, "person", str(candidate_id)),
        *(suppression_key(secret, "email", key) for key in session.scalars(emails)),
        *(suppression_key(secret, "phone", key) for key in session.scalars(phones)),
    ]


def _copy_to_the_other(session: Session, merge: Merge, table: Table, numbers: Iterable[int]) -> None:
    """Give each row again to the one of the two who does not have it."""
    for row in rows_of(session, table, table.c.id.in_(numbers)):
        has_it = row["candidate_id"]
        lacks_it = merge.other_id if has_it == merge.survivor_id else merge.survivor_id
        again = {name: value for name, value in row.items() if name != "id"}
        session.execute(insert(table).values({**again, "candidate_id": lacks_it}))


def _numbers(session: Session, table: Table, candidate_id: int, *conditions: Any) -> list[int]:
    wanted = select(table.c.id).where(table.c.candidate_id == candidate_id, *conditions)
    return list(session.scalars(wanted.order_by(table.c.id)))
