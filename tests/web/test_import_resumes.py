"""Resumes brought in through the pages: a ZIP beside tables, or alone."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.imports.models import Import
from talentpool.settings import Settings, config_folder
from talentpool.work.models import AskedWork, WorkState
from tests.web.test_imports import check_what_was_asked_for, page, people

TABLE = (
    "Candidate ID,Name,Email,Resume file\n"
    "c-17,Ana Ruiz,ana.ruiz@example.org,\n"
    "c-18,Goran Horvat,goran.horvat@example.org,horvat.pdf\n"
)
JOBS = "Candidate ID,Job\nc-17,Platform engineer\n"
ANA = "Ana Ruiz\nana.ruiz@example.org\n\nExperience\nPlatform engineer, ran Nomad clusters for freight\n"
INBOX = {
    "Data engineer/Rejected/ruiz.txt": ANA,
    "Data engineer/list.txt": "Opening hours\nMonday to Friday\n",
}


@pytest.fixture
def desk(sessions: Sessions, signed_in):
    """A recruiter's browser on an installation without people."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        install_reasons(session, config_folder())
    return signed_in(AccountKind.RECRUITER)


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def send(desk, *, files: dict[str, bytes | str], resumes: dict[str, bytes] | None = None):
    """Upload files in the first field, and archives in the one beside it."""
    form = {
        "file": [
            (io.BytesIO(raw.encode() if isinstance(raw, str) else raw), name) for name, raw in files.items()
        ],
        "resumes": [(io.BytesIO(raw), name) for name, raw in (resumes or {}).items()],
    }
    return desk.post("/imports", form, content_type="multipart/form-data")


def test_a_zip_beside_the_table_is_read_by_the_check_and_handed_to_the_import(
    app, desk, sessions: Sessions, settings: Settings
) -> None:
    cvs = packed({"ana ruiz.txt": ANA, "somebody.txt": "no one of the table"})
    columns = send(desk, files={"people.csv": TABLE}, resumes={"cvs.zip": cvs}).location
    assert "2 resume files in cvs.zip go with it" in page(desk.get(columns))
    checking = desk.post(columns, {"source": "old system", "date_order": ""}).location
    assert "2 files of cvs.zip are read for the check" in page(desk.get(checking))
    check_what_was_asked_for(app, sessions)
    text = page(desk.get(checking))
    assert "1 resume found for people among 2 files in cvs.zip" in text
    assert "horvat.pdf" in text and "No file of this name is among the resumes." in text
    assert people(sessions) == 0
    desk.post(checking.replace("/check", "/run"))
    with sessions.reading() as session:
        told = session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one().details
    assert (settings.upload_folder / told["resumes"]).read_bytes() == cvs


def test_one_zip_goes_with_all_tables_of_an_export_and_counts_once(app, desk, sessions: Sessions) -> None:
    tables = {"jobs.csv": JOBS, "people.csv": TABLE, "cvs.zip": packed({"c-17.txt": ANA})}
    first = send(desk, files=tables).location
    second = desk.post(first, {"source": "old system"}).location
    checking = desk.post(second, {}).location
    check_what_was_asked_for(app, sessions)
    text = page(desk.get(checking))
    assert "people.csv and 1 more" in text
    assert "1 resume found for people among 1 file in cvs.zip" in text


def test_a_file_that_shows_no_text_is_named_among_the_cells_to_fix(app, desk, sessions: Sessions) -> None:
    cvs = packed({"horvat.pdf": "%PDF-1.7\nbroken off", "ana ruiz.txt": ANA})
    columns = send(desk, files={"people.csv": TABLE}, resumes={"cvs.zip": cvs}).location
    checking = desk.post(columns, {"source": "old system"}).location
    check_what_was_asked_for(app, sessions)
    text = page(desk.get(checking))
    assert "horvat.pdf" in text and "The PDF ends too early and holds no text. Ask for it again.<" in text
    download = page(desk.get(checking.replace("/check", "/problems.csv")))
    assert "horvat.pdf" in download


def test_resumes_alone_are_asked_about_once_then_checked(app, desk, sessions: Sessions) -> None:
    columns = send(desk, files={"inbox.zip": packed(INBOX)}).location
    text = page(desk.get(columns))
    assert "Data engineer/Rejected" in text and "Collected on" in text
    for early in (desk.get("/imports/1/check"), desk.post("/imports/1/run"), desk.post("/imports/1/preset")):
        assert early.location == columns
    refused = desk.post(columns, {"source": "", "collected_on": ""})
    assert refused.status_code == 422
    assert "Enter where the resumes come from." in refused.get_data(as_text=True)
    assert "Enter the day the resumes were collected." in refused.get_data(as_text=True)
    checking = desk.post(columns, {"source": "careers inbox", "collected_on": "2024-05-31"}).location
    check_what_was_asked_for(app, sessions)
    text = page(desk.get(checking))
    assert "row with a new person" in text
    assert "Data engineer/list.txt" in text and "The resume names nobody" in text
    desk.post("/imports/1/values", {"save_as": "kept?", "stage_word": "Rejected", "stage_meaning": "applied"})
    with sessions.reading() as session:
        record = session.get_one(Import, 1)
        assert record.mapping["words"]["stage"] == {"Rejected": "applied"}
    said = page(desk.get(columns))
    assert 'value="careers inbox"' in said and 'value="2024-05-31"' in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("last May", "is no day we can read"), ("2999-01-01", "This day has not come yet")],
)
def test_a_day_of_collection_that_cannot_be_is_refused(desk, typed: str, sentence: str) -> None:
    columns = send(desk, files={}, resumes={"inbox.zip": packed(INBOX)}).location
    refused = desk.post(columns, {"source": "careers inbox", "collected_on": typed})
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("files", "resumes", "sentence"),
    [
        ({"people.csv": TABLE}, {"cvs.zip": b"no zip"}, "cvs.zip is no ZIP archive of resumes"),
        ({"people.csv": TABLE}, {"cvs.zip": b"PK\x03\x04 broken"}, "cvs.zip is no ZIP archive"),
        ({"people.csv": TABLE}, {"cvs.zip": packed({})}, "There is no file in cvs.zip"),
        ({"a.zip": packed(INBOX), "b.zip": packed(INBOX)}, {}, "These are 2 ZIP archives of resumes"),
        ({"a.zip": packed(INBOX), "b.csv": "%PDF-1.7 x"}, {}, "b.csv is a PDF document"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(
    desk, sessions: Sessions, settings: Settings, files, resumes, sentence: str
) -> None:
    refused = send(desk, files=files, resumes=resumes)
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)
    assert list(settings.upload_folder.glob("*")) == []
    with sessions.reading() as session:
        assert session.scalars(select(Import)).all() == []


@pytest.mark.parametrize("tables", [{"people.csv": TABLE, "jobs.csv": JOBS}, {}])
def test_resumes_of_a_dropped_upload_go_with_it(desk, settings: Settings, tables) -> None:
    columns = send(desk, files=tables, resumes={"cvs.zip": packed(INBOX)}).location
    assert len(list(settings.upload_folder.glob("*"))) == len(tables) + 1
    desk.post(columns.replace("columns", "drop"))
    assert list(settings.upload_folder.glob("*")) == []


def test_an_import_whose_files_are_being_read_does_not_seem_to_wait_for_anybody(
    desk, sessions: Sessions
) -> None:
    columns = send(desk, files={"inbox.zip": packed(INBOX)}).location
    desk.post(columns, {"source": "careers inbox", "collected_on": "2024-05-31"})
    running = desk.post("/imports/1/run").location
    with sessions.writing.begin() as session:
        session.get_one(Import, 1).started_at = current_time() - timedelta(minutes=5)
    assert "Nobody seems to be working" in page(desk.get(running))
    with sessions.writing.begin() as session:
        work = session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one()
        work.state = WorkState.RUNNING
    text = page(desk.get(running))
    assert "The import has begun; the resumes are read first" in text
    assert "Nobody seems to be working" not in text
