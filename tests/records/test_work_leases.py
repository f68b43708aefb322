"""Leases: one holder at a time, a fence for every change of hands, old holders shut out."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from talentpool.database import Sessions
from talentpool.work.leases import Fence, LeaseLostError, hold, is_held, let_go, require_held, still_held


def held(session: Session, holder: str, now: datetime) -> Fence | None:
    return hold(session, "scheduler", holder=holder, seconds=30, now=now)


def test_the_first_who_comes_holds_and_renews(session: Session, now: datetime) -> None:
    assert held(session, "one", now) == 1
    assert held(session, "one", now + timedelta(seconds=20)) == 1
    assert held(session, "two", now + timedelta(seconds=40)) is None
    assert is_held(session, "scheduler", now=now + timedelta(seconds=49))


def test_another_takes_over_when_the_holder_sleeps_through_the_end(session: Session, now: datetime) -> None:
    first = held(session, "one", now)
    second = held(session, "two", now + timedelta(seconds=31))
    assert (first, second) == (1, 2)


def test_who_wakes_up_after_a_change_of_hands_may_not_write(session: Session, now: datetime) -> None:
    old = held(session, "one", now)
    new = held(session, "two", now + timedelta(seconds=31))
    assert old is not None
    assert new is not None
    assert not still_held(session, "scheduler", fence=old)
    with pytest.raises(LeaseLostError, match="Another process holds"):
        require_held(session, "scheduler", fence=old)
    require_held(session, "scheduler", fence=new)


def test_letting_go_lets_the_next_in_at_once(session: Session, now: datetime) -> None:
    fence = held(session, "one", now)
    assert fence is not None
    let_go(session, "scheduler", fence=fence, now=now)
    assert held(session, "two", now) == 2


def test_an_old_holder_cannot_let_go_of_what_is_not_its_own(session: Session, now: datetime) -> None:
    old = held(session, "one", now)
    later = now + timedelta(seconds=31)
    held(session, "two", later)
    assert old is not None
    let_go(session, "scheduler", fence=old, now=later)
    assert held(session, "three", later) is None


def test_a_lease_from_a_clock_that_jumped_does_not_hold_everybody_up(session: Session, now: datetime) -> None:
    held(session, "one", now + timedelta(days=1))
    assert held(session, "two", now) == 2


def test_of_many_who_come_at_once_exactly_one_holds(sessions: Sessions, now: datetime) -> None:
    ready = threading.Barrier(6)
    won: list[Fence | None] = []

    def come(name: str) -> None:
        ready.wait()
        with sessions.writing() as session:
            fence = held(session, name, now)
            session.commit()
        won.append(fence)

    comers = [threading.Thread(target=come, args=(f"process {number}",)) for number in range(6)]
    for comer in comers:
        comer.start()
    for comer in comers:
        comer.join()
    assert len(won) == 6
    assert [fence for fence in won if fence is not None] == [1]
