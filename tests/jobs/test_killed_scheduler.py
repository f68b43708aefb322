"""Kill -9 of a scheduler at every step of a re-match: the next one ends it, and it is as if it had run once."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobs.schedule import find_job
from jobs.scheduler import Scheduler
from jobs.workplace import Workplace
from talentpool.candidates.changes import record_changes
from talentpool.rediscovery.models import Match, MatchRun
from talentpool.work.models import JobRun, WorkState
from tests.builders import make_candidate, make_role
from tests.jobs.conftest import Clock
from tests.jobs.dying_scheduler import JOB
from tests.killed_at_a_line import KILLED, Program, cuts

ROLES = 3


@pytest.fixture
def program() -> Iterator[Program]:
    """Schedulers that die."""
    made = Program("tests.jobs.dying_scheduler")
    yield made
    made.close()


def someone_comes(place: Workplace) -> None:
    """Let the next re-match write a new list of every role."""
    with place.sessions.writing.begin() as session:
        person = make_candidate(session, resume="Kubernetes and Terraform in production.", now=place.clock())
        record_changes(session, [person.id], now=place.clock())


def test_a_scheduler_killed_at_any_step_leaves_what_the_next_ends_as_if_once(
    workplace: Workplace, open_place: Callable[[], Workplace], clock: Clock, environ: dict[str, str],
    program: Program, rounds: int,
) -> None:  # fmt: skip
    with workplace.sessions.writing.begin() as session:
        for number in range(ROLES):
            make_role(session, f"Platform engineer {number}")
    someone_comes(workplace)
    next_one = Scheduler(workplace, jobs=(find_job(JOB),))
    next_one.keep_lease()  # the first look only begins to count
    steps, killed, rounds = 0, 0, min(rounds // 2, 200)
    lines, chance = [0], random.Random(7)
    for number in range(rounds + 1):
        clock.now += timedelta(days=1)
        someone_comes(workplace)
        order = {"environ": environ, "now": clock.now.isoformat()}
        ended, ran = program.run(order, last=lines[number])
        assert ended in (0, KILLED)
        killed += ended == KILLED
        if number == 0:
            steps = ran
            lines += cuts(steps, rounds, chance=chance.random)
        clock.now += timedelta(seconds=workplace.tenure.seconds + 1)
        next_one.keep_lease()
        next_one._on_shift(next_one._catch_up)
        _is_as_if_once(workplace, days=number + 1)
    assert killed >= 0.9 * rounds


def _is_as_if_once(place: Workplace, *, days: int) -> None:
    with place.sessions.reading() as session:
        assert session.scalars(select(JobRun.state)).all() == [WorkState.DONE] * (days + 1)
        lists = session.execute(select(MatchRun.role_id, func.count()).group_by(MatchRun.role_id)).all()
        receipts = select(func.count()).select_from(Match).group_by(Match.run_id).order_by(Match.run_id)
        assert [count for _, count in lists] == [days] * ROLES
        assert session.scalars(receipts).all() == [day + 2 for day in range(days) for _ in range(ROLES)]
