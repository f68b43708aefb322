"""Messages that wait leave, each checked again first; what a dead sender left half-sent is shown, not repeated."""

from datetime import datetime

from jobs.workplace import Shift
from talentpool.outreach.delivery import Door, Limits, send_due
from talentpool.outreach.guard import Guard
from talentpool.outreach.mail_transport import transport_of
from talentpool.outreach.mime import open_signer
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.work.runs import Outcome


def run(shift: Shift, _due_at: datetime) -> Outcome:
    """Send what is due; counts tries, and those that did not end with the message taken."""
    mail = shift.workplace.settings.mail
    if mail.transport == "off":
        return Outcome()
    tally = send_due(
        Door(writing=shift.writing, clock=lambda: shift.now, go_on=shift.go_on),
        transport_of(mail, shift.workplace.settings.mail_folder),
        Guard(secret=shift.workplace.secret, find_snoozed=find_snoozed),
        limits=Limits(per_hour=mail.per_hour, per_domain_per_hour=mail.per_domain_per_hour),
        signer=open_signer(mail),
    )
    return Outcome(items=tally.tried, failures=tally.not_sent)
