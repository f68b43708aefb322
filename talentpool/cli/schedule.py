"""`talentpool schedule`: the process that runs due jobs and what people asked for."""

import threading

import click

from talentpool.cli.installation import Installation, log_as_configured, pass_installation
from talentpool.cli.stopping import SUPERVISED_OPTION, end_with_parent, on_stop


@click.command(epilog="Example: talentpool schedule")
@SUPERVISED_OPTION
@pass_installation
def command(installation: Installation, supervised: bool) -> None:
    """Run the jobs and the work people asked for.

    Several may run, on one machine or on many: one works, the others take over when it ends.
    """
    from jobs.scheduler import run_until
    from jobs.workplace import open_workplace

    installation.require_ready()
    log_as_configured(installation)
    stop = threading.Event()
    on_stop(stop.set)
    if supervised:
        end_with_parent()
    run_until(open_workplace(installation.settings, installation.engine), stop)
