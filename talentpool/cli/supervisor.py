"""Keeps child processes running: starts again what dies, with growing pauses, and stops all of them in time.

Children that cannot start at all (a taken port, a database of another version) have said why and are not
started again: then everything stops with their exit code.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from talentpool.logs import get_log

log = get_log(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 10.0  # who has run this long has started well, and starts from the first pause again
STOP_SECONDS = 8.0
"""How long children may take to end before they are killed; with the rest it stays under ten."""
HOPELESS = {2, 3}  # bad settings, or something that is not there
LOOK_SECONDS = 0.1


@dataclass
class Child:
    """One command that is kept running."""

    arguments: Sequence[str]
    environ: Mapping[str, str]
    descriptors: tuple[int, ...] = ()  # open files it may go on using
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause_seconds: float = field(default=FIRST_PAUSE_SECONDS)
    has_been_steady: bool = False

    @property
    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; it ends by itself when this process does, because its standard input ends then."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "talentpool.cli", *self.arguments, "--supervised"],
            env=dict(self.environ),
            stdin=subprocess.PIPE,
            pass_fds=self.descriptors,
            start_new_session=True,  # Ctrl-C is ours to pass on
        )

    def look(self, now: float) -> int | None:
        """Start it again when it has died and its pause is over; gives an exit code that makes it hopeless."""
        if self.is_alive:
            if now - self.started_at > STEADY_SECONDS:
                self.pause_seconds, self.has_been_steady = FIRST_PAUSE_SECONDS, True
            return None
        if self.process is not None:
            code = self._bury(now)
            if code in HOPELESS and not self.has_been_steady:
                return code
        if now >= self.next_start_at:
            self.start()
        return None

    def ask_to_end(self) -> None:
        """Ask it to end what it does, and then itself."""
        if self.process is not None and self.is_alive:
            self.process.terminate()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, kill it when that takes too long; says whether it ended by itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        finally:
            if self.process.stdin is not None:
                self.process.stdin.close()
        return True

    def _bury(self, now: float) -> int:
        assert self.process is not None  # noqa: S101 - only called when there was one
        code = self.process.returncode
        log.warning("child_died", kind=self.arguments[0], code=code, seconds=self.pause_seconds)
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
        self.next_start_at = now + self.pause_seconds
        self.pause_seconds = min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        return code


def keep_running(children: Sequence[Child], stop: threading.Event) -> int:
    """Keep all of them running until told to stop; gives the exit code to end with."""
    exit_code = 0
    try:
        while not stop.wait(LOOK_SECONDS):
            codes = [child.look(time.monotonic()) for child in children]
            if hopeless := [code for code in codes if code is not None]:
                exit_code = hopeless[0]
                break
    finally:
        _stop(children)
    return exit_code


def _stop(children: Sequence[Child]) -> None:
    ends_at = time.monotonic() + STOP_SECONDS
    for child in children:
        child.ask_to_end()
    for child in children:
        if not child.wait(ends_at - time.monotonic()):
            log.warning("child_killed", kind=child.arguments[0])
