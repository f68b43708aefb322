"""Changes to rows written down as they are made, so that exactly these can be taken back.

Rows are taken as the tables have them, whatever room they belong to. What was changed by somebody else in the
meantime is left as it is and named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentpool.database import Base, UtcTime

Row = Mapping[str, Any]


@dataclass(slots=True)
class Ledger:
    """What has been done to which rows; keys are lists of a primary key's values."""

    session: Session
    moved: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    repointed: list[dict[str, Any]] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    added: list[dict[str, Any]] = field(default_factory=list)

    def move(self, column: Column[Any], row: Row, to: int) -> None:
        """Give a row to somebody else: `column` says whose it is."""
        table = column.table
        self.session.execute(update(table).where(_is_row(table, _key(table, row))).values({column: to}))
        after = _key(table, {**row, column.name: to})
        self.moved.append(
            {
                "table": table.name,
                "column": column.name,
                "key": after,
                "before": row[column.name],
                "after": to,
            }
        )

    def change(self, table: Table, row: Row, values: Row) -> None:
        """Change columns of a row."""
        if values:
            self.changed.append(self._changed(table, row, values))

    def repoint(self, column: Column[Any], row: Row, to: Any) -> None:
        """Let a row refer to another one."""
        self.repointed.append(self._changed(column.table, row, {column.name: to}))

    def take_out(self, table: Table, row: Row) -> None:
        """Delete a row and keep it here."""
        self.session.execute(delete(table).where(_is_row(table, _key(table, row))))
        self.set_aside.append({"table": table.name, "row": _plain(row)})

    def add(self, table: Table, values: Row) -> None:
        """Insert a row."""
        key = self.session.execute(
            insert(table).values(dict(values)).returning(*table.primary_key.columns)
        ).one()
        self.added.append({"table": table.name, "key": list(key)})

    def document(self) -> dict[str, Any]:
        """Give everything that was done, as JSON takes it."""
        return {
            "moved": self.moved,
            "changed": self.changed,
            "repointed": self.repointed,
            "set_aside": self.set_aside,
            "added": self.added,
        }

    def _changed(self, table: Table, row: Row, values: Row) -> dict[str, Any]:
        self.session.execute(update(table).where(_is_row(table, _key(table, row))).values(dict(values)))
        before = {name: row[name] for name in values}
        return {
            "table": table.name,
            "key": _key(table, row),
            "before": _plain(before),
            "after": _plain(values),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftAsItIs:
    """A row or a column that could not be taken back, because somebody changed or removed it since."""

    table: str
    column: str | None = None


def take_back(session: Session, document: Mapping[str, Any]) -> list[LeftAsItIs]:
    """Undo what a ledger says, last things first; gives what was left as it is."""
    left: list[LeftAsItIs] = []
    for entry in reversed(document["added"]):
        table = _table(entry["table"])
        session.execute(delete(table).where(_is_row(table, entry["key"])))
    left += _change_back(session, document["changed"])
    rows = [(_table(entry["table"]), entry["row"]) for entry in document["set_aside"]]
    renumbered: dict[tuple[str, Any], Any] = {}
    order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    rows.sort(key=lambda pair: order[pair[0]])
    for table, row in rows:
        if table.name == "candidates":
            left += _insert_again(session, table, row, renumbered)
    left += _move_back(session, document["moved"])
    for table, row in rows:
        if table.name != "candidates":
            left += _insert_again(session, table, row, renumbered)
    left += _change_back(session, [_referring(entry, renumbered) for entry in document["repointed"]])
    return left


def rows_of(session: Session, table: Table, *conditions: Any) -> list[dict[str, Any]]:
    """Load rows as the table has them, locked until the transaction ends."""
    ordered = select(table).where(*conditions).order_by(*table.primary_key.columns).with_for_update()
    return [dict(row) for row in session.execute(ordered).mappings()]


def _change_back(session: Session, entries: Iterable[Mapping[str, Any]]) -> list[LeftAsItIs]:
    left: list[LeftAsItIs] = []
    for entry in reversed(list(entries)):
        table = _table(entry["table"])
        row = next(iter(rows_of(session, table, _is_row(table, entry["key"]))), None)
        if row is None:
            left.append(LeftAsItIs(table=table.name))
            continue
        before, after = _read(table, entry["before"]), _read(table, entry["after"])
        back = {name: before[name] for name in before if row[name] == after[name]}
        left += [LeftAsItIs(table=table.name, column=name) for name in before if name not in back]
        if back and not _tried(session, update(table).where(_is_row(table, entry["key"])).values(back)):
            left += [LeftAsItIs(table=table.name, column=name) for name in back]
    return left


def _move_back(session: Session, entries: Iterable[Mapping[str, Any]]) -> list[LeftAsItIs]:
    left = []
    for entry in reversed(list(entries)):
        table = _table(entry["table"])
        column = table.columns[entry["column"]]
        still = and_(_is_row(table, entry["key"]), column == entry["after"])
        moved = update(table).where(still).values({column: entry["before"]})
        with session.begin_nested() as attempt:
            try:
                if session.execute(moved).rowcount == 0:  # type: ignore[attr-defined]
                    left.append(LeftAsItIs(table=table.name))
            except IntegrityError:
                attempt.rollback()
                left.append(LeftAsItIs(table=table.name))
    return left


def _insert_again(
    session: Session, table: Table, plain: Mapping[str, Any], renumbered: dict[tuple[str, Any], Any]
) -> list[LeftAsItIs]:
    row = _read(table, plain)
    _forget_what_is_gone(session, table, row)
    if _is_number_taken(session, table, row):
        old = row.pop("id")
        inserted = insert(table).values(row).returning(table.columns["id"])
        with session.begin_nested() as attempt:
            try:
                renumbered[table.name, old] = session.execute(inserted).scalar_one()
            except IntegrityError:
                attempt.rollback()
                return [LeftAsItIs(table=table.name)]
        return []
    if _tried(session, insert(table).values(row)):
        return []
    optional = [column.name for column in table.columns if column.nullable and column.name == "external_id"]
    if optional and _tried(session, insert(table).values({**row, **dict.fromkeys(optional)})):
        return [LeftAsItIs(table=table.name, column=name) for name in optional]
    return [LeftAsItIs(table=table.name)]


def _is_number_taken(session: Session, table: Table, row: Row) -> bool:
    """Say whether a newer row has got the number of one that was taken out; SQLite gives the last one again."""
    if "id" not in row or table.name == "candidates":
        return False
    return session.scalar(select(table.columns["id"]).where(table.columns["id"] == row["id"])) is not None


def _referring(entry: Mapping[str, Any], renumbered: Mapping[tuple[str, Any], Any]) -> Mapping[str, Any]:
    """Give a reference to a row that came back under another number that number."""
    columns = _table(entry["table"]).columns
    before = {
        name: next(
            (
                renumbered[key.column.table.name, value]
                for key in columns[name].foreign_keys
                if (key.column.table.name, value) in renumbered
            ),
            value,
        )
        for name, value in entry["before"].items()
    }
    return {**entry, "before": before}


def _forget_what_is_gone(session: Session, table: Table, row: dict[str, Any]) -> None:
    """Empty references to rows that were deleted since, as the database would have done."""
    for column in table.columns:
        for key in column.foreign_keys:
            value = row[column.name]
            if value is None or not column.nullable or key.column.table.name == "candidates":
                continue
            if session.scalar(select(key.column).where(key.column == value)) is None:
                row[column.name] = None


def _tried(session: Session, statement: Any) -> bool:
    with session.begin_nested() as attempt:
        try:
            session.execute(statement)
        except IntegrityError:
            attempt.rollback()
            return False
    return True


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _key(table: Table, row: Row) -> list[Any]:
    return [row[column.name] for column in table.primary_key.columns]


def _is_row(table: Table, key: Iterable[Any]) -> Any:
    pairs = zip(table.primary_key.columns, key, strict=True)
    return and_(*(column == value for column, value in pairs))


def _plain(row: Row) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value.value if isinstance(value, StrEnum) else value


def _read(table: Table, plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read_value(table.columns[name], value) for name, value in plain.items()}


def _read_value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(column.type, LargeBinary) else value
