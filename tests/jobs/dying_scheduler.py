"""Schedulers that kill themselves at one line while they match all open roles: a program for the test of that."""

from dataclasses import replace
from datetime import datetime

from jobs.schedule import find_job
from jobs.scheduler import Scheduler
from jobs.workplace import open_workplace
from talentpool.database import open_engine
from talentpool.logs import configure_logs
from talentpool.settings import load_settings
from tests.killed_at_a_line import Order, Steps, carry_out_orders

JOB = "rematch_open_roles"
WATCHED = (
    "jobs/scheduler.py", "jobs/run_job.py", "jobs/workplace.py", f"jobs/{JOB}.py", "talentpool/work/",
    "rediscovery/rematch.py", "rediscovery/receipts.py",
)  # fmt: skip


def catch_up(order: Order, steps: Steps) -> None:
    """Take the lease and do what is due, or die on the way."""
    configure_logs(json_lines=True, level="critical")
    settings, moment = load_settings(order["environ"]), datetime.fromisoformat(order["now"])
    place = replace(open_workplace(settings, open_engine(settings.database_url)), clock=lambda: moment)
    scheduler = Scheduler(place, jobs=(find_job(JOB),))
    steps.begin()
    scheduler.keep_lease()
    scheduler._on_shift(scheduler._catch_up)


if __name__ == "__main__":
    carry_out_orders(catch_up, watched=WATCHED)
