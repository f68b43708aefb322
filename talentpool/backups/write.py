"""Write a backup: one consistent picture of all tables, then the files they speak of, then the manifest.

Reading in one transaction shows the database at one moment while others go on writing. Files come after it
and never change under their name, so whatever a row names is there. The index is left out: it is derived.
"""

import contextlib
import gzip
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table

from talentpool.backups.manifest import (
    FILES,
    SECRET,
    TABLES,
    FileEntry,
    Manifest,
    TableEntry,
    table_path,
    write_manifest,
)
from talentpool.backups.rows import last_id_of, tables_of, written_lines
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.schema import schema_revision
from talentpool.secret import find_secret
from talentpool.settings import Settings

KEPT_FOLDERS = ("resumes", "uploads", "journal", "held")
UNFINISHED = ".unfinished"


def write_backup(engine: Engine, settings: Settings, folder: Path, *, now: datetime) -> Manifest:
    """Write everything of an installation into a new folder; gives what it holds.

    Raises InvalidInputError for a folder that is there already, UnavailableError for an empty database or a
    lost secret. A backup that stops half-way leaves no folder of that name.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInputError(f"{folder} is not empty; name a folder that does not exist yet.")
    revision = schema_revision(engine)
    if revision is None:
        raise UnavailableError("There is nothing to back up yet; run `talentpool init` first.")
    secret = find_secret(settings)
    if secret is None:
        raise UnavailableError(
            "The secret of this installation is gone, and a backup without it would recognise nobody who asked not to be "
            "contacted, or was erased. Put the file `secret` back into the home; each earlier backup has it as files/secret."
        )
    with _complete_or_gone(folder) as building:
        with _one_moment(engine) as connection:
            tables = {
                table.name: _write_table(connection, table, building) for table in tables_of(connection)
            }
        manifest = Manifest(
            made_at=now.isoformat(),
            revision=revision,
            tables=tables,
            files=_copy_files(settings, secret, building / FILES),
        )
        write_manifest(building, manifest)
    return manifest


@contextmanager
def _complete_or_gone(folder: Path) -> Iterator[Path]:
    building = folder.with_name(f"{folder.name}{UNFINISHED}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True, mode=0o700)
    try:
        (building / TABLES).mkdir()
        (building / FILES).mkdir()
        yield building
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()  # an empty one was allowed
    building.rename(folder)
    sync_folder(folder.parent)


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    options = (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        if engine.dialect.name == "postgresql"
        else {}
    )
    with engine.connect() as connection:
        yield connection.execution_options(**options)


def _write_table(connection: Connection, table: Table, folder: Path) -> TableEntry:
    digest, lines = hashlib.sha256(), 0
    with (
        table_path(folder, table.name).open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3, mtime=0) as packed,
    ):
        for line in written_lines(connection, table):
            digest.update(line)
            packed.write(line)
            lines += 1
    return TableEntry(rows=lines - 1, sha256=digest.hexdigest(), last_id=last_id_of(connection, table))


def _copy_files(settings: Settings, secret: bytes, target: Path) -> dict[str, FileEntry]:
    copied = {SECRET: _write_secret(secret, target / SECRET)}
    for kept in KEPT_FOLDERS:
        for path in sorted((settings.home / kept).rglob("*")):
            if path.is_file():
                name = str(path.relative_to(settings.home))
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile, with whatever refers to it
                    copied[name] = copy_file(path, target / name)
    return copied


def _write_secret(secret: bytes, target: Path) -> FileEntry:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    return FileEntry(size=len(secret), sha256=hashlib.sha256(secret).hexdigest())


def copy_file(source: Path, target: Path) -> FileEntry:
    """Copy one file, make sure that it has reached the disk, and tell its size and SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("wb") as writing:
        while piece := reading.read(1 << 20):
            digest.update(piece)
            size += writing.write(piece)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copymode(source, target)
    return FileEntry(size=size, sha256=digest.hexdigest())


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder have reached the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
