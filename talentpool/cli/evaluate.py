"""`talentpool evaluate`: how good the production ranker is on labelled data."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.matching.evaluation import evaluate
from talentpool.matching.settings import load_matching_settings
from talentpool.settings import config_folder


@click.command(epilog="Example: talentpool evaluate labelled/ --run labelled.trec")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run", "run_file", type=click.Path(dir_okay=False, path_type=Path), help="Write a TREC run here."
)
@JSON_OPTION
@pass_installation
def command(installation: Installation, *, folder: Path, run_file: Path | None, as_json: bool) -> None:  # noqa: ARG001
    """Judge the ranker on FOLDER: queries.jsonl, docs.jsonl and qrels.tsv.

    It uses the shipped weights and the same index and ranking as every list. The run file lists every
    document of every query.
    """
    started = time.perf_counter()
    judged = evaluate(folder, load_matching_settings(config_folder()))
    seconds = time.perf_counter() - started
    if run_file is not None:
        with run_file.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in judged.run_lines())
    figures = {
        "ndcg@10": judged.mean.ndcg_10,
        "map": judged.mean.average_precision,
        "p@10": judged.mean.precision_10,
        "recall@50": judged.mean.recall_50,
    }
    if as_json:
        print_json({**figures, "queries": len(judged.queries), "docs": judged.documents, "seconds": seconds})
        return
    table = Table(box=None, pad_edge=False)
    for name in (*figures, "queries", "docs", "seconds"):
        table.add_column(name, justify="right")
    table.add_row(
        *(f"{value:.3f}" for value in figures.values()),
        f"{len(judged.queries):,}",
        f"{judged.documents:,}",
        f"{seconds:.1f}",
    )
    Console(highlight=False).print(table)
    if run_file is not None:
        say(f"Every document of every query is in {run_file}")
