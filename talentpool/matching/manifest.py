"""The manifest: the one small file that says which files make up the index now.

It is replaced in one step, so a reader sees the old index or the new one and never a mixture. Files it no
longer names are removed afterwards; whoever has them mapped keeps reading them.
"""

import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from talentpool.errors import UnavailableError
from talentpool.matching.arrays import FileRecord
from talentpool.matching.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from talentpool.matching.settings import MatchingSettings

FORMAT = 1
MANIFEST = "manifest.json"
LOCK = "lock"
OURS = (".segment", ".weights", ".snapshot", ".new")


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentRecord:
    """One segment: its terms, its weights under the snapshot, and the rows that no longer count."""

    name: str
    people: int
    terms: FileRecord
    weights: FileRecord
    dead_rows: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotRecord:
    """The document frequencies everyone is weighed under, and how many people changed since."""

    frequencies: FileRecord
    people: int
    pivot: float
    changed_since: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Everything that makes up one generation of the index."""

    fingerprint: str
    generation: str
    position: str
    snapshot: SnapshotRecord
    segments: tuple[SegmentRecord, ...]

    @property
    def files(self) -> list[FileRecord]:
        """List every file of this generation."""
        parts = [record for segment in self.segments for record in (segment.terms, segment.weights)]
        return [self.snapshot.frequencies, *parts]


def read_manifest(folder: Path) -> Manifest:
    """Read what the index is made of now; raises the error that fits when it cannot be used."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise IndexMissingError("There is no matching index yet; it is made with the next rebuild.") from None
    except NotADirectoryError:
        raise IndexMissingError(f"{folder} is no folder, so it holds no matching index.") from None
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"The matching index's manifest cannot be read: {error}") from error
    if not isinstance(told, dict) or "format" not in told:
        raise IndexDamagedError("The matching index's manifest is not one.")
    if told["format"] != FORMAT:
        raise IndexOutdatedError(
            f"The matching index has format {told['format']}, this version reads format {FORMAT}; rebuild it."
        )
    return _from_json(told)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make this generation the one everybody sees, in one step."""
    told = asdict(manifest)
    whole = {"format": FORMAT, "checksum": _checksum(told), "index": told}
    path = folder / f"{MANIFEST}.new"
    with path.open("wb") as file:
        file.write(json.dumps(whole, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    path.replace(folder / MANIFEST)
    _sync_folder(folder)


def publish(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and remove the files it has made superfluous; the caller holds the lock."""
    write_manifest(folder, manifest)
    for path in unused_files(folder, manifest):
        path.unlink(missing_ok=True)


def unused_files(folder: Path, manifest: Manifest) -> list[Path]:
    """List files of the index that this generation does not name; others' files are not ours to name."""
    named = {record.name for record in manifest.files}
    return [path for path in folder.iterdir() if path.suffix in OURS and path.name not in named]


def refuse_outdated(manifest: Manifest, settings: MatchingSettings) -> None:
    """Raise IndexOutdatedError if an index was made under other words settings."""
    if manifest.fingerprint != settings.fingerprint:
        raise IndexOutdatedError("The matching index was made under other words settings; rebuild it.")


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until nobody else writes this index; the lock ends with the process that holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise UnavailableError(f"The matching index in {folder} cannot be written: {error}") from error


def _from_json(told: dict[str, Any]) -> Manifest:
    index = told.get("index")
    if not isinstance(index, dict) or told.get("checksum") != _checksum(index):
        raise IndexDamagedError("The matching index's manifest is damaged: its checksum differs.")
    return Manifest(
        fingerprint=index["fingerprint"],
        generation=index["generation"],
        position=index["position"],
        snapshot=SnapshotRecord(
            **{**index["snapshot"], "frequencies": FileRecord(**index["snapshot"]["frequencies"])}
        ),
        segments=tuple(_segment(segment) for segment in index["segments"]),
    )


def _segment(told: dict[str, Any]) -> SegmentRecord:
    return SegmentRecord(
        name=told["name"],
        people=told["people"],
        terms=FileRecord(**told["terms"]),
        weights=FileRecord(**told["weights"]),
        dead_rows=tuple(told["dead_rows"]),
    )


def _checksum(index: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(index, sort_keys=True).encode())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
