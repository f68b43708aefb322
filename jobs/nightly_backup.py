"""A backup into the home each night; the newest seven are kept."""

import shutil
from datetime import datetime
from pathlib import Path

from jobs.workplace import Shift
from talentpool.backups.manifest import MANIFEST
from talentpool.backups.write import write_backup
from talentpool.work.runs import Outcome

NIGHTS_KEPT = 7
PREFIX = "nightly-"


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Write the backup of this night, unless it is there, and drop the oldest; counts the rows."""
    settings = shift.workplace.settings
    folder = settings.home / "backups" / f"{PREFIX}{due_at:%Y-%m-%dT%H%M}"
    rows = 0
    if not (folder / MANIFEST).exists():
        rows = write_backup(shift.workplace.engine, settings, folder, now=shift.now).rows
    shift.go_on()
    for oldest in sorted(folder.parent.glob(f"{PREFIX}*"))[:-NIGHTS_KEPT]:
        _remove(oldest)
    return Outcome(items=rows)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
