"""The nightly re-match: every open role once, each on its own, and nothing by a process that was replaced."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from jobs import rematch_open_roles
from jobs.workplace import Shift, StoppedError
from talentpool.accounts.models import PolicyVersion
from talentpool.candidates.changes import record_changes
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.receipts import runs_without_receipts
from talentpool.roles.models import RoleState
from talentpool.work.leases import LeaseLostError
from tests.builders import make_candidate, make_role
from tests.jobs.conftest import Clock, take_over


def open_roles(shift: Shift, count: int = 3) -> list[int]:
    with shift.writing() as session:
        make_candidate(session, resume="Kubernetes and Terraform in production for six years.")
        return [make_role(session, f"Platform engineer {number}").id for number in range(count)]


def runs_by_role(shift: Shift) -> dict[int, int]:
    counted = select(MatchRun.role_id, func.count()).where(MatchRun.cause == RunCause.SCHEDULED)
    with shift.reading() as session:
        return dict(session.execute(counted.group_by(MatchRun.role_id)).all())


def test_every_open_role_is_matched_once(shift: Shift) -> None:
    roles = open_roles(shift)
    with shift.writing() as session:
        make_role(session, "Filled long ago", state=RoleState.CLOSED)
    outcome = rematch_open_roles.run(shift, shift.now)
    assert (outcome.items, outcome.failures) == (3, 0)
    assert runs_by_role(shift) == dict.fromkeys(roles, 1)


def test_a_run_taken_over_goes_on_where_the_first_one_ended(shift: Shift) -> None:
    roles = open_roles(shift)
    rematch_open_roles.rematch(shift, roles[0])
    outcome = rematch_open_roles.run(shift, shift.now - timedelta(hours=1))
    assert outcome.items == 2
    assert runs_by_role(shift) == dict.fromkeys(roles, 1)


def test_the_next_night_matches_again(shift: Shift, clock: Clock) -> None:
    roles = open_roles(shift)
    rematch_open_roles.run(shift, shift.now)
    clock.now += timedelta(days=1)
    with shift.writing() as session:
        came = make_candidate(session, resume="Terraform for four years.")
        record_changes(session, [came.id], now=clock.now)
    rematch_open_roles.run(shift, shift.now)
    assert runs_by_role(shift) == dict.fromkeys(roles, 2)


def test_a_role_that_fails_is_counted_and_the_others_go_on(shift: Shift) -> None:
    roles = open_roles(shift)
    with shift.writing() as session:
        make_role(session, "Only stop words", text="and the of a", must_mention=((),))
    outcome = rematch_open_roles.run(shift, shift.now)
    assert outcome.items == 4
    assert dict.fromkeys(roles, 1).items() <= runs_by_role(shift).items()


def test_receipts_that_cannot_be_made_are_noted_and_made_good_by_the_next_re_match(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = open_roles(shift)

    def stumble(*_told: object, **_more: object) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(rematch_open_roles, "missing_receipts", stumble)  # a fault nobody has thought of yet
        outcome = rematch_open_roles.run(shift, shift.now)
    assert (outcome.items, outcome.failures) == (6, 3)
    assert outcome.notes[0].startswith("Receipts of list 1: Stopped by a fault (ZeroDivisionError)")
    assert runs_by_role(shift) == dict.fromkeys(roles, 1)
    assert rematch_open_roles.run(shift, shift.now).failures == 0
    with shift.reading() as session:
        assert runs_without_receipts(session) == []


def test_stopping_ends_the_run_between_two_roles(shift: Shift) -> None:
    open_roles(shift)
    shift.workplace.stopping.set()
    with pytest.raises(StoppedError):
        rematch_open_roles.run(shift, shift.now)
    assert runs_by_role(shift) == {}


def test_who_was_replaced_while_it_slept_writes_nothing(shift: Shift, clock: Clock) -> None:
    roles = open_roles(shift)
    take_over(shift.workplace, clock)
    with pytest.raises(LeaseLostError):
        rematch_open_roles.rematch(shift, roles[0])
    assert runs_by_role(shift) == {}


def test_an_installation_without_its_policies_fails_as_a_whole(shift: Shift) -> None:
    open_roles(shift)
    with shift.writing() as session:
        session.execute(delete(PolicyVersion))
    with pytest.raises(Exception, match="talentpool init"):
        rematch_open_roles.run(shift, shift.now)
