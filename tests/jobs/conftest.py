"""A place to work for jobs, with a clock the test sets."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine

from jobs.workplace import Shift, Tenure, Workplace, open_workplace
from talentpool.accounts.policies import install_policies
from talentpool.settings import Settings, config_folder


class Clock:
    """A clock that stands until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


class StopAfter(threading.Event):
    """A word to stop that comes when it has been listened for a few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def is_set(self) -> bool:
        """Say whether it has come."""
        self.times -= 1
        return self.times < 0


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The time as all schedulers of a test see it."""
    return Clock(now)


@pytest.fixture
def open_place(engine: Engine, settings: Settings, clock: Clock) -> Callable[[], Workplace]:
    """Open one more process's view of this test's installation."""

    def open_one() -> Workplace:
        return replace(open_workplace(settings, engine), clock=clock)

    return open_one


@pytest.fixture
def workplace(open_place: Callable[[], Workplace], clock: Clock) -> Workplace:
    """An installation with its policies, and the lease on it."""
    place = open_place()
    with place.sessions.writing() as session:
        install_policies(session, config_folder(), now=clock.now)
        session.commit()
    place.tenure.renew(clock.now)
    return place


@pytest.fixture
def shift(workplace: Workplace) -> Shift:
    """A stretch of work under the lease."""
    begun = workplace.shift()
    assert begun is not None
    return begun


def take_over(workplace: Workplace, clock: Clock) -> None:
    """Let another process take the lease, as if this one had slept through its end."""
    other = Tenure(workplace.sessions, seconds=workplace.tenure.seconds)
    clock.now = clock.now.fromtimestamp(
        clock.now.timestamp() + workplace.tenure.seconds + 1, clock.now.tzinfo
    )
    assert other.renew(clock.now) is not None
