"""`talentpool import`: past candidates in from a file, with progress while it runs and a report at the end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from talentpool.cli.import_report import print_report
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from talentpool.imports.preparation import ImportOptions
    from talentpool.imports.report import ImportProgress, ImportReport
    from talentpool.imports.run import Progress


@click.command("import", epilog="Example: talentpool import candidates.csv --source greenhouse --dry-run")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="What columns and words of this file mean.",
)
@click.option(
    "--preset",
    metavar="NAME",
    help="The system the file was written by, where its header does not show it; none for no preset.",
)
@click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy"]),
    help="Whether day or month comes first, where the file does not show it.",
)
@click.option(
    "--source",
    metavar="NAME",
    help="The system the file comes from; its ids are unique there. Default: the file's name.",
)
@click.option(
    "--resumes",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR-or-ZIP",
    help="Resume files of the rows, found by the name in a column or by whom a file's name speaks of.",
)
@click.option(
    "--collected-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="When the resumes were collected; needed where they come without a table.",
)
@click.option("--country", metavar="DE", help="The country of phone numbers without a prefix.")
@click.option("--with-deleted", is_flag=True, help="Bring rows in, too, that the source marks as deleted.")
@click.option(
    "--write-map",
    type=click.Path(path_type=Path),
    metavar="OUT.toml",
    help="Write what columns and words were taken for here, to be changed and given to --map.",
)
@click.option("--dry-run", is_flag=True, help="Report what would happen and write nothing.")
@click.option(
    "--problems",
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="Write rows with problems here, to be mended and imported again.",
)
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,
    /,
    files: tuple[Path, ...],
    *,
    problems: Path | None,
    write_map: Path | None,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Bring past candidates in from CSV, Excel or JSON Resume FILEs, or from a folder or ZIP of resumes.

    Columns are recognised by meaning. Several files are one export, joined by the ids in them: people first, then
    their applications. The same file again changes nothing; a stopped import goes on where it stopped. Exit code 1
    says that it is done and some cells need mending.
    """
    from talentpool.imports.preparation import default_source
    from talentpool.imports.resume_archive import is_resume_archive

    if len(files) > 1 and (problems or write_map):
        raise click.BadParameter("--problems and --write-map speak of one FILE; give the files one by one")
    options = read_options(**chosen)
    if not is_resume_archive(files[0]):  # resumes alone come from where somebody says they do
        options = replace(options, source=options.source or default_source(files[0].name))
    options = replace(options, resume_folder=installation.settings.resume_folder)
    installation.require_ready()
    if options.dry_run:
        reports = _rehearse(installation, files, options, quiet=as_json)
    else:
        reports = [_import_one(installation, file, options, quiet=as_json) for file in files]
        if any(report.created or report.updated for report in reports):
            ask_for_a_look(installation)
    if problems is not None:
        _write_problems(installation, reports[0], problems)
    if write_map is not None:
        _write_map(reports[0], write_map)
    _tell(reports, problems, as_json=as_json)
    return 1 if any(report.cells_to_fix for report in reports) else 0


def _tell(reports: "list[ImportReport]", problems: Path | None, *, as_json: bool) -> None:
    """Print what came of the files, as a document or in words with what to do next."""
    if as_json:
        documents = [report.as_json() for report in reports]
        print_json(documents[0] if len(documents) == 1 else documents)
        return
    for report in reports:
        print_report(report)
    if problems is not None and reports[0].cells_to_fix:
        say(f"Mend the rows in {problems.name} and import them with --source {reports[0].source!r}.")


def _write_map(report: "ImportReport", path: Path) -> None:
    from talentpool.imports.mapping_file import write_mapping_file
    from talentpool.imports.vocabulary import load_vocabulary
    from talentpool.settings import config_folder

    codes = load_vocabulary(config_folder()).reason_codes
    write_mapping_file(path, report.mapping(), reasons=codes)


def _import_one(
    installation: Installation, file: Path, options: "ImportOptions", *, quiet: bool
) -> "ImportReport":
    from talentpool.clock import current_time
    from talentpool.imports.importer import import_file

    with progress_shown(quiet=quiet) as progress:
        return import_file(
            installation.sessions,
            file,
            options,
            secret=installation.secret,
            now=current_time(),
            progress=progress,
        )


def _rehearse(
    installation: Installation, files: tuple[Path, ...], options: "ImportOptions", *, quiet: bool
) -> "list[ImportReport]":
    """Say what the files of an export would bring, the later ones to people of the earlier ones."""
    from talentpool.clock import current_time
    from talentpool.imports.rehearsal import rehearse_files

    with progress_shown(quiet=quiet) as progress:
        return list(
            rehearse_files(
                installation.sessions,
                [(file, options) for file in files],
                secret=installation.secret,
                now=current_time(),
                progress=progress,
            )
        )


def ask_for_a_look(installation: Installation) -> None:
    """Let the scheduler look for people who came in twice, as after an import of the pages."""
    from talentpool.clock import current_time
    from talentpool.work import queue

    with installation.sessions.writing.begin() as session:
        queue.ask_once(session, "find_duplicates", {}, asked_by=None, now=current_time())


def read_options(
    *,
    mapping: Path | None,
    date_order: str | None,
    country: str | None,
    collected_on: "datetime | None",
    **chosen: Any,
) -> "ImportOptions":
    """Make what was typed the choices about an import."""
    from talentpool.imports.dates import DateOrder
    from talentpool.imports.mapping_file import ChosenMapping, read_mapping_file
    from talentpool.imports.preparation import ImportOptions

    return ImportOptions(
        **chosen,
        date_order=DateOrder(date_order) if date_order else None,
        mapping=read_mapping_file(mapping) if mapping else ChosenMapping(),
        country=_country(country),
        collected_on=collected_on.date() if collected_on else None,
    )


def _country(text: str | None) -> str | None:
    if text is not None and not (len(text) == 2 and text.isalpha()):
        raise click.BadParameter(
            f"{text!r} is not a country code of two letters, such as DE", param_hint="--country"
        )
    return text.upper() if text else None


@contextmanager
def progress_shown(*, quiet: bool) -> "Iterator[Progress | None]":
    """Show a bar while it goes on, where somebody is looking."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.0f} rows/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=None, rate=0.0)

        def show(state: "ImportProgress") -> None:
            bar.update(task, total=state.rows_total, completed=state.rows_done, rate=state.rows_per_second)

        yield show


def _write_problems(installation: Installation, report: "ImportReport", out: Path) -> None:
    from talentpool.imports.problems import problem_rows
    from talentpool.sheets import write_file

    with installation.sessions.reading() as session:
        rows = problem_rows(session, report)
        write_file(out, next(rows), rows)
