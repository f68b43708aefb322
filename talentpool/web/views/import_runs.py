"""An import under way and afterwards: how far it is, what came of it, what is to fix, and its undoing."""

import io

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.imports.checks import is_small
from talentpool.imports.models import Import, ImportState
from talentpool.imports.uploaded_resumes import are_alone, is_word_missing
from talentpool.imports.uploads import (
    ask_for_import,
    ask_for_undo,
    get_import,
    is_open,
    load_parts,
)
from talentpool.sheets import write_table
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.import_summary import ImportLine
from talentpool.web.notices import go_to
from talentpool.web.problem_table import problem_csv, recorded_problems
from talentpool.web.transaction import request_session
from talentpool.web.views.import_checks import checked_now
from talentpool.work.models import AskedWork, WorkState

pages = Blueprint("import_runs", __name__)

SHOWN_MOST = 50
LONGEST_WAIT_SECONDS = 20  # after which we say that nobody seems to be working
RECORD_WORDS = {
    "roles": "Role",
    "candidates": "Candidate",
    "applications": "Application",
    "promises": "Promise",
}


@pages.post("/imports/<int:import_id>/run")
@requires(Permission.IMPORT_HISTORY)
def run(import_id: int) -> ResponseReturnValue:
    """Hand the import to the work queue."""
    session, record, own = request_session(), get_import(request_session(), import_id), current_viewer()
    if is_word_missing(record):
        return go_to(url_for("imports.show_columns", import_id=import_id))
    ask_for_import(session, record, recruiter_id=own.recruiter_id, now=request_time())
    _record("import_asked_for", import_id)
    return go_to(url_for("import_runs.show_import", import_id=import_id))


@pages.post("/imports/<int:import_id>/undo")
@requires(Permission.IMPORT_HISTORY)
def undo(import_id: int) -> ResponseReturnValue:
    """Ask for an import to be taken back."""
    record, own = get_import(request_session(), import_id), current_viewer()
    ask_for_undo(request_session(), record, recruiter_id=own.recruiter_id, now=request_time())
    _record("import_undo_asked_for", import_id)
    return go_to(url_for("import_runs.show_import", import_id=import_id))


@pages.get("/imports/<int:import_id>")
@requires(Permission.IMPORT_HISTORY)
def show_import(import_id: int) -> ResponseReturnValue:
    """Show how far an import is, and at its end what came of it."""
    session, record = request_session(), get_import(request_session(), import_id)
    if is_open(record):
        return go_to(url_for("imports.show_columns", import_id=import_id))
    line = ImportLine(load_parts(session, record))
    waited = (request_time() - line.first.started_at).total_seconds()
    is_begun = _is_taken_up(line.first)
    page = render_template(
        "imports/import.html",
        line=line,
        stays=[name for part in line.parts for name in _names_of_what_stays(part)],
        are_files=are_alone(record),
        is_begun=is_begun,
        nobody_works=line.state is ImportState.WAITING and not is_begun and waited > LONGEST_WAIT_SECONDS,
        problems=[(part, recorded_problems(session, part.id)) for part in line.parts],
    )
    response = make_response(page)
    if is_fragment_asked() and not line.is_moving:
        response.headers["HX-Refresh"] = "true"  # whoever followed it sees what came of it as a whole page
    return response


def _is_taken_up(record: Import) -> bool:
    """Say whether somebody works on an import, though no row of it is in: files are read and looked through first."""
    work = request_session().get(AskedWork, record.mapping.get("work_id") or 0)
    return record.state is ImportState.RUNNING or (work is not None and work.state is WorkState.RUNNING)


def _names_of_what_stays(record: Import) -> list[tuple[int | None, str, str]]:
    """Name what an undo left: whose it is, their name, and why."""
    kept = list((record.undo_outcome or {}).get("kept", ()))[:SHOWN_MOST]
    ids = {one["candidate_id"] for one in kept if one["candidate_id"]}
    seen = visible_candidates(current_viewer())
    found = select(Candidate.id, Candidate.full_name, seen.label("seen")).where(Candidate.id.in_(ids))
    people = request_session().execute(found).all()
    names = {row.id: row.full_name for row in people if row.seen}
    hidden = {row.id for row in people if not row.seen}
    return [
        (
            one["candidate_id"] if one["candidate_id"] in names else None,
            names.get(one["candidate_id"]) or f"{RECORD_WORDS.get(one['record'], one['record'])} {one['id']}",
            one["because"],
        )
        for one in kept
        if one["candidate_id"] not in hidden
    ]


@pages.get("/imports/<int:import_id>/problems.csv")
@requires(Permission.IMPORT_HISTORY)
def download_problems(import_id: int) -> ResponseReturnValue:
    """Give the rows of a file to fix in the user's own columns, with what is wrong in front."""
    record = get_import(request_session(), import_id)
    parts, text = load_parts(request_session(), record), io.StringIO()
    report = None
    if is_open(record) and is_small(desk().settings.upload_folder, parts):
        reports = checked_now(parts).reports
        report = reports[parts.index(record)] if reports else None
    headings, *rows = problem_csv(request_session(), record, report)
    write_table(text, headings, rows)
    response = make_response(text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="to-fix-{import_id}.csv"'
    return response


def _record(action: str, import_id: int) -> None:
    record_event(
        request_session(),
        action,
        object_kind="import",
        object_id=import_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
