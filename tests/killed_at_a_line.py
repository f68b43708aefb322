"""Processes that kill themselves (SIGKILL) at one line of the files they are watched in, as an order says.

For programs of the tests: each line on standard input is one order and starts one process; each line on standard output
says how that process ended, and how many lines it ran when it got to its end. The `last` of an order is the line at
which it dies; 0 lets it live.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from itertools import count
from types import FrameType
from typing import Any

Order = dict[str, Any]
KILLED = -signal.SIGKILL


class Steps:
    """Counts the lines that are run in the watched files, and ends the process at one of them."""

    def __init__(self, watched: Sequence[str], last: int) -> None:
        self.watched, self.last, self.count = tuple(watched), last, 0
        self._numbers = count(1)  # more than one thread may count

    def begin(self) -> None:
        """Count from here on, in threads begun later too."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def end(self) -> None:
        """Count no more."""
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # that is how it is undone

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._step if any(name in frame.f_code.co_filename for name in self.watched) else None

    def _step(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            self.count = next(self._numbers)
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._step


def carry_out_orders(do: Callable[[Order, Steps], None], *, watched: Sequence[str]) -> None:
    """Start one process for each order, from a process that has loaded everything and opened nothing."""
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            steps = Steps(watched, order["last"])
            do(order, steps)
            steps.end()
            os.write(writing, str(steps.count).encode())
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        lines = os.read(reading, 100).decode() or "0"
        os.close(reading)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {lines}\n")
        sys.stdout.flush()


class Program:
    """Such a program, started by a test."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: Order, *, last: int) -> tuple[int, int]:
        """Carry out one order until its line `last` (0: to the end); gives how it ended and the lines it ran."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order | {"last": last}) + "\n")
        self._process.stdin.flush()
        ended, lines = self._process.stdout.readline().split()
        return int(ended), int(lines)

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def cuts(steps: int, rounds: int, *, chance: Callable[[], float]) -> list[int]:
    """Spread lines to die at over all steps, at a place of its own in each part; the last parts are as likely as the first."""
    return [1 + int((part + chance()) * steps / rounds) for part in range(rounds)]
