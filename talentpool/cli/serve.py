"""`talentpool serve`: the pages, from one process with a few threads; `up` runs several over one listening socket."""

import errno
import gc
import socket
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from talentpool.cli.installation import Installation, log_as_configured, pass_installation
from talentpool.cli.stopping import SUPERVISED_OPTION, end_with_parent, on_stop
from talentpool.errors import UnavailableError
from talentpool.logs import get_log
from talentpool.settings import WebSettings

if TYPE_CHECKING:
    from flask import Flask

log = get_log(__name__)

MEGABYTE = 1 << 20
# Slow uploads cost a connection and no thread, since waitress takes a request in whole before it hands it
# on; so there are many connections, and one that says nothing for a while is cut.
CONNECTIONS = 500
WAITING_CONNECTIONS = 1024
SILENCE_SECONDS = 20
LARGE_ONES = 2  # requests of the largest size have room in a process at a time, or more that are smaller; strangers' one
NEW_OBJECTS = 20_000  # before the search for garbage; Python's own 700 are met several times in one page


@click.command(epilog="Example: talentpool serve")
@SUPERVISED_OPTION
@click.option("--listening", type=int, hidden=True, help="The descriptor of a socket that listens already.")
@pass_installation
def command(installation: Installation, supervised: bool, listening: int | None) -> None:
    """Serve the pages.

    Imports and re-matches that people ask for are worked on by `talentpool schedule`; `talentpool up` runs
    both.
    """
    from talentpool.web.app import create_app

    web = installation.settings.web
    installation.require_ready()
    listener = listen(web) if listening is None else socket.socket(fileno=listening)
    server = make_server(create_app(installation.settings), web, listener)
    log_as_configured(installation)
    stop = threading.Event()
    on_stop(stop.set)
    if supervised:
        end_with_parent()
    else:
        click.echo(
            f"Pages on {web.public_url}; nothing is worked on until `talentpool schedule` runs.", err=True
        )
    keep_what_is_loaded()
    log.info("server_started", host=web.host, port=web.port)
    _run(server, stop)
    log.info("server_stopped")


def make_server(app: "Flask", web: WebSettings, listener: socket.socket) -> Any:
    """Put an application behind a socket that listens; `run` serves it."""
    from waitress import create_server

    from talentpool.cli.request_sizes import Room, sized_channel
    from talentpool.web.access import SMALL_REQUEST_MB, largest_request
    from talentpool.web.sign_in import is_signed_in

    room = Room(
        partial(largest_request, app, web),
        partial(is_signed_in, app),
        small=SMALL_REQUEST_MB * MEGABYTE,
        together=LARGE_ONES * web.largest_request_mb * MEGABYTE,
        strangers=web.largest_request_mb * MEGABYTE,
    )
    server = create_server(
        app,
        sockets=[listener],
        backlog=WAITING_CONNECTIONS,
        threads=web.threads,
        ident=None,
        max_request_body_size=web.largest_request_mb * MEGABYTE,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select() ends at 1,024 descriptors, the files and the database among them
        channel_timeout=SILENCE_SECONDS,
        cleanup_interval=SILENCE_SECONDS // 4,
        # With proxies in front the application believes as many headers as the settings say, and no more.
        clear_untrusted_proxy_headers=web.trusted_proxies == 0,
    )
    server.channel_class = sized_channel(room)
    return server


def _run(server: Any, stop: threading.Event) -> None:
    """Serve until told to stop; then requests under way end.

    The server's own `run` ends by an exception out of a signal's handler. Python swallows that where the signal comes
    while garbage is collected, and the process would stay for ever.
    """
    given = server.adj
    while not stop.is_set():
        server.asyncore.loop(
            timeout=given.asyncore_loop_timeout, use_poll=given.asyncore_use_poll, map=server._map, count=1
        )
    server.task_dispatcher.shutdown()


def keep_what_is_loaded() -> None:
    """Take what was loaded so far out of the search for garbage, and search the rest less often.

    None of it ever is garbage, and looking through it all stopped one answer in ten for some 80 ms. A page makes
    some ten thousand objects that go by themselves; only what stays in circles has to be searched for.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


def listen(web: WebSettings) -> socket.socket:
    """Open the socket that browsers connect to; raises UnavailableError where another program has it."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family, backlog=WAITING_CONNECTIONS)
    except OSError as error:
        raise UnavailableError(_why(error, web)) from error


def _why(error: OSError, web: WebSettings) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {web.port} on {web.host} is taken by another program; "
            f"stop that, or choose another with TALENTPOOL_WEB_PORT={web.port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"This account may not use port {web.port}; choose one above 1024 with TALENTPOOL_WEB_PORT."
    return f"Nothing can be served on {web.host}:{web.port} ({error.strerror}); check TALENTPOOL_WEB_HOST."
