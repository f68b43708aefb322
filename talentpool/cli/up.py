"""`talentpool up`: pages and jobs as processes of their own, watched by this one.

The socket that browsers connect to is this process's: page processes share it, so the kernel gives each connection to
one that is free, and while one is started again nobody is turned away.
"""

import http.client
import threading
import time
from pathlib import Path

import click

from talentpool.cli.installation import Installation, log_as_configured, pass_installation
from talentpool.cli.output import say
from talentpool.cli.serve import listen
from talentpool.cli.shared_figures import shared_figures
from talentpool.cli.stopping import on_stop
from talentpool.cli.supervisor import Child, keep_running
from talentpool.settings import WebSettings

LONGEST_START_SECONDS = 30
SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus_client names it
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""The threads of a page process take turns anyway; a heap for each keeps gaps of its own, and grows with them (glibc)."""


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
    web = installation.settings.web
    with listen(web) as listener, shared_figures() as figures:
        log_as_configured(installation)
        stop = threading.Event()
        on_stop(stop.set)
        threading.Thread(target=_tell, args=(web, announcement, stop), daemon=True).start()
        return keep_running(_children(installation, listener.fileno(), figures), stop)


def _children(installation: Installation, listener: int, figures: Path) -> list[Child]:
    """Name the processes; those that serve pages add up what they count in one folder."""
    environ = ONE_HEAP | dict(installation.environ) | {SHARED_FIGURES: str(figures)}
    pages = [
        Child(["serve", "--listening", str(listener)], environ, descriptors=(listener,))
        for _ in range(installation.settings.web.processes)
    ]
    return [*pages, Child(["schedule"], installation.environ)]


def _tell(web: WebSettings, announcement: str, stop: threading.Event) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104 - compared, not bound
    ends_at = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < ends_at and not stop.wait(0.1):
        try:
            pages = http.client.HTTPConnection(host, web.port, timeout=1)
            pages.request("GET", "/healthz")
            pages.getresponse().read()
        except (OSError, http.client.HTTPException):
            continue
        if announcement:
            say(announcement)
        return
