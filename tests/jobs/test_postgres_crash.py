"""FAULTS 16, the half of the jobs: the database server dies in the middle of one, and comes back."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobs.due import Every
from jobs.schedule import Job
from jobs.scheduler import Scheduler
from jobs.workplace import Shift, Workplace, open_workplace
from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.database import open_engine
from talentpool.schema import upgrade_schema
from talentpool.settings import config_folder, load_settings
from talentpool.work import queue
from talentpool.work.models import AskedWork, JobRun, WorkState
from talentpool.work.runs import Outcome
from tests.builders import NOW, make_candidate, make_role
from tests.conftest import POSTGRES_FOLDER, PostgresServer
from tests.jobs.conftest import Clock

HEALS_SECONDS = 10
STEP_MINUTES = 10


class GoingClock(Clock):
    """Goes on from wherever it is set: what is tried again after a pause is waited for."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now + timedelta(seconds=time.monotonic() - self._began)


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server of this test's own, which may die."""
    folder = Path(tempfile.mkdtemp(prefix=f"{POSTGRES_FOLDER}{os.getpid()}-"))
    with (Path(tempfile.gettempdir()) / "talentpool-postgres.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(own_server: PostgresServer, tmp_path: Path) -> Iterator[Workplace]:
    """An installation on that server, with a role to match."""
    url = own_server.create("crashing")
    settings = load_settings({"TALENTPOOL_HOME": str(tmp_path), "TALENTPOOL_DATABASE_URL": url})
    engine = open_engine(settings.database_url)
    upgrade_schema(engine)
    place = replace(open_workplace(settings, engine), clock=GoingClock(NOW))
    with place.sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        make_candidate(session, resume="Kubernetes")
        make_role(session)
    yield place
    engine.dispose()


def until(is_so: object, *, seconds: float) -> float:
    began = time.monotonic()
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


def test_faults_16_a_job_during_which_the_server_dies_is_retried_once_and_ends_as_if_once(
    place: Workplace, own_server: PostgresServer
) -> None:
    calls: list[float] = []

    def work(shift: Shift, due_at: datetime) -> Outcome:
        with shift.writing() as session:
            record_event(session, "worked", object_kind="test", object_id=None, recruiter_id=None, now=due_at)
            session.flush()
            calls.append(time.monotonic())
            if len(calls) == 1:
                own_server.crash()
                calls[0] = time.monotonic()
        return Outcome(items=1)

    job = Job(name="crashing", due=lambda _: Every(STEP_MINUTES), why="For this test.", run=work)
    scheduler = Scheduler(place, jobs=(job,))
    scheduler.start()
    try:
        place.clock.now = NOW.fromtimestamp(NOW.timestamp() + 60 * STEP_MINUTES, NOW.tzinfo)  # type: ignore[attr-defined]
        until(lambda: len(calls) > 1 or not scheduler._timer.running, seconds=60)
        until(lambda: _states(place)[-1] is WorkState.DONE, seconds=HEALS_SECONDS)
        with place.sessions.writing.begin() as session:
            asked = queue.ask(session, "rematch_role", {"role_id": 1}, asked_by=None, now=place.clock()).id
        until(lambda: _work(place, asked) is WorkState.DONE, seconds=HEALS_SECONDS)
    finally:
        scheduler.stop()
    assert len(calls) == 2
    assert calls[1] - calls[0] <= HEALS_SECONDS
    assert len(_states(place)) == 2  # the first look only began to count
    with place.sessions.reading() as session:
        worked = select(func.count()).where(AuditEvent.action == "worked")
        assert session.scalar(worked) == 1


def _states(place: Workplace) -> list[WorkState]:
    with place.sessions.reading() as session:
        return list(session.scalars(select(JobRun.state).order_by(JobRun.due_at)))


def _work(place: Workplace, work_id: int) -> WorkState:
    with place.sessions.reading() as session:
        return session.get_one(AskedWork, work_id).state
