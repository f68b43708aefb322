"""Imports: those there were, and the first steps of another: choose its files, look at their columns."""

from pathlib import Path

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from werkzeug.datastructures import FileStorage

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.errors import InvalidInputError
from talentpool.imports.checks import ask_for_check, is_small
from talentpool.imports.dates import DateOrder
from talentpool.imports.models import Import, ImportUpload
from talentpool.imports.presets import NONE
from talentpool.imports.upload_choices import (
    choose,
    choose_preset_of,
    column_choices,
    preset_choices,
    preset_name,
)
from talentpool.imports.uploaded_resumes import are_alone, open_upload, require_archives
from talentpool.imports.uploads import (
    drop_import,
    get_import,
    is_open,
    keep_upload,
    load_parts,
)
from talentpool.web.access import requires, takes_uploads
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.forms.import_columns import FIELD_GROUPS, KNOWN_CHOICES
from talentpool.web.import_resumes import keep_where_from, resumes_entry, resumes_page
from talentpool.web.import_summary import ImportLine
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session

pages = Blueprint("imports", __name__)

SHOWN_MOST = 50
FILES_MOST = 10  # of one export


@pages.get("/imports")
@requires(Permission.IMPORT_HISTORY)
def show_imports() -> ResponseReturnValue:
    """List imports, newest first, with the form to start another."""
    return _list_page(Entry())


@pages.post("/imports")
@requires(Permission.IMPORT_HISTORY)
@takes_uploads
def upload() -> ResponseReturnValue:
    """Take files in; nothing of them is written to the pool yet."""
    entry, chosen = Entry(), {name: _sent(name) for name in ("file", "resumes")}
    sent = sum(map(len, chosen.values()))
    if not sent:
        entry.refuse("file", "Choose a CSV or Excel file, or a ZIP of resumes.")
    elif sent > FILES_MOST:
        entry.refuse("file", f"These are {sent} files; at most {FILES_MOST} can be one export.")
    if entry.problems:
        return _list_page(entry), 422
    kept = {name: [_keep(each) for each in files] for name, files in chosen.items()}
    first = _open(kept, entry)
    if first is None:
        for path, _ in (*kept["file"], *kept["resumes"]):
            path.unlink(missing_ok=True)
        return _list_page(entry), 422
    return go_to(url_for("imports.show_columns", import_id=first.id))


def _sent(name: str) -> list[FileStorage]:
    return [each for each in request.files.getlist(name) if each.filename]


def _open(kept: dict[str, list[tuple[Path, str]]], entry: Entry) -> Import | None:
    """Start the waiting imports of kept files; None when something is wrong with them, which the entry says."""
    field, own = "resumes", current_viewer().recruiter_id
    try:
        require_archives(kept["resumes"])
        field = "file" if kept["file"] else "resumes"
        files = [*kept["file"], *kept["resumes"]]
        return open_upload(request_session(), files, recruiter_id=own, now=request_time())[0]
    except InvalidInputError as error:
        entry.refuse(field, str(error))
        return None


def _keep(sent: FileStorage) -> tuple[Path, str]:
    name = Path(cleaned(sent.filename or "").replace("\\", "/")).name[:255] or "file.csv"
    return keep_upload(desk().settings.upload_folder, name, sent.save), name


@pages.get("/imports/<int:import_id>/columns")
@requires(Permission.IMPORT_HISTORY)
def show_columns(import_id: int) -> ResponseReturnValue:
    """Show what each column of a file is taken for, with values from it."""
    record = get_import(request_session(), import_id)
    if not is_open(record):
        return go_to(url_for("import_runs.show_import", import_id=import_id))
    return columns_page(record, entry_of(record))


@pages.post("/imports/<int:import_id>/columns")
@requires(Permission.IMPORT_HISTORY)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Keep what was chosen about the columns, and go on to the next file or the check."""
    session, record, entry = request_session(), get_import(request_session(), import_id), Entry(request.form)
    if are_alone(record):
        keep_where_from(record, entry)
    else:
        _keep_choices(record, entry)
    if entry.problems:
        return columns_page(record, entry), 422
    parts = load_parts(session, record)
    following = parts[parts.index(record) + 1 :]
    if following:
        return go_to(url_for("imports.show_columns", import_id=following[0].id))
    if not is_small(desk().settings.upload_folder, parts):
        ask_for_check(session, parts, recruiter_id=current_viewer().recruiter_id, now=request_time())
    return go_to(url_for("import_checks.check", import_id=parts[0].id))


def _keep_choices(record: Import, entry: Entry) -> None:
    is_asked = "source" in request.form
    source = entry.line("source", "the system the file comes from", longest=160, required=is_asked)
    order = entry.choice("date_order", "an order", among=list(DateOrder), required=False)
    if not entry.problems:
        date_order = DateOrder(order) if order else None
        choose(request_session(), record, _chosen_columns(), source=source, date_order=date_order)


def _chosen_columns() -> dict[str, str]:
    pairs = zip(request.form.getlist("header"), request.form.getlist("choice"), strict=False)
    return {
        header: choice
        for header, choice in pairs
        if choice in KNOWN_CHOICES and header and "\0" not in header  # PostgreSQL keeps no such text
    }


@pages.post("/imports/<int:import_id>/preset")
@requires(Permission.IMPORT_HISTORY)
def choose_preset(import_id: int) -> ResponseReturnValue:
    """Read the file as one of another system, or by the meaning of its columns alone."""
    record, entry = get_import(request_session(), import_id), Entry(request.form)
    if are_alone(record):
        return go_to(url_for("imports.show_columns", import_id=import_id))
    known = [code for code, _ in preset_choices(desk().settings.upload_folder, record)]
    preset = entry.choice("preset", "a system", among=known)
    if entry.problems:
        return columns_page(record, entry_of(record) if preset else entry), 422
    choose_preset_of(record, preset)
    return go_to(url_for("imports.show_columns", import_id=import_id))


@pages.post("/imports/<int:import_id>/drop")
@requires(Permission.IMPORT_HISTORY)
def drop(import_id: int) -> ResponseReturnValue:
    """Forget a file that was not imported, with those that came with it."""
    record = get_import(request_session(), import_id)
    drop_import(request_session(), desk().settings.upload_folder, record)
    record_event(
        request_session(),
        "upload_dropped",
        object_kind="import",
        object_id=import_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
    notify(f"{record.file_name} is not imported, and not kept.")
    return go_to(url_for("imports.show_imports"))


def _list_page(entry: Entry) -> str:
    session = request_session()
    firsts = select(Import).outerjoin(ImportUpload, ImportUpload.import_id == Import.id)
    firsts = firsts.where(or_(ImportUpload.first_id.is_(None), ImportUpload.first_id == Import.id))
    imports = session.scalars(firsts.order_by(Import.id.desc()).limit(SHOWN_MOST)).all()
    shown = [ImportLine(load_parts(session, record)) for record in imports]
    return render_template("imports/imports.html", imports=shown, entry=entry)


def columns_page(record: Import, entry: Entry) -> str:
    """Show one file's columns, with what is wrong about them; for resumes alone what is asked about those."""
    if are_alone(record):
        return resumes_page(record, entry)
    parts = load_parts(request_session(), record)
    folder = desk().settings.upload_folder
    return render_template(
        "imports/columns.html",
        record=record,
        parts=parts,
        place=parts.index(record),
        entry=entry,
        columns=column_choices(folder, record),
        preset=preset_name(record),
        presets=preset_choices(folder, record),
        groups=FIELD_GROUPS,
    )


def entry_of(record: Import) -> Entry:
    """Give what was chosen about a file as its form has it."""
    if are_alone(record):
        return resumes_entry(record)
    told = record.mapping
    chosen = {"source": record.source, "date_order": told.get("date_order") or ""}
    return Entry({**chosen, "preset": told.get("preset") or NONE})
