"""How much memory is really ours: private pages of a process and of those it started, mapped files apart."""

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.2


def private_bytes(process: int | None = None) -> int:
    """Give the private memory of a process in bytes (Linux: its anonymous pages); 0 where nobody can tell.

    Elsewhere the greatest size this process has had stands for it; Linux would count who started it, too.
    """
    try:
        status = Path(f"/proc/{process or os.getpid()}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0 if process or sys.platform.startswith("linux") else _greatest_size()
    told = (int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("RssAnon"))
    return next(told, 0)  # a process that has just ended has no such line


def _greatest_size() -> int:
    greatest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return greatest if sys.platform == "darwin" else greatest << 10


def _children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue  # a thread that has just ended
    return found


class Peak:
    """The most private memory seen, of this process and its children together, in bytes."""

    def __init__(self) -> None:
        self.bytes = 0

    def look(self) -> None:
        """Look once."""
        self.bytes = max(self.bytes, private_bytes() + sum(map(private_bytes, _children())))


@contextmanager
def watched() -> Iterator[Peak]:
    """Look again and again while something is done."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            peak.look()

    peak.look()
    watcher = threading.Thread(target=watch, name="memory-watch", daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
        peak.look()
