"""One candidate: who this is, what may be done, everything that passed between us, and the resume."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.contact_records import load_contact_records
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.models import Application, Candidate, Note, Resume
from talentpool.candidates.newest_resume import newest_resume, resume_day
from talentpool.candidates.notes import add_note, remove_note
from talentpool.candidates.person_record import Person, find_person
from talentpool.candidates.promises import make_promise
from talentpool.candidates.timeline import timeline_of
from talentpool.candidates.visibility import visible_candidates
from talentpool.candidates.wording import application_outcome
from talentpool.consent.eligibility import contact_state
from talentpool.consent.pass_on import state_of
from talentpool.errors import NotFoundError
from talentpool.outreach.own_data_letters import LetterPreview
from talentpool.oversight.one_rediscovery import rediscoveries_of
from talentpool.rediscovery.hidden import hidden_ids
from talentpool.rediscovery.marking import MarkedPart, marked_resume
from talentpool.rediscovery.reverse_match import roles_for
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import asked_number, local_address, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.keeping_card import keeping_card
from talentpool.web.notices import go_to, notify
from talentpool.web.open_match import facts_of, sight_of
from talentpool.web.resume_files import files_of
from talentpool.web.transaction import own_transaction, request_session
from talentpool.web.views.blind_review import closed_page

pages = Blueprint("candidates", __name__)

FORMS = ("note", "promise", "upload", "pass_on", "contact_hold", "law_hold")


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeView:
    """The resume that counts, cut where the words of a role stand."""

    resume: Resume
    on: date
    parts: tuple[MarkedPart, ...]
    marks: int


@pages.app_template_filter("outcome")
def outcome(application: Application) -> str:
    """Say in a template how far an application got and how it ended."""
    return application_outcome(application, today=request_time().date())


@pages.get("/candidates/<int:candidate_id>")
@requires(Permission.SEE_CANDIDATES)
def show_candidate(candidate_id: int) -> ResponseReturnValue:
    """Show one person; `?role=7` marks that role's words in the resume. Whoever reviews blind is asked first."""
    if closed := closed_page([candidate_id], act="Opening the whole record"):
        return closed
    page = candidate_page(candidate_id, {})
    request_session().rollback()
    with own_transaction() as trail:
        record_about(trail, "candidate_viewed", candidate_id)
    return page


@pages.post("/candidates/<int:candidate_id>/notes")
@requires(Permission.CHANGE_CANDIDATES)
def write_note(candidate_id: int) -> ResponseReturnValue:
    """Add a note."""
    session, candidate, entry = request_session(), get_candidate(candidate_id), Entry(request.form)
    words = entry.text("note", "a note", longest=10_000)
    if entry.problems:
        return candidate_page(candidate_id, {"note": entry}), 422
    own = current_viewer().recruiter_id
    note = add_note(session, candidate.id, words=words, recruiter_id=own, now=request_time())
    record_about(session, "note_added", candidate.id)
    notify("Your note is added.", undo=url_for("candidates.take_note_back", note_id=note.id))
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


@pages.post("/notes/<int:note_id>/remove")
@requires(Permission.CHANGE_CANDIDATES)
def take_note_back(note_id: int) -> ResponseReturnValue:
    """Take one's own note back."""
    session = request_session()
    note = session.get(Note, note_id)
    if note is None:
        raise NotFoundError(f"There is no note {note_id}.")
    get_candidate(note.candidate_id)
    candidate_id = remove_note(session, note_id, recruiter_id=current_viewer().recruiter_id)
    record_about(session, "note_removed", candidate_id)
    notify("The note is gone.")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.post("/candidates/<int:candidate_id>/promises")
@requires(Permission.KEEP_PROMISES)
def promise(candidate_id: int) -> ResponseReturnValue:
    """Promise to be in touch, by a day."""
    session, candidate, entry = request_session(), get_candidate(candidate_id), Entry(request.form)
    words = entry.line("promise", "what is promised", longest=500)
    due_on = due_day(entry)
    if entry.problems:
        return candidate_page(candidate_id, {"promise": entry}), 422
    own = current_viewer().recruiter_id
    made = make_promise(session, candidate.id, words=words, due_on=due_on, owner_id=own, now=request_time())
    record_about(session, "promise_made", candidate.id)
    notify(
        "The promise is noted; it comes up when it is due.",
        undo=url_for("promises.let_go", promise_id=made.id),
    )
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


@pages.post("/candidates/<int:candidate_id>/do-not-contact")
@requires(Permission.CHANGE_CANDIDATES)
def do_not_contact(candidate_id: int) -> ResponseReturnValue:
    """Record that this person does not want to be contacted."""
    candidate = get_candidate(candidate_id)
    stop_contact(request_session(), candidate, secret=desk().secret, now=request_time())
    record_about(request_session(), "contact_stopped", candidate.id)
    undo = url_for("candidates.contact_again", candidate_id=candidate.id)
    notify("Nobody will contact this person from here any more.", undo=undo)
    return go_to(_back(candidate.id))


@pages.post("/candidates/<int:candidate_id>/contact-again")
@requires(Permission.CHANGE_CANDIDATES)
def contact_again(candidate_id: int) -> ResponseReturnValue:
    """Take a do-not-contact entry back."""
    candidate = get_candidate(candidate_id)
    allow_contact_again(request_session(), candidate, now=request_time())
    record_about(request_session(), "contact_allowed", candidate.id)
    notify("The do-not-contact entry is taken back.")
    return go_to(_back(candidate.id))


def candidate_page(
    candidate_id: int, entries: dict[str, Entry], *, pass_on_preview: LetterPreview | None = None
) -> str:
    """Show one person, with forms that were filled in and need something, or the letter that would go out."""
    session, viewer, today = request_session(), current_viewer(), request_time().date()
    person = find_person(session, candidate_id, seen=visible_candidates(viewer))
    if person is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    keeper, seen = desk().keeper, visible_roles(viewer)
    hidden = hidden_ids(session, viewer).tolist()
    fits = roles_for(session, keeper, candidate_id, seen=seen, now=request_time(), hidden=hidden)
    role_id = asked_number("role") or next((fit.role_id for fit in fits), None)
    policy = load_contact_policy(session)
    record = load_contact_records(session, [candidate_id], policy, today=today)[candidate_id]
    return render_template(
        "candidates/candidate.html",
        person=person,
        candidate=person.candidate,
        owner=person.recruiter_names.get(person.candidate.owner_id or 0),
        timeline=timeline_of(person, sight=sight_of(session, viewer), today=today),
        facts=facts_of(person, viewer),
        resume=_resume_view(session, person, role_id, viewer),
        role_id=role_id,
        fits=fits,
        contact=contact_state(record, policy, today=today),
        has_asked_for_silence=bool(person.suppressions),
        entries={**{form: Entry() for form in FORMS}, **entries},
        files=files_of(person.candidate),
        rediscoveries=rediscoveries_of(session, viewer, candidate_id),
        keeping=keeping_card(session, candidate_id, bases=person.bases, held=record.held, today=today),
        pass_ons=person.pass_ons,
        pass_on_preview=pass_on_preview,
        pass_on_state=lambda asked: state_of(asked, today).value,
    )


def get_candidate(candidate_id: int) -> Candidate:
    """Load somebody whom the viewer may see; raises NotFoundError."""
    wanted = select(Candidate).where(Candidate.id == candidate_id, visible_candidates(current_viewer()))
    candidate = request_session().scalars(wanted).first()
    if candidate is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return candidate


def _resume_view(session: Session, person: Person, role_id: int | None, viewer: Viewer) -> ResumeView | None:
    resume = newest_resume(person.candidate)
    if resume is None:
        return None
    settings = desk().keeper.settings(session)
    parts = marked_resume(
        session, resume.visible_text, role_id, seen=visible_roles(viewer), settings=settings
    )
    marks = sum(part.term is not None for part in parts)
    return ResumeView(resume=resume, on=resume_day(resume), parts=parts, marks=marks)


def due_day(entry: Entry) -> date | None:
    """Read the day a promise is due, none if it is left open; a day that is none is refused in the entry."""
    typed = entry.line("due_on", "a day", required=False)
    if not typed:
        return None
    try:
        due_on = date.fromisoformat(typed)
    except ValueError:
        entry.refuse("due_on", f"{typed!r} is no day we can read; write it as 2027-03-31.")
        return None
    if due_on < request_time().date():
        entry.refuse("due_on", "This day has passed; choose today or later.")
    return due_on


def record_about(session: Session, action: str, candidate_id: int) -> None:
    """Leave a trail of what was done to or seen of a candidate."""
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=candidate_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )


def _back(candidate_id: int) -> str:
    asked = request.form.get("back")
    return local_address(asked) if asked else url_for("candidates.show_candidate", candidate_id=candidate_id)
