"""Original resume files in the home: each under a random name that says nothing of what somebody called it.

A file is written and has reached the disk before anybody refers to it; what nobody refers to is found by
`stored_keys` and removed by whoever knows the rows.
"""

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from talentpool.errors import NoRoomError

KEY_BYTES = 16  # random: nobody guesses the name of somebody's file
_KEY = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".unfinished"


def keep_original(folder: Path, data: bytes) -> str:
    """Keep a file and give its key; it is on the disk when this returns, or nothing is left of it.

    Raises NoRoomError when the disk is full, OSError for what else a disk may say.
    """
    key = token_hex(KEY_BYTES)
    path = original_path(folder, key)
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        _make_folder(path.parent)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _sync(path.parent)
    except BaseException as error:
        for left in (unfinished, path):
            left.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoomError(
                "The disk is full, so the file was not kept; make room and try again."
            ) from error
        raise
    return key


def original_path(folder: Path, key: str) -> Path:
    """Say where a file lies; `ValueError` for what is no key of ours."""
    if not _KEY.fullmatch(key):
        raise ValueError("This is no key of a stored file.")
    return folder / key[:2] / key


def remove_originals(folder: Path, keys: Iterable[str]) -> int:
    """Remove files; gives how many were there."""
    removed = 0
    for key in keys:
        with suppress(FileNotFoundError):
            original_path(folder, key).unlink()
            removed += 1
    return removed


def stored_keys(folder: Path) -> Iterator[tuple[str, float]]:
    """Walk over all stored files: the key of each, and when it was written in seconds since 1970."""
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            if _KEY.fullmatch(path.name):
                yield path.name, path.stat().st_mtime


def remove_unfinished(folder: Path, *, before: float) -> int:
    """Remove what a process that ended while it wrote left behind, where that was written before a time."""
    removed = 0
    for path in folder.glob(f"[0-9a-f][0-9a-f]/*{_UNFINISHED}"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
