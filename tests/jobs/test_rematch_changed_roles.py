"""Soon after a change: one re-match for a burst of changes, of what it concerns, and no list written twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs import rematch_changed_roles, rematch_open_roles
from jobs.do_asked_work import work_through
from jobs.rematch_changed_roles import Burst, Watch
from jobs.workplace import Shift
from talentpool.candidates.changes import record_changes
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.rediscovery.rematch import (
    Rematched,
    RolesNow,
    is_outdated,
    look_at_roles,
    rank_again,
    record_rematch,
    roles_to_match_again,
)
from talentpool.roles.models import Role
from talentpool.work import plans
from talentpool.work.models import AskedWork, JobRun, WorkState
from talentpool.work.plans import Planned
from tests.builders import make_candidate, make_role
from tests.jobs.conftest import Clock

WAIT, LONGEST = timedelta(seconds=15), timedelta(minutes=5)
START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def counts(shift: Shift) -> tuple[int, int]:
    """Count runs and matches."""
    with shift.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(rows)) or 0 for rows in (MatchRun, Match)
        )  # type: ignore[return-value]


def asked(shift: Shift) -> int:
    with shift.reading() as session:
        return session.scalar(select(func.count()).where(AskedWork.kind == "run_job")) or 0


@pytest.fixture
def role_id(shift: Shift) -> int:
    """A role with one person, matched."""
    with shift.writing() as session:
        make_candidate(session, resume="Kubernetes and Terraform in production for six years.")
        made = make_role(session, "Platform engineer").id
    rematch_open_roles.run(shift, shift.now)
    return made


def someone_comes(shift: Shift, resume: str = "Terraform and Kubernetes, four years.") -> None:
    with shift.writing() as session:
        person = make_candidate(session, resume=resume, now=shift.now)
        record_changes(session, [person.id], now=shift.now)


def test_a_rematch_that_changes_nothing_writes_no_list(shift: Shift, clock: Clock, role_id: int) -> None:
    before = counts(shift)
    clock.now += timedelta(days=1)
    assert rematch_open_roles.run(shift, shift.now).items == 1
    assert counts(shift) == before
    with shift.reading() as session:
        assert session.scalars(select(MatchRun)).one().confirmed_at == clock.now


def test_somebody_new_in_the_list_is_written(shift: Shift, clock: Clock, role_id: int) -> None:
    clock.now += timedelta(hours=1)
    someone_comes(shift)
    rematch_changed_roles.run(shift, shift.now)
    assert counts(shift) == (2, 3)
    with shift.reading() as session:
        assert roles_to_match_again(session, now=shift.now) == []


def test_a_burst_of_changes_gives_one_rematch_after_it(shift: Shift, clock: Clock, role_id: int) -> None:
    watch = Watch()
    for _ in range(6):
        clock.now += timedelta(seconds=10)
        someone_comes(shift)
        watch.look(shift)
    assert asked(shift) == 0
    for _ in range(6):
        clock.now += timedelta(seconds=10)
        watch.look(shift)
    assert asked(shift) == 1
    work_through(shift, "jobs")
    assert counts(shift)[0] == 2
    with shift.reading() as session:
        assert session.scalars(select(JobRun)).one().items == 1


def test_changes_that_never_end_are_not_waited_for_longer_than_the_longest_wait(
    shift: Shift, clock: Clock, role_id: int
) -> None:
    watch = Watch()
    for _ in range(32):
        clock.now += timedelta(seconds=10)
        someone_comes(shift)
        watch.look(shift)
    assert asked(shift) == 1


def test_a_changed_role_is_matched_again_and_the_others_are_not(
    shift: Shift, clock: Clock, role_id: int
) -> None:
    with shift.writing() as session:
        make_role(session, "Gardener", now=clock.now)
    rematch_changed_roles.run(shift, shift.now)
    clock.now += timedelta(hours=1)
    with shift.writing() as session:
        role = session.get_one(Role, role_id)
        role.title, role.text, role.updated_at = "Terraform engineer", "Terraform", clock.now
    with shift.reading() as session:
        assert roles_to_match_again(session, now=shift.now) == [role_id]
    assert rematch_changed_roles.run(shift, shift.now).items == 1


def test_a_role_that_cannot_be_matched_is_noted_tried_again_and_not_asked_for_forever(
    shift: Shift, clock: Clock, role_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shift.writing() as session:
        broken = make_role(session, "Broken", now=clock.now).id

    real = rematch_open_roles.rank_again

    def stumble(session: Session, now: RolesNow, role: int) -> Rematched:
        if role == broken:
            raise ZeroDivisionError
        return real(session, now, role)

    monkeypatch.setattr(rematch_open_roles, "rank_again", stumble)  # a fault nobody has thought of yet
    clock.now += timedelta(hours=1)
    someone_comes(shift)
    watch = Watch()
    for _ in range(9):
        watch.look(shift)
        clock.now += timedelta(seconds=10)
        work_through(shift, "jobs")
    assert asked(shift) == 1
    with shift.reading() as session:
        run = session.scalars(select(JobRun)).one()
        assert (run.items, run.failures) == (2, 1)
        assert run.notes == [
            f"Role {broken}: Stopped by a fault (ZeroDivisionError); see the log. It is tried again by itself."
        ]
        again = session.scalars(select(AskedWork).where(AskedWork.kind == "rematch_role")).one()
    for attempt in range(1, 6):
        assert work_through(shift, "matching") == 1, attempt
        clock.now += timedelta(minutes=20)
    with shift.reading() as session:
        assert session.get_one(AskedWork, again.id).state is WorkState.FAILED
    monkeypatch.undo()
    rematch_open_roles.run(shift, shift.now)
    with shift.reading() as session:
        assert roles_to_match_again(session, now=shift.now) == []


def test_a_change_is_asked_for_again_when_what_was_asked_for_could_not_be_done(
    shift: Shift, clock: Clock, role_id: int
) -> None:
    index = shift.workplace.settings.index_folder
    index.rename(away := index.with_name("away"))
    index.write_text("where the index should be")
    clock.now += timedelta(hours=1)
    someone_comes(shift)
    watch = Watch()
    for _ in range(12):
        watch.look(shift)
        clock.now += timedelta(minutes=1)
        work_through(shift, "jobs")
        if asked(shift) == 2:
            break
    with shift.reading() as session:
        first = session.scalars(
            select(AskedWork).where(AskedWork.kind == "run_job").order_by(AskedWork.id)
        ).first()
        assert first is not None
        assert (first.state, first.attempts) == (WorkState.FAILED, 5)
        assert roles_to_match_again(session, now=shift.now) == [role_id]
    index.unlink()
    away.rename(index)
    clock.now += timedelta(minutes=1)
    work_through(shift, "jobs")
    with shift.reading() as session:
        assert roles_to_match_again(session, now=shift.now) == []


def test_a_paused_rematch_waits_until_it_is_resumed(shift: Shift, clock: Clock, role_id: int) -> None:
    name = rematch_changed_roles.NAME
    with shift.writing() as session:
        plans.note_plans(session, [Planned(job=name, why="For this test.", next_at=None)])
        plans.pause(session, name, recruiter_id=None, now=clock.now)
    watch = Watch()
    someone_comes(shift)
    for _ in range(5):
        watch.look(shift)
        clock.now += timedelta(minutes=1)
    assert asked(shift) == 0
    with shift.writing() as session:
        plans.resume(session, name, recruiter_id=None, now=clock.now)
    for _ in range(5):
        watch.look(shift)
        clock.now += timedelta(minutes=1)
    assert asked(shift) == 1


def test_faults_40_a_role_edited_while_it_is_matched_keeps_a_list_pinned_to_what_it_was(
    shift: Shift, clock: Clock, role_id: int
) -> None:
    keeper = shift.workplace.keeper
    clock.now += timedelta(hours=1)
    someone_comes(shift)
    with shift.reading() as session:
        keeper.current(session, now=clock.now)
        ranked = rank_again(session, look_at_roles(session, keeper, [role_id], now=clock.now), role_id)
    clock.now += timedelta(seconds=1)
    with shift.writing() as session:
        role = session.get_one(Role, role_id)
        role.title, role.text, role.updated_at = "Gardener", "Roses and hedges", clock.now
    with shift.writing() as session:
        run = record_rematch(session, ranked, cause=RunCause.SCHEDULED)
        assert run is not None
        assert run.brief["title"] == "Platform engineer"
        assert is_outdated(run, session.get_one(Role, role_id))
        assert roles_to_match_again(session, now=shift.now) == [role_id]
    rematch_changed_roles.run(shift, shift.now)
    with shift.reading() as session:
        newest = session.scalars(select(MatchRun).order_by(MatchRun.id.desc())).first()
        assert newest is not None
        assert newest.brief["title"] == "Gardener"
        assert not is_outdated(newest, session.get_one(Role, role_id))


def test_faults_40_a_rematch_that_overlaps_itself_writes_one_new_list(
    shift: Shift, clock: Clock, role_id: int
) -> None:
    keeper = shift.workplace.keeper
    clock.now += timedelta(hours=1)
    someone_comes(shift)
    with shift.reading() as session:
        keeper.current(session, now=clock.now)
        both = [
            rank_again(session, look_at_roles(session, keeper, [role_id], now=clock.now), role_id)
            for _ in range(2)
        ]
    for ranked in both:
        with shift.writing() as session:
            record_rematch(session, ranked, cause=RunCause.SCHEDULED)
    rematch_open_roles.keep_all_receipts(shift)
    assert counts(shift) == (2, 3)


@given(steps=st.lists(st.tuples(st.booleans(), st.integers(-3600, 3600)), min_size=1, max_size=40))
def test_faults_39_a_burst_is_waited_for_at_most_the_longest_wait_whatever_the_clock_does(
    steps: list[tuple[bool, int]],
) -> None:
    now, mark = START, 0
    burst = Burst(mark=(mark,), began_at=now, quiet_since=now)
    for has_changed, seconds in steps:
        now, mark = now + timedelta(seconds=seconds), mark + has_changed
        burst = burst.followed((mark,), now)
        assert burst.quiet_since <= now
        assert burst.began_at <= now
    assert burst.followed(burst.mark, now + WAIT).is_over(now + WAIT, wait=WAIT, longest=LONGEST)
