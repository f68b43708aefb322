"""Two people made one: every row that belongs to the one goes to the other, and all of it can be undone.

Where both have the same thing (an address, an application) the survivor's stays and is filled in; of
do-not-contact entries and withdrawn consents the stricter holds. Nothing here commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.ledger import Ledger, LeftAsItIs, Row, rows_of, take_back
from talentpool.candidates.merge_fields import Choice, united_fields
from talentpool.candidates.models import Candidate, Merge, PairState, PossibleDuplicate
from talentpool.candidates.stricter import hold_the_stricter, withdrawn_bases
from talentpool.candidates.taken_apart import SAID, hold_for_both, said_since, said_so_far, without_stops
from talentpool.candidates.united_rows import DERIVED, columns_of_candidates, unite_rows
from talentpool.database import table_of
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError


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
    withdrawn = withdrawn_bases(session, (survivor_id, other_id), decision.now.date())
    _carry_over_kept_apart(ledger, survivor_id, other_id)
    for column in columns_of_candidates():
        unite_rows(ledger, column, survivor_id, other_id)
    ledger.take_out(table_of(Candidate), other)
    values = united_fields(survivor, other, decision.choices)
    ledger.change(table_of(Candidate), survivor, {**values, "updated_at": decision.now})
    hold_the_stricter(ledger, survivor_id, withdrawn, now=decision.now, secret=secret)
    _look_again(session, other_id)
    return _record(ledger, survivor, other, values=values, decision=decision)


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
    rows_of(session, table_of(Candidate), table_of(Candidate).c.id == merge.survivor_id)
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
    table = table_of(Candidate)
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


def _carry_over_kept_apart(ledger: Ledger, survivor_id: int, other_id: int) -> None:
    """Keep the survivor apart from everybody the other was kept apart from."""
    table = table_of(PossibleDuplicate)
    pairs = rows_of(ledger.session, table, (table.c.first_id == other_id) | (table.c.second_id == other_id))
    for pair in pairs:
        third = pair["second_id"] if pair["first_id"] == other_id else pair["first_id"]
        if pair["state"] is not PairState.KEPT_APART or third == survivor_id:
            continue
        first, second = sorted((survivor_id, third))
        known = rows_of(ledger.session, table, table.c.first_id == first, table.c.second_id == second)
        decided = {name: pair[name] for name in ("state", "decided_by", "decided_at")}
        if known:
            ledger.change(table, known[0], decided)
        else:
            pair_values = {name: value for name, value in pair.items() if name != "id"}
            ledger.add(table, {**pair_values, "first_id": first, "second_id": second})


def _record(ledger: Ledger, survivor: Row, other: Row, *, values: Row, decision: Decision) -> Merge:
    session = ledger.session
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
    for column in columns_of_candidates():
        table = column.table
        when = next((table.columns[name] for name in ("created_at", "at") if name in table.columns), None)
        if when is None or table.name in DERIVED:
            continue
        later = select(column).where(column == merge.survivor_id, when > merge.merged_at)
        if count := len(session.scalars(later).all()):
            counted[str(table.name)] = count
    return counted
