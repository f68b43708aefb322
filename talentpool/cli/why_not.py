"""`talentpool why-not`: why somebody stands where they do on a role's list, or is not on it."""

import click
from rich.console import Console

from talentpool.cli.index_progress import IndexProgress
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.ranked_list import print_receipt, receipt_document
from talentpool.clock import current_time
from talentpool.errors import NotFoundError
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.results import latest_run, view_run
from talentpool.rediscovery.why_not import why_not
from talentpool.roles.posting import get_role


@click.command(epilog="Example: talentpool why-not 7 1204")
@click.argument("role", type=click.IntRange(min=1))
@click.argument("candidate", type=click.IntRange(min=1))
@JSON_OPTION
@pass_installation
def command(installation: Installation, *, role: int, candidate: int, as_json: bool) -> None:
    """Say why CANDIDATE is not on the list of ROLE, or not higher (both by number)."""
    installation.require_ready()
    keeper = IndexKeeper(installation.settings.index_folder, report=IndexProgress())
    with installation.sessions.reading() as session:
        get_role(session, role)
        run = latest_run(session, role)
        if run is None:
            raise NotFoundError(f"Role {role} has not been matched yet.")
        answer = why_not(session, keeper, view_run(session, run, None), candidate, now=current_time())
    receipt = answer.scored.receipt if answer.scored else None
    if as_json:
        print_json(
            {
                "role_id": role,
                "candidate_id": candidate,
                "words": answer.words,
                "rank": answer.rank,
                "rule": answer.rule,
                "receipt": receipt_document(receipt) if receipt else None,
            }
        )
        return
    say(answer.words)
    if receipt is not None:
        print_receipt(Console(highlight=False), f"candidate {candidate}", receipt)
