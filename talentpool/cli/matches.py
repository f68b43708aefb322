"""`talentpool matches`: the stored list of a role, at the terminal, as JSON or as a CSV file."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.cli.changed_list import changes_document, print_changes
from talentpool.cli.index_progress import IndexProgress
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.ranked_list import print_ranked, run_document
from talentpool.clock import current_time
from talentpool.errors import NotFoundError
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_table import HEADINGS, match_rows
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.rematch_delta import NamedDelta, delta_of_runs, earlier_run, named
from talentpool.rediscovery.results import cards, latest_run, view_run
from talentpool.roles.posting import get_role
from talentpool.sheets import write_file


@click.command(epilog="Example: talentpool matches 7 --top 50 --csv shortlist.csv")
@click.argument("role", type=click.IntRange(min=1))
@click.option("--top", type=click.IntRange(min=1), default=25, show_default=True, help="How many to show.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them here too; as an Excel workbook if the name ends in .xlsx.",
)
@click.option(
    "--since",
    type=click.IntRange(min=0),
    metavar="RUN",
    help="Say what changed since this run (its number); 0 is the one before.",
)
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,
    *,
    role: int,
    top: int,
    csv_file: Path | None,
    since: int | None,
    as_json: bool,
) -> None:
    """List the ranked people of ROLE (its number), as its newest run has them."""
    installation.require_ready()
    keeper = IndexKeeper(installation.settings.index_folder, report=IndexProgress())
    now = current_time()
    with installation.sessions.writing() as session:
        title = get_role(session, role).title
        run = latest_run(session, role)
        if run is None:
            raise NotFoundError(f"Role {role} has not been matched yet.")
        view = view_run(session, run, None)
        changed = _changed_since(session, run, since) if since is not None else None
        shown = cards(session, keeper, view, now=now, per_page=top)
        if csv_file is not None:
            write_file(csv_file, HEADINGS, match_rows(shown))
            record_event(
                session,
                "matches_exported",
                object_kind="role",
                object_id=role,
                recruiter_id=None,
                now=now,
                details={"people": len(shown)},
            )
            session.commit()
    if as_json:
        print_json(run_document(view, shown) | (changes_document(changed) if changed else {}))
        return
    console = Console(highlight=False)
    console.print(f"[bold]{escape(title)}[/bold], as matched on {run.ran_at:%d %b %Y, %H:%M} UTC\n")
    print_ranked(console, view, shown)
    if changed is not None:
        print_changes(console, changed, most=top)
    if csv_file is not None:
        say(f"{len(shown):,} people written to {csv_file}")


def _changed_since(session: Session, run: MatchRun, since: int) -> NamedDelta:
    before = earlier_run(session, run, since or None)
    if before is None:
        raise NotFoundError(f"Role {run.role_id} was matched once only; there is nothing to compare with.")
    return named(session, delta_of_runs(session, before, run, None))
