"""The funnel counts everybody once and packs and unpacks to the same people."""

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.brief import Importance, Requirement
from talentpool.matching.ranking import Lacking
from talentpool.rediscovery.exclusions import KEPT_LABELS
from talentpool.rediscovery.funnel import funnel_of, with_filters
from talentpool.rediscovery.packed import pack_excluded, pack_ranked, unpack_excluded, unpack_ranked

FILTER = Requirement(any_of=("terraform", "pulumi"), importance=Importance.FILTER)
ids_of_people = st.sets(st.integers(min_value=1, max_value=80), max_size=40)


@given(ids_of_people, ids_of_people, ids_of_people)
def test_everybody_is_left_or_removed_once(barred: set[int], first: set[int], second: set[int]) -> None:
    pool = set(range(1, 101))
    lacking = [
        Lacking(
            requirement=FILTER,
            candidate_ids=np.array(sorted(ids - barred), np.int64),
            lacking_only_this=len(ids),
        )
        for ids in (first, second)
    ]
    by_rule = with_filters({"objected": np.array(sorted(barred), np.int64)}, lacking)
    steps = funnel_of(len(pool), by_rule, lacking)
    assert steps[-1].left == len(pool - barred - first - second)
    assert sum(step.removed for step in steps) + steps[-1].left == len(pool)


def test_a_filter_reads_as_what_it_asks_for() -> None:
    lacking = [Lacking(requirement=FILTER, candidate_ids=np.array([4, 5]), lacking_only_this=1)]
    (step,) = funnel_of(9, with_filters({}, lacking), lacking)
    assert (step.label, step.because) == ("mention terraform or pulumi", "terraform or pulumi: not mentioned")
    assert (step.removed, step.left, step.lacking_only_this) == (2, 7, 1)


def test_every_rule_has_its_words() -> None:
    assert all(KEPT_LABELS.values())


@given(st.lists(st.tuples(st.integers(0, 2**40), st.floats(width=32, allow_nan=False, allow_infinity=False))))
def test_a_ranking_unpacks_to_what_was_packed(people: list[tuple[int, float]]) -> None:
    ids = np.array([one for one, _ in people], np.int64)
    scores = np.array([score for _, score in people], np.float64)
    unpacked_ids, unpacked_scores = unpack_ranked(pack_ranked(ids, scores))
    assert unpacked_ids.tolist() == ids.tolist()
    assert unpacked_scores.tolist() == scores.tolist()


def test_a_ranking_packed_before_there_were_two_streams_is_still_read() -> None:
    ids, scores = np.array([70_000, 3, 2**40]), np.array([0.5, 0.25, 0.0], np.float32)
    planes = [
        part.view(np.uint8).reshape(3, -1).T.tobytes() for part in (ids.astype("<i8"), scores.astype("<f4"))
    ]
    unpacked_ids, unpacked_scores = unpack_ranked(zlib.compress(b"".join(planes), 1))
    assert unpacked_ids.tolist() == ids.tolist()
    assert unpacked_scores.tolist() == scores.tolist()


@given(st.dictionaries(st.text(min_size=1), ids_of_people, max_size=5))
def test_the_excluded_unpack_under_their_rules(told: dict[str, set[int]]) -> None:
    by_rule = {rule: np.array(sorted(ids), np.int64) for rule, ids in told.items()}
    back = unpack_excluded(pack_excluded(by_rule, list(by_rule)), list(by_rule))
    assert {rule: set(ids.tolist()) for rule, ids in back.items()} == told
