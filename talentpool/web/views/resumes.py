"""Resumes as files: one is uploaded for a candidate, what it says otherwise is decided, its original downloaded.

The file is read within the request, in a child process under limits: a recruiter sees at once what came of it.
"""

import io
import threading
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, after_this_request, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.resume_uploads import (
    add_resume,
    decide,
    has_resume,
    is_kept,
    remove_resume,
    resume_entry,
)
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import ConflictError, NotFoundError
from talentpool.resumes.extract import extract_resume
from talentpool.resumes.file_names import UNKNOWN_MEDIA_TYPE, download_name
from talentpool.resumes.limits import USUAL_LIMITS
from talentpool.resumes.outcome import ResumeText
from talentpool.resumes.store import keep_original, original_path, remove_originals
from talentpool.web.access import requires, takes_file
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import own_transaction, request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.candidates import candidate_page, get_candidate, record_about

pages = Blueprint("resumes", __name__)

# Somebody waits: half of what an import allows, and few pages of a scan.
LIMITS = replace(USUAL_LIMITS, cpu_seconds=10, wall_seconds=15.0, ocr_pages=3, ocr_page_seconds=5.0)
LARGEST_MB = 64  # of a request: up to there whoever sends too much is told the limit in a sentence
READ_AT_ONCE = threading.BoundedSemaphore(2)


@pages.post("/candidates/<int:candidate_id>/resumes")
@requires(Permission.CHANGE_CANDIDATES)
@takes_file(LARGEST_MB)
def upload(candidate_id: int) -> ResponseReturnValue:
    """Take a resume in; it is the one that counts from now on, where it can be read."""
    candidate, entry, sent = get_candidate(candidate_id), Entry(request.form), request.files.get("file")
    received_on = _day(entry)
    data = sent.read(LIMITS.file_bytes + 1) if sent is not None and sent.filename else b""
    if sent is None or not sent.filename:
        entry.refuse("file", "Choose a resume: PDF, Word, OpenDocument, RTF, HTML or text.")
    elif not entry.problems:
        _keep(candidate, entry, data, cleaned(sent.filename), received_on)
    if entry.problems:
        return candidate_page(candidate_id, {"upload": entry}), 422
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.post("/resumes/<int:resume_id>/decide")
@requires(Permission.CHANGE_CANDIDATES)
def decide_about(resume_id: int) -> ResponseReturnValue:
    """Take the ticked values of a resume over, and leave the others."""
    resume = _resume(resume_id)
    chosen = {int(place) for place in request.form.getlist("take") if place.isdecimal() and len(place) < 4}
    if request.form.get("keep"):
        chosen = set()
    taken = decide(request_session(), resume, chosen, now=request_time())
    record_about(request_session(), "resume_decided", resume.candidate_id)
    undo = url_for("resumes.remove", resume_id=resume_id) if taken else None
    words = f"{taken} of its values are on record now." if taken else "What was on record stays as it was."
    notify(words + (" Undo takes the resume back, too." if undo else ""), undo=undo)
    return go_to(url_for("candidates.show_candidate", candidate_id=resume.candidate_id))


@pages.post("/resumes/<int:resume_id>/remove")
@requires(Permission.CHANGE_CANDIDATES)
def remove(resume_id: int) -> ResponseReturnValue:
    """Take an uploaded resume back, with what was taken over from it."""
    resume = _resume(resume_id)
    if resume.import_id is not None:
        raise ConflictError("This resume came with an import; undo the import to take it back.")
    candidate_id, key = resume.candidate_id, resume.file_key
    left = remove_resume(request_session(), resume, now=request_time())
    record_about(request_session(), "resume_removed", candidate_id)
    if key:
        remove_file_once_answered(key, when_well=True)
    stays = " What somebody has changed since stays as it is." if left else ""
    notify(f"The resume is gone, and what was taken from it.{stays}")
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.get("/resumes/<int:resume_id>/original")
@requires(Permission.SEE_CANDIDATES)
def download(resume_id: int) -> ResponseReturnValue:
    """Give the file as it came: to be saved, never shown by the browser as a page of ours."""
    resume = _resume(resume_id)
    if closed := closed_page([resume.candidate_id], act="Opening the original of the resume"):
        return closed
    path = original_path(desk().settings.resume_folder, resume.file_key) if resume.file_key else None
    if path is None or not path.is_file():
        raise NotFoundError("The original of this resume is not here.")
    name = download_name(resume.file_name, resume.media_type)
    request_session().rollback()
    with own_transaction() as trail:
        record_about(trail, "resume_downloaded", resume.candidate_id)
    content = io.BytesIO(path.read_bytes())
    response = send_file(content, mimetype=UNKNOWN_MEDIA_TYPE, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _keep(candidate: Candidate, entry: Entry, data: bytes, name: str, received_on: date) -> None:
    session, read = request_session(), read_sent_file(data)
    if not is_kept(read):
        entry.refuse("file", read.message or "This is no resume we can read.")
        return
    record = resume_entry(data, read, file_name=name, dated_on=received_on, source="uploaded here")
    if has_resume(session, candidate.id, record.content_hash):
        entry.refuse("file", "This very file is on record already.")
        return
    key = keep_original(desk().settings.resume_folder, data)
    remove_file_once_answered(key, when_well=False)
    resume = add_resume(session, candidate, replace(record, file_key=key), read.links, now=request_time())
    record_about(session, "resume_added", candidate.id)
    notify(_said(read), undo=url_for("resumes.remove", resume_id=resume.id))


def read_sent_file(data: bytes) -> ResumeText:
    """Read a file in a child process under limits, few at once; the request's transaction begins anew."""
    # Nothing of the database is held while somebody else's file is being read.
    request_session().rollback()
    with READ_AT_ONCE:
        return extract_resume(data, LIMITS)


def _said(read: ResumeText) -> str:
    if read.visible_text:
        return "The resume is on record; roles are compared with it from now on."
    return f"The file is kept. {read.message or 'It shows no text.'}"


def remove_file_once_answered(key: str, *, when_well: bool) -> None:
    """Remove a file after the transaction: when that ended well, or when it did not."""
    folder = desk().settings.resume_folder

    @after_this_request
    def remove_file(response: Response) -> Response:
        if (response.status_code < 400) is when_well:
            remove_originals(folder, [key])
        return response


def _resume(resume_id: int) -> Resume:
    wanted = select(Resume).join(Candidate, Candidate.id == Resume.candidate_id)
    found = request_session().scalar(
        wanted.where(Resume.id == resume_id, visible_candidates(current_viewer()))
    )
    if found is None:
        raise NotFoundError(f"There is no resume {resume_id}.")
    return found


def _day(entry: Entry) -> date:
    typed, today = entry.line("received_on", "a day", required=False), request_time().date()
    if not typed:
        return today
    try:
        received_on = date.fromisoformat(typed)
    except ValueError:
        entry.refuse("received_on", f"{typed!r} is no day we can read; write it as 2026-11-23.")
        return today
    if received_on > today:
        entry.refuse("received_on", "This day has not come yet; choose today or earlier.")
    return received_on
