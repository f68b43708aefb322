"""The rows of two people made one: each goes to the survivor, and what both have is kept once and filled in.

Which tables know candidates is read from the foreign keys of the metadata, so a new table is never forgotten.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from talentpool.candidates.ledger import Ledger, Row, rows_of
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    Disposition,
    IdentityKey,
    PossibleDuplicate,
    Stage,
)
from talentpool.database import Base

# Made from the people and made again: their rows go with the one who goes.
DERIVED = frozenset({PossibleDuplicate.__tablename__, IdentityKey.__tablename__})
# What is the same thing twice, beside what the database holds unique.
SAME_THING: Mapping[str, tuple[str, ...]] = {
    "applications": ("role_id", "role_title", "applied_on"),
    "contacts": ("at", "channel", "direction", "is_unasked", "words"),
    "facts": ("kind", "said", "stated_on"),
    "notes": ("words", "recruiter_id"),
    "promises": ("words", "due_on", "owner_id", "kept_at", "let_go_at"),
}
ORDERED = ("candidate_emails", "candidate_phones")  # the survivor's first
MESSAGES = "messages"  # another room's, known by its name
NEVER_FILLED_IN = frozenset({"id", "import_id", "created_at", "updated_at", "as_of"})


def columns_of_candidates() -> Iterator[Column[Any]]:
    """Walk over every column of every table that refers to a candidate."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == Candidate.__tablename__ for key in column.foreign_keys):
                yield column


def unite_rows(ledger: Ledger, column: Column[Any], survivor_id: int, other_id: int) -> None:
    """Give the survivor the rows that `column` says are the other's."""
    table = column.table
    assert isinstance(table, Table)  # noqa: S101 - columns of the metadata are columns of tables
    rows = rows_of(ledger.session, table, column == other_id)
    if table.name in DERIVED:
        for row in rows:
            ledger.take_out(table, row)
        return
    own = rows_of(ledger.session, table, column == survivor_id) if rows else []
    for row in rows:
        same = next((each for each in own if _is_same(column, each, row)), None)
        if same is not None and _stand_for_messages(ledger.session, table, same, row):
            same = None
        if same is not None:
            _unite_two(ledger, table, same, row)
            continue
        if table.name in ORDERED:
            after_all = 1 + max((each["position"] for each in own), default=-1)
            ledger.change(table, row, {"position": row["position"] + after_all})
        ledger.move(column, row, survivor_id)


def _is_same(column: Column[Any], one: Row, other: Row) -> bool:
    """Say whether two rows are the same thing, by a unique key with this column in it or by our own list."""
    table = column.table
    assert isinstance(table, Table)  # noqa: S101
    keys = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique = [list(each.columns) for each in (*keys, table.primary_key) if column.name in each.columns]
    for columns in unique:
        names = [each.name for each in columns if each is not column]
        if all(one[name] is not None and one[name] == other[name] for name in names):
            return True
    names = list(SAME_THING.get(table.name, ()))
    return bool(names) and all(one[name] == other[name] for name in names)


def _stand_for_messages(session: Session, table: Table, *rows: Row) -> bool:
    """Say whether a message stands as one of these contacts: two messages are two contacts, at whatever time."""
    if table.name != Contact.__tablename__:
        return False
    messages = Base.metadata.tables[MESSAGES]
    standing = select(messages.c.id).where(messages.c.contact_id.in_([row["id"] for row in rows]))
    return session.scalar(standing.limit(1)) is not None


def _unite_two(ledger: Ledger, table: Table, kept: dict[str, Any], row: Row) -> None:
    """Keep one of two rows that are the same thing: what it lacks it takes from the other."""
    for column in _columns_referring_to(table):
        for referring in rows_of(ledger.session, column.table, column == row["id"]):
            ledger.repoint(column, referring, kept["id"])
    ledger.take_out(table, row)
    filled = _filled_in(table, kept, row)
    ledger.change(table, kept, filled)
    kept.update(filled)


def _columns_referring_to(table: Table) -> Iterator[Column[Any]]:
    for each in Base.metadata.sorted_tables:
        for column in each.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                yield column


def _filled_in(table: Table, kept: Row, row: Row) -> dict[str, Any]:
    filled = {
        column.name: row[column.name]
        for column in table.columns
        if column.name not in NEVER_FILLED_IN and kept[column.name] is None and row[column.name] is not None
    }
    filled |= {
        column.name: True
        for column in table.columns
        if isinstance(column.type, Boolean) and row[column.name] and not kept[column.name]
    }
    if "external_id" in table.columns:
        filled = {name: value for name, value in filled.items() if name not in ("source", "external_id")}
        if kept["external_id"] is None and row["external_id"] is not None:
            filled |= {"source": row["source"], "external_id": row["external_id"]}
    if table.name == Application.__tablename__:
        filled |= _moved_forward(kept, row)
    return filled


def _moved_forward(kept: Row, row: Row) -> dict[str, Any]:
    """Let an application be as far as either record says, and ended if either says so."""
    forward: dict[str, Any] = {}
    if Stage(row["stage"]).rank > Stage(kept["stage"]).rank:
        forward["stage"] = row["stage"]
    if kept["disposition"] is Disposition.UNKNOWN and row["disposition"] is not None:
        forward["disposition"] = row["disposition"]
    return forward
