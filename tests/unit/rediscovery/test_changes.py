"""New, up, down and gone between two runs, each with the one reason that is on record."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.rediscovery.changes import (
    LEAST_MOVE,
    Between,
    Changed,
    Delta,
    Kind,
    Part,
    Reason,
    RunSide,
    Why,
    delta_between,
    newcomers,
    why_words,
)

NOBODY = np.empty(0, np.int64)
QUIET = Between(changed=NOBODY, lapsed=NOBODY)
ROLE = Brief(title="Platform engineer", text="Kubernetes")
TERRAFORM = Requirement(any_of=("terraform", "pulumi"), importance=Importance.FILTER)
FILTERED = Brief(title="Platform engineer", text="Kubernetes", requirements=(TERRAFORM,))
WORDS = {"dismissed": "dismissed for this role", "lacks:0": "terraform or pulumi: not mentioned"}


def side(
    *ranked: int, brief: Brief = ROLE, policy_version: int = 1, **excluded: list[int] | np.ndarray
) -> RunSide:
    by_rule = {rule.replace("lacks0", "lacks:0"): np.array(ids, np.int64) for rule, ids in excluded.items()}
    return RunSide(
        ranked=np.array(ranked, np.int64),
        excluded=by_rule,
        because=WORDS,
        brief=brief,
        policy_version=policy_version,
    )


def between(
    changed: tuple[int, ...] = (), lapsed: tuple[int, ...] = (), *, is_judged: bool = False
) -> Between:
    return Between(
        changed=np.array(changed, np.int64), lapsed=np.array(lapsed, np.int64), is_judged=is_judged
    )


def told(delta: Delta, kind: Kind) -> dict[int, str]:
    return {one.candidate_id: why_words(one.why) for one in delta.parts[kind].people()}


def test_whoever_was_not_in_the_pool_came_into_it() -> None:
    delta = delta_between(side(1), side(2, 1), QUIET)
    assert told(delta, Kind.NEW) == {2: "came into the pool"}
    assert list(delta.parts[Kind.NEW].people()) == [
        Changed(candidate_id=2, before=None, after=1, why=Why(reason=Reason.CAME_IN))
    ]


def test_whoever_a_rule_left_out_before_is_new_because_it_does_no_longer() -> None:
    delta = delta_between(side(1, dismissed=[2]), side(2, 1), QUIET)
    assert told(delta, Kind.NEW) == {2: "no longer left out: dismissed for this role"}


def test_whoever_passes_a_filter_now_has_changed_or_the_role_has() -> None:
    before = side(1, brief=FILTERED, lacks0=[2, 3])
    assert told(delta_between(before, side(2, 3, 1, brief=FILTERED), between((3,))), Kind.NEW) == {
        2: "no longer left out: terraform or pulumi: not mentioned",
        3: "resume or history changed since",
    }
    assert told(delta_between(before, side(2, 3, 1), between((3,))), Kind.NEW) == {
        2: "the role changed",
        3: "the role changed",
    }


def test_people_are_gone_by_the_rule_that_took_them_or_out_of_the_pool() -> None:
    after = side(1, brief=FILTERED, dismissed=[2, 9], lacks0=[3])
    assert told(delta_between(side(1, 2, 3, 4), after, QUIET), Kind.GONE) == {
        2: "left out now: dismissed for this role",
        3: "filtered: does not mention terraform or pulumi",
        4: "erased or no longer in the pool",
    }


@pytest.mark.parametrize(
    ("after", "since", "words"),
    [
        (side(20, *range(1, 20)), between(changed=(20,)), "resume or history changed since"),
        (side(20, *range(1, 20)), between(lapsed=(20,)), "the reason of a rejection has lapsed since"),
        (side(20, *range(1, 20), brief=FILTERED), between(changed=(1,)), "the role changed"),
        (side(20, *range(1, 20), policy_version=2), QUIET, "the weights were changed"),
        (
            side(20, *range(1, 20)),
            between(is_judged=True),
            "somebody was shortlisted or dismissed for the role",
        ),
        (side(20, *range(1, 20)), QUIET, "others came, left or moved past"),
    ],
)
def test_a_move_is_told_with_what_is_on_record(after: RunSide, since: Between, words: str) -> None:
    delta = delta_between(side(*range(1, 21)), after, since)
    assert told(delta, Kind.UP) == {20: words}
    assert not len(delta.parts[Kind.DOWN]), "the others went down by one place each"


def test_small_moves_and_moves_far_down_are_not_told() -> None:
    before = list(range(1, 1001))
    shifted = [*before[LEAST_MOVE - 1 :], *before[: LEAST_MOVE - 1]]
    moved = delta_between(side(*before), side(*shifted), QUIET).parts
    assert [one.candidate_id for one in moved[Kind.DOWN].people()] == [1, 2, 3, 4]
    far = [*before[:500], *reversed(before[500:])]
    assert delta_between(side(*before), side(*far), QUIET).is_empty


def test_a_fall_from_the_first_places_is_told_however_deep() -> None:
    before = list(range(1, 1001))
    fell = delta_between(side(*before), side(*before[1:], 1), between(changed=(1,))).parts[Kind.DOWN]
    assert [(one.candidate_id, one.before, one.after) for one in fell.people()] == [(1, 1, 1000)]


runs = st.lists(st.integers(1, 60), unique=True, max_size=60)


@given(before=runs, after=runs, out=st.sets(st.integers(1, 60)), changed=st.sets(st.integers(1, 60)))
def test_everybody_of_both_lists_is_accounted_for_once(
    before: list[int], after: list[int], out: set[int], changed: set[int]
) -> None:
    excluded = sorted(out - set(after))
    now = side(*after, dismissed=excluded[::2], active_here=excluded[1::2])
    delta = delta_between(side(*before), now, between(tuple(changed)))
    new, gone = delta.parts[Kind.NEW], delta.parts[Kind.GONE]
    assert sorted([*new.ids.tolist(), *delta.stayed.tolist()]) == sorted(after)
    assert sorted([*gone.ids.tolist(), *delta.stayed.tolist()]) == sorted(before)
    assert sorted(newcomers(np.array(before, int), np.array(after, int)).tolist()) == sorted(new.ids.tolist())
    for part in delta.parts.values():
        people = list(part.people())
        assert len({one.candidate_id for one in people}) == len(people) == sum(n for _, n in part.counts())
    assert {one.candidate_id for one in gone.people() if one.why.reason is Reason.LEFT_OUT} == set(
        excluded
    ) & set(before)
    for kind, sign in ((Kind.UP, 1), (Kind.DOWN, -1)):
        for one in delta.parts[kind].people():
            assert before[(one.before or 0) - 1] == one.candidate_id == after[(one.after or 0) - 1]
            assert sign * ((one.before or 0) - (one.after or 0)) >= LEAST_MOVE


@given(ranked=runs, out=st.sets(st.integers(61, 90)), changed=st.sets(st.integers(1, 90)))
def test_a_run_compared_with_itself_changes_nothing(
    ranked: list[int], out: set[int], changed: set[int]
) -> None:
    run = side(*ranked, dismissed=sorted(out))
    delta = delta_between(run, run, between(tuple(changed)))
    assert delta.is_empty
    assert delta.stayed.tolist() == ranked


def test_a_part_gives_a_page_of_its_people_and_counts_by_reason() -> None:
    part = delta_between(side(1, dismissed=[4]), side(2, 3, 4, 1), QUIET).parts[Kind.NEW]
    assert isinstance(part, Part)
    assert [one.candidate_id for one in part.people(1, 3)] == [3, 4]
    assert [(why.reason, count) for why, count in part.counts()] == [
        (Reason.CAME_IN, 2),
        (Reason.NO_LONGER_LEFT_OUT, 1),
    ]


def test_runs_over_a_hundred_thousand_people_are_compared_while_somebody_waits() -> None:
    chance = np.random.default_rng(7)
    people = chance.permutation(np.arange(1, 100_001))
    before = RunSide(
        ranked=people[:95_000],
        excluded={"active_here": people[95_000:97_500], "lacks:0": people[97_500:]},
        because=WORDS,
        brief=FILTERED,
        policy_version=1,
    )
    after = RunSide(
        ranked=chance.permutation(np.concatenate([people[5_000:], np.arange(100_001, 103_001)])),
        excluded={"dismissed": people[:2_000], "active_here": people[2_000:4_000]},
        because=WORDS,
        brief=ROLE,
        policy_version=1,
    )
    since = Between(changed=np.arange(1, 100_001, 2), lapsed=NOBODY)
    seconds = []
    for _ in range(5):
        started = time.thread_time()
        delta = delta_between(before, after, since)
        seconds.append(time.thread_time() - started)
    assert len(delta.parts[Kind.NEW]) == 8_000
    assert len(delta.parts[Kind.GONE]) == 5_000
    assert min(seconds) <= 0.05, "50 ms for 100,000 people"
