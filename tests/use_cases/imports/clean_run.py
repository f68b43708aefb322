"""One import in a process of its own, and what a database holds afterwards, table by table."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from talentpool.candidates.reasons import install_reasons
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.settings import config_folder
from talentpool.tables import metadata

SECRET = b"a secret of this test's installation"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOT_COMPARED = {
    "rows_per_second",  # how quick it was
    "key_hash",  # made of ids, of which PostgreSQL leaves some out after a transaction that was rolled back
}
# Columns that hold ids without a foreign key.
POINTS_AT = {("candidate_changes", "candidate_id"): "candidates"}


def bring_in(url: str, path: Path, limit: Callable[[Any], object] | None = None) -> None:
    """Import a file into the database at `url`; `limit` is given the opened engine first."""
    engine = open_engine(url)
    if limit is not None:
        limit(engine)
    import_file(open_sessions(engine), path, ImportOptions(), secret=SECRET, now=NOW)
    engine.dispose()


def install(url: str) -> None:
    """Give a migrated database the reasons an import looks words up in."""
    engine = open_engine(url)
    with open_sessions(engine).writing.begin() as session:
        install_reasons(session, config_folder())
    engine.dispose()


def start(url: str, path: Path) -> BaseProcess:
    """Start an import in a process of its own; the first start takes a second, the next ones none."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.use_cases.imports.clean_run"])
    process = context.Process(target=bring_in, args=(url, path))
    process.start()
    return process


def table_hashes(sessions: Sessions) -> dict[str, str]:
    """Hash every row of every table; ids count by their order, so that gaps between them do not."""
    with sessions.reading() as session:
        rows = {
            table: [dict(row) for row in session.execute(_ordered(table)).mappings()]
            for table in metadata.sorted_tables
        }
    places = {
        table.name: {row["id"]: place for place, row in enumerate(found)}
        for table, found in rows.items()
        if "id" in table.c
    }
    return {table.name: _hash(table, found, places) for table, found in rows.items()}


def _ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def _hash(table: Table, rows: list[dict[str, Any]], places: dict[str, dict[int, int]]) -> str:
    targets = {
        column.name: next((key.column.table.name for key in column.foreign_keys), None)
        or POINTS_AT.get((table.name, column.name), table.name if column.name == "id" else None)
        for column in table.columns
    }
    digest = hashlib.sha256()
    for row in rows:
        targets["record_id"] = row.get("record")
        for name, value in sorted(row.items()):
            if name not in NOT_COMPARED:
                target = targets.get(name)
                digest.update(repr((name, places[target].get(value) if target else value)).encode())
    return f"{len(rows)} rows, {digest.hexdigest()[:16]}"
