"""One of many processes over an installation: a scheduler, or a web worker; each goes on until it is killed.

All of them read the time from one file. A scheduler notes every call of its job in another, and rests in the middle
of one for as long as a third file is there.
"""

import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from jobs.due import Every
from jobs.schedule import Job
from jobs.scheduler import Scheduler
from jobs.workplace import Shift, open_workplace
from talentpool.accounts.audit import record_event
from talentpool.database import open_engine
from talentpool.logs import configure_logs
from talentpool.settings import load_settings
from talentpool.web.app import create_app
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

JOB, STEP_MINUTES = "noted", 10
LEASE_SECONDS = 400
"""Of the file's time. Longer than half a step: whoever holds the lease keeps it when the clock moves so far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What the processes of one test share."""

    environ: Mapping[str, str]
    folder: Path

    def now(self) -> datetime:
        """Read the time."""
        return datetime.fromtimestamp(float((self.folder / "clock").read_text()), UTC)

    def set_clock(self, at: datetime) -> None:
        """Set the time of all processes."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(at.timestamp()))
        fresh.replace(self.folder / "clock")

    @property
    def calls(self) -> list[tuple[int, str]]:
        """Give every call: the process, and when it was due."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [(int(pid), due_at) for pid, due_at in map(str.split, lines)]

    @property
    def rest(self) -> Path:
        """While this is there, a job rests in the middle."""
        return self.folder / "rest"

    def refusal_of(self, pid: int) -> Path:
        """This is there once a process was refused to write, because it had lost the lease."""
        return self.folder / f"refused-{pid}"

    def start(self, kind: str) -> BaseProcess:
        """Start one more process; the first takes a second, the next ones none."""
        context = get_context("forkserver")
        context.set_forkserver_preload([__name__])
        process = context.Process(target={"scheduler": schedule, "web": serve}[kind], args=(self,))
        process.start()
        return process


def schedule(place: Place) -> None:
    """Run what is due, as a scheduler does, without a pause between two looks."""
    configure_logs(json_lines=True, level="critical")

    def note(shift: Shift, due_at: datetime) -> Outcome:
        with (place.folder / "calls").open("a") as file:
            file.write(f"{os.getpid()} {due_at.isoformat()}\n")
        while place.rest.exists():
            time.sleep(0.01)
        try:
            with shift.writing() as session:
                record_event(
                    session, "worked", object_kind="test", object_id=None, recruiter_id=None, now=due_at
                )
        except LeaseLostError:
            place.refusal_of(os.getpid()).touch()
            raise
        return Outcome(items=1)

    settings = load_settings(place.environ)
    opened = replace(open_workplace(settings, open_engine(settings.database_url)), clock=place.now)
    job = Job(name=JOB, due=lambda _: Every(STEP_MINUTES), why="For this test.", run=note)
    scheduler = Scheduler(opened, jobs=(job,))
    while True:
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
        time.sleep(0.02)


def serve(place: Place) -> None:
    """Answer requests as a web worker does, and hold no scheduler."""
    client = create_app(load_settings(place.environ)).test_client()
    while not any("APScheduler" in thread.name for thread in threading.enumerate()):
        if client.get("/readyz").status_code != 200:
            sys.exit("a web worker is not ready")
        time.sleep(0.05)
    sys.exit("a web worker holds a scheduler")
