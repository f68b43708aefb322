"""Named arrays in one file: a header in JSON, then the numbers as they lie in memory. Never pickles.

A file is written once and never changed; readers map it. Its size and checksum are kept by the manifest.
"""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.errors import IndexDamagedError

Arrays = dict[str, NDArray[Any]]

MAGIC = b"TPARRAY1"
ALIGNMENT = 64
MOST_CHECKED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecord:
    """A file by its name, with the size and checksum it must have."""

    name: str
    size: int
    checksum: int


def write_arrays(folder: Path, name: str, arrays: Mapping[str, NDArray[Any]]) -> FileRecord:
    """Write arrays to a new file and to the disk below it."""
    header, payload = _laid_out(arrays)
    checksum, size = 0, 0
    with (folder / name).open("wb") as file:
        for piece in (header, *payload):
            file.write(piece)
            checksum, size = zlib.crc32(piece, checksum), size + len(piece)
        file.flush()
        os.fsync(file.fileno())
    return FileRecord(name=name, size=size, checksum=checksum)


def read_arrays(folder: Path, record: FileRecord) -> Arrays:
    """Map a file's arrays; raises IndexDamagedError when its size or header is not what was written."""
    path = folder / record.name
    try:
        if path.stat().st_size != record.size:
            raise IndexDamagedError(f"The index file {record.name} has not the size it was written with.")
        raw = np.memmap(path, mode="r", dtype=np.uint8)
        return _views(np.asarray(raw))
    except FileNotFoundError:
        raise IndexDamagedError(f"The index file {record.name} is missing.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"The index file {record.name} cannot be read: {error}") from error


def check_file(folder: Path, record: FileRecord) -> None:
    """Compare a whole file with its checksum; raises IndexDamagedError."""
    checksum = 0
    try:
        with (folder / record.name).open("rb") as file:
            while piece := file.read(1 << 20):
                checksum = zlib.crc32(piece, checksum)
    except OSError as error:
        raise IndexDamagedError(f"The index file {record.name} cannot be read: {error}") from error
    if checksum != record.checksum:
        raise IndexDamagedError(f"The index file {record.name} is damaged: its checksum differs.")


_checked: dict[tuple[int, int, int], int] = {}
"""The checksums this process has found right, by device, file and time of writing."""


def check_once(folder: Path, record: FileRecord) -> None:
    """Compare a file with its checksum, unless this process has done so since it was written."""
    try:
        found = (folder / record.name).stat()
    except OSError as error:
        raise IndexDamagedError(f"The index file {record.name} cannot be read: {error}") from error
    known = found.st_dev, found.st_ino, found.st_mtime_ns
    if _checked.get(known) == record.checksum:
        return
    check_file(folder, record)
    if len(_checked) >= MOST_CHECKED:
        _checked.clear()
    _checked[known] = record.checksum


def _laid_out(arrays: Mapping[str, NDArray[Any]]) -> tuple[bytes, list[memoryview | bytes]]:
    entries: dict[str, tuple[str, int, int]] = {}
    payload: list[memoryview | bytes] = []
    offset = 0
    for name, values in arrays.items():
        plain = np.ascontiguousarray(values)
        entries[name] = (plain.dtype.str, offset, len(plain))
        padding = -plain.nbytes % ALIGNMENT
        payload += [plain.tobytes(), bytes(padding)]
        offset += plain.nbytes + padding
    told = json.dumps(entries).encode()
    start = len(MAGIC) + 8 + len(told)
    return MAGIC + len(told).to_bytes(8, "little") + told + bytes(-start % ALIGNMENT), payload


def _views(raw: NDArray[np.uint8]) -> Arrays:
    if raw[: len(MAGIC)].tobytes() != MAGIC:
        raise ValueError("it does not begin as an index file does")
    length = int.from_bytes(raw[8:16].tobytes(), "little")
    if length > len(raw):
        raise ValueError("its header is longer than the file")
    entries = json.loads(raw[16 : 16 + length].tobytes())
    base = 16 + length + (-(16 + length) % ALIGNMENT)
    arrays = {}
    for name, (kind, offset, count) in entries.items():
        size = np.dtype(kind).itemsize * count
        if base + offset + size > len(raw):
            raise ValueError(f"{name} goes beyond its end")
        arrays[name] = raw[base + offset : base + offset + size].view(kind)
    return arrays
