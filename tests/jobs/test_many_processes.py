"""FAULTS 36 and 37 with real processes: schedulers and web workers, killed, stopped in the middle, and started again.

The clock is a file, and moves only so far that whoever holds the lease and lives can renew it: who does not, loses it.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AuditEvent
from talentpool.database import Sessions
from talentpool.work.models import JobRun, Lease, WorkState
from tests.builders import NOW
from tests.jobs.due_process import JOB, LEASE_SECONDS, STEP_MINUTES, Place

MOST_DUE_RUNS = 100
PATIENCE_SECONDS = 60
STEP, LEASE = timedelta(minutes=STEP_MINUTES), timedelta(seconds=LEASE_SECONDS)
A_MOVE = STEP / 3  # of the clock
Start = Callable[[str], BaseProcess]


@pytest.fixture
def place(environ: dict[str, str], tmp_path: Path) -> Place:
    """An installation that many processes work on."""
    changes = {"TALENTPOOL_SCHEDULE_LEASE_SECONDS": str(LEASE_SECONDS)}
    made = Place(environ=environ | changes, folder=tmp_path)
    (tmp_path / "calls").touch()
    made.set_clock(NOW)
    return made


@pytest.fixture
def start(place: Place) -> Iterator[Start]:
    """Start one more process; whatever runs at the end is killed."""
    begun: list[BaseProcess] = []

    def begin(kind: str) -> BaseProcess:
        begun.append(place.start(kind))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.join(PATIENCE_SECONDS)


def runs(sessions: Sessions) -> list[tuple[datetime, WorkState]]:
    with sessions.reading() as session:
        found = select(JobRun.due_at, JobRun.state).where(JobRun.job == JOB).order_by(JobRun.due_at)
        return [tuple(row) for row in session.execute(found)]


def worked(sessions: Sessions) -> list[datetime]:
    """Give for each thing the job has done the time it was due."""
    with sessions.reading() as session:
        found = select(AuditEvent.at).where(AuditEvent.action == "worked").order_by(AuditEvent.at)
        return list(session.scalars(found))


def until(is_so: Callable[[], bool], what: str) -> None:
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at, f"{what} did not happen in time"
        time.sleep(0.01)


def done(sessions: Sessions, rows: int) -> None:
    until(lambda: [state for _, state in runs(sessions)].count(WorkState.DONE) >= rows, f"run {rows}")


def move(place: Place, sessions: Sessions, to: datetime) -> None:
    """Move the clock, and wait at each stop for the lease to be renewed by whoever holds it."""

    def is_renewed() -> bool:
        with sessions.reading() as session:
            return session.get_one(Lease, "scheduler").expires_at == place.now() + LEASE

    while place.now() < to:
        place.set_clock(min(place.now() + A_MOVE, to))
        until(is_renewed, "a renewal of the lease")


def in_the_middle(place: Place, processes: list[BaseProcess]) -> BaseProcess:
    """Wait for a new call that rests; gives the process that made it."""
    before = len(place.calls)
    until(lambda: len(place.calls) > before, "a call")
    return next(process for process in processes if process.pid == place.calls[-1][0])


def test_faults_36_a_hundred_due_runs_give_a_hundred_run_rows_with_four_web_workers_and_a_reload(
    sessions: Sessions, start: Start, place: Place, rounds: int
) -> None:
    due_runs = min(MOST_DUE_RUNS, 2 * rounds)
    due = [NOW + STEP * number for number in range(due_runs + 1)]
    schedulers, workers = [start("scheduler") for _ in range(2)], [start("web") for _ in range(4)]
    done(sessions, 1)  # the first look only begins to count
    for number in range(1, due_runs + 1):
        move(place, sessions, due[number] - A_MOVE)
        if number == due_runs // 2:
            place.rest.touch()
            place.set_clock(due[number])
            killed = in_the_middle(place, schedulers)
            killed.kill()
            killed.join(PATIENCE_SECONDS)
            place.rest.unlink()
            workers[0].kill()
            workers[0].join(PATIENCE_SECONDS)
            schedulers[schedulers.index(killed)], workers[0] = start("scheduler"), start("web")
            place.set_clock(due[number] + LEASE + timedelta(seconds=1))
        else:
            move(place, sessions, due[number])
        done(sessions, number + 1)
    assert runs(sessions) == [(at, WorkState.DONE) for at in due]
    called = Counter(due_at for _, due_at in place.calls)
    assert called.keys() == {at.isoformat() for at in due[1:]}
    assert called[due[due_runs // 2].isoformat()] > 1, "what was killed in the middle is done again"
    assert worked(sessions) == due[1:]
    assert all(process.is_alive() for process in (*schedulers, *workers))


def test_faults_37_a_holder_stopped_in_the_middle_of_a_run_is_replaced_and_writes_nothing_when_it_wakes(
    sessions: Sessions, start: Start, place: Place
) -> None:
    schedulers = [start("scheduler") for _ in range(2)]
    done(sessions, 1)
    move(place, sessions, NOW + STEP - A_MOVE)
    place.rest.touch()
    place.set_clock(NOW + STEP)
    asleep = in_the_middle(place, schedulers)
    os.kill(asleep.pid or 0, signal.SIGSTOP)
    place.rest.unlink()
    place.set_clock(NOW + STEP + LEASE + timedelta(seconds=1))
    done(sessions, 2)
    os.kill(asleep.pid or 0, signal.SIGCONT)  # by its own watch the lease is still its own
    until(place.refusal_of(asleep.pid or 0).exists, "a refusal of what it writes")
    move(place, sessions, NOW + 2 * STEP)
    done(sessions, 3)
    assert worked(sessions) == [NOW + STEP, NOW + 2 * STEP]
    assert runs(sessions) == [(NOW + STEP * number, WorkState.DONE) for number in range(3)]
    assert [pid for pid, _ in place.calls].count(asleep.pid or 0) == 1
    assert asleep.is_alive()
