"""Runs of jobs: a due run is claimed once, taken over when its process is gone, and keeps how it went."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.database import Sessions
from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.models import JobRun, WorkState
from talentpool.work.runs import (
    Outcome,
    begin_counting,
    claim,
    end,
    is_due,
    is_known,
    newest_runs,
    postpone,
)

OURS = Fence(3)
JOB = "rematch_open_roles"


def claimed(session: Session, now: datetime, fence: Fence = OURS) -> JobRun:
    run = claim(session, JOB, due_at=now, fence=fence, now=now)
    assert run is not None
    return run


def test_a_due_run_is_claimed_once(session: Session, now: datetime) -> None:
    claimed(session, now)
    assert claim(session, JOB, due_at=now, fence=OURS, now=now) is None
    assert claim(session, JOB, due_at=now + timedelta(days=1), fence=OURS, now=now) is not None


def test_a_run_that_is_over_is_not_claimed_again_by_anybody(session: Session, now: datetime) -> None:
    run = claimed(session, now)
    end(session, run.id, Outcome(items=6, failures=1), fence=OURS, now=now + timedelta(seconds=2))
    assert claim(session, JOB, due_at=now, fence=Fence(9), now=now) is None
    assert (run.state, run.items, run.failures) == (WorkState.DONE, 6, 1)
    assert is_known(session, JOB, due_at=now)


def test_a_run_ends_whatever_characters_its_notes_have(session: Session, now: datetime) -> None:
    run = claimed(session, now)
    told = Outcome(failures=1, problem="a\0b", notes=("M\udcfcller.csv",))
    end(session, run.id, told, fence=OURS, now=now)
    session.refresh(run)
    assert (run.state, run.problem, run.notes) == (WorkState.FAILED, "a?b", ["M?ller.csv"])


def test_a_run_of_a_process_that_is_gone_is_taken_over(session: Session, now: datetime) -> None:
    run = claimed(session, now)
    assert not is_known(session, JOB, due_at=now)
    assert claimed(session, now, fence=Fence(4)).id == run.id
    with pytest.raises(LeaseLostError):
        end(session, run.id, Outcome(items=1), fence=OURS, now=now)


def test_a_run_put_off_is_claimed_again(session: Session, now: datetime) -> None:
    run = claimed(session, now)
    postpone(session, run.id, Outcome(problem="The mail server is away."), fence=OURS, now=now)
    assert not is_known(session, JOB, due_at=now)
    assert claimed(session, now).id == run.id


def test_a_run_that_waits_for_something_is_tried_again_after_growing_pauses(
    session: Session, now: datetime
) -> None:
    tries, at = [0], now
    for _ in range(4):
        run = claim(session, JOB, due_at=now, fence=OURS, now=at)
        assert run is not None
        postpone(session, run.id, Outcome(items=2, failures=2, problem="Away."), fence=OURS, now=at)
        while not is_due(session, JOB, due_at=now, now=at):
            at += timedelta(seconds=1)
        tries.append(int((at - now).total_seconds()))
    assert tries == [0, 5, 10, 20, 40]
    assert (run.state, run.failures) == (WorkState.WAITING, 2)
    assert is_due(session, JOB, due_at=now, now=now - timedelta(hours=1)), (
        "a clock set back makes nobody wait"
    )


def test_a_run_that_was_only_interrupted_goes_on_at_once(session: Session, now: datetime) -> None:
    postpone(session, claimed(session, now).id, Outcome(), fence=OURS, now=now)
    assert is_due(session, JOB, due_at=now, now=now)


def test_what_an_older_run_left_the_next_one_takes_over(session: Session, now: datetime) -> None:
    dead, away = claimed(session, now), claimed(session, now + timedelta(days=1))
    postpone(session, away.id, Outcome(problem="Away."), fence=OURS, now=now)
    claimed(session, now + timedelta(days=2), fence=Fence(4))
    assert (dead.state, away.state, away.problem) == (WorkState.FAILED, WorkState.FAILED, "Away.")
    assert "the next run took over" in (dead.problem or "")


def test_a_run_that_failed_says_why_and_is_over(session: Session, now: datetime) -> None:
    run = claimed(session, now)
    end(
        session,
        run.id,
        Outcome(items=2, failures=2, problem="No role could be matched."),
        fence=OURS,
        now=now,
    )
    assert run.state is WorkState.FAILED
    assert is_known(session, JOB, due_at=now)


def test_what_was_due_before_the_installation_began_does_not_run(session: Session, now: datetime) -> None:
    begin_counting(session, JOB, due_at=now, now=now)
    assert claim(session, JOB, due_at=now, fence=OURS, now=now) is None
    begin_counting(session, JOB, due_at=now + timedelta(days=1), now=now)
    assert claim(session, JOB, due_at=now + timedelta(days=1), fence=OURS, now=now) is not None


def test_the_log_shows_the_newest_first_and_only_what_began(session: Session, now: datetime) -> None:
    begin_counting(session, JOB, due_at=now - timedelta(days=1), now=now)
    for days in range(3):
        claim(session, JOB, due_at=now + timedelta(days=days), fence=OURS, now=now + timedelta(days=days))
    assert [run.due_at for run in newest_runs(session, most=2)] == [
        now + timedelta(days=2),
        now + timedelta(days=1),
    ]
    assert newest_runs(session, job="backup") == []


def test_two_schedulers_over_many_due_runs_leave_one_row_each(
    sessions: Sessions, now: datetime, rounds: int
) -> None:
    due = [now + timedelta(days=number) for number in range(rounds)]
    claims: list[datetime] = []

    def work_through() -> None:
        for due_at in due:
            with sessions.writing() as session:
                if claim(session, JOB, due_at=due_at, fence=OURS, now=now):
                    claims.append(due_at)
                session.commit()

    workers = [threading.Thread(target=work_through) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == len(due)
    assert sorted(claims) == due
