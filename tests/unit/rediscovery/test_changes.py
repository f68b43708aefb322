"""New, moved and gone between two runs."""

import numpy as np

from talentpool.rediscovery.changes import changes_between


def test_people_are_new_or_gone_by_the_rule_that_took_them() -> None:
    before, after = np.array([1, 2, 3, 4]), np.array([5, 1, 2])
    changes = changes_between(before, after, {"dismissed": np.array([3, 9])})
    assert changes.new == {5}
    assert changes.gone == {3: "dismissed", 4: None}


def test_small_moves_are_not_told() -> None:
    before = np.arange(1, 21)
    after = np.array([20, *range(1, 20)])
    assert changes_between(before, after, {}).moved == {20: 19}
