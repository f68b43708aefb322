"""`talentpool demo`: the whole path on sample people, from an export to ranked people with reasons."""

import socket
import time

import click
from rich.console import Console

from talentpool.cli.index_progress import IndexProgress
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.ranked_list import print_ranked, print_receipt, run_document
from talentpool.cli.sample_installation import fill, open_account, post_first_role, sample_environ
from talentpool.cli.serve import listen
from talentpool.cli.setting_up import sign_in_link
from talentpool.cli.up import run_up
from talentpool.clock import current_time
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_cards import MatchCard
from talentpool.rediscovery.results import RunView, cards, view_run
from talentpool.roles.posting import get_role

SHOWN = 8
PORTS_TRIED = 20


@click.command(epilog="Example: talentpool demo --port 8080")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where to serve the pages; without it, the first free one."
)
@click.option("--no-serve", is_flag=True, help="Show the list and end.")
@JSON_OPTION
@pass_installation
def command(installation: Installation, *, port: int | None, no_serve: bool, as_json: bool) -> int:
    """Show it all on a sample pool: ranked people, reasons, pages.

    Sample people and their history come in from a file, a role is posted, and the people who fit are printed
    with the reasons. Then the pages are served, with a link that signs you in. Everything stays in a folder of
    its own; running it again uses what is there.
    """
    started = time.perf_counter()
    chosen = port or _free_port(installation.settings.web.port)
    sample = installation.with_environ(**sample_environ(installation, chosen))
    click.get_current_context().call_on_close(sample.close)
    if not no_serve:
        listen(sample.settings.web).close()
    rows = fill(sample, now=current_time())
    title, view, shown = _matched(sample)
    if as_json:
        print_json(run_document(view, shown) | {"seconds": time.perf_counter() - started})
    else:
        _show(title, view, shown, rows=rows, seconds=time.perf_counter() - started)
    return 0 if no_serve else _serve(sample, as_json=as_json)


def _matched(sample: Installation) -> tuple[str, RunView, list[MatchCard]]:
    keeper, now = IndexKeeper(sample.settings.index_folder, report=IndexProgress()), current_time()
    with sample.sessions.writing() as session:
        run = post_first_role(session, keeper, now=now)
        session.commit()
        view = view_run(session, run, None)
        return (
            get_role(session, run.role_id).title,
            view,
            cards(session, keeper, view, now=now, per_page=SHOWN),
        )


def _show(title: str, view: RunView, shown: list[MatchCard], *, rows: int, seconds: float) -> None:
    console = Console(highlight=False)
    if rows:
        console.print(f"{rows:,} applications of sample people brought in and matched in {seconds:.1f} s.")
    console.print(f"\n[bold]{title}[/bold]: people you already know\n")
    print_ranked(console, view, shown)
    if shown:
        console.print()
        print_receipt(console, shown[0].name, shown[0].receipt)


def _serve(sample: Installation, *, as_json: bool) -> int:
    now = current_time()
    with sample.sessions.writing() as session:
        link = sign_in_link(sample, session, open_account(session, now=now), now=now)
        session.commit()
    if as_json:
        return run_up(sample, announcement="")
    say(f"\nFive more adverts to post lie in {sample.settings.home / 'adverts'}.")
    return run_up(sample, f"\nSign in here, once, from this machine (stop with Ctrl-C):\n{link}")


def _free_port(first: int) -> int:
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return first
