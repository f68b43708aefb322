"""What came back is read from the mailbox: answers, bounces, copies; each taken once, in a transaction of its own."""

from datetime import datetime

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.outreach.answers import take_incoming
from talentpool.outreach.incoming import StopWords, read_incoming
from talentpool.outreach.mailbox import Mailbox
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Take every unread mail; counts them. One that fails stays unread and is tried again next time."""
    if not shift.workplace.settings.mail.answers_host:
        return Outcome()
    stop_words, taken = load_stop_words(config_folder()), 0
    notes: list[str] = []
    with Mailbox(shift.workplace.settings.mail) as mailbox:
        for uid, content in mailbox.unread():
            shift.go_on()
            with one_of_many(notes, f"Mail {uid}, which stays unread"):
                _take(shift, content, stop_words)
                mailbox.mark_read(uid)
            taken += 1
    return Outcome(items=taken, failures=len(notes), notes=tuple(notes))


def _take(shift: Shift, content: bytes, stop_words: StopWords) -> None:
    incoming = read_incoming(content)
    with shift.writing() as session:
        take_incoming(session, incoming, stop_words, now=shift.now)
