"""What an import does to records that were there before it, written down so that it can be undone.

Records that an import adds carry its id themselves; only addresses, and values it changes, are noted here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from talentpool.candidates.entries import Additions
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
)
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.database import Base, Code, UtcTime, folded, many, table_of
from talentpool.imports.models import ImportChange

LONGEST_FOLDED = 320
_SUPPRESSION_FIELDS = ("lifted_at", "candidate_id", "import_id")
Row = dict[str, Any]


def as_json(value: Any) -> Any:
    """Give a column's value as it can stand in a document."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(table: Table, name: str, value: Any) -> Any:
    """Give back what `as_json` made of a value of that column."""
    kind = table.c[name].type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Code):
        return kind.kind(value)
    return date.fromisoformat(value) if kind.python_type is date else value


def note_changes(session: Session, planned: Sequence[Additions], *, import_id: int, now: datetime) -> None:
    """Note the values that planned changes will replace; called before they are written."""
    people = {one.candidate_id: dict(one.changes) for one in planned if one.candidate_id and one.changes}
    for values in people.values():
        if "full_name" in values:
            values["folded_name"] = folded(values["full_name"])[:LONGEST_FOLDED]
    owners = {row["id"]: one.candidate_id for one in planned for row in one.application_changes}
    changed: dict[int, Row] = {}
    for one in planned:
        for row in one.application_changes:  # several rows of a file may move one application
            changed.setdefault(row["id"], {}).update({name: row[name] for name in row if name != "id"})
    rows = _replaced(session, Candidate, people, {each: each for each in people}, now)
    rows += _replaced(session, Application, changed, owners, now)
    _write(session, rows, import_id)


def _replaced(
    session: Session,
    model: type[Base],
    changes: Mapping[Any, Row],
    owners: Mapping[Any, int | None],
    now: datetime,
) -> list[Row]:
    table, rows = table_of(model), []
    for batch in many(sorted(changes)):
        wanted = select(table).where(table.c.id.in_(batch)).order_by(table.c.id)
        for found in session.execute(wanted).mappings():
            after = {**changes[found["id"]], "updated_at": now}
            rows.append(
                {
                    "record": table.name,
                    "record_id": found["id"],
                    "candidate_id": owners[found["id"]],
                    "before": {name: as_json(found[name]) for name in after},
                    "after": {name: as_json(value) for name, value in after.items()},
                }
            )
    return rows


def note_addresses(
    session: Session, planned: Sequence[Additions], known: set[int], *, import_id: int
) -> None:
    """Note the addresses that came to people known before; called after they are written."""
    rows: list[Row] = []
    kinds: tuple[tuple[type[Base], str, str], ...] = (
        (CandidateEmail, "emails", "address_key"),
        (CandidatePhone, "phones", "number_key"),
        (CandidateLink, "links", "url_key"),
    )
    for model, name, key in kinds:
        wanted = {
            (one.candidate_id, getattr(entry, key))
            for one in planned
            if one.candidate_id in known
            for entry in getattr(one, name)
        }
        table = table_of(model)
        for batch in many(sorted({owner for owner, _ in wanted if owner})):
            found = select(table.c.id, table.c.candidate_id, table.c[key]).where(
                table.c.candidate_id.in_(batch)
            )
            rows += [
                {
                    "record": table.name,
                    "record_id": each,
                    "candidate_id": owner,
                    "before": None,
                    "after": None,
                }
                for each, owner, value in session.execute(found)
                if (owner, value) in wanted
            ]
    _write(session, rows, import_id)


def note_opt_outs(session: Session, key_hashes: Iterable[str], *, import_id: int) -> None:
    """Note do-not-contact entries that stand or stood already; called before they are written."""
    table, rows = table_of(Suppression), []
    for batch in many(sorted(set(key_hashes))):
        wanted = select(table).where(table.c.scope == SuppressionScope.CONTACT, table.c.key_hash.in_(batch))
        for found in session.execute(wanted).mappings():
            before = {name: as_json(found[name]) for name in _SUPPRESSION_FIELDS}
            is_lifted = found["lifted_at"] is not None
            rows.append(
                {
                    "record": table.name,
                    "record_id": found["id"],
                    "candidate_id": None,
                    "before": before if is_lifted else None,
                    "after": None,
                }
            )
    _write(session, rows, import_id)


def _write(session: Session, rows: list[Row], import_id: int) -> None:
    if rows:
        session.execute(insert(table_of(ImportChange)), [{**row, "import_id": import_id} for row in rows])
