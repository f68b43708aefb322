"""What people's judgements bring on labelled folders: `python -m tests.benchmarks.feedback_gain FOLDER...`.

For each role a recruiter is simulated who looks at the first ten, shortlists those of the highest grade and
dismisses those of none (at most `--most` of each). Before and after are measured over everybody else only, so
that nobody is counted for having been judged. Prints nDCG@10 and MAP.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from talentpool.matching.evaluation import JUDGED_ON, LabelledData, indexed, judged_order, load_labelled
from talentpool.matching.index import PoolIndex
from talentpool.matching.metrics import Quality, mean_quality, measure
from talentpool.matching.ranking import Judgements, rank
from talentpool.matching.settings import MatchingSettings, load_matching_settings
from talentpool.settings import config_folder

LOOKED_AT = 10


def judged_pairs(
    data: LabelledData, index: PoolIndex, settings: MatchingSettings, *, most: int
) -> Iterator[tuple[Quality, Quality]]:
    """Give the quality over everybody not judged, before and after, of each role that somebody judges."""
    highest = max(1, *(int(grades.max()) for grades in data.grades.values()))
    for query, brief in data.briefs.items():
        grades = data.grades[query]
        first = rank(index, brief, settings, today=JUDGED_ON, limit=LOOKED_AT)
        seen = first.candidate_ids[:LOOKED_AT]
        judged = Judgements(
            shortlisted=tuple(seen[grades[seen] == highest][:most].tolist()),
            dismissed=tuple(seen[grades[seen] == 0][:most].tolist()),
        )
        known = np.array([*judged.shortlisted, *judged.dismissed], np.int64)
        others = np.setdiff1d(np.arange(index.size), known)
        if len(known) and (grades[others] == highest).any():
            second = rank(index, brief, settings, today=JUDGED_ON, judged=judged, limit=LOOKED_AT)
            lists = []
            for ranking in (first, second):
                scores = np.full(index.size, -np.inf)
                scores[ranking.candidate_ids] = ranking.scores
                lists.append(measure(judged_order(scores[others], grades[others]), highest=highest))
            yield lists[0], lists[1]


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--most", default=3, help="How many are shortlisted, and dismissed, at most.")
@click.option("--shortlisted-weight", type=float, help="Instead of the shipped weight.")
@click.option("--dismissed-weight", type=float, help="Instead of the shipped weight.")
def main(
    folders: tuple[Path, ...], most: int, shortlisted_weight: float | None, dismissed_weight: float | None
) -> None:
    """Judge every folder given."""
    settings = load_matching_settings(config_folder())
    given = {"shortlisted_weight": shortlisted_weight, "dismissed_weight": dismissed_weight}
    changed = {name: value for name, value in given.items() if value is not None}
    settings = replace(settings, feedback=replace(settings.feedback, **changed))
    for folder in folders:
        data = load_labelled(folder)
        pairs = list(judged_pairs(data, indexed(data.texts.values(), settings), settings, most=most))
        before, after = (mean_quality(list(column)) for column in zip(*pairs, strict=True))
        sys.stdout.write(
            f"{folder.name:16} {len(pairs):4} roles  before {before.ndcg_10:.3f} / {before.average_precision:.3f}"
            f"  after {after.ndcg_10:.3f} / {after.average_precision:.3f}\n"
        )


if __name__ == "__main__":
    main()
