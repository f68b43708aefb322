"""A backup into the home each night; the newest seven are kept, and what an upgrade or a restore put aside as long."""

import re
import shutil
from datetime import datetime
from pathlib import Path

from jobs.workplace import Shift
from talentpool.backups.manifest import MANIFEST
from talentpool.backups.write import UNFINISHED, write_backup
from talentpool.work.runs import Outcome

NIGHTS_KEPT = 7
PREFIX = "nightly-"
PUT_ASIDE = re.compile(
    r"before-(?:upgrade|restore)-(\d{4}-\d\d-\d\dT\d+)"
)  # by us; other names are people's own


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Write the backup of this night, unless it is there, and drop the oldest; counts the rows."""
    settings = shift.workplace.settings
    folder = settings.home / "backups" / f"{PREFIX}{due_at:%Y-%m-%dT%H%M}"
    rows = 0
    if not (folder / MANIFEST).exists():
        rows = write_backup(shift.workplace.engine, settings, folder, now=shift.now).rows
    shift.go_on()
    found = sorted(folder.parent.glob(f"{PREFIX}*"))
    killed = [path for path in found if path.suffix == UNFINISHED]  # no backups: they push none out
    nights = [path for path in found if path.suffix != UNFINISHED]
    for over in killed + nights[:-NIGHTS_KEPT] + _put_aside_before(nights[-NIGHTS_KEPT:]):
        _remove(over)
    return Outcome(items=rows)


def _put_aside_before(nights: list[Path]) -> list[Path]:
    """List what was put aside before all of these nights, if they are as many as are kept: erased people are in it.

    Nights are counted and no days, so that a clock that jumps takes nothing away.
    """
    if len(nights) < NIGHTS_KEPT:
        return []
    oldest = nights[0].name.removeprefix(PREFIX)
    found = ((path, PUT_ASIDE.match(path.name)) for path in nights[0].parent.iterdir())
    return [path for path, made in found if made is not None and made[1] < oldest]


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
