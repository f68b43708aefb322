"""What an installation needs to be well: one short check each, with what is wrong and how to mend it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from talentpool.candidates.models import CandidateChange
from talentpool.candidates.resume_files import examine_store
from talentpool.cli.installation import Installation
from talentpool.errors import UnavailableError
from talentpool.matching.artifact import manifest_generation, verify_index
from talentpool.work.leases import is_held
from talentpool.work.models import AskedWork, JobRun, WorkState

LEAST_FREE_BYTES = 1 << 30
STUCK_AFTER = timedelta(minutes=10)
CLOCK_TOLERANCE = timedelta(minutes=5)
OTHERS_MAY_READ = 0o077
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Verdict(StrEnum):
    """How a check came out."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


class Result(NamedTuple):
    """What one check found."""

    verdict: Verdict
    says: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check found, by its name."""

    check: str
    verdict: Verdict
    says: str
    remedy: str

    def as_document(self) -> dict[str, Any]:
        """Give it the way `--json` prints it."""
        return {"check": self.check, "verdict": self.verdict.value, "says": self.says, "remedy": self.remedy}


def check_home(installation: Installation, _now: datetime) -> Result:
    """Look whether the home is there, ours to write, and closed to others."""
    home = installation.settings.home
    if not home.is_dir():
        return Result(Verdict.WRONG, f"{home} does not exist.", "Run `talentpool init`.")
    if not os.access(home, os.W_OK | os.X_OK):
        return Result(
            Verdict.WRONG, f"{home} cannot be written to.", f"Give this account the folder: chown {home}."
        )
    if home.stat().st_mode & OTHERS_MAY_READ:
        return Result(
            Verdict.WARNING, f"Other accounts can look into {home}.", f"Close it: chmod 700 {home}."
        )
    return Result(Verdict.FINE, str(home))


def check_disk(installation: Installation, _now: datetime) -> Result:
    """Look whether there is room on the disk to work."""
    home = installation.settings.home
    free = shutil.disk_usage(home if home.is_dir() else home.anchor).free
    says = f"{free / (1 << 30):,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Result(Verdict.WRONG, f"only {says}.", "Free some disk space; old backups lie in the home.")
    return Result(Verdict.FINE, f"{says}.")


def check_database(installation: Installation, _now: datetime) -> Result:
    """Look whether the database answers, in the version we need."""
    try:
        installation.require_ready()
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0:1]
        return Result(Verdict.WRONG, "".join(reason), "Start the database, or mend TALENTPOOL_DATABASE_URL.")
    return Result(Verdict.FINE, f"{installation.engine.dialect.name}, at the version of this program.")


def check_rows(installation: Installation, _now: datetime) -> Result:
    """Look whether SQLite's file is sound and every row has its parent."""
    if installation.engine.dialect.name != "sqlite":
        return Result(Verdict.FINE, "PostgreSQL checks its own.")
    with installation.engine.connect() as connection:
        sound = connection.execute(text("PRAGMA integrity_check(1)")).scalar()
        dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
    if sound != "ok" or dangling is not None:
        found = f"the file is damaged ({sound})" if sound != "ok" else "rows have lost their parent"
        return Result(
            Verdict.WRONG, f"{found}.", "Restore the newest backup: talentpool restore DIR --force."
        )
    return Result(Verdict.FINE, "the file is sound, no row without its parent.")


def check_resumes(installation: Installation, now: datetime) -> Result:
    """Look whether every stored resume has its file, and every file its resume."""
    folder = installation.settings.resume_folder
    with installation.sessions.reading() as session:
        found = examine_store(session, folder, now=now)
    if found.missing:
        some = ", ".join(str(each) for each in found.missing[:5])
        return Result(
            Verdict.WRONG,
            f"the originals of {len(found.missing):,} resumes are gone (resumes {some}).",
            "Their text is still here; restore the files of the newest backup, or ask for them again.",
        )
    if found.orphans:
        return Result(
            Verdict.WARNING,
            f"{len(found.orphans):,} files belong to no resume.",
            "The nightly clean-up removes them; to do it now: talentpool jobs run clean_up.",
        )
    return Result(Verdict.FINE, "every resume has its file, every file its resume.")


def check_index(installation: Installation, _now: datetime) -> Result:
    """Look whether the matching index is whole, byte by byte."""
    folder = installation.settings.index_folder
    if manifest_generation(folder) is None:
        return Result(Verdict.FINE, "none yet; the first match makes it.")
    try:
        verify_index(folder)
    except UnavailableError as error:
        return Result(
            Verdict.WARNING, str(error), f"The next match makes it anew; to do it now: rm -r {folder}."
        )
    with installation.sessions.reading() as session:
        changes = session.scalar(select(func.count()).select_from(CandidateChange)) or 0
    return Result(Verdict.FINE, f"every byte as written; {changes:,} changes of people on record.")


def check_scheduler(installation: Installation, now: datetime) -> Result:
    """Look whether a scheduler is at work."""
    with installation.sessions.reading() as session:
        if is_held(session, "scheduler", now=now):
            return Result(Verdict.FINE, "one is at work.")
    return Result(
        Verdict.WARNING,
        "none is at work: imports and re-matches wait.",
        "Start `talentpool up`, or `schedule`.",
    )


def check_work(installation: Installation, now: datetime) -> Result:
    """Look whether work that people asked for gets done."""
    stuck = select(func.count()).where(
        AskedWork.state == WorkState.WAITING, AskedWork.due_at < now - STUCK_AFTER
    )
    failed = select(func.count()).where(AskedWork.state == WorkState.FAILED)
    with installation.sessions.reading() as session:
        waiting, lost = session.scalar(stuck) or 0, session.scalar(failed) or 0
    if waiting:
        return Result(
            Verdict.WRONG,
            f"{waiting:,} pieces of work wait for more than ten minutes.",
            "Start `talentpool up`.",
        )
    if lost:
        return Result(
            Verdict.WARNING, f"{lost:,} pieces of work failed.", "Their page says why; ask for them again."
        )
    return Result(Verdict.FINE, "nothing waits.")


def check_jobs(installation: Installation, _now: datetime) -> Result:
    """Look whether the newest run of each job ended well."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    with installation.sessions.reading() as session:
        failed = session.scalars(
            select(JobRun.job).where(JobRun.id.in_(newest), JobRun.state == WorkState.FAILED)
        ).all()
    if failed:
        return Result(Verdict.WRONG, f"{', '.join(failed)} failed.", "`talentpool jobs log` says why.")
    return Result(Verdict.FINE, "the last runs ended well.")


def check_settings(installation: Installation, _now: datetime) -> Result:
    """Look whether it would be safe to serve others with these settings."""
    settings = installation.settings
    address = urlsplit(settings.web.public_url)
    if address.hostname in LOOPBACK and address.port != settings.web.port:
        return Result(
            Verdict.WARNING,
            f"links lead to {settings.web.public_url}, but pages are served on port {settings.web.port}.",
            f"Set TALENTPOOL_WEB_PUBLIC_URL=http://127.0.0.1:{settings.web.port}.",
        )
    if settings.is_production:
        return Result(Verdict.FINE, "production.")
    if settings.web.host not in LOOPBACK:
        return Result(
            Verdict.WRONG,
            f"development settings, and pages open to the network on {settings.web.host}.",
            "Set TALENTPOOL_SECURITY_MODE=production and put TLS in front.",
        )
    return Result(Verdict.FINE, "development, pages for this machine only.")


def check_clock(installation: Installation, now: datetime) -> Result:
    """Look whether this machine's clock is behind the database's or behind what was recorded."""
    newest = select(func.max(JobRun.started_at))
    with installation.sessions.reading() as session:
        seen = [session.scalar(newest)]
        if installation.engine.dialect.name == "postgresql":
            seen.append(session.scalar(select(func.now())))
    ahead = max((moment.astimezone(UTC) for moment in seen if moment), default=now)
    if ahead - now > CLOCK_TOLERANCE:
        return Result(
            Verdict.WRONG,
            f"this machine's clock is behind what was recorded ({ahead:%Y-%m-%d %H:%M} UTC).",
            "Set it.",
        )
    return Result(Verdict.FINE, f"{now:%Y-%m-%d %H:%M} UTC.")


CHECKS: dict[str, Callable[[Installation, datetime], Result]] = {
    "home": check_home,
    "disk": check_disk,
    "settings": check_settings,
    "database": check_database,
    "rows": check_rows,
    "resumes": check_resumes,
    "index": check_index,
    "scheduler": check_scheduler,
    "work": check_work,
    "jobs": check_jobs,
    "clock": check_clock,
}
