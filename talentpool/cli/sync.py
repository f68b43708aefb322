"""`talentpool sync`: another system followed by its exports, made to be run again and again by cron."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from talentpool.cli.import_history import ask_for_a_look, progress_shown, read_options
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say

if TYPE_CHECKING:
    from talentpool.imports.sync import SyncedFile, SyncReport

QUIET_SECONDS = 30  # as for watched folders
MOST_PRINTED = 20


@click.command(epilog="Example: talentpool sync /srv/exports/people.csv --source greenhouse")
@click.argument("paths", metavar="FILE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source",
    metavar="NAME",
    required=True,
    help="The system the exports come from; its ids are unique there.",
)
@click.option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="What columns and words mean, as `import --write-map` writes it.",
)
@click.option(
    "--preset", metavar="NAME", help="The system the files were written by, where headers do not show it."
)
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy"]),
    help="Whether day or month comes first, where a file does not show it.",
)
@click.option(
    "--resumes",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR-or-ZIP",
    help="Resume files of the rows; a row is read anew when one of its files has changed.",
)
@click.option("--country", metavar="DE", help="The country of phone numbers without a prefix.")
@click.option(
    "--quiet-seconds",
    type=click.IntRange(min=0),
    default=QUIET_SECONDS,
    show_default=True,
    help="A file is whole when nothing about it has changed for so long.",
)
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,
    /,
    paths: tuple[Path, ...],
    *,
    quiet_seconds: int,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Take what is new in the exports of another system, and say in one line what that was.

    The files stay where they are; rows that say what they said last time cost next to nothing. The system's newer word
    replaces its older one, never what was entered here; whom it has deleted is proposed under Requests. Exit code 1 says
    that something needs somebody, 3 that the file is still being written.
    """
    from talentpool.clock import current_time
    from talentpool.imports.sync import sync_exports

    options = read_options(**chosen, collected_on=None)
    options = replace(options, resume_folder=installation.settings.resume_folder)
    installation.require_ready()
    with progress_shown(quiet=as_json) as progress:
        report = sync_exports(
            installation.sessions,
            paths,
            options,
            secret=installation.secret,
            now=current_time(),
            quiet_seconds=quiet_seconds,
            progress=progress,
        )
    if report.counts["created"] or report.counts["updated"]:
        ask_for_a_look(installation)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)
    return 1 if report.needs_somebody else 0


def _print(report: "SyncReport") -> None:
    counts = report.counts
    said = [f"{counts[name]:,} {word}" for name, word in (("created", "new"), ("updated", "updated"))]
    said += [f"{counts[name]:,} {name.replace('_', ' ')}" for name in ("unchanged", "blocked", "left_out") if counts[name] or name == "unchanged"]  # fmt: skip
    say(f"{report.source}: {counts['rows']:,} rows, {', '.join(said)}; {_needs(report)}.")
    for file in report.files:
        _print_file(file)
    for name in report.waiting:
        say(f"  {name} is still being written; it is taken the next time.")
    for note in report.notes:
        say(f"  {note}")


def _needs(report: "SyncReport") -> str:
    counts, needs = report.counts, []
    if counts["cells_to_fix"]:
        needs.append(f"{counts['cells_to_fix']:,} cells to mend")
    if counts["erasures_proposed"]:
        needs.append(f"{counts['erasures_proposed']:,} deleted there, proposed under Requests")
    if counts["erasures_held"]:
        needs.append(
            f"{counts['erasures_held']:,} deleted there, so many that they wait for a yes under Requests"
        )
    if failed := sum(one.problem is not None for one in report.files):
        needs.append(f"{failed:,} files not taken")
    if report.notes:
        needs.append("a clock to set")
    return "needs somebody: " + ", ".join(needs) if needs else "nothing needs anybody"


def _print_file(file: "SyncedFile") -> None:
    if file.problem is not None:
        say(f"  {file.name}: {file.problem}")
    if file.report is None:
        return
    for one in file.report.problems[:MOST_PRINTED]:
        place = f"line {one.line}" + (f", column {one.problem.column!r}" if one.problem.column else "")
        value = f" {one.problem.value[:60]!r}" if one.problem.value else ""
        say(f"  {file.name}, {place}:{value} {one.problem.message} {one.problem.remedy}")
    if file.report.cells_to_fix > MOST_PRINTED:
        say(
            f"  {file.name}: {file.report.cells_to_fix:,} in all, on the page of import {file.report.import_id}."
        )
