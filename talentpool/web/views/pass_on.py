"""Passing a name on: asked by letter or noted from a call, taken out only with a yes that holds, taken back."""

from io import BytesIO

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.models import Candidate
from talentpool.candidates.own_words import OwnWord, note_own_word
from talentpool.consent.eligibility import ContactKind, Verdict
from talentpool.consent.models import PassOn
from talentpool.consent.pass_on import (
    LONGEST_HOW,
    LONGEST_NAME,
    LONGEST_WHY,
    Recipient,
    get_pass_on,
    note_pass_on_agreed,
    note_passed_on,
    say_no_to_pass_on,
)
from talentpool.errors import ConflictError, NotFoundError, UnavailableError
from talentpool.outreach.introduction import write_introduction
from talentpool.outreach.pass_on_letters import PassOnQuestion, ask_to_pass_on, preview_pass_on
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.letter_desk import letter_desk
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.candidates import candidate_page, get_candidate
from talentpool.web.wording import day

pages = Blueprint("pass_on", __name__)

BY_WORD_OF_MOUTH = "word of mouth"
PREVIEW, BY_HAND = "preview", "by_hand"  # how it is asked; by letter otherwise


@pages.post("/candidates/<int:candidate_id>/pass-on")
@requires(Permission.WRITE_TO_CANDIDATES)
def ask(candidate_id: int) -> ResponseReturnValue:
    """Ask somebody whether their name may be passed on: show the letter, queue it, or note a yes by word of mouth."""
    candidate, entry, how = get_candidate(candidate_id), Entry(request.form), request.form.get("how")
    if closed := closed_page([candidate_id], act="Asking to pass the name on"):
        return closed
    to = _recipient(entry)
    said = entry.line("said", "how they said yes", required=how == BY_HAND, longest=LONGEST_HOW)
    if entry.problems:
        return candidate_page(candidate_id, {"pass_on": entry}), 422
    question = PassOnQuestion(candidate=candidate, to=to, recruiter_id=current_viewer().recruiter_id)
    try:
        if how == PREVIEW:
            preview = preview_pass_on(request_session(), question, letter_desk())
            return candidate_page(candidate_id, {"pass_on": entry}, pass_on_preview=preview)
        if how == BY_HAND:
            _note_yes(question, said)
        else:
            _queue(question)
    except (ConflictError, UnavailableError) as error:
        entry.refuse("to_name", str(error))
        return candidate_page(candidate_id, {"pass_on": entry}), 409
    return _back(candidate_id)


@pages.post("/pass-ons/<int:pass_on_id>/pass")
@requires(Permission.EXPORT)
def take_out(pass_on_id: int) -> ResponseReturnValue:
    """Give the file for the recipient, and write down that it went; without a yes that holds there is none."""
    session, asked = request_session(), _pass_on(pass_on_id)
    if closed := closed_page([asked.candidate_id], act="Passing the name on"):
        return closed
    _require_not_forbidden(session, asked.candidate_id)
    note_passed_on(asked, recruiter_id=current_viewer().recruiter_id, now=request_time())
    candidate, file = session.get_one(Candidate, asked.candidate_id), BytesIO()
    write_introduction(candidate, asked, file, resume_folder=desk().settings.resume_folder)
    _record("name_passed_on", asked)
    file.seek(0)
    name = f"introduction-{asked.id}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


@pages.post("/pass-ons/<int:pass_on_id>/take-back")
@requires(Permission.WRITE_TO_CANDIDATES)
def take_back(pass_on_id: int) -> ResponseReturnValue:
    """Note that somebody said no, or took their yes back."""
    asked = _pass_on(pass_on_id)
    say_no_to_pass_on(asked, how=BY_WORD_OF_MOUTH, now=request_time())
    _keep_in_journal(asked)
    _record("pass_on_taken_back", asked)
    notify(
        f"Noted. {asked.to_name} has the name since {day(asked.passed_at)}: tell them that the permission is gone."
        if asked.passed_at
        else "Noted: the name is not passed on."
    )
    return _back(asked.candidate_id)


def _recipient(entry: Entry) -> Recipient:
    return Recipient(
        name=entry.line("to_name", "to whom", longest=LONGEST_NAME),
        organisation=entry.line("to_organisation", "their organisation or team", longest=LONGEST_NAME),
        why=entry.line("pass_on_why", "why", longest=LONGEST_WHY),
        with_resume=entry.is_ticked("with_resume"),
    )


def _note_yes(question: PassOnQuestion, said: str) -> None:
    session, candidate_id, now = request_session(), question.candidate.id, request_time()
    _require_not_forbidden(session, candidate_id)
    agreed = note_pass_on_agreed(
        session, candidate_id, question.to, how=said, recruiter_id=question.recruiter_id, now=now
    )
    _record("pass_on_agreed", agreed)
    undo = url_for("pass_on.take_back", pass_on_id=agreed.id)
    notify(f"Noted: {question.to.name} may be told.", undo=undo)


def _queue(question: PassOnQuestion) -> None:
    asked = ask_to_pass_on(request_session(), question, letter_desk())
    if isinstance(asked, Verdict):
        raise ConflictError(f"The letter may not go: {asked.refused[0].words}.")
    notify("The question waits in the outbox; no answer within four weeks means no.")


def _require_not_forbidden(session: Session, candidate_id: int) -> None:
    """Raise ConflictError where the person's own word, or the law's, stands against it whatever they agreed to."""
    state = contact_states(session, [candidate_id], today=request_time().date())[candidate_id]
    if state.kind is ContactKind.NO:
        raise ConflictError(f"The name stays here: {state.words}.")


def _pass_on(pass_on_id: int) -> PassOn:
    asked = get_pass_on(request_session(), pass_on_id)
    try:
        get_candidate(asked.candidate_id)
    except NotFoundError as error:
        raise NotFoundError(f"There is no question {pass_on_id} about passing a name on.") from error
    return asked


def _keep_in_journal(asked: PassOn) -> None:
    session, word = request_session(), OwnWord.NOT_PASSED_ON
    candidate = session.get_one(Candidate, asked.candidate_id)
    about = str(asked.id)
    note_own_word(session, candidate, word, secret=desk().secret, now=request_time(), about=about)


def _record(action: str, asked: PassOn) -> None:
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=asked.candidate_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"pass_on_id": asked.id},
    )


def _back(candidate_id: int) -> ResponseReturnValue:
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))
