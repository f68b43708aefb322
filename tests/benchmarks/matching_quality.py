"""Quality of the shipped ranker on labelled folders: `python -m tests.benchmarks.matching_quality FOLDER...`.

Prints nDCG@10 / MAP as tables in Markdown, on the roles as they are and cut down to the title and five words:
beside other rankers, with one part taken out at a time, and with one figure moved by half at a time; and then
what the best of those moved figures is worth on queries, and on a folder, that it was not chosen on.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.ablation import SHIPPED, ablations, judge_each, neighbours
from talentpool.matching.baselines import baselines
from talentpool.matching.evaluation import Evaluation, judge
from talentpool.matching.labelled import LabelledData, load_labelled, with_short_roles
from talentpool.matching.metrics import compare, cross_validated
from talentpool.matching.settings import MatchingSettings, load_matching_settings

CONFIG = Path(__file__).resolve().parents[2] / "config"
FOLDS = 5

Judged = dict[str, list[Evaluation]]
"""By ranker or setting, one evaluation a labelled set."""


def judge_all(
    sets: Iterable[LabelledData], judge_one: Callable[[LabelledData], Iterable[tuple[str, Evaluation]]]
) -> Judged:
    """Judge every ranker or setting on every set."""
    found: Judged = {}
    for data in sets:
        for name, evaluation in judge_one(data):
            found.setdefault(name, []).append(evaluation)
    return found


def judge_peers(data: LabelledData, settings: MatchingSettings) -> Iterator[tuple[str, Evaluation]]:
    """Judge ours and whichever other rankers can run here."""
    yield from judge_each(data, {SHIPPED: settings})
    texts = list(data.texts.values())
    for name, baseline in baselines(settings.text).items():
        yield name, judge(data, baseline(texts))


def table(title: str, names: list[str], judged: Judged) -> Iterator[str]:
    """Lay one row a ranker or setting out, with the queries that the shipped one wins and loses against it."""
    shipped = judged[SHIPPED]
    yield f"\n| {title} | {' | '.join(names)} | mean | shipped wins : loses |"
    yield f"|---|{'---|' * (len(names) + 2)}"
    for name, evaluations in judged.items():
        cells = [f"{e.mean.ndcg_10:.3f} / {e.mean.average_precision:.3f}" for e in evaluations]
        found = [
            compare([q.quality for q in one.queries], [q.quality for q in other.queries])
            for one, other in zip(shipped, evaluations, strict=True)
        ]
        mean = np.mean([(e.mean.ndcg_10 + e.mean.average_precision) / 2 for e in evaluations])
        score = f"{sum(c.wins for c in found)} : {sum(c.losses for c in found)}"
        yield f"| {name} | {' | '.join(cells)} | {mean:.3f} | {score} |"


def values_of(judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the mean of nDCG@10 and average precision, settings by queries of all sets, and each query's set."""
    rows = [
        [(q.quality.ndcg_10 + q.quality.average_precision) / 2 for e in evaluations for q in e.queries]
        for evaluations in judged.values()
    ]
    sizes = [len(e.queries) for e in judged[SHIPPED]]
    return np.array(rows), np.repeat(np.arange(len(sizes)), sizes)


def held_out(judged: Judged) -> Iterator[str]:
    """Say what choosing among the settings is worth on held-out queries and, with several, on a held-out set."""
    values, sets = values_of(judged)
    weights = 1 / np.bincount(sets)[sets]
    names = list(judged)
    groups = {f"{FOLDS} folds of queries": np.arange(len(sets)) % FOLDS, "one set held out": sets}
    for told, group in groups.items():
        if len(np.unique(group)) > 1:
            mean, choices = cross_validated(values, group, weights)
            chosen = ", ".join(names[n] for n in choices)
            shipped = float(values[0] @ weights / weights.sum())
            yield f"\n{told}: {mean:.4f} for the figure chosen, {shipped:.4f} shipped; chosen: {chosen}."


def report(folders: list[Path]) -> Iterator[str]:
    """Judge everything, table by table."""
    settings, names = load_matching_settings(CONFIG), [folder.name for folder in folders]
    whole = [load_labelled(folder) for folder in folders]
    for kind, sets in (("whole adverts", whole), ("title and five words", [*map(with_short_roles, whole)])):
        yield from table(kind, names, judge_all(sets, lambda data: judge_peers(data, settings)))
        yield from table(
            f"{kind}: parts", names, judge_all(sets, lambda data: judge_each(data, ablations(settings)))
        )
        moved = judge_all(sets, lambda data: judge_each(data, neighbours(settings)))
        yield from table(f"{kind}: figures", names, moved)
        yield from held_out(moved)


def main() -> None:
    """Judge every folder given."""
    for line in report([Path(folder) for folder in sys.argv[1:]]):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
