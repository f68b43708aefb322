"""Follows another system: its exports are read again and again, and only what is new in them costs anything.

The files stay where they are. It is the import of the pages and the command line, asked to take the source's newer
word; a file that somebody is still writing waits for the next time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from talentpool.database import Sessions
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import OUTCOMES, ImportReport
from talentpool.imports.run import HELD, PROPOSED, Progress
from talentpool.imports.watched_folders import QUIET_SECONDS, exports_in, is_whole, moment_of

CLOCKS_DIFFER = timedelta(minutes=5)
COUNTED = ("rows", *OUTCOMES, "possible_duplicates", "cells_to_fix")


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncedFile:
    """One file: its report, or why it was not taken."""

    name: str
    report: ImportReport | None = None
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncReport:
    """What came of following one source once."""

    source: str
    files: tuple[SyncedFile, ...]
    waiting: tuple[str, ...]  # names of files that are still being written
    notes: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Add up what became of the rows."""
        reports = [one.report for one in self.files if one.report is not None]
        counted = {name: sum(getattr(report, name) for report in reports) for name in COUNTED}
        more = {name: sum(report.details.get(name, 0) for report in reports) for name in (PROPOSED, HELD)}
        return counted | more

    @property
    def needs_somebody(self) -> bool:
        """Say whether there is something a person has to look at."""
        failed = any(one.problem for one in self.files)
        return (
            failed or bool(self.notes) or any(self.counts[name] for name in ("cells_to_fix", PROPOSED, HELD))
        )

    def as_json(self) -> dict[str, Any]:
        """Give the document that `talentpool sync --json` prints."""
        files = [
            {"file": one.name, "problem": one.problem, "import_id": one.report and one.report.import_id}
            for one in self.files
        ]
        told: dict[str, Any] = {"source": self.source, **self.counts, "files": files}
        return told | {"waiting": list(self.waiting), "notes": list(self.notes)}


def sync_exports(
    sessions: Sessions,
    paths: Sequence[Path],
    options: ImportOptions,
    *,
    secret: bytes,
    now: datetime,
    quiet_seconds: int = QUIET_SECONDS,
    progress: Progress | None = None,
) -> SyncReport:
    """Read the exports of one source, the oldest first; one that cannot be taken does not stop the others.

    A single file that is not there, is no table or is still being written is an error of its own.
    """
    found = [file for path in paths for file in (exports_in(path) if path.is_dir() else [path])]
    is_alone = len(paths) == 1 and not paths[0].is_dir()
    whole = [file for file in found if _is_ready(file, now, quiet_seconds)]
    waiting = [file.name for file in found if file not in whole]
    if is_alone and waiting:
        raise UnavailableError(
            f"{waiting[0]} has changed within the last {quiet_seconds} seconds, so it may still be written; it is taken the "
            "next time. Give --quiet-seconds 0 if you know that it is whole."
        )
    done = []
    for file in whole:
        at = replace(options, said_at=moment_of(file) if file.exists() else now)
        try:
            report = import_file(sessions, file, at, secret=secret, now=now, progress=progress)
            done.append(SyncedFile(name=file.name, report=report))
        except InvalidInputError as error:
            if is_alone:
                raise
            done.append(SyncedFile(name=file.name, problem=str(error)))
    notes = tuple(_ahead(file) for file in whole if file.exists() and moment_of(file) > now + CLOCKS_DIFFER)
    return SyncReport(source=options.source or "", files=tuple(done), waiting=tuple(waiting), notes=notes)


def _is_ready(file: Path, now: datetime, quiet_seconds: int) -> bool:
    """Say whether a file is to be read now; one that is not there is, so that it is said."""
    if not quiet_seconds or not file.exists():
        return True
    if moment_of(file) > now:  # a clock ahead of ours would make it wait for ever
        return True
    return not file.stat().st_size or is_whole(file, at=now.timestamp(), quiet_seconds=quiet_seconds)


def _ahead(file: Path) -> str:
    said = moment_of(file).strftime("%d %b %Y %H:%M")
    return f"{file.name} says it was written on {said} UTC, which has not come yet here; it was taken as said now."
