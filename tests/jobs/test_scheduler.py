"""The scheduler: due runs happen once whoever tries, work asked for is done, and what was missed is caught up."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from jobs import rematch_open_roles
from jobs.do_asked_work import LANES, work_through
from jobs.due import Daily, Every
from jobs.run_job import run_job
from jobs.schedule import JOBS, Job, find_job
from jobs.scheduler import Scheduler
from jobs.workplace import Shift, StoppedError, Tenure, Workplace, on_duty, open_workplace
from talentpool.database import open_engine
from talentpool.errors import NotFoundError, UnavailableError
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.rediscovery.results import latest_run
from talentpool.roles.models import Role
from talentpool.settings import Settings
from talentpool.work import queue
from talentpool.work.models import AskedWork, JobRun, WorkState
from talentpool.work.runs import Outcome
from tests.builders import make_candidate, make_role
from tests.conftest import PostgresServer
from tests.jobs.conftest import Clock, StopAfter, take_over


@contextmanager
def running(*places: Workplace, jobs: tuple[Job, ...] = JOBS) -> Iterator[None]:
    schedulers = [Scheduler(place, jobs=jobs) for place in places]
    try:
        for scheduler in schedulers:
            scheduler.start()
        yield
    finally:
        for scheduler in schedulers:
            scheduler.stop()


def until(is_so: Callable[[], bool], *, seconds: float = 15) -> None:
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.05)


def state_of(place: Workplace, work_id: int) -> WorkState:
    with place.sessions.reading() as session:
        return session.get_one(AskedWork, work_id).state


def ask_for_rematch(place: Workplace, role_id: int | None = None) -> tuple[int, int]:
    with place.sessions.writing() as session:
        make_candidate(session, resume="Kubernetes and Terraform in production.")
        role_id = role_id or make_role(session).id
        work = queue.ask(session, "rematch_role", {"role_id": role_id}, asked_by=None, now=place.clock())
        session.commit()
    return role_id, work.id


def ask_for_run(place: Workplace, job: str) -> int:
    with place.sessions.writing() as session:
        work = queue.ask(session, "run_job", {"job": job}, asked_by=None, now=place.clock())
        session.commit()
    return work.id


def counted(place: Workplace, rows: type[MatchRun] | type[JobRun]) -> int:
    with place.sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def note(job_calls: list[str], name: str = "noted") -> Job:
    def run(_shift: Shift, due_at: object) -> Outcome:
        job_calls.append(str(due_at))
        return Outcome(items=1)

    return Job(name=name, due=lambda _: Every(10), why="For this test.", run=run)


def test_work_asked_for_is_done_within_seconds(workplace: Workplace) -> None:
    _, work_id = ask_for_rematch(workplace)
    with running(workplace):
        until(lambda: state_of(workplace, work_id) is WorkState.DONE)
    assert counted(workplace, MatchRun) == 1


def test_two_schedulers_do_each_piece_of_work_once(
    workplace: Workplace, open_place: Callable[[], Workplace]
) -> None:
    role_id, _ = ask_for_rematch(workplace)
    asked = [ask_for_rematch(workplace, role_id)[1] for _ in range(4)]
    with running(workplace, open_place()):
        until(lambda: all(state_of(workplace, work_id) is WorkState.DONE for work_id in asked))
    assert counted(workplace, MatchRun) == 5


def test_faults_36_each_due_run_happens_once_however_many_schedulers_try(
    workplace: Workplace, open_place: Callable[[], Workplace], clock: Clock
) -> None:
    calls: list[str] = []
    job, rounds = note(calls), 101  # the first look only begins to count
    schedulers = [Scheduler(place, jobs=(job,)) for place in (workplace, open_place(), open_place())]
    for _ in range(rounds):
        clock.now += timedelta(minutes=10)
        for scheduler in schedulers:
            scheduler.keep_lease()
        for scheduler in schedulers:
            scheduler._on_shift(scheduler._catch_up)
    assert len(calls) == len(set(calls)) == rounds - 1
    assert counted(workplace, JobRun) == rounds


def test_faults_38_after_three_days_down_each_job_runs_once(workplace: Workplace, clock: Clock) -> None:
    calls: list[str] = []
    job = note(calls)
    Scheduler(workplace, jobs=(job,)).keep_lease()
    clock.now += timedelta(days=3)
    back = Scheduler(workplace, jobs=(job,))
    back.keep_lease()
    back._on_shift(back._catch_up)
    back._on_shift(back._catch_up)
    assert len(calls) == 1


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1)])
def test_faults_39_a_clock_that_jumps_ahead_and_back_makes_no_run_twice(
    workplace: Workplace, clock: Clock, jump: timedelta
) -> None:
    calls: list[str] = []
    scheduler = Scheduler(workplace, jobs=(note(calls),))
    scheduler.keep_lease()
    for moved in (jump, -jump, jump, -jump):
        clock.now += moved
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
    assert len(calls) == 1


def test_faults_39_a_clock_set_back_for_a_day_keeps_no_timer_waiting(
    open_place: Callable[[], Workplace], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = timedelta()

    class Wall(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + wrong

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    monkeypatch.setattr("apscheduler.executors.base.datetime", Wall)
    monkeypatch.setattr("jobs.scheduler.current_time", lambda: Wall.now(UTC))
    looks: list[float] = []
    scheduler = Scheduler(replace(open_place(), clock=lambda: Wall.now(UTC)), jobs=())
    monkeypatch.setattr(scheduler, "_catch_up", lambda _: looks.append(time.monotonic()))
    scheduler.start()
    try:
        wrong = -timedelta(days=1)
        set_back_at = time.monotonic()
        while not any(look > set_back_at + 2 for look in looks):
            assert time.monotonic() < set_back_at + 20, "the timers wait for the clock"
            time.sleep(0.1)
    finally:
        scheduler.stop()


def test_faults_39_what_was_matched_and_asked_for_under_a_clock_ahead_does_not_wait_for_it(
    workplace: Workplace, clock: Clock
) -> None:
    with workplace.sessions.writing.begin() as session:
        make_candidate(session, resume="Kubernetes and Terraform")
        role_id = make_role(session).id
    clock.now += timedelta(days=1)
    workplace.tenure.renew(clock.now)
    ahead = workplace.shift()
    assert ahead is not None
    rematch_open_roles.run(ahead, ahead.now)
    with ahead.writing() as session:
        queue.ask(session, "run_job", {"job": "clean_up"}, asked_by=None, now=ahead.now)
    clock.now -= timedelta(days=1)
    workplace.tenure.renew(clock.now)
    right = workplace.shift()
    assert right is not None
    assert work_through(right, "jobs") == 1
    with workplace.sessions.writing.begin() as session:
        newcomer = make_candidate(session, "Neu Ling", resume="Kubernetes and Terraform").id
    rematch_open_roles.run(right, right.now)
    with workplace.sessions.reading() as session:
        run = latest_run(session, role_id)
        assert run is not None
        assert newcomer in unpack_ranked(run.ranked)[0].tolist()


def test_a_job_that_overruns_its_interval_is_not_begun_beside_itself_and_catches_up_once(
    workplace: Workplace, clock: Clock
) -> None:
    calls: list[str] = []

    def overrun(_shift: Shift, due_at: object) -> Outcome:
        calls.append(str(due_at))
        if len(calls) == 1:
            for _ in range(3):  # three more are due while it works
                clock.now += timedelta(minutes=10)
                scheduler.keep_lease()
                scheduler._on_shift(scheduler._catch_up)
        return Outcome(items=1)

    job = Job(name="noted", due=lambda _: Every(10), why="For this test.", run=overrun)
    scheduler = Scheduler(workplace, jobs=(job,))
    scheduler.keep_lease()
    clock.now += timedelta(minutes=10)
    for _ in range(3):
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
    assert len(calls) == 2
    assert counted(workplace, JobRun) == 3  # with the first look, which only begins to count


def test_a_job_asked_for_while_it_is_under_way_is_done_once_more_after_that(
    workplace: Workplace, shift: Shift, clock: Clock
) -> None:
    asked = ask_for_run(workplace, "clean_up")
    with workplace.at_work.on("clean_up"):
        work_through(shift, "jobs")
        assert state_of(workplace, asked) is WorkState.WAITING
        assert counted(workplace, JobRun) == 0
    clock.now += timedelta(seconds=5)
    work_through(shift, "jobs")
    assert state_of(workplace, asked) is WorkState.DONE
    with shift.reading() as session:
        assert session.get_one(AskedWork, asked).attempts == 1
    assert counted(workplace, JobRun) == 1


def test_a_changed_role_does_not_wait_for_a_long_job_that_somebody_asked_for(
    engine: Engine, settings: Settings, workplace: Workplace, tmp_path: Path
) -> None:
    (exports := tmp_path / "exports").mkdir()
    listed = tmp_path / "watched.toml"
    listed.write_text(f"[[folder]]\npath = '{exports}'\ncommand = ['sh', '-c', 'touch ../began; sleep 60']\n")
    imports = replace(settings.imports, watched_folders=str(listed))
    hurried = replace(settings.schedule, rematch_wait_seconds=0)
    workplace.tenure.let_go(workplace.clock())
    place = open_workplace(replace(settings, imports=imports, schedule=hurried), engine)
    with running(place):
        until(lambda: place.tenure.fence is not None)
        long = ask_for_run(place, "import_watched_folders")
        until((tmp_path / "began").exists)
        with place.sessions.writing() as session:
            make_candidate(session, resume="Kubernetes and Terraform in production.")
            make_role(session)
            session.commit()
        until(lambda: counted(place, MatchRun) == 1)
        assert place.at_work.has("import_watched_folders")
    assert state_of(place, long) is WorkState.WAITING


def test_what_cannot_be_reached_for_an_hour_is_tried_seldom_and_done_when_it_is_back(
    workplace: Workplace, clock: Clock
) -> None:
    tries: list[str] = []
    due, back_at = Daily(clock.now.time()), clock.now + timedelta(days=1, hours=1)

    def reach(own: Shift, due_at: object) -> Outcome:
        tries.append(str(due_at))
        if own.now < back_at:
            raise UnavailableError("The mail server cannot be reached.")
        return Outcome(items=1)

    job = Job(name="noted", due=lambda _: due, why="For this test.", run=reach)
    scheduler = Scheduler(workplace, jobs=(job,))
    scheduler.keep_lease()
    clock.now += timedelta(days=1)
    while clock.now < back_at + timedelta(minutes=16):
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
        clock.now += timedelta(seconds=30)
    assert 6 <= len(tries) <= 12
    with workplace.sessions.reading() as session:
        run = session.scalars(select(JobRun).where(JobRun.started_at.is_not(None))).one()
    assert (run.state, run.items, run.problem) == (WorkState.DONE, 1, None)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_database_that_is_busy_for_too_long_loses_no_run(
    workplace: Workplace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.database.BUSY_SECONDS", 0.05)
    impatient = open_engine(workplace.settings.database_url)
    place = replace(open_workplace(workplace.settings, impatient), clock=clock)
    blocker = sqlite3.connect(str(impatient.url.database), isolation_level=None)
    tries: list[str] = []

    def write(own: Shift, due_at: object) -> Outcome:
        tries.append(str(due_at))
        if len(tries) == 1:
            blocker.execute("BEGIN IMMEDIATE")
        with own.writing() as session:
            make_role(session)
        return Outcome(items=1)

    job = Job(name="noted", due=lambda _: Every(10), why="For this test.", run=write)
    scheduler = Scheduler(place, jobs=(job,))
    workplace.tenure.let_go(clock.now)
    scheduler.keep_lease()
    clock.now += timedelta(minutes=10)
    for look in range(4):
        scheduler.keep_lease()
        scheduler._on_shift(scheduler._catch_up)
        if look == 1:
            blocker.execute("ROLLBACK")
    blocker.close()
    impatient.dispose()
    assert len(tries) == 2
    with workplace.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Role)) == 1
        assert set(session.scalars(select(JobRun.state))) == {WorkState.DONE}


def test_a_new_installation_does_not_run_what_was_due_before_it_began(workplace: Workplace) -> None:
    calls: list[str] = []
    scheduler = Scheduler(workplace, jobs=(note(calls),))
    scheduler.keep_lease()
    scheduler._on_shift(scheduler._catch_up)
    assert calls == []


def test_faults_37_a_process_that_slept_through_its_lease_is_replaced_and_shut_out(
    workplace: Workplace, open_place: Callable[[], Workplace], clock: Clock
) -> None:
    _, work_id = ask_for_rematch(workplace)
    asleep = workplace.shift()
    assert asleep is not None
    with asleep.writing() as session:
        assert queue.take(session, fence=asleep.fence, now=clock.now) is not None
    clock.now += timedelta(seconds=workplace.tenure.seconds + 1)
    other = Scheduler(open_place())
    other.keep_lease()
    clock.now += timedelta(minutes=1)
    awake = other.workplace.shift()
    assert awake is not None
    assert work_through(awake, "matching") == 1
    with pytest.raises(Exception, match="another process|Another process"), asleep.writing() as session:
        queue.finish(session, work_id, fence=asleep.fence, now=clock.now)
    assert state_of(workplace, work_id) is WorkState.DONE
    assert counted(workplace, MatchRun) == 1


def test_work_for_a_role_that_is_gone_fails_with_a_sentence(workplace: Workplace, shift: Shift) -> None:
    with shift.writing() as session:
        work_id = queue.ask(session, "rematch_role", {"role_id": 404}, asked_by=None, now=shift.now).id
    work_through(shift, "matching")
    with shift.reading() as session:
        work = session.get_one(AskedWork, work_id)
        assert (work.state, work.problem) == (WorkState.FAILED, "There is no role 404.")


def test_a_fault_in_one_piece_of_work_does_not_stop_the_next(workplace: Workplace, shift: Shift) -> None:
    with shift.writing() as session:
        broken = queue.ask(session, "rematch_role", {}, asked_by=None, now=shift.now).id
    _, whole = ask_for_rematch(workplace)
    assert work_through(shift, "matching") == 2
    assert (state_of(workplace, broken), state_of(workplace, whole)) == (WorkState.WAITING, WorkState.DONE)


def test_a_job_asked_for_and_interrupted_goes_on_and_ends_as_if_once(
    workplace: Workplace, shift: Shift
) -> None:
    for _ in range(3):
        ask_for_rematch(workplace)
    with shift.writing() as session:
        asked = queue.ask(session, "run_job", {"job": "rematch_open_roles"}, asked_by=None, now=shift.now).id
    ending = replace(shift, workplace=replace(workplace, stopping=StopAfter(2)))
    work_through(ending, "jobs")
    assert state_of(workplace, asked) is WorkState.WAITING
    assert counted(workplace, MatchRun) == 1
    work_through(shift, "jobs")
    assert state_of(workplace, asked) is WorkState.DONE
    assert (counted(workplace, MatchRun), counted(workplace, JobRun)) == (3, 1)


def test_a_job_that_fails_says_so_in_its_run(shift: Shift) -> None:
    def stumble(_shift: Shift, _due_at: object) -> Outcome:
        raise ZeroDivisionError

    job = Job(name="stumbling", due=lambda _: Every(10), why="For this test.", run=stumble)
    run_job(job, shift, due_at=shift.now)
    with shift.reading() as session:
        run = session.scalars(select(JobRun)).one()
    assert (run.state, run.failures) == (WorkState.FAILED, 1)
    assert "ZeroDivisionError" in (run.problem or "")


@pytest.mark.parametrize("interruption", [StoppedError(), UnavailableError("The disk is full.")])
def test_an_interrupted_run_is_done_again_later(shift: Shift, interruption: Exception) -> None:
    calls: list[str] = []

    def be_interrupted(_shift: Shift, _due_at: object) -> Outcome:
        raise interruption

    first = Job(name="noted", due=lambda _: Every(10), why="For this test.", run=be_interrupted)
    due_at = shift.now
    assert run_job(first, shift, due_at=due_at) is None
    assert run_job(note(calls), shift, due_at=due_at) == Outcome(items=1)
    assert run_job(note(calls), shift, due_at=due_at) is None


def test_a_run_of_a_replaced_process_is_left_to_the_other(
    workplace: Workplace, shift: Shift, clock: Clock
) -> None:
    def be_replaced(own: Shift, _due_at: object) -> Outcome:
        take_over(workplace, clock)
        with own.writing():
            pass
        return Outcome(items=1)

    job = Job(name="noted", due=lambda _: Every(10), why="For this test.", run=be_replaced)
    assert run_job(job, shift, due_at=shift.now) is None
    with shift.reading() as session:
        assert session.scalars(select(JobRun)).one().state is WorkState.RUNNING


def test_every_job_of_the_table_runs_on_an_ordinary_installation(workplace: Workplace, shift: Shift) -> None:
    ask_for_rematch(workplace)
    for job in JOBS:
        outcome = run_job(job, shift, due_at=shift.now)
        assert outcome is not None, job.name
        assert (outcome.failures, outcome.problem) == (0, None), job.name


def test_a_job_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(NotFoundError, match="rematch_open_roles"):
        find_job("make_coffee")
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.why.endswith(".") for job in JOBS)
    assert LANES


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_works_without_a_scheduler_keeps_the_lease_over_a_moment_in_which_the_database_is_busy(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.database.BUSY_SECONDS", 0.05)
    impatient = open_engine(workplace.settings.database_url)
    place = open_workplace(workplace.settings, impatient)
    place = replace(place, tenure=Tenure(place.sessions, seconds=1))
    workplace.tenure.let_go(workplace.clock())
    blocker = sqlite3.connect(str(impatient.url.database), isolation_level=None)
    with on_duty(place) as own:
        assert own is not None
        blocker.execute("BEGIN IMMEDIATE")
        time.sleep(1.1)  # longer than the lease, which is to be renewed three times meanwhile
        blocker.execute("ROLLBACK")
        until(lambda: place.tenure.fence == own.fence)
        own.go_on()
    blocker.close()
    impatient.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_after_an_outage_in_the_middle_everything_is_done_as_if_once(
    workplace: Workplace, shift: Shift, postgres_server: PostgresServer
) -> None:
    role_id, work_id = ask_for_rematch(workplace)
    calls: list[str] = []
    name = workplace.engine.url.database
    scheduler = Scheduler(workplace, jobs=(note(calls),))
    scheduler.keep_lease()
    with shift.writing() as session:
        assert queue.take(session, fence=shift.fence, now=shift.now) is not None

    def lose_the_database(own: Shift) -> None:
        postgres_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ours = f"datname = '{name}'"
        postgres_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608 - our own
        with own.writing() as session:
            queue.finish(session, work_id, fence=own.fence, now=own.now)

    try:
        scheduler._on_shift(lose_the_database)
        scheduler.keep_lease()
    finally:
        postgres_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    scheduler.keep_lease()
    assert state_of(workplace, work_id) is WorkState.WAITING
    with running(workplace, jobs=()):
        workplace.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
        until(lambda: state_of(workplace, work_id) is WorkState.DONE)
    assert counted(workplace, MatchRun) == 1
    assert role_id
