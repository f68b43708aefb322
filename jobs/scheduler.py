"""The scheduler process: holds the lease, fires due jobs, and takes what people asked for each second.

Several may run; the one that holds the lease works, the others wait to take over. Due times are remembered in
the database, not here: a scheduler that comes back runs what it missed once, however long it was away.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from jobs import compact_index
from jobs.do_asked_work import JOBS_LANE, LANES, work_through
from jobs.rematch_changed_roles import Watch
from jobs.run_job import run_job
from jobs.schedule import JOBS, Job, planned_jobs
from jobs.workplace import Shift, Workplace
from talentpool.clock import current_time
from talentpool.logs import get_log
from talentpool.work import queue, runs
from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.plans import is_noted, note_plans, paused_jobs

log = get_log(__name__)

SECONDS_BETWEEN_LOOKS = 1
SECONDS_BETWEEN_CATCH_UPS = 5  # what an outage interrupted is taken up again within ten seconds
SECONDS_BETWEEN_WATCHES = 5
SECONDS_BETWEEN_TIDYINGS = 20  # an erased person's words leave the index within a minute
MOST_SECONDS_UNRENEWED = 5  # so that an outage is over for us soon after it is over
MISFIRE_GRACE_SECONDS = 3600  # later than that it is the catch-up's to decide


class Scheduler:
    """One process's share in the work: `start` it, and `stop` it before the database is closed."""

    def __init__(self, workplace: Workplace, *, jobs: tuple[Job, ...] = JOBS) -> None:
        self.workplace = workplace
        self.jobs = jobs
        self._fence: Fence | None = None
        self._unreachable = False
        self._watch = Watch()
        self._clock_minder = threading.Thread(target=self._mind_the_clock, daemon=True)
        self._timer = BackgroundScheduler(
            timezone=UTC,
            executors={
                "default": ThreadPoolExecutor(len(jobs) + len(JOBS) + len(LANES) + 3),
                "lease": ThreadPoolExecutor(1),
            },
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": MISFIRE_GRACE_SECONDS,
            },
        )

    def start(self) -> None:
        """Begin to hold the lease and to fire."""
        self.keep_lease()
        every = partial(self._timer.add_job, trigger="interval")
        seconds = max(1, min(self.workplace.tenure.seconds // 3, MOST_SECONDS_UNRENEWED))
        every(self.keep_lease, seconds=seconds, executor="lease")
        for lane in LANES:
            every(
                self._on_shift,
                args=[partial(_work_through, lane)],
                seconds=SECONDS_BETWEEN_LOOKS,
                max_instances=len(JOBS) if lane == JOBS_LANE else 1,
            )
        every(self._on_shift, args=[self._catch_up], seconds=SECONDS_BETWEEN_CATCH_UPS)
        every(self._on_shift, args=[compact_index.look], seconds=SECONDS_BETWEEN_TIDYINGS)
        every(self._on_shift, args=[self._watch.look], seconds=SECONDS_BETWEEN_WATCHES)
        for job in self.jobs:
            if job.due is not None:
                trigger = job.due(self.workplace.settings.schedule).trigger()
                self._timer.add_job(self._on_shift, trigger, args=[partial(self._run_due, job)], id=job.name)
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a look while work goes on is no warning
        self._timer.start()
        self._clock_minder.start()
        log.info("scheduler_started", jobs=len(self.jobs))

    def stop(self) -> None:
        """Interrupt what is under way between two items, wait for it, and let the lease go."""
        self.workplace.stopping.set()
        self._clock_minder.join()
        self._timer.shutdown(wait=True)
        self._on_shift(lambda shift: self.workplace.tenure.let_go(shift.now))
        log.info("scheduler_stopped")

    def keep_lease(self) -> None:
        """Take or renew the lease; who newly holds it gives abandoned work back.

        After an outage the lease is taken under a new fence: work that could not be put down counts as abandoned.
        """
        tenure, now = self.workplace.tenure, self.workplace.clock()
        try:
            fence = tenure.renew(now)
            if self._unreachable and fence is not None:
                fence = tenure.begin_anew(now)
        except OperationalError as error:
            self._note_outage(error)
            return
        self._unreachable = False
        is_new = fence is not None and fence != self._fence
        if fence is None and (self._fence is not None or not self._timer.running):
            log.info("lease_held_by_another")
        self._fence = fence
        if is_new:
            log.info("lease_taken", fence_id=fence)
            self._on_shift(self._take_over)

    def _take_over(self, shift: Shift) -> None:
        with shift.writing() as session:
            given_back = queue.give_back_abandoned(session, fence=shift.fence, now=shift.now)
            for job in self.jobs:
                due_at = job.latest(self.workplace.settings.schedule, shift.now)
                if due_at is not None:
                    runs.begin_counting(session, job.name, due_at=due_at, now=shift.now)
        self._tell_plans(shift)
        if given_back:
            log.warning("work_given_back", items=given_back)

    def _catch_up(self, shift: Shift) -> None:
        self._tell_plans(shift)
        for job in self.jobs:
            self._run_due(job, shift)

    def _tell_plans(self, shift: Shift) -> None:
        planned = planned_jobs(self.workplace.settings.schedule, shift.now, self.jobs)
        with shift.reading() as session:
            if is_noted(session, planned):
                return
        with shift.writing() as session:
            note_plans(session, planned)

    def _run_due(self, job: Job, shift: Shift) -> None:
        due_at = job.latest(self.workplace.settings.schedule, shift.now)
        if due_at is None:
            return
        with shift.reading() as session:
            due = runs.is_due(session, job.name, due_at=due_at, now=shift.now)
            if not due or job.name in paused_jobs(session):
                return
        run_job(job, shift, due_at=due_at)

    def _on_shift(self, act: Callable[[Shift], object]) -> None:
        shift = self.workplace.shift()
        if shift is None:
            return
        try:
            act(shift)
        except LeaseLostError:
            log.warning("lease_lost")
        except OperationalError as error:
            self._note_outage(error)

    def _mind_the_clock(self) -> None:
        """Fire at once what a clock that was set back would keep waiting: the timers go by the clock on the wall."""
        ahead = current_time().timestamp() - time.monotonic()
        while not self.workplace.stopping.wait(SECONDS_BETWEEN_LOOKS):
            before, ahead = ahead, current_time().timestamp() - time.monotonic()
            if before - ahead > SECONDS_BETWEEN_LOOKS:
                log.warning("clock_set_back", seconds=round(before - ahead))
                for timed in self._timer.get_jobs():
                    timed.modify(next_run_time=current_time())

    def _note_outage(self, error: OperationalError) -> None:
        if not self._unreachable:
            log.warning("database_unreachable", because=type(error.orig).__name__)
        self._unreachable = True


def run_until(workplace: Workplace, stop: threading.Event) -> None:
    """Work until told to stop."""
    scheduler = Scheduler(workplace)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.stop()


def _work_through(lane: str, shift: Shift) -> int:
    return work_through(shift, lane)
