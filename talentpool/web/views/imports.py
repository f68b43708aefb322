"""Imports: choose a file, look at its columns, check what would happen, run it, read what came of it."""

import csv
import io
from pathlib import Path

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate, Disposition, Stage
from talentpool.candidates.reasons import load_reasons
from talentpool.errors import InvalidInputError
from talentpool.imports.dates import DateOrder
from talentpool.imports.models import Import, ImportProblem, ImportState
from talentpool.imports.report import ImportReport
from talentpool.imports.saved_mappings import WORDS
from talentpool.imports.uploads import (
    ask_for_import,
    ask_for_undo,
    choose,
    choose_words,
    column_choices,
    drop_import,
    get_import,
    is_open,
    keep_upload,
    open_import,
    preset_name,
    rehearse,
    save_choices,
)
from talentpool.web.access import requires, takes_uploads
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.forms.import_columns import FIELD_GROUPS, KNOWN_CHOICES
from talentpool.web.notices import go_to, notify
from talentpool.web.problem_table import ProblemTable, problem_csv, table_of_problems
from talentpool.web.transaction import request_session

pages = Blueprint("imports", __name__)

SHOWN_MOST = 50
PROBLEMS_SHOWN = 20
REFRESH_SECONDS = 2
RECORD_WORDS = {
    "roles": "Role",
    "candidates": "Candidate",
    "applications": "Application",
    "promises": "Promise",
}
LONGEST_WAIT_SECONDS = 20  # after which we say that nobody seems to be working


@pages.get("/imports")
@requires(Permission.IMPORT_HISTORY)
def show_imports() -> ResponseReturnValue:
    """List imports, newest first, with the form to start another."""
    return _list_page(Entry())


@pages.post("/imports")
@requires(Permission.IMPORT_HISTORY)
@takes_uploads
def upload() -> ResponseReturnValue:
    """Take a file in; nothing of it is written to the pool yet."""
    entry, sent = Entry(), request.files.get("file")
    if sent is None or not sent.filename:
        entry.refuse("file", "Choose a CSV or Excel file.")
        return _list_page(entry), 422
    name = Path(cleaned(sent.filename).replace("\\", "/")).name[:255] or "file.csv"
    path = keep_upload(desk().settings.upload_folder, name, sent.save)
    try:
        own = current_viewer().recruiter_id
        record = open_import(request_session(), path, name, recruiter_id=own, now=request_time())
    except InvalidInputError as error:
        path.unlink(missing_ok=True)
        entry.refuse("file", str(error))
        return _list_page(entry), 422
    return go_to(url_for("imports.show_columns", import_id=record.id))


@pages.get("/imports/<int:import_id>/columns")
@requires(Permission.IMPORT_HISTORY)
def show_columns(import_id: int) -> ResponseReturnValue:
    """Show what each column is taken for, with values from it."""
    record = get_import(request_session(), import_id)
    if not is_open(record):
        return go_to(url_for("imports.show_import", import_id=import_id))
    return _columns_page(record, _entry_of(record))


@pages.post("/imports/<int:import_id>/columns")
@requires(Permission.IMPORT_HISTORY)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Keep what was chosen about the columns, and go on to the check."""
    record, entry = get_import(request_session(), import_id), Entry(request.form)
    source = entry.line("source", "the system the file comes from", longest=160)
    order = entry.choice("date_order", "an order", among=list(DateOrder), required=False)
    headers, chosen = request.form.getlist("header"), request.form.getlist("choice")
    columns = {
        header: choice
        for header, choice in zip(headers, chosen, strict=False)
        if choice in KNOWN_CHOICES and header and "\0" not in header  # PostgreSQL keeps no such text
    }
    if entry.problems:
        return _columns_page(record, entry), 422
    choose(record, columns, source=source, date_order=DateOrder(order) if order else None)
    return go_to(url_for("imports.check", import_id=import_id))


@pages.get("/imports/<int:import_id>/check")
@requires(Permission.IMPORT_HISTORY)
def check(import_id: int) -> ResponseReturnValue:
    """Show what the import would do; nothing is written."""
    record = get_import(request_session(), import_id)
    if not is_open(record):
        return go_to(url_for("imports.show_import", import_id=import_id))
    try:
        report = _rehearsed(record)
    except InvalidInputError as error:
        entry = _entry_of(record)
        entry.refuse("date_order" if "dates of column" in str(error) else "columns", _for_pages(str(error)))
        return _columns_page(record, entry), 422
    problems = table_of_problems(report, most=PROBLEMS_SHOWN)
    reasons = load_reasons(request_session())
    return render_template(
        "imports/check.html",
        record=record,
        report=report,
        problems=problems,
        stages=list(Stage),
        endings=list(Disposition),
        reasons=sorted(reasons),
    )


@pages.post("/imports/<int:import_id>/values")
@requires(Permission.IMPORT_HISTORY)
def choose_values(import_id: int) -> ResponseReturnValue:
    """Keep what their stages, endings and reasons mean, and check again; under a name for the next file, too."""
    record, entry = get_import(request_session(), import_id), Entry(request.form)
    words: dict[str, dict[str, str]] = {name: {} for name in WORDS}
    for kind in WORDS:
        said = zip(entry.all_of(f"{kind}_word"), entry.all_of(f"{kind}_meaning"), strict=False)
        words[kind] = {word: meaning for word, meaning in said if word and "\0" not in word}
    choose_words(record, words)
    name = entry.line("save_as", "a name", required=False, longest=160)
    if name and not entry.problems:
        save_choices(request_session(), desk().settings.upload_folder, record, name, now=request_time())
        notify(f"Kept as “{name}”; the next file with the same columns starts from it.")
    return go_to(url_for("imports.check", import_id=import_id))


@pages.post("/imports/<int:import_id>/run")
@requires(Permission.IMPORT_HISTORY)
def run(import_id: int) -> ResponseReturnValue:
    """Hand the import to the work queue."""
    session, record, own = request_session(), get_import(request_session(), import_id), current_viewer()
    ask_for_import(session, record, recruiter_id=own.recruiter_id, now=request_time())
    _record("import_asked_for", import_id)
    return go_to(url_for("imports.show_import", import_id=import_id))


@pages.post("/imports/<int:import_id>/drop")
@requires(Permission.IMPORT_HISTORY)
def drop(import_id: int) -> ResponseReturnValue:
    """Forget a file that was not imported."""
    record = get_import(request_session(), import_id)
    drop_import(request_session(), desk().settings.upload_folder, record)
    _record("upload_dropped", import_id)
    notify(f"{record.file_name} is not imported, and not kept.")
    return go_to(url_for("imports.show_imports"))


@pages.post("/imports/<int:import_id>/undo")
@requires(Permission.IMPORT_HISTORY)
def undo(import_id: int) -> ResponseReturnValue:
    """Ask for an import to be taken back."""
    record, own = get_import(request_session(), import_id), current_viewer()
    ask_for_undo(request_session(), record, recruiter_id=own.recruiter_id, now=request_time())
    _record("import_undo_asked_for", import_id)
    return go_to(url_for("imports.show_import", import_id=import_id))


@pages.get("/imports/<int:import_id>")
@requires(Permission.IMPORT_HISTORY)
def show_import(import_id: int) -> ResponseReturnValue:
    """Show how far an import is, and at its end what came of it."""
    session, now = request_session(), request_time()
    record = get_import(session, import_id)
    if is_open(record):
        return go_to(url_for("imports.show_columns", import_id=import_id))
    is_being_undone = record.undo_began_at is not None and record.undone_at is None
    is_under_way = record.state in (ImportState.WAITING, ImportState.RUNNING)
    wanted = select(ImportProblem).where(ImportProblem.import_id == import_id)
    found = session.scalars(wanted.order_by(ImportProblem.line, ImportProblem.id).limit(PROBLEMS_SHOWN))
    waited = (now - record.started_at).total_seconds()
    response = make_response(
        render_template(
            "imports/import.html",
            record=record,
            counts=record.counts or {},
            is_under_way=is_under_way,
            is_being_undone=is_being_undone,
            stays=_names_of_what_stays(record),
            nobody_works=record.state is ImportState.WAITING and waited > LONGEST_WAIT_SECONDS,
            problems=ProblemTable.of_records(found.all()),
        )
    )
    if is_under_way or is_being_undone:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _names_of_what_stays(record: Import) -> list[tuple[int | None, str, str]]:
    """Name what an undo left: whose it is, their name, and why."""
    kept = list((record.undo_outcome or {}).get("kept", ()))[:SHOWN_MOST]
    ids = {one["candidate_id"] for one in kept if one["candidate_id"]}
    found = select(Candidate.id, Candidate.full_name).where(Candidate.id.in_(ids))
    names = {row.id: row.full_name for row in request_session().execute(found)}
    return [
        (
            one["candidate_id"] if one["candidate_id"] in names else None,
            names.get(one["candidate_id"]) or f"{RECORD_WORDS.get(one['record'], one['record'])} {one['id']}",
            one["because"],
        )
        for one in kept
    ]


@pages.get("/imports/<int:import_id>/problems.csv")
@requires(Permission.IMPORT_HISTORY)
def download_problems(import_id: int) -> ResponseReturnValue:
    """Give the rows to fix in the user's own columns, with what is wrong in front."""
    record = get_import(request_session(), import_id)
    text = io.StringIO()
    table = _rehearsed(record) if is_open(record) else None
    csv.writer(text).writerows(problem_csv(request_session(), record, table))
    response = make_response("\ufeff" + text.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="to-fix-{import_id}.csv"'
    return response


def _rehearsed(record: Import) -> ImportReport:
    at = desk()
    return rehearse(at.sessions, at.settings.upload_folder, record, secret=at.secret, now=request_time())


def _list_page(entry: Entry) -> str:
    imports = request_session().scalars(select(Import).order_by(Import.id.desc()).limit(SHOWN_MOST)).all()
    return render_template("imports/imports.html", imports=imports, entry=entry, is_open=is_open)


def _columns_page(record: Import, entry: Entry) -> str:
    return render_template(
        "imports/columns.html",
        record=record,
        entry=entry,
        columns=column_choices(desk().settings.upload_folder, record),
        preset=preset_name(record),
        groups=FIELD_GROUPS,
    )


def _entry_of(record: Import) -> Entry:
    return Entry({"source": record.source, "date_order": record.mapping.get("date_order") or ""})


def _for_pages(sentence: str) -> str:
    return sentence.replace(
        "Say which comes first with --date-order dmy or --date-order mdy.", "Say below which comes first."
    ).replace("or say what the columns mean with --map", "or say below what the columns mean")


def _record(action: str, import_id: int) -> None:
    record_event(
        request_session(),
        action,
        object_kind="import",
        object_id=import_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
