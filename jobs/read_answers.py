"""What came back is read from the mailbox: answers, bounces, copies; each taken once, in a transaction of its own."""

from datetime import datetime

from sqlalchemy.exc import OperationalError

from jobs.workplace import Shift
from talentpool.logs import get_log
from talentpool.outreach.answers import take_incoming
from talentpool.outreach.incoming import StopWords, read_incoming
from talentpool.outreach.mailbox import Mailbox
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Take every unread mail; counts them. One that fails stays unread and is tried again next time."""
    if not shift.workplace.settings.mail.answers_host:
        return Outcome()
    stop_words, taken, notes = load_stop_words(config_folder()), 0, []
    with Mailbox(shift.workplace.settings.mail) as mailbox:
        for uid, content in mailbox.unread():
            shift.go_on()
            try:
                _take(shift, content, stop_words)
            except (LeaseLostError, OperationalError):
                raise
            except Exception as error:  # noqa: BLE001 - one mail must not stop the others
                log.exception("mail_not_taken", because=type(error).__name__)
                notes.append(f"Mail {uid} could not be taken ({type(error).__name__}); it stays unread.")
            else:
                mailbox.mark_read(uid)
            taken += 1
    return Outcome(items=taken, failures=len(notes), notes=tuple(notes))


def _take(shift: Shift, content: bytes, stop_words: StopWords) -> None:
    incoming = read_incoming(content)
    with shift.writing() as session:
        take_incoming(session, incoming, stop_words, now=shift.now)
