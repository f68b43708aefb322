"""What came back is read from the mailbox: answers, bounces, copies; each taken once, in a transaction of its own."""

from datetime import datetime

from sqlalchemy.exc import OperationalError

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift, StoppedError
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.outreach.answers import take_incoming
from talentpool.outreach.incoming import Incoming, StopWords, read_incoming, unreadable
from talentpool.outreach.mailbox import Mailbox
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from talentpool.work.leases import LeaseLostError
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Take every unread mail; counts them. One that is refused for now stays unread and is tried again next time."""
    if not shift.workplace.settings.mail.answers_host:
        return Outcome()
    stop_words, taken = load_stop_words(config_folder()), 0
    notes: list[str] = []
    with Mailbox(shift.workplace.settings.mail) as mailbox:
        for uid, content in mailbox.unread():
            shift.go_on()
            with one_of_many(notes, f"Mail {uid}, which stays unread"):
                notes += take_mail(shift, uid, content, stop_words)
                mailbox.mark_read(uid)
            taken += 1
    return Outcome(items=taken, failures=len(notes), notes=tuple(notes))


def take_mail(shift: Shift, uid: str, content: bytes, stop_words: StopWords) -> list[str]:
    """Take one mail; gives what went wrong with it for good, so that it is kept as nobody's and not met again."""
    try:
        _take(shift, read_incoming(content), stop_words)
    except (LeaseLostError, StoppedError, OperationalError, TalentPoolError):
        raise
    except Exception as error:  # noqa: BLE001 - unread for ever, it would hold up all mail behind it
        log.exception("mail_not_understood", mail=uid, because=type(error).__name__)
        _take(shift, unreadable(content), stop_words)
        return [f"Mail {uid} is kept as nobody's; a fault ({type(error).__name__}) stopped it, see the log."]
    return []


def _take(shift: Shift, incoming: Incoming, stop_words: StopWords) -> None:
    with shift.writing() as session:
        take_incoming(session, incoming, stop_words, now=shift.now)
