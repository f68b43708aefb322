"""`talentpool evaluate`: how good the production ranker is on labelled data."""

import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.matching.baselines import PLAIN, plain_tf_idf
from talentpool.matching.evaluation import Evaluation, judge, shipped_scorer
from talentpool.matching.labelled import load_labelled
from talentpool.matching.settings import load_matching_settings
from talentpool.settings import config_folder


@click.command(epilog="Example: talentpool evaluate labelled/ --baseline --run labelled.trec")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run", "run_file", type=click.Path(dir_okay=False, path_type=Path), help="Write a TREC run here."
)
@click.option("--baseline", is_flag=True, help=f"Judge scikit-learn's {PLAIN} too, on the same data.")
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,  # noqa: ARG001 - what is judged does not depend on it
    *,
    folder: Path,
    run_file: Path | None,
    baseline: bool,
    as_json: bool,
) -> None:
    """Judge the ranker on FOLDER: queries.jsonl, docs.jsonl and qrels.tsv.

    It uses the shipped weights and the same index and ranking as every list. The run file lists every
    document of every query, as our ranker has them.
    """
    data, settings = load_labelled(folder), load_matching_settings(config_folder())
    texts = list(data.texts.values())
    judged, figures = _timed(lambda: judge(data, shipped_scorer(texts, settings)))
    plain = _timed(lambda: judge(data, plain_tf_idf(texts)))[1] if baseline else None
    if run_file is not None:
        with run_file.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in judged.run_lines())
    if as_json:
        print_json(figures if plain is None else {**figures, "baseline": {"ranker": PLAIN, **plain}})
        return
    Console(highlight=False).print(_table({"talentpool": figures} | ({PLAIN: plain} if plain else {})))
    if run_file is not None:
        say(f"Every document of every query is in {run_file}")


def _timed(judge: Callable[[], Evaluation]) -> tuple[Evaluation, dict[str, float]]:
    """Judge, and give the figures as they are printed, with the seconds it took."""
    started = time.perf_counter()
    judged = judge()
    seconds = time.perf_counter() - started
    return judged, {
        "ndcg@10": judged.mean.ndcg_10,
        "map": judged.mean.average_precision,
        "p@10": judged.mean.precision_10,
        "recall@50": judged.mean.recall_50,
        "queries": len(judged.queries),
        "docs": judged.documents,
        "seconds": seconds,
    }


def _table(figures_by_ranker: dict[str, dict[str, float]]) -> Table:
    """Lay out one row a ranker; the rankers are named when there are two."""
    table, are_named = Table(box=None, pad_edge=False), len(figures_by_ranker) > 1
    if are_named:
        table.add_column("ranker")
    for name in next(iter(figures_by_ranker.values())):
        table.add_column(name, justify="right")
    for ranker, figures in figures_by_ranker.items():
        *shares, queries, documents, seconds = figures.values()
        cells = [*(f"{share:.3f}" for share in shares), f"{queries:,}", f"{documents:,}", f"{seconds:.1f}"]
        table.add_row(*([ranker] if are_named else []), *cells)
    return table
