"""Asked-for work: taken once, tried again with growing pauses, given back when its process is gone."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from talentpool.database import Sessions
from talentpool.work.leases import Fence, LeaseLostError
from talentpool.work.models import AskedWork, WorkState
from talentpool.work.queue import (
    MOST_ATTEMPTS,
    ask,
    ask_once,
    fail,
    finish,
    give_back_abandoned,
    put_back,
    take,
    try_later,
)

OURS = Fence(3)


def asked(session: Session, now: datetime, kind: str = "rematch_role", number: int = 1) -> AskedWork:
    return ask(session, kind, {"role_id": number}, asked_by=None, now=now)


def test_work_is_taken_in_the_order_it_was_asked_for(session: Session, now: datetime) -> None:
    asked(session, now + timedelta(seconds=1), number=2)
    asked(session, now, number=1)
    later = now + timedelta(seconds=2)
    taken = [take(session, fence=OURS, now=later) for _ in range(3)]
    assert [work.details["role_id"] if work else None for work in taken] == [1, 2, None]


def test_work_is_not_taken_before_it_is_due(session: Session, now: datetime) -> None:
    asked(session, now).due_at = now + timedelta(seconds=1)
    session.flush()
    assert take(session, fence=OURS, now=now) is None


def test_faults_39_work_asked_for_under_a_clock_that_was_ahead_does_not_wait_for_it(
    session: Session, now: datetime
) -> None:
    asked(session, now + timedelta(days=1))
    assert take(session, fence=OURS, now=now) is not None


def test_only_the_kinds_asked_for_are_taken(session: Session, now: datetime) -> None:
    asked(session, now, kind="import_file")
    assert take(session, fence=OURS, now=now, kinds=["rematch_role"]) is None
    assert take(session, fence=OURS, now=now, kinds=["import_file"]) is not None


def test_finished_work_is_done_and_says_when(session: Session, now: datetime) -> None:
    work = asked(session, now)
    take(session, fence=OURS, now=now)
    finish(session, work.id, fence=OURS, now=now + timedelta(seconds=4))
    assert (work.state, work.ended_at) == (WorkState.DONE, now + timedelta(seconds=4))


def test_what_cannot_be_done_as_asked_is_not_tried_again(session: Session, now: datetime) -> None:
    work = asked(session, now)
    take(session, fence=OURS, now=now)
    fail(session, work.id, "There is no role 1.", fence=OURS, now=now)
    assert work.problem == "There is no role 1."
    assert take(session, fence=OURS, now=now + timedelta(days=1)) is None


def test_what_failed_for_now_is_tried_again_with_growing_pauses(session: Session, now: datetime) -> None:
    work = asked(session, now)
    pauses = []
    while take(session, fence=OURS, now=now):
        try_later(session, work.id, "The disk is full.", fence=OURS, now=now)
        pauses.append(int((work.due_at - now).total_seconds()))
        assert take(session, fence=OURS, now=now) is None or work.state is WorkState.FAILED
        now = work.due_at
    assert pauses == [5, 10, 20, 40, 0]
    assert (work.state, work.attempts) == (WorkState.FAILED, MOST_ATTEMPTS)


def test_work_interrupted_on_purpose_waits_again_and_the_try_does_not_count(
    session: Session, now: datetime
) -> None:
    work = asked(session, now)
    take(session, fence=OURS, now=now)
    put_back(session, work.id, fence=OURS, now=now)
    assert (work.state, work.attempts) == (WorkState.WAITING, 0)


def test_work_of_a_process_that_is_gone_is_given_back(session: Session, now: datetime) -> None:
    work = asked(session, now)
    take(session, fence=OURS, now=now)
    assert give_back_abandoned(session, fence=OURS, now=now) == 0
    assert give_back_abandoned(session, fence=Fence(4), now=now) == 1
    assert work.state is WorkState.WAITING


def test_a_process_that_wakes_up_may_not_finish_what_was_given_to_another(
    session: Session, now: datetime
) -> None:
    work = asked(session, now)
    take(session, fence=OURS, now=now)
    give_back_abandoned(session, fence=Fence(4), now=now)
    take(session, fence=Fence(4), now=now + timedelta(minutes=1))
    with pytest.raises(LeaseLostError):
        finish(session, work.id, fence=OURS, now=now + timedelta(minutes=2))
    assert work.state is WorkState.RUNNING


def test_asking_twice_for_the_same_is_asking_once(session: Session, now: datetime) -> None:
    first = ask_once(session, "rematch_role", {"role_id": 1}, asked_by=None, now=now)
    second = ask_once(session, "rematch_role", {"role_id": 1}, asked_by=None, now=now)
    other = ask_once(session, "rematch_role", {"role_id": 2}, asked_by=None, now=now)
    assert first.id == second.id != other.id


def test_many_workers_take_each_piece_of_work_once(sessions: Sessions, now: datetime) -> None:
    with sessions.writing() as session:
        for number in range(12):
            asked(session, now, number=number)
        session.commit()
    taken: list[int] = []

    def work_until_empty() -> None:
        while True:
            with sessions.writing() as session:
                work = take(session, fence=OURS, now=now)
                session.commit()
            if work is None:
                return
            taken.append(work.details["role_id"])

    workers = [threading.Thread(target=work_until_empty) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == list(range(12))
