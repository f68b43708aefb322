"""Senders that kill themselves at one step, a line of ours or of smtplib: a program for the test of fault 43."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool import tables
from talentpool.database import open_engine, open_sessions
from talentpool.outreach.delivery import Door, Limits, send_due
from talentpool.outreach.guard import Guard
from talentpool.outreach.mail_transport import SmtpTransport
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import MailSettings
from tests.killed_at_a_line import Order, Steps, carry_out_orders

WATCHED = ("talentpool/outreach/", "smtplib.py", "dying_sender.py", "talentpool/work/leases.py")


def send(order: Order, steps: Steps) -> None:
    """Send what is due, or die on the way."""
    sessions = open_sessions(open_engine(order["database"]))
    moment = datetime.fromisoformat(order["now"])

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
    steps.begin()
    send_due(door, transport, guard, limits=limits, signer=None)


if __name__ == "__main__":
    assert tables.metadata.tables
    carry_out_orders(send, watched=WATCHED)
