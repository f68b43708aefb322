"""What a backup holds, table by table and file by file, with what each has to add up to.

The manifest is written last: a folder without one is no backup.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zlib import error as CompressionError  # noqa: N812 - an exception by its role here

from talentpool.errors import InvalidInputError

FORMAT = 1
MANIFEST = "manifest.json"
TABLES, FILES = "tables", "files"
SECRET = "secret"  # noqa: S105 - the name of a file


class BackupDamagedError(InvalidInputError):
    """Say that a backup is not whole, and where; nothing was restored from it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableEntry:
    """One table: its rows, the SHA-256 of its lines, and the last id ever given out (0: none)."""

    rows: int
    sha256: str
    last_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FileEntry:
    """One file of the home: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Everything in one backup, the time it shows, and the version of the tables."""

    made_at: str
    revision: str
    tables: dict[str, TableEntry]
    files: dict[str, FileEntry]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def table_path(folder: Path, table: str) -> Path:
    """Name the file that holds one table."""
    return folder / TABLES / f"{table}.jsonl.gz"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, and make sure that it has reached the disk."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True)
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Read what a backup should hold; raises InvalidInputError where there is none that we can read."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidInputError(
            f"{folder} is no backup: there is no {MANIFEST} in it. Name the folder that `talentpool backup` wrote."
        ) from None
    except ValueError as error:
        raise BackupDamagedError(f"The backup {folder} is damaged: {MANIFEST} cannot be read.") from error
    return _as_manifest(folder, told)


def verify_backup(folder: Path) -> Manifest:
    """Read every byte of a backup and compare; raises BackupDamagedError naming the first that differs."""
    manifest = read_manifest(folder)
    for name, table in manifest.tables.items():
        _compare(folder, f"table {name}", expected=table.sha256, found=_digest_of_table(folder, name))
    for name, file in manifest.files.items():
        _compare(folder, f"file {name}", expected=file.sha256, found=_digest_of_file(folder, name))
    return manifest


def lines_of(folder: Path, table: str) -> Iterator[bytes]:
    """Read one table line by line: its columns first, then its rows."""
    try:
        with gzip.open(table_path(folder, table), "rb") as lines:
            yield from lines
    except (OSError, EOFError, CompressionError) as error:
        raise BackupDamagedError(
            f"The backup {folder} is damaged: table {table} cannot be read; use another backup."
        ) from error


def _as_manifest(folder: Path, told: Any) -> Manifest:
    if isinstance(told, dict) and told.get("format", FORMAT) != FORMAT:
        raise InvalidInputError(
            f"The backup {folder} has format {told['format']}; this version reads {FORMAT}."
        )
    try:
        return Manifest(
            made_at=told["made_at"],
            revision=told["revision"],
            tables={name: TableEntry(**entry) for name, entry in told["tables"].items()},
            files={name: FileEntry(**entry) for name, entry in told["files"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BackupDamagedError(f"The backup {folder} is damaged: {MANIFEST} is not whole.") from error


def _compare(folder: Path, what: str, *, expected: str, found: str) -> None:
    if expected != found:
        raise BackupDamagedError(f"The backup {folder} is damaged: {what} differs; use another backup.")


def _digest_of_table(folder: Path, name: str) -> str:
    digest = hashlib.sha256()
    for line in lines_of(folder, name):
        digest.update(line)
    return digest.hexdigest()


def _digest_of_file(folder: Path, name: str) -> str:
    path = folder / FILES / name
    if not path.resolve().is_relative_to((folder / FILES).resolve()):
        raise BackupDamagedError(f"The backup {folder} names a file outside itself.")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise BackupDamagedError(f"The backup {folder} is damaged: file {name} is missing.") from None
