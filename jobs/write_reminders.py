"""Messages that nobody answered are reminded of once, each checked again first and in a transaction of its own."""

from datetime import datetime

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.outreach.compose import Place
from talentpool.outreach.guard import Guard
from talentpool.outreach.own_data_letters import Desk
from talentpool.outreach.reminders import due_reminders, remind
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Queue the reminders that are due; counts the messages looked at."""
    with shift.reading() as session:
        message_ids = due_reminders(session, now=shift.now)
    notes: list[str] = []
    for message_id in message_ids:
        shift.go_on()
        with one_of_many(notes, f"Reminder of message {message_id}"), shift.writing() as session:
            remind(session, message_id, _desk(shift))
    return Outcome(items=len(message_ids), failures=len(notes), notes=tuple(notes))


def _desk(shift: Shift) -> Desk:
    settings, secret = shift.workplace.settings, shift.workplace.secret
    return Desk(
        config_folder=config_folder(),
        mail=settings.mail,
        guard=Guard(secret=secret, find_snoozed=find_snoozed),
        place=Place(public_url=settings.web.public_url, secret=secret, now=shift.now),
    )
