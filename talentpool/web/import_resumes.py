"""The second step of an import of resumes without a table: where they come from, and what their folders say."""

from datetime import date

from flask import render_template

from talentpool.imports.models import Import
from talentpool.imports.uploaded_resumes import collected_on, folder_meanings, say_where_from
from talentpool.web.desk import desk, request_time
from talentpool.web.forms.entry import Entry

FOLDERS_SHOWN = 50


def resumes_page(record: Import, entry: Entry) -> str:
    """Ask once when resumes were collected and where, beside what their folders are taken for."""
    folders = folder_meanings(desk().settings.upload_folder, record)
    return render_template(
        "imports/resumes.html",
        record=record,
        entry=entry,
        folders=folders[:FOLDERS_SHOWN],
        others=len(folders[FOLDERS_SHOWN:]),
        today=request_time().date(),
    )


def resumes_entry(record: Import) -> Entry:
    """Give what was said about the resumes as the form has it; a source nobody chose is not proposed."""
    said = collected_on(record)
    return Entry({"source": record.source if said else "", "collected_on": said or ""})


def keep_where_from(record: Import, entry: Entry) -> None:
    """Put down what was typed, or note what is wrong with it."""
    source = entry.line("source", "where the resumes come from", longest=160)
    typed, on = entry.line("collected_on", "the day the resumes were collected"), None
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        entry.refuse("collected_on", f"{typed!r} is no day we can read; write it as 2026-11-23.")
    if on is not None and on > request_time().date():
        entry.refuse("collected_on", "This day has not come yet; choose today or earlier.")
    if on is not None and not entry.problems:
        say_where_from(record, source=source, on=on)
