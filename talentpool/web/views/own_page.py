"""One's own page behind the link in a letter: what is on record, and what one decides about it, without an account.

Looking changes nothing, because mail scanners look; each button acts at once and a second press changes nothing.
Whatever is not a link of ours gets one and the same refusal. What one sends is a proposal a recruiter decides on.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.contact_holds import awaiting_copy
from talentpool.candidates.kept_too_long import kept_until
from talentpool.candidates.merging import current_record
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction, Promise, Resume
from talentpool.candidates.own_words import OwnWord, note_own_word, note_request
from talentpool.candidates.resume_uploads import add_resume, has_resume, is_kept, resume_entry
from talentpool.consent.data_requests import NewRequest, confirm_identity, find_open_request, receive_request
from talentpool.consent.keeping import find_keeping, say_no, say_yes
from talentpool.consent.link_token import Link, LinkScope, confirm_token, pass_on_token, read_token
from talentpool.consent.models import CameBy, DataRequest, PassOn, RequestKind, RequestState
from talentpool.consent.pass_on import load_pass_ons, state_of
from talentpool.erasure.answer_words import ENGLISH
from talentpool.erasure.asked import ask_for_erasure
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.models import Message
from talentpool.outreach.own_data_letters import OwnDataLetter
from talentpool.outreach.unsubscribe import stop_by_link
from talentpool.resumes.outcome import ResumeStatus
from talentpool.resumes.store import keep_original
from talentpool.web.access import public, takes_file
from talentpool.web.asked_lines import asked_lines
from talentpool.web.desk import desk, request_time
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.letter_desk import send_own_data_letter
from talentpool.web.link_owner import is_theirs
from talentpool.web.page_words import page_words
from talentpool.web.transaction import request_session
from talentpool.web.views.links import refuse_link
from talentpool.web.views.resumes import LARGEST_MB, LIMITS, read_sent_file, remove_file_once_answered

pages = Blueprint("own_page", __name__)

WHY = "Whoever got a letter may decide about their own data; the signed link is the proof."
BY_LINK = "pressed the button behind a link that was sent to their address"
SENT_BY_THEM = "sent by the candidate"
MOST_FILES_A_DAY = 5
# Whoever sends a file can send another one: what holds no text for anybody is not taken, unlike in an import.
SEND_ANOTHER = frozenset({ResumeStatus.EMPTY, ResumeStatus.ENCRYPTED, ResumeStatus.UNREADABLE})
STILL_INTERESTED = "still interested"
TONES = {"yes": "ok", "asked": "wait", "over": "plain", "silent": "no", "no": "no", "taken_back": "no"}
CONFIRM_LETTER = "confirm_erasure"


@pages.get("/me/<token>")
@public(WHY)
def show(token: str) -> ResponseReturnValue:
    """Show what is on record, or the button that confirms an erasure; changes nothing."""
    return _page(_link(token), done=None)


@pages.post("/me/<token>/<act>")
@public(WHY)
def decide(token: str, act: str) -> ResponseReturnValue:
    """Do what was pressed: interested, yes, no, stop, copy, erase, confirm."""
    link = _link(token)
    acts = CONFIRMATIONS if link.scope is LinkScope.CONFIRM_ERASURE else ACTS
    if act not in acts:
        raise NotFoundError("There is no such button.")
    candidate = _person_held(link)
    if candidate is None:
        return _page(link, done=None)
    return _page(link, done=acts[act](candidate, link, request_time()))


@pages.post("/me/<token>/resume")
@public(WHY)
@takes_file(LARGEST_MB)
def send_resume(token: str) -> ResponseReturnValue:
    """Take a newer resume in; its values are proposals, and a recruiter decides about them."""
    link, entry = _link(token, scopes=(LinkScope.OWN_PAGE,)), Entry()
    sent, candidate = request.files.get("file"), _person_held(link)
    if candidate is None:
        return _page(link, done=None)
    data = sent.read(LIMITS.file_bytes + 1) if sent is not None and sent.filename else b""
    if sent is None or not sent.filename:
        entry.refuse("file", page_words().say("file_choose"))
    else:
        _keep(candidate.id, entry, data, cleaned(sent.filename))
    if entry.problems:
        return _page(link, done=None, entry=entry), 422
    return _page(link, done=page_words().say("done_file"))


def _interested(candidate: Candidate, _link: Link, now: datetime) -> str:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    said = select(Contact.id).where(
        Contact.candidate_id == candidate.id, Contact.outcome == STILL_INTERESTED, Contact.at >= today
    )
    if request_session().scalar(said.limit(1)) is None:
        request_session().add(
            Contact(
                candidate_id=candidate.id,
                at=now,
                channel=ContactChannel.OTHER,
                direction=Direction.THEIRS,
                is_unasked=False,
                outcome=STILL_INTERESTED,
            )
        )
        record_changes(request_session(), [candidate.id], now=now)
        _record(candidate.id, "interest_confirmed", now)
    return page_words().say("done_interested")


def _yes(candidate: Candidate, _link: Link, now: datetime) -> str:
    session = request_session()
    if not find_keeping(session, candidate.id).is_agreed(now.date()):
        note_own_word(session, candidate, OwnWord.NOT_KEPT, secret=desk().secret, now=now, is_over=True)
    given = say_yes(session, candidate.id, now=now)
    record_changes(request_session(), [candidate.id], now=now)
    _record(candidate.id, "consent_given", now)
    words = page_words()
    return words.say("done_yes", day=words.day(given.expires_on or now))


def _no(candidate: Candidate, _link: Link, now: datetime) -> str:
    session = request_session()
    if not find_keeping(session, candidate.id).is_withdrawn():
        note_own_word(session, candidate, OwnWord.NOT_KEPT, secret=desk().secret, now=now)
    say_no(session, candidate.id, now=now)
    record_changes(request_session(), [candidate.id], now=now)
    _record(candidate.id, "consent_withdrawn", now)
    return page_words().say("done_no")


def _stop(_candidate: Candidate, link: Link, now: datetime) -> str:
    stop_by_link(request_session(), link, secret=desk().secret, now=now)
    return page_words().say("done_stop")


def _copy(candidate: Candidate, _link: Link, now: datetime) -> str:
    if find_open_request(request_session(), candidate.id, RequestKind.ACCESS) is None:
        _receive(candidate, RequestKind.ACCESS, now, identity_words=BY_LINK)
    return page_words().say("done_copy")


def _erase(candidate: Candidate, link: Link, now: datetime) -> str:
    asked = find_open_request(request_session(), candidate.id, RequestKind.ERASURE)
    asked = asked or _receive(candidate, RequestKind.ERASURE, now, is_confirmed=False)
    if asked.state is RequestState.UNCONFIRMED and not _was_written_to(candidate, now):
        token = confirm_token(desk().secret, candidate.id, link.address_hash, now=now)
        address = f"{desk().settings.web.public_url.rstrip('/')}/me/{token}"
        send_own_data_letter(
            OwnDataLetter(candidate_id=candidate.id, name=CONFIRM_LETTER, more={"own_page": address})
        )
    return page_words().say("done_erase")


def _was_written_to(candidate: Candidate, now: datetime) -> bool:
    """Say whether a letter with the button has just been written: one a day is enough, whoever presses."""
    lately = select(Message.id).where(
        Message.candidate_id == candidate.id,
        Message.template == CONFIRM_LETTER,
        Message.created_at > now - timedelta(days=1),
    )
    return request_session().scalar(lately.limit(1)) is not None


def _confirm(candidate: Candidate, _link: Link, now: datetime) -> str:
    session = request_session()
    asked = find_open_request(session, candidate.id, RequestKind.ERASURE)
    if asked is None:
        asked = _receive(candidate, RequestKind.ERASURE, now, is_confirmed=False)
    if asked.state is RequestState.UNCONFIRMED:
        confirm_identity(session, asked, BY_LINK, now=now)
        note_request(session, asked, secret=desk().secret, now=now)
        _record(candidate.id, "erasure_confirmed", now)
    if awaiting_copy(session, [candidate.id], today=now.date()):
        return page_words().say("done_after_copy")
    ask_for_erasure(session, asked, asked_by=None, now=now)
    return page_words().say("done_confirm")


ACTS = {"interested": _interested, "yes": _yes, "no": _no, "stop": _stop, "copy": _copy, "erase": _erase}
CONFIRMATIONS = {"confirm": _confirm}


def _receive(
    candidate: Candidate,
    kind: RequestKind,
    now: datetime,
    *,
    identity_words: str | None = None,
    is_confirmed: bool = True,
) -> DataRequest:
    _record(candidate.id, "data_request_received", now)
    new = NewRequest(
        kind=kind,
        came_by=CameBy.LINK,
        candidate_id=candidate.id,
        received_on=now.date(),
        owner_id=candidate.owner_id,
        identity_words=identity_words,
        is_confirmed=is_confirmed,
    )
    received = receive_request(request_session(), new, now=now)
    note_request(request_session(), received, secret=desk().secret, now=now)
    return received


def _keep(candidate_id: int, entry: Entry, data: bytes, name: str) -> None:
    session, now, words = request_session(), request_time(), page_words()
    recent = select(func.count(Resume.id)).where(
        Resume.candidate_id == candidate_id,
        Resume.source == SENT_BY_THEM,
        Resume.created_at >= now - timedelta(days=1),
    )
    if (session.scalar(recent) or 0) >= MOST_FILES_A_DAY:
        entry.refuse("file", words.say("file_many"))
        return
    read = read_sent_file(data)
    if not is_kept(read) or read.status in SEND_ANOTHER:
        why = read.message if words.language == ENGLISH else None  # readers say it in English
        entry.refuse("file", why or words.say("file_unreadable"))
        return
    record = resume_entry(data, read, file_name=name, dated_on=now.date(), source=SENT_BY_THEM)
    candidate = session.get(Candidate, candidate_id)
    if candidate is None:
        raise InvalidInputError("There is nothing of yours here any more.")
    if has_resume(session, candidate_id, record.content_hash):
        entry.refuse("file", words.say("file_have"))
        return
    key = keep_original(desk().settings.resume_folder, data)
    remove_file_once_answered(key, when_well=False)
    add_resume(session, candidate, replace(record, file_key=key), read.links, now=now)
    _record(candidate_id, "resume_sent_by_candidate", now)


def _page(link: Link, *, done: str | None, entry: Entry | None = None) -> str:
    session, today, words = request_session(), request_time().date(), page_words()
    candidate = _person(link)
    keeping = find_keeping(session, candidate.id) if candidate else None
    owed = select(Promise).where(
        Promise.candidate_id == link.candidate_id
        if candidate is None
        else Promise.candidate_id == candidate.id,
        Promise.kept_at.is_(None),
        Promise.let_go_at.is_(None),
    )
    return render_template(
        "links/own_page.html",
        token=request.view_args["token"] if request.view_args else "",
        candidate=candidate,
        keeping=keeping,
        is_agreed=keeping.is_agreed(today) if keeping else False,
        until=kept_until(session, candidate.id, today=today) if candidate else None,
        promises=session.scalars(owed.order_by(Promise.due_on)).all() if candidate else [],
        pass_ons=_pass_ons(candidate, link),
        tones=TONES,
        asked=asked_lines(session, candidate.id, words, today=today) if candidate else [],
        words=words,
        is_confirming=link.scope is LinkScope.CONFIRM_ERASURE,
        done=done,
        entry=entry or Entry(),
    )


def _pass_ons(candidate: Candidate | None, link: Link) -> list[tuple[PassOn, str, str]]:
    """Give each question about passing the name on, how it stands, and the token that answers it."""
    if candidate is None:
        return []
    now, secret = request_time(), desk().secret
    return [
        (
            asked,
            state_of(asked, now.date()).value,
            pass_on_token(secret, asked.id, link.address_hash, now=now),
        )
        for asked in load_pass_ons(request_session(), candidate.id)
    ]


def _person(link: Link) -> Candidate | None:
    """Find whose page it is; None once they are gone, or the address the link went to is not theirs any more."""
    session = request_session()
    candidate = session.get(Candidate, current_record(session, link.candidate_id), populate_existing=True)
    return candidate if candidate is not None and is_theirs(link, candidate.id) else None


def _person_held(link: Link) -> Candidate | None:
    """Find whose page it is, and let a second press of a button wait until the first is written down."""
    hold_candidate(request_session(), current_record(request_session(), link.candidate_id))
    return _person(link)


def _link(
    token: str, *, scopes: tuple[LinkScope, ...] = (LinkScope.OWN_PAGE, LinkScope.CONFIRM_ERASURE)
) -> Link:
    found = (read_token(desk().secret, token, scope=scope) for scope in scopes)
    link = next((each for each in found if each is not None), None)
    if link is None or link.expires_at < request_time():
        refuse_link()
    return link


def _record(candidate_id: int, action: str, now: datetime) -> None:
    record_event(
        request_session(), action, object_kind="candidate", object_id=candidate_id, recruiter_id=None, now=now
    )
