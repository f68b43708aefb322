"""The check of an upload: what the import would do, before anything is written."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Disposition, Stage
from talentpool.candidates.reasons import load_reasons
from talentpool.imports.checks import Check, ask_for_check, check_at_once, find_check, is_small
from talentpool.imports.models import CheckState, Import
from talentpool.imports.saved_mappings import WORDS
from talentpool.imports.upload_choices import choose_words, save_choices
from talentpool.imports.uploaded_resumes import are_alone, is_word_missing
from talentpool.imports.uploads import get_import, is_open, load_parts
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.import_summary import in_one
from talentpool.web.notices import go_to, notify
from talentpool.web.problem_table import PROBLEMS_SHOWN, recorded_problems, table_of_problems
from talentpool.web.transaction import request_session
from talentpool.web.views.imports import columns_page, entry_of

pages = Blueprint("import_checks", __name__)


@pages.get("/imports/<int:import_id>/check")
@requires(Permission.IMPORT_HISTORY)
def check(import_id: int) -> ResponseReturnValue:
    """Show what the import would do, or how far the check of that is; nothing is written."""
    session, record = request_session(), get_import(request_session(), import_id)
    if not is_open(record):
        return go_to(url_for("import_runs.show_import", import_id=import_id))
    if is_word_missing(record):
        return go_to(url_for("imports.show_columns", import_id=import_id))
    parts = load_parts(session, record)
    is_at_once = is_small(desk().settings.upload_folder, parts)
    found = checked_now(parts) if is_at_once else find_check(session, parts)
    if found.state is CheckState.DONE:
        page = _outcome_page(parts, found, is_at_once=is_at_once)
    elif found.state is CheckState.FAILED:
        return _refused(get_import(session, found.failed_id or import_id), found.problem or "")
    else:
        return render_template("imports/checking.html", record=parts[0], parts=parts, check=found)
    response = make_response(page)
    if is_fragment_asked():
        response.headers["HX-Refresh"] = "true"  # whoever followed the check sees its outcome as a whole page
    return response


@pages.post("/imports/<int:import_id>/check")
@requires(Permission.IMPORT_HISTORY)
def ask_again(import_id: int) -> ResponseReturnValue:
    """Have the upload checked as the pool stands now."""
    return _to_check(get_import(request_session(), import_id))


@pages.post("/imports/<int:import_id>/values")
@requires(Permission.IMPORT_HISTORY)
def choose_values(import_id: int) -> ResponseReturnValue:
    """Keep what their stages, endings and reasons mean, and check again; under a name for the next file, too."""
    session, record, entry = request_session(), get_import(request_session(), import_id), Entry(request.form)
    words: dict[str, dict[str, str]] = {name: {} for name in WORDS}
    for kind in WORDS:
        said = zip(entry.all_of(f"{kind}_word"), entry.all_of(f"{kind}_meaning"), strict=False)
        words[kind] = {word: meaning for word, meaning in said if word and "\0" not in word}
    parts = load_parts(session, record)
    for part in parts:
        choose_words(part, words)
    name = entry.line("save_as", "a name", required=False, longest=160)
    if name and not entry.problems and not are_alone(record):
        for place, part in enumerate(parts):
            own_name = name if place == 0 else f"{name[:140]}, file {place + 1}"
            save_choices(session, desk().settings.upload_folder, part, own_name, now=request_time())
        notify(f"Kept as “{name}”; the next file with the same columns starts from it.")
    return _to_check(record)


def checked_now(parts: list[Import]) -> Check:
    """Check a small upload while somebody waits."""
    at = desk()
    folder = at.settings.upload_folder
    return check_at_once(at.sessions, folder, parts, secret=at.secret, now=request_time())


def _to_check(record: Import) -> ResponseReturnValue:
    session, own = request_session(), current_viewer().recruiter_id
    parts = load_parts(session, record)
    if not is_word_missing(record) and not is_small(desk().settings.upload_folder, parts):
        ask_for_check(session, parts, recruiter_id=own, now=request_time())
    return go_to(url_for("import_checks.check", import_id=parts[0].id))


def _outcome_page(parts: list[Import], found: Check, *, is_at_once: bool) -> str:
    session = request_session()
    tables = [
        table_of_problems(report, most=PROBLEMS_SHOWN) if is_at_once else recorded_problems(session, part.id)
        for part, report in zip(parts, found.reports, strict=True)
    ]
    return render_template(
        "imports/check.html",
        record=parts[0],
        parts=list(zip(parts, found.reports, tables, strict=True)),
        total=in_one(found.reports),
        is_at_once=is_at_once,
        are_files=are_alone(parts[0]),
        stages=list(Stage),
        endings=list(Disposition),
        reasons=sorted(load_reasons(session)),
    )


def _refused(record: Import, problem: str) -> ResponseReturnValue:
    entry = entry_of(record)
    entry.refuse("date_order" if "dates of column" in problem else "columns", _for_pages(problem))
    response = make_response(columns_page(record, entry), 422)
    if is_fragment_asked():
        response.headers["HX-Refresh"] = "true"
    return response


def _for_pages(sentence: str) -> str:
    return sentence.replace(
        "Say which comes first with --date-order dmy or --date-order mdy.", "Say below which comes first."
    ).replace("or say what the columns mean with --map", "or say below what the columns mean")
