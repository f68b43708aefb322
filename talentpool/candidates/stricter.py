"""The stricter of what two people who are made one have said: a withdrawn consent holds, and a stop for every address."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from talentpool.candidates.ledger import Ledger, Row, rows_of
from talentpool.candidates.taken_apart import suppressible_keys
from talentpool.consent.models import LawfulBasis, Suppression
from talentpool.consent.suppression import BY_MERGE
from talentpool.database import table_of


def withdrawn_bases(session: Session, ids: tuple[int, int], today: date) -> list[Row]:
    """List the newest word of each of the two where that word is that consent was withdrawn."""
    table, newest = table_of(LawfulBasis), dict[int, Row]()
    rows = rows_of(session, table, table.c.candidate_id.in_(ids), table.c.recorded_on <= today)
    for row in sorted(rows, key=lambda row: (row["recorded_on"], row["id"])):
        newest[row["candidate_id"]] = row
    return [row for row in newest.values() if row["withdrawn_on"] and row["withdrawn_on"] <= today]


def hold_the_stricter(
    ledger: Ledger, survivor_id: int, withdrawn: list[Row], *, now: datetime, secret: bytes
) -> None:
    """Record again what was withdrawn before and no longer is, and every stop for every address of the survivor."""
    today = now.date()
    if withdrawn and not withdrawn_bases(ledger.session, (survivor_id, survivor_id), today):
        again = {name: value for name, value in withdrawn[0].items() if name != "id"}
        again |= {"candidate_id": survivor_id, "recorded_on": today, "created_at": now}
        ledger.add(table_of(LawfulBasis), {**again, "source": "merge: the withdrawn consent holds"})
    table = table_of(Suppression)
    standing = rows_of(
        ledger.session, table, table.c.candidate_id == survivor_id, table.c.lifted_at.is_(None)
    )
    for scope in sorted({row["scope"] for row in standing}):
        stop = next(row for row in standing if row["scope"] == scope)
        _suppress_all(ledger, survivor_id, stop, now=now, secret=secret)


def _suppress_all(ledger: Ledger, survivor_id: int, stop: Row, *, now: datetime, secret: bytes) -> None:
    """Put every address of the person on the list on which one of the two records stood."""
    table, scope = table_of(Suppression), stop["scope"]
    keys = suppressible_keys(ledger.session, survivor_id, secret)
    source = f"{BY_MERGE}{stop['source'].removeprefix(BY_MERGE)}"[:160]
    known = {
        row["key_hash"]: row
        for row in rows_of(ledger.session, table, table.c.key_hash.in_(keys), table.c.scope == scope)
    }
    for key_hash in keys:
        entry = known.get(key_hash)
        if entry is None:
            values = {"key_hash": key_hash, "scope": scope, "source": source, "created_at": now}
            ledger.add(table, {**values, "candidate_id": survivor_id})
        elif entry["lifted_at"] is not None:
            ledger.change(table, entry, {"lifted_at": None, "candidate_id": survivor_id, "source": source})
