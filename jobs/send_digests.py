"""Each colleague who wants it is told by mail, at most once a day, what is new in their roles, and which promises are due.

Empty digests are not sent. What is new stands on the pages in any case. One that could not be handed over for now is
tried again the same day, one that was refused leaves its news for the next; nobody's trouble keeps the others from theirs.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.promises import load_promises
from talentpool.candidates.visibility import visible_candidates
from talentpool.logs import get_log
from talentpool.outreach.mail_transport import Answer, Fate, Transport, transport_of
from talentpool.outreach.mime import Envelope, Signer, envelope_of, open_signer
from talentpool.outreach.models import Message
from talentpool.outreach.stop_switch import stop_switch
from talentpool.rediscovery.digests import (
    Reminder,
    begins_a_week,
    claim_digest,
    digest_letter,
    due_news,
    end_digest,
    give_back_digest,
    give_up_abandoned,
    recruiters_to_tell,
)
from talentpool.rediscovery.models import DigestState
from talentpool.roles.visibility import visible_roles
from talentpool.settings import Settings
from talentpool.work.runs import Outcome, last_due

log = get_log(__name__)

NAME = "send_digests"
A_TRY_SECONDS = 60
STATES = {Fate.SENT: DigestState.SENT, Fate.UNKNOWN: DigestState.UNKNOWN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """The digests of one day: whether weekly ones are among them, and how they leave."""

    today: date
    is_weekly: bool
    transport: Transport
    signer: Signer | None


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Send today's digests; counts those sent, and notes for each that was not what it was."""
    mail, today = shift.workplace.settings.mail, due_at.date()
    with shift.writing() as session:
        give_up_abandoned(session, now=shift.now)
        is_stopped = stop_switch(session).is_stopped
        recruiter_ids = recruiters_to_tell(session, today)
        last = last_due(session, NAME, before=due_at)
    if mail.transport == "off" or is_stopped or not recruiter_ids:
        return Outcome()
    day = Day(
        today=today,
        is_weekly=begins_a_week(today, last and last.date()),
        transport=transport_of(mail, shift.workplace.settings.mail_folder),
        signer=open_signer(mail),
    )
    day.transport.open()
    fates, notes = Counter[Fate](), list[str]()
    try:
        for recruiter_id in recruiter_ids:
            shift.go_on()
            with one_of_many(notes, f"Account {recruiter_id}"):
                answer = _tell(shift, recruiter_id, day)
                fates += Counter([answer.fate] if answer else [])
                if answer and answer.fate is not Fate.SENT:
                    notes.append(f"Account {recruiter_id}: {answer.words or answer.fate.value}")
    finally:
        day.transport.close()
    return _outcome(fates, notes)


def _outcome(fates: Counter[Fate], notes: list[str]) -> Outcome:
    later = fates[Fate.FAILED_FOR_NOW]
    return Outcome(
        items=fates[Fate.SENT] + len(notes),
        failures=len(notes),
        problem=f"{later} could not be handed over for now; that is tried again by itself."
        if later
        else None,
        notes=tuple(notes),
        try_again=later > 0,
    )


def _tell(shift: Shift, recruiter_id: int, day: Day) -> Answer | None:
    """Claim, send and record one digest; None when there is nothing to tell."""
    claimed = _claimed(shift, recruiter_id, day)
    if claimed is None:
        return None
    digest_id, envelope = claimed
    answer = day.transport.send(envelope, before=time.monotonic() + A_TRY_SECONDS)
    _record(shift, digest_id, answer)
    log.info("digest_sent", recruiter_id=recruiter_id, digest_id=digest_id, state=answer.fate)
    return answer


def _claimed(shift: Shift, recruiter_id: int, day: Day) -> tuple[int, Envelope] | None:
    """Write a digest and claim it; the claim is committed when this returns."""
    settings = shift.workplace.settings
    read_at = shift.now  # what happens after it is for the next one to tell
    with shift.reading() as session:
        recruiter = session.get_one(Recruiter, recruiter_id)
        viewer = Viewer(
            recruiter_id=recruiter.id, kind=recruiter.kind, office_id=recruiter.office_id, name=recruiter.name
        )
        news = due_news(session, viewer, is_weekly=day.is_weekly)
        reminder = reminder_of(session, viewer, today=day.today)
    if not news and not reminder.is_pressing:
        return None
    subject, text = digest_letter(news, reminder, public_url=settings.web.public_url)
    envelope = _envelope(settings, recruiter, (subject, text), day.signer, now=shift.now)
    with shift.writing() as session:
        digest = claim_digest(session, recruiter_id, news, today=day.today, now=read_at)
        return None if digest is None else (digest.id, envelope)


def reminder_of(session: Session, viewer: Viewer, *, today: date) -> Reminder:
    """Count somebody's own promises that are overdue or due within a week."""
    if not viewer.may(Permission.KEEP_PROMISES):
        return Reminder()
    seen, own = visible_candidates(viewer), viewer.recruiter_id
    promises = load_promises(session, today=today, seen=seen, seen_roles=visible_roles(viewer), owner_id=own)
    pressing = {today, today - timedelta(days=1)}
    return Reminder(
        overdue=len(promises.overdue),
        due_soon=len(promises.due_soon) + len(promises.matched),
        is_pressing=any(line.promise.due_on in pressing for line in (*promises.overdue, *promises.due_soon)),
    )


def _envelope(
    settings: Settings, recruiter: Recruiter, letter: tuple[str, str], signer: Signer | None, *, now: datetime
) -> Envelope:
    """Give the bytes of a mail to a colleague: from the installation's own address, kept in no outbox."""
    sender = settings.mail.from_address
    message = Message(
        message_key=f"<{uuid4().hex}@{sender.rpartition('@')[2]}>", to_address=recruiter.email,
        sender_name=settings.mail.organisation or "talentpool", sender_address=sender,
        subject=letter[0], text=letter[1],
    )  # fmt: skip
    return envelope_of(message, signer=signer, now=now, is_automatic=True)


def _record(shift: Shift, digest_id: int, answer: Answer) -> None:
    state = STATES.get(answer.fate, DigestState.FAILED)
    with shift.writing() as session:
        if answer.fate is Fate.FAILED_FOR_NOW:
            give_back_digest(session, digest_id)
            return
        end_digest(session, digest_id, state, problem=answer.words or None, now=shift.now)
