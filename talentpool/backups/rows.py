"""Rows as lines of JSON, the same on SQLite and PostgreSQL: one form to back up, compare and restore.

The tables are taken as the database has them, not as this version's models say, so that a backup of an older
version can be read. Times are ISO in UTC, bytes are base64, rows stand in the order of their key.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table, select, text
from sqlalchemy.types import TypeEngine

VERSION_TABLE = "alembic_version"
ROWS_AT_A_TIME = 500


def tables_of(connection: Connection) -> list[Table]:
    """Load the tables as they are, each after those it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def written_lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Write a table as lines: the names of its columns, then one line for each row."""
    yield _line([column.name for column in table.columns])
    ordered = select(table).order_by(*(table.primary_key.columns or table.columns))
    streaming = connection.execution_options(yield_per=ROWS_AT_A_TIME)
    for row in streaming.execute(ordered):
        yield _line([_plain(value) for value in row])


def read_rows(lines: Iterable[bytes], table: Table) -> Iterator[dict[str, Any]]:
    """Read such lines as rows for this table."""
    numbered = iter(lines)
    names: list[str] = json.loads(next(numbered))
    readers = [_reader(table.columns[name]) for name in names]
    for line in numbered:
        values = json.loads(line)
        yield {
            name: None if value is None else read(value)
            for name, read, value in zip(names, readers, values, strict=True)
        }


def digest_of(lines: Iterable[bytes]) -> str:
    """Give the SHA-256 that a table's lines add up to."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


def last_id_of(connection: Connection, table: Table) -> int:
    """Tell the highest id ever given out in a table, deleted rows included; 0 for a table without ids."""
    if not _has_ids(table):
        return 0
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
        known = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608 - its own name
        return int(connection.scalar(text(known)) or 0) if sequence else 0
    highest = connection.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1)) or 0
    if not _remembers_ids(connection):
        return int(highest)
    remembered = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return max(int(highest), int(connection.scalar(remembered, {"name": table.name}) or 0))


def set_last_id(connection: Connection, table: Table, last_id: int) -> None:
    """Go on after the highest id ever given out, so that none is given to somebody else."""
    if not last_id or not _has_ids(table):
        return
    if connection.dialect.name == "postgresql":
        setting = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        connection.execute(setting, {"name": table.name, "last": last_id})
        return
    if _remembers_ids(connection):
        named = {"name": table.name, "last": last_id}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), named)


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, DateTime):
        zoned = kind.timezone
        return lambda value: _moment(value, zoned=zoned)
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    return lambda value: value


def _moment(value: str, *, zoned: bool) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if zoned else moment.replace(tzinfo=None)


def _has_ids(table: Table) -> bool:
    return "id" in table.columns and isinstance(table.c.id.type, Integer)


def _remembers_ids(connection: Connection) -> bool:
    found = text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
    return connection.scalar(found) is not None
