"""`talentpool up`: pages and jobs as two processes, watched by this one."""

import socket
import threading
import time

import click

from talentpool.cli.installation import Installation, log_as_configured, pass_installation
from talentpool.cli.output import say
from talentpool.cli.serve import require_free_port
from talentpool.cli.stopping import on_stop
from talentpool.cli.supervisor import Child, keep_running
from talentpool.settings import WebSettings

LONGEST_START_SECONDS = 30


@click.command(epilog="Example: talentpool up")
@pass_installation
def command(installation: Installation) -> int:
    """Run pages and jobs together, and keep them running.

    What dies is started again. Ctrl-C or SIGTERM stops both within ten seconds; work under way is taken up
    again at the next start.
    """
    return run_up(installation, f"Pages on {installation.settings.web.public_url} - stop with Ctrl-C.")


def run_up(installation: Installation, announcement: str) -> int:
    """Run both until told to stop, and say so once the pages answer; gives the exit code."""
    installation.require_ready()
    require_free_port(installation.settings.web)
    log_as_configured(installation)
    stop = threading.Event()
    on_stop(stop.set)
    children = [Child([name], installation.environ) for name in ("serve", "schedule")]
    teller = threading.Thread(target=_tell, args=(installation.settings.web, announcement, stop), daemon=True)
    teller.start()
    return keep_running(children, stop)


def _tell(web: WebSettings, announcement: str, stop: threading.Event) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104 - compared, not bound
    ends_at = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < ends_at and not stop.wait(0.1):
        try:
            socket.create_connection((host, web.port), timeout=1).close()
        except OSError:
            continue
        if announcement:
            say(announcement)
        return
