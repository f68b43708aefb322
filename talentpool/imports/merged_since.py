"""What merges have brought to people since an import, and so stays when the import is undone.

A merge that stands has moved an imported record to somebody else, filled one in, or put one aside; taking it away
would take it from the person the two became, and undoing the merge would have nothing to give back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, Merge
from talentpool.database import many
from talentpool.imports.models import Import

BY_A_MERGE, MERGED_AWAY = "came by a merge", "merged with another record since"


@dataclass(slots=True)
class Merged:
    """Rows that merges still standing have touched: table and id, with the person they are with now."""

    with_survivor: dict[tuple[str, int], int] = field(default_factory=dict)
    set_aside: dict[tuple[str, int], int] = field(default_factory=dict)

    def of_table(self, name: str) -> dict[int, int]:
        """Give the ids of a table's rows a merge brought, each with its person."""
        return {row: owner for (table, row), owner in self.with_survivor.items() if table == name}


def merged_with(session: Session, owners: Iterable[int]) -> Merged:
    """Look up what merges have brought to these people."""
    found = Merged()
    for batch in many(sorted(set(owners))):
        for merge in _standing(session, Merge.survivor_id.in_(batch)):
            _take(found, merge)
    return found


def people_merged_away(session: Session, import_id: int) -> dict[int, int]:
    """Find people an import created whose record a merge has put aside: their ids, each with the survivor."""
    began = session.scalar(select(Import.started_at).where(Import.id == import_id))
    found = {}
    for merge in _standing(session, Merge.merged_at >= began):
        for one in merge.record["set_aside"]:
            is_person = one["table"] == Candidate.__tablename__
            if is_person and one["row"].get("import_id") == import_id:
                found[int(one["row"]["id"])] = merge.survivor_id
    return found


def _standing(session: Session, condition: ColumnElement[bool]) -> Iterator[Merge]:
    wanted = select(Merge).where(Merge.undone_at.is_(None), condition).order_by(Merge.id)
    yield from session.scalars(wanted.execution_options(yield_per=100))


def _take(found: Merged, merge: Merge) -> None:
    record = merge.record
    for one in [*record["moved"], *record["changed"]]:
        if one["table"] != Candidate.__tablename__ and _is_number(one["key"]):
            found.with_survivor[one["table"], one["key"][0]] = merge.survivor_id
    for one in record["set_aside"]:
        if "id" in one["row"]:
            found.set_aside[one["table"], one["row"]["id"]] = merge.survivor_id


def _is_number(key: Sequence[object]) -> bool:
    return len(key) == 1 and isinstance(key[0], int)
