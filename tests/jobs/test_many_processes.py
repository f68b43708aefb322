"""FAULTS 36 with real processes: two schedulers, four web workers, and a reload of each kind on the way."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.database import Sessions
from talentpool.work.models import JobRun, WorkState
from tests.builders import NOW
from tests.jobs.due_process import JOB, STEP_MINUTES

MOST_DUE_RUNS = 100
Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The time as all processes of this test read it."""
    path = tmp_path / "clock"
    path.write_text(str(NOW.timestamp()))
    return path


@pytest.fixture
def start(environ: dict[str, str], clock: Path, tmp_path: Path) -> Iterator[Start]:
    """Start one more process; whatever runs at the end is killed."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(kind: str) -> subprocess.Popen[bytes]:
        told = [kind, str(clock), str(tmp_path / "calls")]
        quiet = environ | {"TALENTPOOL_LOGS_LEVEL": "error"}
        begun.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.due_process", *told], env=quiet, stdout=subprocess.DEVNULL
            )
        )
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.wait()


def runs(sessions: Sessions) -> list[tuple[datetime, WorkState]]:
    with sessions.reading() as session:
        found = select(JobRun.due_at, JobRun.state).where(JobRun.job == JOB).order_by(JobRun.due_at)
        return [tuple(row) for row in session.execute(found)]


def test_faults_36_a_hundred_due_runs_give_a_hundred_run_rows_with_four_web_workers_and_a_reload(
    sessions: Sessions, start: Start, clock: Path, tmp_path: Path, rounds: int
) -> None:
    due_runs = min(MOST_DUE_RUNS, 2 * rounds)
    schedulers, workers = [start("scheduler") for _ in range(2)], [start("web") for _ in range(4)]
    _wait(sessions, 1)  # the first look only begins to count
    for number in range(1, due_runs + 1):
        at = NOW + timedelta(minutes=STEP_MINUTES * number)
        _set(clock, at)
        if number == due_runs // 2:
            for group, kind in ((workers, "web"), (schedulers, "scheduler")):
                group[0].kill()
                group[0].wait()
                group[0] = start(kind)
            _set(clock, at + timedelta(minutes=1))  # a lease that the killed one has just renewed runs out
        _wait(sessions, number + 1)
    due = [NOW + timedelta(minutes=STEP_MINUTES * number) for number in range(due_runs + 1)]
    assert runs(sessions) == [(at, WorkState.DONE) for at in due]
    calls = (tmp_path / "calls").read_text().splitlines()
    assert set(calls) == {at.isoformat() for at in due[1:]}
    assert len(calls) <= due_runs + 1  # the scheduler killed may have been at work
    assert all(process.poll() is None for process in (*schedulers, *workers))


def _set(clock: Path, at: datetime) -> None:
    fresh = clock.with_name("clock.new")
    fresh.write_text(str(at.timestamp()))
    fresh.replace(clock)


def _wait(sessions: Sessions, rows: int) -> None:
    ends_at = time.monotonic() + 60
    while [state for _, state in runs(sessions)].count(WorkState.DONE) < rows:
        assert time.monotonic() < ends_at, f"there are not {rows} runs"
        time.sleep(0.01)
