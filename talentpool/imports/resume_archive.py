"""A folder or a ZIP archive of resumes: its files by name, one at a time, each read up to a limit.

Nothing is unpacked to the disk and no name in an archive is used as a path; what an archive says of sizes is not
believed.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Self

from talentpool.errors import InvalidInputError

MOST_FILES = 100_000
ENTRY_BYTES = 1_024  # more than a member takes in the table of contents, long names included
_PIECE = 1 << 20
_TAIL = 66_000  # bytes within which an archive's end record lies
_TABLE_PARTS = ("[content_types].xml", "xl/", "mimetype")  # what a workbook or document is known by
_NEVER = ("__macosx", "thumbs.db", "desktop.ini")


class ResumeArchive:
    """The files of a folder or of an archive; threads may share it. Whoever opens it closes it."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._folder = path if path.is_dir() else None
        self._zip = None if self._folder else _open(path)
        self.names = tuple(sorted(_wanted(self._found(), path.name)))
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the archive."""
        if self._zip is not None:
            self._zip.close()

    @property
    def content_hash(self) -> str:
        """Give the SHA-256 of the archive, or of a folder's names, sizes and times."""
        return self._facts[0]

    @property
    def size_bytes(self) -> int:
        """Say how large the archive is, or the files of a folder together."""
        return self._facts[1]

    def read(self, name: str, *, most: int) -> bytes | None:
        """Read at most `most` bytes of a file; None for one that is locked or broken in the archive."""
        try:
            if self._folder is not None:
                with (self._folder / name).open("rb") as file:
                    return file.read(most)
            return self._unpacked(name, most)
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
        ):
            return None  # a password is a RuntimeError, an unknown packing a NotImplementedError

    def lies_as(self, name: str, *, before: float) -> str | None:
        """Say how a file lies, so that it need not be read while that stays the same; `before` is in seconds since 1970.

        In a folder by its size, its times and its number on the disk: whatever changes its bytes sets the second time,
        which no program can choose. None for what has changed since `before`, as it may change again within the same
        tick of the clock. In an archive by size, checksum and time.
        """
        if self._zip is not None:
            member = self._zip.getinfo(name)
            return f"{member.file_size} {member.CRC:08x} {member.date_time}"
        if self._folder is None:
            return None
        try:
            lies = (self._folder / name).stat()
        except OSError:
            return None
        if max(lies.st_mtime, lies.st_ctime) > before:
            return None
        return f"{lies.st_size} {lies.st_mtime_ns} {lies.st_ctime_ns} {lies.st_ino}"

    def _unpacked(self, name: str, most: int) -> bytes:
        if self._zip is None:
            raise ValueError("The archive is closed.")
        out = io.BytesIO()
        with self._lock, self._zip.open(name) as stream:
            while out.tell() < most and (piece := stream.read(min(_PIECE, most - out.tell()))):
                out.write(piece)
        return out.getvalue()

    def _found(self) -> Iterator[str]:
        if self._zip is not None:
            yield from (member.filename for member in self._zip.infolist() if not member.is_dir())
        elif self._folder is not None:
            for path in self._folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    yield path.relative_to(self._folder).as_posix()

    @cached_property
    def _facts(self) -> tuple[str, int]:
        path, digest, size = self._path, hashlib.sha256(), 0
        if self._folder is None:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
            return digest.hexdigest(), path.stat().st_size
        for name in self.names:
            about = (path / name).stat()
            size += about.st_size
            digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode("utf-8", "replace"))
        return digest.hexdigest(), size


def is_resume_archive(path: Path) -> bool:
    """Say whether a path is a folder, or a ZIP archive that is neither a workbook nor a document."""
    if path.is_dir():
        return True
    with path.open("rb") if path.is_file() else io.BytesIO() as file:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
    with _open(path) as archive:
        names = [member.filename.lower() for member in archive.infolist()[:50]]
    return not any(name.startswith(_TABLE_PARTS) for name in names)


def _open(path: Path) -> zipfile.ZipFile:
    try:
        if _said_members(path) > MOST_FILES:
            raise _too_many(path.name)
        return zipfile.ZipFile(path)
    except OSError as error:
        raise InvalidInputError(f"{path.name} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise InvalidInputError(
            f"{path.name} is no ZIP archive that can be read; it may have ended too early. Pack it again."
        ) from error


def _said_members(path: Path) -> int:
    """Read how many members, or how long a table of contents, an archive claims, before that table is built."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if not 0 <= end <= len(tail) - 22:
        return 0
    members, length = struct.unpack_from("<HI", tail, end + 10)
    large = tail.rfind(b"PK\x06\x06")
    if 0 <= large <= len(tail) - 56:
        members, length = struct.unpack_from("<QQ", tail, large + 32)
    return int(max(members, length // ENTRY_BYTES))


def _wanted(names: Iterable[str], archive: str) -> Iterator[str]:
    count = 0
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if any(_is_the_systems(part) for part in parts):
            continue
        count += 1
        if count > MOST_FILES:
            raise _too_many(archive)
        yield name


def _is_the_systems(part: str) -> bool:
    """Say whether a file or folder is a system's own note or an editor's lock, by its name."""
    return (part.startswith((".", "~$")) and part != "..") or part.lower() in _NEVER


def _too_many(name: str) -> InvalidInputError:
    return InvalidInputError(
        f"{name} holds more than {MOST_FILES:,} files; bring them in as several archives."
    )
