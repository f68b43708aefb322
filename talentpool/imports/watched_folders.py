"""Folders into which another system puts its exports: which there are, and which of their files are whole.

A file is taken once nothing about it has changed for a while: neither its bytes nor its name, which a writer changes
last. What is hidden or has the ending of something unfinished is left alone however long it lies.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from talentpool.errors import InvalidInputError
from talentpool.imports.mapping_file import ChosenMapping, read_mapping_file

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".download", "~")
DONE, FAILED = "done", "failed"
QUIET_SECONDS, EVERY_MINUTES = 30, 60
TEXTS = ("path", "source", "preset", "mapping", "recruiter", "country")
NUMBERS = ("quiet_seconds", "every_minutes")


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedFolder:
    """One folder, and what is known of every file in it."""

    path: Path
    source: str
    preset: str | None = None
    mapping: Path | None = None
    recruiter: str | None = None  # the e-mail address of the account in whose name it is imported
    country: str | None = None
    quiet_seconds: int = QUIET_SECONDS
    command: tuple[str, ...] = ()  # brings files; see `export_commands`
    every_minutes: int = EVERY_MINUTES  # the command runs

    def chosen_mapping(self) -> ChosenMapping:
        """Read what the columns mean, as the file named says; raises InvalidInputError."""
        return read_mapping_file(self.mapping) if self.mapping else ChosenMapping()


def read_watched_folders(file: Path) -> list[WatchedFolder]:
    """Read the list of folders from TOML with [[folder]] tables; raises InvalidInputError naming what is wrong."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError(
            f"The list of watched folders {file} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"The list of watched folders {file} is not TOML: {error}.") from error
    tables = given.get("folder", [])
    if set(given) - {"folder"} or not isinstance(tables, list):
        raise InvalidInputError(f"{file} may hold [[folder]] tables and nothing else.")
    return [_folder(told, place, file) for place, told in enumerate(tables, start=1)]


def whole_files(folder: WatchedFolder, *, at: float) -> list[Path]:
    """List the files that are whole, the oldest first; `at` is the time now in seconds since 1970."""
    found = exports_in(folder.path)
    return [path for path in found if is_whole(path, at=at, quiet_seconds=folder.quiet_seconds)]


def exports_in(folder: Path) -> list[Path]:
    """List the files of a folder that are not hidden and do not say that they are unfinished, the oldest first."""
    found = []
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED) or path.is_symlink():
            continue
        if path.is_file():
            found.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(found)]


def is_whole(path: Path, *, at: float, quiet_seconds: int) -> bool:
    """Say whether nothing about a file has changed for so long; its name counts too: copies keep the time of the bytes."""
    told = path.stat()
    return bool(told.st_size) and at - max(told.st_mtime, told.st_ctime) >= quiet_seconds


def moment_of(path: Path) -> datetime:
    """Tell when a file was written: what it says is as of then."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def put_away(file: Path, where: str) -> Path:
    """Move a file into a folder beside it without replacing anything there; gives where it is now."""
    folder = file.parent / where
    folder.mkdir(exist_ok=True)
    number, target = 1, folder / file.name
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return file.rename(target)


def _folder(told: Any, place: int, file: Path) -> WatchedFolder:
    name = f"Folder {place} of {file.name}"
    if not isinstance(told, Mapping) or not told.get("path"):
        raise InvalidInputError(f"{name} has no path.")
    unknown = sorted(set(told) - {*TEXTS, *NUMBERS, "command"})
    wrong = [key for key in TEXTS if key in told and not isinstance(told[key], str)]
    numbers = {key: told[key] for key in NUMBERS if key in told}
    wrong += [key for key, number in numbers.items() if not isinstance(number, int) or number < 1]
    command = told.get("command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) and word for word in command):
        wrong.append("command")
    if unknown or wrong:
        raise InvalidInputError(
            f"{name}: {', '.join([*unknown, *wrong])} cannot be read; it may have {', '.join(TEXTS)}, "
            f"{', '.join(NUMBERS)}, command (a list of words)."
        )
    path = Path(told["path"]).expanduser()
    mapping = told.get("mapping")
    return WatchedFolder(
        path=path,
        source=told.get("source") or path.name,
        preset=told.get("preset"),
        mapping=(file.parent / Path(mapping).expanduser()) if mapping else None,
        recruiter=told.get("recruiter"),
        country=told.get("country"),
        command=tuple(command),
        **numbers,
    )
