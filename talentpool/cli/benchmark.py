"""`talentpool benchmark`: speed, memory and size of the matcher on this machine, beside the rankers installed."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from talentpool.cli.index_progress import progress_bars
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.measured_pool import write_crowd
from talentpool.cli.measuring import (
    as_mapping,
    measure_build,
    measure_changes,
    measure_preview,
    measure_ranking,
    measure_serving,
    measure_text,
    measure_vocabulary,
    measured_roles,
    plain_ranker,
    taking_turns,
    widening_ranker,
)
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.peers import MOST_PEOPLE, RankRole, open_peers, shared_postings
from talentpool.clock import current_time
from talentpool.errors import InvalidInputError
from talentpool.matching.artifact import open_index
from talentpool.matching.building import BuildProgress, Effort
from talentpool.matching.settings import MatchingSettings, load_matching_settings
from talentpool.settings import config_folder

Figures = dict[str, Any]

MOST_PREVIEWED = 200_000
"""More people take longer to write into a database than anybody wants to wait."""
BYTES_A_CANDIDATE, BYTES_A_CANDIDATE_IN_DATABASE, BYTES_A_CANDIDATE_AT_PEERS = 24_000, 32_000, 16_000
OURS = "talentpool"
WIDENED = "talentpool, with related words"


@click.command(epilog="Example: talentpool benchmark --candidates 100000 --peers")
@click.option(
    "--candidates", type=click.IntRange(min=1), required=True, help="How many resumes to make up and rank."
)
@click.option("--peers", is_flag=True, help="Time the other rankers that are installed on the same postings.")
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,  # noqa: ARG001 - nothing of it is touched
    *,
    candidates: int,
    peers: bool,
    as_json: bool,
) -> None:
    """Measure build, match, preview, re-match and single changes on made-up resumes.

    Everything happens in a temporary folder that is removed afterwards; nothing of an installation is touched.
    The resumes have as many different words as real ones, and their vocabulary grows like that of real ones.
    """
    _require_space(candidates, peers=peers)
    settings = load_matching_settings(config_folder())
    with tempfile.TemporaryDirectory(prefix="talentpool-benchmark-") as place, progress_bars() as progress:
        figures = _measured(Path(place), candidates, settings, peers=peers, progress=progress)
    if as_json:
        print_json(figures)
        return
    console = Console(highlight=False)
    for table in _tables(figures):
        console.print(table)
        console.print()
    for sentence in figures["left_out"]:
        say(sentence)


def _require_space(candidates: int, *, peers: bool) -> None:
    """Refuse a pool that the disk has no room for; raises InvalidInputError."""
    each = BYTES_A_CANDIDATE
    if candidates <= MOST_PREVIEWED:
        each += BYTES_A_CANDIDATE_IN_DATABASE + peers * BYTES_A_CANDIDATE_AT_PEERS
    folder, needed = tempfile.gettempdir(), candidates * each
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise InvalidInputError(
            f"{candidates:,} candidates need about {needed / 1e9:,.0f} GB in {folder}, where {free / 1e9:,.0f} GB "
            "are free; choose fewer, or name another folder with TMPDIR."
        )


def _measured(
    folder: Path, candidates: int, settings: MatchingSettings, *, peers: bool, progress: Progress
) -> Figures:
    """Measure one thing after another, each alone on the machine as far as that is ours to say."""
    index_folder, resumes = folder / "index", folder / "resumes"
    write_crowd(resumes, candidates, _counter(progress, "Making resumes up", candidates))
    effort = Effort(total=candidates, report=_reporter(progress, "Building", candidates))
    built = measure_build(index_folder, resumes, settings, effort)
    text = {"scikit-learn TfidfVectorizer": measure_text(resumes)} if peers else {}
    with_peers = peers and candidates <= MOST_PEOPLE
    ranked = _ranked(index_folder, settings, folder if with_peers else None, progress)
    is_previewed = candidates <= MOST_PREVIEWED
    report = _reporter(progress, "Building from a database", candidates if is_previewed else 0)
    previewed: Figures = {"preview_ms": None, "build_from_database_per_second": None}
    if is_previewed:
        previewed = as_mapping(measure_preview(folder / "home", resumes, report, now=current_time()))
    progress.add_task("Changing single people", total=None)
    changed = measure_changes(index_folder, candidates, settings)
    left_out = [
        *(
            []
            if with_peers or not peers
            else [f"The other rankers are left out above {MOST_PEOPLE:,} people."]
        ),
        *([] if is_previewed else [f"The preview is left out above {MOST_PREVIEWED:,} people."]),
    ]
    found = {"candidates": candidates, "cores": len(os.sched_getaffinity(0)), **ranked}
    both = {**ranked["peers"], **text}
    return {**found, **previewed, **built, **changed, "peers": both, "left_out": left_out}


def _ranked(
    index_folder: Path, settings: MatchingSettings, peers_folder: Path | None, progress: Progress
) -> Figures:
    """Rank for the same roles, beside the other rankers where they have a folder to work in."""
    progress.add_task("Ranking", total=None)
    index = open_index(index_folder, settings)
    roles = measured_roles(index, settings)
    rankers: dict[str, RankRole] = {
        OURS: plain_ranker(index, roles, settings),
        WIDENED: widening_ranker(index, roles, settings),
    }
    if peers_folder is not None:
        shared = shared_postings(index, [role.asked.own for role in roles], settings, slope=roles[0].slope)
        rankers.update(open_peers(shared, peers_folder))
    timed = taking_turns(rankers)
    return {
        **measure_vocabulary(index),
        "role_terms": round(sum(len(role.asked.own.hashes) for role in roles) / len(roles)),
        "match_ms": timed.pop(OURS),
        "feedback_ms": timed.pop(WIDENED),
        **measure_ranking(index, roles, settings),
        "rss_mb": _in_a_fresh_process(index_folder, settings),
        "peers": {name: {"match_ms": spread} for name, spread in timed.items()},
    }


def _reporter(progress: Progress, what: str, total: int) -> Callable[[BuildProgress], None]:
    task = progress.add_task(what, total=total)

    def report(done: BuildProgress) -> None:
        progress.update(task, completed=done.people, description=f"{what}, {done.per_second:,.0f} a second")

    return report


def _counter(progress: Progress, what: str, total: int) -> Callable[[int], None]:
    task = progress.add_task(what, total=total)
    return lambda done: progress.update(task, completed=done)


def _in_a_fresh_process(folder: Path, settings: MatchingSettings) -> float:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure_serving, folder, settings).result()


def _tables(figures: Figures) -> Iterator[Table]:
    """Lay the figures out for people: what was measured, then the rankers side by side."""
    title = (
        f"{figures['candidates']:,} candidates, {figures['cores']} cores, {figures['terms_per_resume']:,.0f} terms "
        f"a resume, Heaps' exponent {figures['heaps_exponent']}, {figures['role_terms']} terms a role"
    )
    table = Table(title=title, box=None, title_justify="left", pad_edge=False)
    for name in ("", "median", "95th percentile"):
        table.add_column(name, justify="left" if not name else "right")
    for key, wording in WORDINGS.items():
        table.add_row(wording, *_cells(figures[key]))
    yield table
    beside = Table(title="Rankers on the same postings", box=None, title_justify="left", pad_edge=False)
    for name in ("", "match, median ms", "95th percentile", "build, resumes a second"):
        beside.add_column(name, justify="left" if not name else "right")
    ours = {"match_ms": figures["match_ms"], "build_per_second": figures["build_per_second"]}
    both = {OURS: ours, WIDENED: {"match_ms": figures["feedback_ms"]}}
    for ranker, found in {**both, **figures["peers"]}.items():
        speed = found.get("build_per_second")
        beside.add_row(ranker, *_cells(found.get("match_ms")), f"{speed:,}" if speed else "")
    if figures["peers"]:
        yield beside


WORDINGS = {
    "match_ms": "rank everybody for a weighed role, ms",
    "feedback_ms": "the same with related words, ms",
    "from_text_ms": "from a role's text to everybody in order, with related words, ms",
    "preview_ms": "preview while typing, from a database, ms",
    "rematch_200_roles_s": "match 200 roles with receipts, s",
    "build_per_second": "index from text, resumes a second",
    "build_from_database_per_second": "index from a database, resumes a second",
    "add_one_ms": "add one person, until the next match sees it, ms",
    "change_one_ms": "change one person, ms",
    "erase_one_ms": "erase one person, ms",
    "build_peak_mb": "private memory while building, all processes, MB",
    "rss_mb": "private memory of a process that ranks, MB",
    "index_bytes_per_candidate": "index on disk, bytes a candidate",
}


def _cells(figure: Any) -> list[str]:
    if figure is None:
        return ["", ""]
    if isinstance(figure, dict):
        return [f"{figure['p50']:,.2f}", f"{figure['p95']:,.2f}"]
    return [f"{figure:,}", ""]
