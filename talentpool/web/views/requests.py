"""Requests about somebody's own data: who asks, how we know, until when, the answer, and what was erased."""

import io
from datetime import date
from secrets import token_hex

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.contact_holds import awaiting_copy
from talentpool.candidates.identity import email_key
from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.candidates.own_words import note_request
from talentpool.candidates.visibility import visible_candidates
from talentpool.consent.data_requests import (
    NewRequest,
    close_request,
    confirm_identity,
    extend_request,
    find_open_request,
    get_request,
    load_requests,
    needs_reminder,
    receive_request,
    reopen_request,
)
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.erasure.access_export import is_here
from talentpool.erasure.answer_words import answer_languages, answer_words
from talentpool.erasure.asked import ask_for_erasure, is_being_erased
from talentpool.erasure.models import ToldOf
from talentpool.erasure.proposed import count_proposed, is_proposal
from talentpool.erasure.ready_answer import ready_answer
from talentpool.erasure.recipients import count_to_tell, note_to_tell
from talentpool.errors import ConflictError, NotFoundError
from talentpool.imports.deletions import load_questions
from talentpool.outreach.languages import known_language
from talentpool.outreach.own_data_letters import OwnDataLetter
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.letter_desk import own_language, send_own_data_letter
from talentpool.web.notices import go_to, notify, offer
from talentpool.web.recipient_lines import lines_for_request
from talentpool.web.transaction import own_transaction, request_session
from talentpool.work import queue

pages = Blueprint("requests", __name__)

KINDS = (
    (RequestKind.ACCESS, "See the data"),
    (RequestKind.ERASURE, "Be erased"),
    (RequestKind.CORRECTION, "Have something corrected"),
    (RequestKind.QUESTION, "“Why do you have my data?”"),
)
CAME_BY = ((CameBy.MAIL, "By mail"), (CameBy.PHONE, "By phone"))
STATES = {
    RequestState.UNCONFIRMED: "waits for their confirmation",
    RequestState.OPEN: "open",
    RequestState.ANSWERED: "answered",
    RequestState.REFUSED: "refused",
}

PROOF_WORDS = {
    "rows": "Rows that went",
    "files": "Files that went",
    "searched_for": "Things searched for",
    "seconds": "Seconds it took",
}
RECORD_WORDS = {
    "notes": "A note",
    "resumes": "A resume",
    "contacts": "A contact",
    "messages": "A message",
    "incoming_mails": "An answer",
    "promises": "A promise",
    "applications": "An application",
    "candidates": "The record",
    "candidate_emails": "An address",
    "candidate_phones": "A number",
}


@pages.get("/requests")
@requires(Permission.ANSWER_REQUESTS)
def show_requests() -> ResponseReturnValue:
    """List requests by how soon they are due: all of them, or those one owns."""
    session, today = request_session(), request_time().date()
    found = load_requests(session, today=today, owner_id=_own_only())
    groups = [
        ("Overdue", found.overdue),
        ("Due soon", found.due_soon),
        ("Later", found.later),
        ("Over", found.over),
    ]
    proposed, questions = 0, []
    if _own_only() is None:  # these are answered together on a page of their own
        proposed, questions = count_proposed(session), load_questions(session)
        groups = [(title, tuple(one for one in lines if not is_proposal(one))) for title, lines in groups]
    every = [one for _, lines in groups for one in lines]
    names = _names(Candidate, {one.candidate_id for one in every})
    owners = _names(Recruiter, {one.owner_id for one in every})
    return render_template(
        "requests/requests.html",
        groups=groups,
        is_empty=not every and not proposed and not questions,
        proposed=proposed,
        questions=questions,
        names=names,
        owners=owners,
        kinds=dict(KINDS),
        states=STATES,
        awaiting_copy=awaiting_copy(
            session, [one.candidate_id for one in every if one.candidate_id], today=today
        ),
        to_tell=count_to_tell(session) if _own_only() is None else 0,
    )


@pages.get("/requests/new")
@requires(Permission.ANSWER_REQUESTS)
def show_new() -> ResponseReturnValue:
    """Show the form for a request that came by phone or mail."""
    today = request_time().date().isoformat()
    who = request.args.get("who", "")
    entry = Entry({"kind": RequestKind.ACCESS, "came_by": CameBy.MAIL, "received_on": today, "who": who})
    return _form(entry)


@pages.post("/requests/new")
@requires(Permission.ANSWER_REQUESTS)
def receive() -> ResponseReturnValue:
    """Write a request down."""
    entry, session, now = Entry(request.form), request_session(), request_time()
    kind = entry.choice("kind", "what is asked", among=[each.value for each, _ in KINDS])
    came_by = entry.choice("came_by", "how it came", among=[each.value for each, _ in CAME_BY])
    candidate_id, received_on = _whom(entry), _day(entry)
    owner_id = entry.whole_number("owner", "the number of whoever answers", least=1, required=False)
    words = entry.text("words", "what they said", required=False, longest=10_000)
    if owner_id is not None and session.get(Recruiter, owner_id) is None:
        entry.refuse("owner", "Choose whoever answers from the list.")
    if entry.problems or candidate_id is None or received_on is None:
        return _form(entry), 422
    new = NewRequest(
        kind=RequestKind(kind),
        came_by=CameBy(came_by),
        candidate_id=candidate_id,
        received_on=received_on,
        words=words,
        owner_id=owner_id if _own_only() is None else current_viewer().recruiter_id,
    )
    made = receive_request(session, new, now=now)
    _record(made, "data_request_received")
    return go_to(url_for("requests.show_request", request_id=made.id))


@pages.get("/requests/<int:request_id>")
@requires(Permission.ANSWER_REQUESTS)
def show_request(request_id: int) -> ResponseReturnValue:
    """Show one request with its answer ready to copy or send."""
    return _page(_get(request_id), Entry())


@pages.post("/requests/<int:request_id>/identity")
@requires(Permission.ANSWER_REQUESTS)
def check_identity(request_id: int) -> ResponseReturnValue:
    """Record how we know that it is the person who asks."""
    asked, entry = _get(request_id), Entry(request.form)
    words = entry.line("identity", "how you know that it is they")
    if entry.problems:
        return _page(asked, entry), 422
    confirm_identity(request_session(), asked, words, now=request_time())
    return _done(asked, "data_request_identity_checked", "It is noted how you know who asks.")


@pages.post("/requests/<int:request_id>/extend")
@requires(Permission.ANSWER_REQUESTS)
def extend(request_id: int) -> ResponseReturnValue:
    """Take two more months, which the person has to be told."""
    asked = _get(request_id)
    extend_request(asked, today=request_time().date())
    return _done(asked, "data_request_extended", "Two more months. Tell the person so, and why.")


@pages.post("/requests/<int:request_id>/answer")
@requires(Permission.ANSWER_REQUESTS)
def answer(request_id: int) -> ResponseReturnValue:
    """Record the answer, and send it as a message where asked."""
    asked, entry = _get(request_id), Entry(request.form)
    words = entry.text("answer", "the answer", longest=20_000)
    if entry.problems:
        return _page(asked, entry), 422
    if entry.is_ticked("send"):
        why_not = _send(asked, words)
        if why_not:
            entry.refuse(
                "send", f"It cannot be sent from here: {why_not}. Copy the text and send it yourself."
            )
            return _page(asked, entry), 422
    is_refused = entry.is_ticked("refuse")
    close_request(request_session(), asked, words, is_refused=is_refused, now=request_time())
    if asked.kind is RequestKind.CORRECTION and not is_refused and asked.candidate_id is not None:
        note_to_tell(request_session(), asked.candidate_id, ToldOf.CORRECTION, now=request_time())
    _offer_erasure(asked)
    undo = url_for("requests.reopen", request_id=asked.id)
    words = "The request is refused." if is_refused else "The request is answered."
    return _done(asked, "data_request_refused" if is_refused else "data_request_answered", words, undo=undo)


def _offer_erasure(asked: DataRequest) -> None:
    """Say with the answer to a copy that the same person waits to be erased: that came second, as they were told."""
    if asked.kind is not RequestKind.ACCESS or asked.candidate_id is None:
        return
    waiting = find_open_request(request_session(), asked.candidate_id, RequestKind.ERASURE)
    if waiting is not None and waiting.state is RequestState.OPEN:
        there = url_for("requests.show_request", request_id=waiting.id)
        offer("They have also asked to be erased, and were told that it comes after this answer.", there)


@pages.post("/requests/<int:request_id>/reopen")
@requires(Permission.ANSWER_REQUESTS)
def reopen(request_id: int) -> ResponseReturnValue:
    """Take back that a request was answered."""
    asked = _get(request_id)
    reopen_request(request_session(), asked, now=request_time())
    return _done(asked, "data_request_reopened", "The request is open again.")


@pages.post("/requests/<int:request_id>/export")
@requires(Permission.ANSWER_REQUESTS)
def ask_for_export(request_id: int) -> ResponseReturnValue:
    """Have everything on record about the person put into a file."""
    asked, now = _get(request_id), request_time()
    candidate_id = _person(asked)
    asked.export_key, asked.export_asked_at, asked.export_made_at = token_hex(16), now, None
    details = {"candidate_id": candidate_id, "request_id": asked.id, "export_key": asked.export_key}
    queue.ask(request_session(), "access_export", details, asked_by=current_viewer().recruiter_id, now=now)
    return _done(asked, "access_export_asked", "The file is being made; load this page again in a moment.")


@pages.get("/requests/<int:request_id>/everything.zip")
@requires(Permission.ANSWER_REQUESTS)
def download(request_id: int) -> ResponseReturnValue:
    """Give the file with everything on record; the trail keeps that it was taken out."""
    asked = _get(request_id)
    path = desk().settings.home / "exports" / f"{asked.export_key}.zip"
    is_ready = asked.candidate_id is not None and asked.export_made_at is not None
    if not is_ready or not is_here(request_session(), asked.candidate_id or 0) or not path.is_file():
        raise NotFoundError("There is no such file here any more; have it made again.")
    content = io.BytesIO(path.read_bytes())
    request_session().rollback()
    with own_transaction() as trail:
        record_event(
            trail,
            "access_export_downloaded",
            object_kind="candidate",
            object_id=asked.person_id,
            recruiter_id=current_viewer().recruiter_id,
            now=request_time(),
            details={"request_id": asked.id},
        )
    name = f"everything-{asked.person_id}.zip"
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name=name)


@pages.post("/requests/<int:request_id>/erase")
@requires(Permission.ANSWER_REQUESTS)
def erase(request_id: int) -> ResponseReturnValue:
    """Have the person erased everywhere; it cannot be undone."""
    asked, entry = _get(request_id), Entry(request.form)
    if asked.kind is not RequestKind.ERASURE:
        raise ConflictError("Only a request to be erased is answered by erasing.")
    if asked.identity_checked_on is None:
        entry.refuse("identity", "Say first how you know that it is the person who asks.")
    if not entry.is_ticked("sure"):
        entry.refuse("sure", "Tick that you are sure: nobody can bring the person back.")
    if entry.problems:
        return _page(asked, entry), 422
    ask_for_erasure(request_session(), asked, asked_by=current_viewer().recruiter_id, now=request_time())
    return _done(asked, "erasure_asked", "The person is being erased; the proof stands here within a minute.")


def _get(request_id: int) -> DataRequest:
    return get_request(request_session(), request_id, owner_id=_own_only())


def _own_only() -> int | None:
    viewer = current_viewer()
    return None if viewer.may(Permission.SEE_ALL_REQUESTS) else viewer.recruiter_id


def _person(asked: DataRequest) -> int:
    if asked.candidate_id is None:
        raise ConflictError("The person is erased already.")
    return asked.candidate_id


def _page(asked: DataRequest, entry: Entry) -> str:
    session, today = request_session(), request_time().date()
    candidate = session.get(Candidate, asked.candidate_id) if asked.candidate_id is not None else None
    language = known_language(request.values.get("language") or own_language())
    if "answer" not in entry.values:
        ready = ready_answer(session, asked, today=today, language=language) if candidate else ""
        entry.values["answer"] = [asked.answer or ready]
    owner = session.get(Recruiter, asked.owner_id) if asked.owner_id is not None else None
    return render_template(
        "requests/request.html",
        asked=asked,
        candidate=candidate,
        owner=owner,
        entry=entry,
        kinds=dict(KINDS),
        states=STATES,
        proof_words=PROOF_WORDS,
        record_words=RECORD_WORDS,
        is_over=asked.state in (RequestState.ANSWERED, RequestState.REFUSED),
        awaits_copy=candidate is not None and bool(awaiting_copy(session, [candidate.id], today=today)),
        copy=_copy_that_comes_first(asked),
        is_being_erased=is_being_erased(session, asked.candidate_id or asked.person_id),
        is_pressing=needs_reminder(asked, today=today),
        recipients=lines_for_request(asked, answer_words(language)),
        language=language,
        languages={code: words.name for code, words in answer_languages().items()},
    )


def _copy_that_comes_first(asked: DataRequest) -> DataRequest | None:
    """Find the same person's request to see the data, where whoever looks may open it."""
    if asked.candidate_id is None or asked.kind is not RequestKind.ERASURE:
        return None
    found = find_open_request(request_session(), asked.candidate_id, RequestKind.ACCESS)
    return found if found is not None and _own_only() in (None, found.owner_id) else None


def _form(entry: Entry) -> str:
    owners = select(Recruiter.id, Recruiter.name).where(Recruiter.disabled_at.is_(None))
    found = request_session().execute(owners.order_by(Recruiter.name)).all()
    return render_template(
        "requests/new.html",
        entry=entry,
        kinds=[(each.value, words) for each, words in KINDS],
        came_by=[(each.value, words) for each, words in CAME_BY],
        owners=[("", "Administrators")] + [(str(row.id), row.name) for row in found],
        may_choose=_own_only() is None,
    )


def _whom(entry: Entry) -> int | None:
    typed = entry.line("who", "the number of the candidate, or an e-mail address")
    if not typed:
        return None
    wanted = select(Candidate.id).where(visible_candidates(current_viewer()))
    if typed.isascii() and typed.isdigit() and len(typed) < 19:
        found = request_session().scalars(wanted.where(Candidate.id == int(typed))).all()
    else:
        same = CandidateEmail.address_key == email_key(typed)
        found = request_session().scalars(wanted.join(CandidateEmail).where(same)).unique().all()
    if len(found) != 1:
        nobody = "Nobody on record has this number or address; then the answer is that we have no data."
        entry.refuse("who", f"{len(found)} people have this address; write the number." if found else nobody)
        return None
    return int(found[0])


def _day(entry: Entry) -> date | None:
    typed = entry.line("received_on", "the day it reached us")
    try:
        received_on = date.fromisoformat(typed)
    except ValueError:
        entry.refuse("received_on", f"{typed!r} is no day we can read; write it as 2026-11-23.")
        return None
    if not date(2018, 5, 25) <= received_on <= request_time().date():
        entry.refuse("received_on", "Choose today or an earlier day.")
    return received_on


def _send(asked: DataRequest, words: str) -> str | None:
    own = current_viewer().recruiter_id
    return send_own_data_letter(
        OwnDataLetter(
            candidate_id=_person(asked),
            name="data_answer",
            text=words,
            recruiter_id=own,
            language=request.form.get("language"),
        )
    )


def _names(model: type[Candidate] | type[Recruiter], ids: set[int | None]) -> dict[int, str]:
    name = Candidate.full_name if model is Candidate else Recruiter.name
    found = request_session().execute(select(model.id, name).where(model.id.in_(ids - {None})))
    return {row[0]: row[1] for row in found}


def _done(asked: DataRequest, action: str, words: str, *, undo: str | None = None) -> ResponseReturnValue:
    _record(asked, action)
    notify(words, undo=undo)
    return go_to(url_for("requests.show_request", request_id=asked.id))


def _record(asked: DataRequest, action: str) -> None:
    note_request(request_session(), asked, secret=desk().secret, now=request_time())
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=asked.person_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"request_id": asked.id},
    )
