"""Bring an installation back from a backup, onto either database, and prove that nothing is missing.

Everything is checked before anything is touched. The rows arrive in one transaction, which is committed only
when each table adds up to what the backup says; then older tables are brought to this version.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from talentpool.backups.manifest import FILES, SECRET, Manifest, lines_of, verify_backup
from talentpool.backups.rows import (
    ROWS_AT_A_TIME,
    VERSION_TABLE,
    digest_of,
    read_rows,
    set_last_id,
    tables_of,
    written_lines,
)
from talentpool.backups.write import copy_file, sync_folder
from talentpool.candidates.own_words import say_again
from talentpool.consent.journal import FILE, FOLDER, JournalEntry, append_to_journal, read_journal, replay
from talentpool.database import Base
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.schema import downgrade_schema, is_known, upgrade_schema
from talentpool.secret import find_secret, installation_secret
from talentpool.settings import Settings

JOURNAL = f"{FOLDER}/{FILE}"

LONGEST_REQUEST = timedelta(hours=1)  # what began before the backup may have been committed after it
MESSAGES, WAITING, UNKNOWN = (
    "messages",
    ("pending", "sending", "retrying"),
    "unknown",
)  # another room's, by name
DRAFT, STOPPED = "draft", "stopped"


def holds_data(engine: Engine) -> bool:
    """Say whether the database holds a single row of ours."""
    with engine.connect() as connection:
        return any(
            connection.scalar(select(func.count()).select_from(table)) for table in tables_of(connection)
        )


def restore_backup(engine: Engine, settings: Settings, folder: Path) -> Manifest:
    """Replace everything in the database and the files of the home by what a backup holds.

    The caller has made sure that nobody works here and that what is here may go, and calls `finish_restore` once
    whoever was erased since is erased again; until then nothing else works here. Raises BackupDamagedError or
    InvalidInputError before anything is changed.
    """
    manifest = verify_backup(folder)
    _refuse_other_secret(settings, folder)
    if not is_known(manifest.revision):
        raise InvalidInputError(
            f"The backup {folder} is of version {manifest.revision}, which this program does not know; "
            "install the version it was made by, or a newer one."
        )
    begin_restore(settings, folder)
    journal = _join_journals(settings, folder)
    _replace_tables(engine, manifest)
    for name in manifest.files:
        if name not in (SECRET, JOURNAL):
            copy_file(folder / FILES / name, settings.home / name)
    _restore_rows(engine, folder, manifest)
    if not settings.security.secret:
        copy_file(folder / FILES / SECRET, settings.home / SECRET)
    upgrade_schema(engine)
    _hold_since(engine, manifest, journal, secret=installation_secret(settings))
    let_nothing_leave_twice(engine, made_at=datetime.fromisoformat(manifest.made_at))
    shutil.rmtree(settings.index_folder, ignore_errors=True)  # derived, and from other rows
    return manifest


def begin_restore(settings: Settings, folder: Path) -> None:
    """Say on the disk that a restore is under way, from which backup."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.unfinished_restore.write_text(f"{folder}\n", encoding="utf-8")
    sync_folder(settings.home)


def bring_secret_back(settings: Settings, folder: Path) -> None:
    """Where the home has lost its secret, take that of the backup: what is here is backed up with it before it goes."""
    if find_secret(settings) is None:
        copy_file(folder / FILES / SECRET, settings.home / SECRET)


def finish_restore(settings: Settings) -> None:
    """Say that a restore is done with all that belongs to it."""
    settings.unfinished_restore.unlink(missing_ok=True)


def _join_journals(settings: Settings, folder: Path) -> list[JournalEntry]:
    """Add what the journal of the backup knows to the one here, which is never overwritten: a stop loses nothing.

    The journal of another installation knows other hashes: it gives way to the one of the backup.
    """
    own, came = read_journal(settings.home), read_journal(folder / FILES)
    kept = (folder / FILES / SECRET).read_bytes()
    if own and find_secret(settings) not in (None, kept):
        (settings.home / JOURNAL).unlink()
        own = []
    if missing := [one for one in came if one not in set(own)]:
        append_to_journal(settings.home, missing)
    return sorted([*own, *missing], key=lambda one: datetime.fromisoformat(one.at))


def _hold_since(engine: Engine, manifest: Manifest, journal: list[JournalEntry], *, secret: bytes) -> None:
    """Replay what was asked for and decided after the backup was begun."""
    from_then_on = datetime.fromisoformat(manifest.made_at) - LONGEST_REQUEST
    since = [one for one in journal if datetime.fromisoformat(one.at) >= from_then_on]
    if since:
        with engine.execution_options(will_write=True).begin() as connection:
            replay(connection, since)
            with Session(connection) as session:
                say_again(session, since, secret=secret)
                session.flush()


def let_nothing_leave_twice(engine: Engine, *, made_at: datetime) -> None:
    """Mark what waited in the outbox as unknown, and stop drafts: they may have left since the backup was made.

    Nobody is reminded of what left before: the reminder may have left too, and an answer to it is lost.
    """
    messages = Base.metadata.tables[MESSAGES]
    words = f"Waited when the backup of {made_at:%Y-%m-%d %H:%M} UTC was made; it may have left since."
    waiting = messages.update().where(messages.c.state.in_(WAITING))
    drafts = messages.update().where(messages.c.state == DRAFT)
    reminded_of = messages.update().where(messages.c.follow_up_days.is_not(None))
    with engine.execution_options(will_write=True).begin() as connection:
        connection.execute(waiting.values(state=UNKNOWN, problem=words))
        connection.execute(drafts.values(state=STOPPED, problem=words))
        connection.execute(reminded_of.values(follow_up_days=None))


def _refuse_other_secret(settings: Settings, folder: Path) -> None:
    kept = (folder / FILES / SECRET).read_bytes()
    if settings.security.secret and installation_secret(settings) != kept:
        raise InvalidInputError(
            "The backup was made under another secret than security.secret in the settings; under this one nobody "
            "who asked not to be contacted would be recognised. Set the secret of that installation, or leave it empty."
        )


def _replace_tables(engine: Engine, manifest: Manifest) -> None:
    if inspect(engine).has_table(VERSION_TABLE):
        downgrade_schema(engine)
    upgrade_schema(engine, revision=manifest.revision)


def _restore_rows(engine: Engine, folder: Path, manifest: Manifest) -> None:
    with engine.execution_options(will_write=True).connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        tables = tables_of(connection)
        _refuse_unknown({table.name for table in tables}, manifest)
        for table in tables:
            connection.execute(table.delete())
        for table in tables:
            _insert(connection, table, folder)
            set_last_id(connection, table, manifest.tables[table.name].last_id)
        _prove(connection, tables, manifest)


def _refuse_unknown(names: set[str], manifest: Manifest) -> None:
    if names != set(manifest.tables):
        differing = ", ".join(sorted(names ^ set(manifest.tables)))
        raise InvalidInputError(f"The backup does not fit its version of the tables: {differing}.")


def _insert(connection: Connection, table: Table, folder: Path) -> None:
    rows = read_rows(lines_of(folder, table.name), table)
    for batch in _batches(rows):
        connection.execute(insert(table), batch)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        yield batch


def _prove(connection: Connection, tables: list[Table], manifest: Manifest) -> None:
    for table in tables:
        if digest_of(written_lines(connection, table)) != manifest.tables[table.name].sha256:
            raise UnavailableError(
                f"Table {table.name} did not arrive as the backup holds it; nothing was restored."
            )
