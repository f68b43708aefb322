"""Two people made one: every row that belongs to the one goes to the other, and all of it can be undone.

Which tables know candidates is read from the foreign keys of the metadata, so a new table is never forgotten.
Where both have the same thing (an address, an application) the survivor's stays and is filled in; of
do-not-contact entries and withdrawn consents the stricter holds. Nothing here commits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.ledger import Ledger, LeftAsItIs, Row, rows_of, take_back
from talentpool.candidates.merge_fields import Choice, united_fields
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    Disposition,
    IdentityKey,
    Merge,
    PairState,
    PossibleDuplicate,
    Stage,
)
from talentpool.candidates.taken_apart import (
    SAID,
    hold_for_both,
    said_since,
    said_so_far,
    suppressible_keys,
    without_stops,
)
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.consent.suppression import BY_MERGE
from talentpool.database import Base
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Who decided to merge, when, what was chosen field by field, and whether it was the rule."""

    now: datetime
    recruiter_id: int | None
    choices: Mapping[str, Choice]
    by_rule: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmerged:
    """What undoing a merge gave: the two people, what stays with the survivor, and what was left as it is."""

    survivor_id: int
    other_id: int
    stays: Mapping[str, int]  # table -> rows that came after the merge
    left: tuple[LeftAsItIs, ...]


def merge_candidates(
    session: Session, survivor_id: int, other_id: int, decision: Decision, *, secret: bytes
) -> Merge:
    """Make two people one; raises ConflictError if somebody else was first or the two are kept apart."""
    survivor, other = _both(session, survivor_id, other_id)
    _refuse_kept_apart(session, survivor_id, other_id)
    ledger = Ledger(session)
    withdrawn = _withdrawn_bases(session, (survivor_id, other_id), decision.now.date())
    _carry_over_kept_apart(session, ledger, survivor_id, other_id)
    for column in _columns_of_candidates():
        _unite_rows(ledger, column, survivor_id, other_id)
    ledger.take_out(_table(Candidate), other)
    values = united_fields(survivor, other, decision.choices)
    ledger.change(_table(Candidate), survivor, {**values, "updated_at": decision.now})
    _hold_the_stricter(session, ledger, survivor_id, withdrawn, decision=decision, secret=secret)
    _look_again(session, other_id)
    return _record(session, ledger, survivor, other, values=values, decision=decision)


def unmerge(
    session: Session, merge_id: int, *, recruiter_id: int | None, now: datetime, secret: bytes
) -> Unmerged:
    """Take a merge back; what came after it stays with the survivor and is named.

    Only a stop, a no, and that we have written to somebody since hold for both.

    Raises ConflictError when it is undone already, or when the survivor was merged again since.
    """
    merge = session.scalar(
        select(Merge).where(Merge.id == merge_id).with_for_update().execution_options(populate_existing=True)
    )
    if merge is None:
        raise NotFoundError(f"There is no merge {merge_id}; the person may have been erased.")
    if merge.undone_at is not None:
        raise ConflictError("This merge has been undone already.")
    _refuse_later_merges(session, merge)
    rows_of(session, _table(Candidate), _table(Candidate).c.id == merge.survivor_id)
    since = said_since(session, merge)
    left = take_back(session, without_stops(session, merge.record))
    session.expire_all()
    hold_for_both(session, merge, since, secret=secret)
    stays = _came_later(session, merge)
    merge.record, merge.undone_at, merge.undone_by = {}, now, recruiter_id
    ids = [merge.survivor_id, merge.other_id]
    record_changes(session, ids, now=now)
    _trail(session, "merge_undone", merge, recruiter_id=recruiter_id, now=now)
    session.flush()
    return Unmerged(survivor_id=ids[0], other_id=ids[1], stays=stays, left=tuple(left))


def current_record(session: Session, candidate_id: int) -> int:
    """Follow merges from a record to the one that it became."""
    seen = set()
    while candidate_id not in seen:
        seen.add(candidate_id)
        merged = select(Merge.survivor_id).where(Merge.other_id == candidate_id, Merge.undone_at.is_(None))
        candidate_id = session.scalar(merged.order_by(Merge.id.desc()).limit(1)) or candidate_id
    return candidate_id


def _both(session: Session, survivor_id: int, other_id: int) -> tuple[Row, Row]:
    if survivor_id == other_id:
        raise InvalidInputError("This is one record already; choose another person to merge with.")
    table = _table(Candidate)
    rows = {row["id"]: row for row in rows_of(session, table, table.c.id.in_([survivor_id, other_id]))}
    if len(rows) < 2:
        raise ConflictError(
            "One of the two is not here any more: somebody merged or removed the record a moment ago. "
            "Nothing was changed; load the list again."
        )
    return rows[survivor_id], rows[other_id]


def _look_again(session: Session, other_id: int) -> None:
    """Let what the session has in memory be read anew; who is gone leaves it."""
    for record in [each for each in session if isinstance(each, Candidate) and each.id == other_id]:
        session.expunge(record)
    session.expire_all()


def _refuse_kept_apart(session: Session, survivor_id: int, other_id: int) -> None:
    first, second = sorted((survivor_id, other_id))
    state = select(PossibleDuplicate.state).where(
        PossibleDuplicate.first_id == first, PossibleDuplicate.second_id == second
    )
    if session.scalar(state) is PairState.KEPT_APART:
        raise ConflictError(
            "These two are kept apart; take that back first if they are one person after all."
        )


def _columns_of_candidates() -> Iterator[Column[Any]]:
    """Walk over every column of every table that refers to a candidate."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == Candidate.__tablename__ for key in column.foreign_keys):
                yield column


def _unite_rows(ledger: Ledger, column: Column[Any], survivor_id: int, other_id: int) -> None:
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


def _carry_over_kept_apart(session: Session, ledger: Ledger, survivor_id: int, other_id: int) -> None:
    """Keep the survivor apart from everybody the other was kept apart from."""
    table = _table(PossibleDuplicate)
    pairs = rows_of(session, table, (table.c.first_id == other_id) | (table.c.second_id == other_id))
    for pair in pairs:
        third = pair["second_id"] if pair["first_id"] == other_id else pair["first_id"]
        if pair["state"] is not PairState.KEPT_APART or third == survivor_id:
            continue
        first, second = sorted((survivor_id, third))
        known = rows_of(session, table, table.c.first_id == first, table.c.second_id == second)
        decided = {name: pair[name] for name in ("state", "decided_by", "decided_at")}
        if known:
            ledger.change(table, known[0], decided)
        else:
            pair_values = {name: value for name, value in pair.items() if name != "id"}
            ledger.add(table, {**pair_values, "first_id": first, "second_id": second})


def _withdrawn_bases(session: Session, ids: tuple[int, int], today: date) -> list[Row]:
    """List the newest word of each of the two where that word is that consent was withdrawn."""
    table, newest = _table(LawfulBasis), dict[int, Row]()
    rows = rows_of(session, table, table.c.candidate_id.in_(ids), table.c.recorded_on <= today)
    for row in sorted(rows, key=lambda row: (row["recorded_on"], row["id"])):
        newest[row["candidate_id"]] = row
    return [row for row in newest.values() if row["withdrawn_on"] and row["withdrawn_on"] <= today]


def _hold_the_stricter(
    session: Session,
    ledger: Ledger,
    survivor_id: int,
    withdrawn: list[Row],
    *,
    decision: Decision,
    secret: bytes,
) -> None:
    today = decision.now.date()
    if withdrawn and not _withdrawn_bases(session, (survivor_id, survivor_id), today):
        again = {name: value for name, value in withdrawn[0].items() if name != "id"}
        again |= {"candidate_id": survivor_id, "recorded_on": today, "created_at": decision.now}
        ledger.add(_table(LawfulBasis), {**again, "source": "merge: the withdrawn consent holds"})
    table = _table(Suppression)
    standing = rows_of(session, table, table.c.candidate_id == survivor_id, table.c.lifted_at.is_(None))
    for scope in sorted({row["scope"] for row in standing}):
        source = next(row["source"] for row in standing if row["scope"] == scope)
        _suppress_all(session, ledger, survivor_id, scope, source=source, now=decision.now, secret=secret)


def _suppress_all(
    session: Session,
    ledger: Ledger,
    survivor_id: int,
    scope: SuppressionScope,
    *,
    source: str,
    now: datetime,
    secret: bytes,
) -> None:
    """Put every address of the person on the list on which one of the two records stood."""
    table = _table(Suppression)
    keys = suppressible_keys(session, survivor_id, secret)
    source = f"{BY_MERGE}{source.removeprefix(BY_MERGE)}"[:160]
    known = {
        row["key_hash"]: row
        for row in rows_of(session, table, table.c.key_hash.in_(keys), table.c.scope == scope)
    }
    for key_hash in keys:
        entry = known.get(key_hash)
        if entry is None:
            values = {"key_hash": key_hash, "scope": scope, "source": source, "created_at": now}
            ledger.add(table, {**values, "candidate_id": survivor_id})
        elif entry["lifted_at"] is not None:
            ledger.change(table, entry, {"lifted_at": None, "candidate_id": survivor_id, "source": source})


def _record(
    session: Session, ledger: Ledger, survivor: Row, other: Row, *, values: Row, decision: Decision
) -> Merge:
    dropped = survivor if "external_id" in values else other
    merge = Merge(
        survivor_id=survivor["id"],
        other_id=other["id"],
        other_name=other["full_name"],
        dropped_source=dropped["source"],
        dropped_external_id=dropped["external_id"],
        by_rule=decision.by_rule,
        record={**ledger.document(), SAID: said_so_far(session, survivor["id"])},
        merged_by=decision.recruiter_id,
        merged_at=decision.now,
    )
    session.add(merge)
    session.flush()
    record_changes(session, [survivor["id"], other["id"]], now=decision.now)
    _trail(session, "candidates_merged", merge, recruiter_id=decision.recruiter_id, now=decision.now)
    return merge


def _trail(session: Session, action: str, merge: Merge, *, recruiter_id: int | None, now: datetime) -> None:
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=merge.survivor_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"merge_id": merge.id, "other_id": merge.other_id, "by_rule": merge.by_rule},
    )


def _refuse_later_merges(session: Session, merge: Merge) -> None:
    later = select(Merge.other_name).where(
        Merge.survivor_id == merge.survivor_id, Merge.id > merge.id, Merge.undone_at.is_(None)
    )
    name = session.scalar(later.order_by(Merge.id.desc()).limit(1))
    if name is not None:
        raise ConflictError(
            f"This person was merged again since, with {name or 'somebody without a name'}; undo that first."
        )


def _came_later(session: Session, merge: Merge) -> dict[str, int]:
    """Count what the survivor got after the merge, by table."""
    counted = {}
    for column in _columns_of_candidates():
        table = column.table
        when = next((table.columns[name] for name in ("created_at", "at") if name in table.columns), None)
        if when is None or table.name in DERIVED:
            continue
        later = select(column).where(column == merge.survivor_id, when > merge.merged_at)
        if count := len(session.scalars(later).all()):
            counted[str(table.name)] = count
    return counted


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
