"""How a process that keeps running is told to end: by a signal, or by the end of the one that started it."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click

SUPERVISED_OPTION = click.option(
    "--supervised", is_flag=True, hidden=True, help="End with the process that started this one."
)


def on_stop(act: Callable[[], object]) -> None:
    """Do something once when this process is asked to end, by Ctrl-C or SIGTERM."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        act()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def end_with_parent() -> None:
    """Ask this process to end when the other end of its standard input is gone."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 1):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="end-with-parent", daemon=True).start()
