"""What is different since an earlier run: who is new, who moved, who is gone and by which rule. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

LEAST_MOVE = 5  # places; smaller moves come from anybody's arrival and mean nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """The difference between two runs of one role; `moved` is places gained (negative: lost) by candidate."""

    new: frozenset[int]
    moved: Mapping[int, int]
    gone: Mapping[int, str | None]


def changes_between(before: Ids, after: Ids, excluded: Mapping[str, Ids], *, most: int = 200) -> Changes:
    """Compare two rankings, best first; moves are told for the first `most` of the later one.

    `excluded` says by rule who is left out now; somebody in neither list has left the pool.
    """
    place_before = {candidate_id: place for place, candidate_id in enumerate(before.tolist())}
    moved = {
        candidate_id: place_before[candidate_id] - place
        for place, candidate_id in enumerate(after[:most].tolist())
        if candidate_id in place_before and abs(place_before[candidate_id] - place) >= LEAST_MOVE
    }
    gone = np.setdiff1d(before, after)
    rules = {int(one): rule for rule, ids in excluded.items() for one in np.intersect1d(ids, gone)}
    return Changes(
        new=frozenset(np.setdiff1d(after, before).tolist()),
        moved=moved,
        gone={candidate_id: rules.get(candidate_id) for candidate_id in gone.tolist()},
    )
