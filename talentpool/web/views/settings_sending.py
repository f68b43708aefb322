"""Settings, sending: in whose name each office writes, how mail leaves here, and a test mail to oneself.

How mail leaves belongs to the deployment: it is shown with the place where it is set, and not changed here.
"""

from typing import Any
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.offices import POLICY, change_offices, list_offices, offices_value
from talentpool.accounts.permissions import Permission
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.outreach.compose import Writer, writer_of
from talentpool.outreach.delivery import LEASE
from talentpool.outreach.languages import shipped_languages
from talentpool.outreach.mail_transport import Answer, Fate, send_one, transport_of
from talentpool.outreach.mime import envelope_of, open_signer
from talentpool.outreach.models import Message
from talentpool.settings import MailSettings
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import own_transaction, request_session
from talentpool.work.runs import newest_runs

pages = Blueprint("settings_sending", __name__)

PAGE = PolicyPage(name=POLICY, label="Offices", endpoint="settings_sending.show", change=change_offices)
RUNS_LOOKED_AT = 30
FATE_WORDS = {
    Fate.SENT: "The test mail to {to} is handed over; look into that mailbox.",
    Fate.FAILED_FOR_NOW: "The mail server does not take the test mail now: {words}",
    Fate.FAILED: "The mail server refuses the test mail: {words}",
    Fate.UNKNOWN: "The connection ended before the mail server answered; look whether the test mail has arrived.",
}


@pages.get("/settings/sending")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show who writes in each office's name, and how mail leaves."""
    filled: dict[str, object] = {VERSION: standing_of(POLICY).version}
    for number, parts in offices_value(request_session()).items():
        filled |= {f"{part}-{number}": value for part, value in parts.items()}
    return _page(Entry(filled))


@pages.post("/settings/sending")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save who writes in each office's name; it holds from the next letter on."""
    entry, value = Entry(request.form), offices_value(request_session())
    for number, parts in value.items():
        parts |= _read(entry, number)
    if entry.problems:
        return _page(entry), 422
    if not save(PAGE, value, entry, "The senders are saved; they hold from the next letter on."):
        return _page(entry), 409
    return go_to(url_for(PAGE.endpoint))


@pages.post("/settings/sending/test")
@requires(Permission.CHANGE_SETTINGS)
def send_test() -> ResponseReturnValue:
    """Send a mail to one's own address the way messages to candidates leave, and say what became of it."""
    recruiter = request_session().get_one(Recruiter, current_viewer().recruiter_id)
    mail, to = desk().settings.mail, recruiter.email
    try:
        message = _test_message(writer_of(recruiter, None, mail), to)
        request_session().rollback()  # nothing of the database is held while a server is asked
        answer = _handed_over(message, mail)
    except (UnavailableError, InvalidInputError) as error:
        notify(f"The test mail has not been sent: {error}")
        return go_to(url_for(PAGE.endpoint))
    with own_transaction() as trail:
        record_event(
            trail, "test_mail_sent", object_kind="recruiter", object_id=current_viewer().recruiter_id,
            recruiter_id=current_viewer().recruiter_id, now=request_time(), details={"fate": answer.fate.value},
        )  # fmt: skip
    words = FATE_WORDS[answer.fate].format(to=to, words=answer.words)
    if mail.transport == "folder" and answer.fate is Fate.SENT:
        words = f"The test mail lies in {desk().settings.mail_folder}: mail is written there and not sent."
    notify(words)
    return go_to(url_for(PAGE.endpoint))


def _handed_over(message: Message, mail: MailSettings) -> Answer:
    envelope = envelope_of(message, signer=open_signer(mail), now=request_time())
    return send_one(transport_of(mail, desk().settings.mail_folder), envelope)


def _test_message(writer: Writer, to: str) -> Message:
    """Make a message that no outbox keeps."""
    return Message(
        message_key=f"<test-{uuid4().hex}@{writer.address.rpartition('@')[2]}>",
        to_address=to,
        sender_name=f"{writer.name}, {writer.organisation}",
        sender_address=writer.address,
        reply_to=writer.reply_to,
        subject="A test mail from talentpool",
        text=f"This is how messages to candidates leave.\n\n--\n{writer.organisation}, {writer.postal_address}\n",
    )


def _read(entry: Entry, number: str) -> dict[str, Any]:
    address = entry.line(f"sender_address-{number}", "an address", required=False)
    if address:
        try:
            address = validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError as error:
            entry.refuse(f"sender_address-{number}", f"“{address}” is no e-mail address: {error}")
    name = entry.line(f"sender_name-{number}", "a name", required=False)
    postal = entry.line(f"postal_address-{number}", "a postal address", required=False)
    language = entry.choice(f"language-{number}", "a language", among=shipped_languages(), required=False)
    told = {"sender_name": name or None, "sender_address": address or None, "postal_address": postal or None}
    return told | ({"language": language} if language else {})


def _page(entry: Entry) -> str:
    mail = desk().settings.mail
    return render_template(
        "settings/sending.html",
        entry=entry,
        offices=list_offices(request_session()),
        languages=[(code, words.name) for code, words in shipped_languages().items()],
        mail=mail,
        folder=desk().settings.mail_folder,
        own_address=request_session().get_one(Recruiter, current_viewer().recruiter_id).email,
        standing=standing_of(POLICY),
        problem=_problem_of_sending(request_session()),
    )


def _problem_of_sending(session: Session) -> str | None:
    """Say why nothing leaves, until something has left again."""
    runs = newest_runs(session, most=RUNS_LOOKED_AT, job=LEASE)
    failed = next((run for run in runs if run.problem and run.ended_at), None)
    sent_at = session.scalar(select(func.max(Message.sent_at)))
    if failed is None or failed.ended_at is None or (sent_at is not None and sent_at > failed.ended_at):
        return None
    return failed.problem
