"""Senders that kill themselves (SIGKILL) at one step: which line of ours or of smtplib that is, the order says.

A program for the test of fault 43. Each line on standard input is one order and starts one process; each
line on standard output says how that process ended, and how many lines it ran when it got to its end.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from typing import Any

from sqlalchemy.orm import Session

from talentpool import tables
from talentpool.database import open_engine, open_sessions
from talentpool.outreach.delivery import Door, Limits, send_due
from talentpool.outreach.guard import Guard
from talentpool.outreach.mail_transport import SmtpTransport
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import MailSettings

WATCHED = ("talentpool/outreach/", "smtplib.py", "dying_sender.py", "talentpool/work/leases.py")


class Steps:
    """Counts the lines that are run in the watched files, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last

    def enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        """Follow calls into watched files."""
        return self.step if any(name in frame.f_code.co_filename for name in WATCHED) else None

    def step(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        """Count a line."""
        if event == "line":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.step


def send(order: dict[str, Any]) -> int:
    """Send what is due, or die on the way; gives how many lines that took."""
    sessions = open_sessions(open_engine(order["database"]))
    moment, steps = datetime.fromisoformat(order["now"]), Steps(order["last"])

    @contextmanager
    def writing() -> Iterator[Session]:
        with sessions.writing() as session:
            yield session
            session.commit()
        assert steps.count >= 0  # a line of its own between the commit and what follows

    door = Door(writing=writing, clock=lambda: moment, go_on=lambda: None)
    guard = Guard(secret=order["secret"].encode(), find_snoozed=find_snoozed)
    limits = Limits(per_hour=1000, per_domain_per_hour=1000)
    transport = SmtpTransport(MailSettings(**order["mail"]))
    sys.settrace(steps.enter)
    send_due(door, transport, guard, limits=limits, signer=None)
    sys.settrace(None)
    return steps.count


def main() -> None:
    """Start one process for each order, from a process that has loaded everything and opened nothing."""
    assert tables.metadata.tables
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, str(send(json.loads(line))).encode())
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        count = os.read(reading, 100).decode() or "0"
        os.close(reading)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {count}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
