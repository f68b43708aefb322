"""One of many processes over an installation: `python -m tests.jobs.due_process scheduler|web CLOCK CALLS`.

A scheduler runs what is due by the clock that stands in a file, and notes each call in another; a web worker opens the
application and asks it for pages. Both go on until they are killed.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from talentpool.settings import load_settings

JOB, STEP_MINUTES = "noted", 10


def schedule(clock: Path, calls: Path) -> None:
    """Run what is due, as a scheduler does, without a pause between two looks."""
    from dataclasses import replace

    from jobs.due import Every
    from jobs.schedule import Job
    from jobs.scheduler import Scheduler
    from jobs.workplace import Shift, open_workplace
    from talentpool.database import open_engine
    from talentpool.work.runs import Outcome

    def note(_shift: Shift, due_at: datetime) -> Outcome:
        with calls.open("a") as file:
            file.write(f"{due_at.isoformat()}\n")
        return Outcome(items=1)

    settings = load_settings(os.environ)
    place = open_workplace(settings, open_engine(settings.database_url))
    place = replace(place, clock=lambda: datetime.fromtimestamp(float(clock.read_text()), UTC))
    job = Job(name=JOB, due=lambda _: Every(STEP_MINUTES), why="For this test.", run=note)
    scheduler = Scheduler(place, jobs=(job,))
    while True:
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
        time.sleep(0.01)


def serve() -> None:
    """Answer requests as a web worker does, and hold no scheduler."""
    from talentpool.web.app import create_app

    client = create_app(load_settings(os.environ)).test_client()
    while "apscheduler" not in sys.modules:
        if client.get("/readyz").status_code != 200:
            sys.exit("a web worker is not ready")
        time.sleep(0.05)
    sys.exit("a web worker holds a scheduler")


if __name__ == "__main__":
    if sys.argv[1] == "web":
        serve()
    schedule(Path(sys.argv[2]), Path(sys.argv[3]))
