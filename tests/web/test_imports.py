"""Bringing history in through the pages: file, columns, check, import, report."""

import csv
import io

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind, Office
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, Note
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.imports.checks import carry_out_check
from talentpool.imports.importer import import_file
from talentpool.imports.mapping_file import ChosenMapping
from talentpool.imports.models import Import, ImportState
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.undo import undo_import
from talentpool.settings import Settings, config_folder
from talentpool.work.models import AskedWork, WorkState
from tests.builders import make_office

HISTORY = (
    "First Name,Last Name,Email,Job,Stage,Rejected on,Gender,Shoe size\n"
    "Ana,Ruiz,ana.ruiz@example.org,Platform engineer,Final round,2026-03-14,f,38\n"
    "Goran,Horvat,goran.horvat@,Backend engineer,Phone screen,2025-11-02,m,44\n"
    ",,hanna.lind@example.org,Data analyst,Interview,31/02/2025,f,39\n"
)
FOLLOWS = 'hx-trigger="every 1s"'  # a page that follows what is under way
ENOUGH_ROWS = 1000  # to be checked beside the pages


@pytest.fixture
def desk(sessions: Sessions, signed_in):
    """A recruiter's browser on an installation without people."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        install_reasons(session, config_folder())
    return signed_in(AccountKind.RECRUITER)


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def send(desk, content: str | bytes, name: str = "history.csv"):
    raw = content.encode() if isinstance(content, str) else content
    return desk.post("/imports", {"file": (io.BytesIO(raw), name)}, content_type="multipart/form-data")


def people(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count(Candidate.id))) or 0


def send_together(desk, files: dict[str, str]):
    parts = [(io.BytesIO(text.encode()), name) for name, text in files.items()]
    return desk.post("/imports", {"file": parts}, content_type="multipart/form-data")


def check_what_was_asked_for(app, sessions: Sessions) -> None:
    """Do the check that was asked for last, as the scheduler does."""
    with sessions.reading() as session:
        wanted = select(AskedWork).where(AskedWork.kind == "check_import").order_by(AskedWork.id.desc())
        told = session.scalars(wanted).first().details
    at = app.extensions["talentpool"]
    asked = (told["import_id"], told["choices_key"])
    carry_out_check(sessions, at.settings.upload_folder, asked, secret=at.secret, now=current_time())


def carry_out(app, sessions: Sessions) -> None:
    """Do what was asked for, from what the asked-for work says about it."""
    with sessions.reading() as session:
        asked = session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one().details
    carry_out_part(app, sessions, asked)


def carry_out_part(app, sessions: Sessions, asked: dict) -> None:
    options = ImportOptions(
        import_id=asked["import_id"],
        file_name=asked["file_name"],
        source=asked["source"],
        mapping=ChosenMapping(columns=asked["columns"]),
    )
    at = app.extensions["talentpool"]
    path = at.settings.upload_folder / asked["file"]
    import_file(sessions, path, options, secret=at.secret, now=current_time())


def test_a_file_is_imported_step_by_step(app, desk, sessions: Sessions) -> None:
    columns = send(desk, HISTORY)
    assert columns.status_code == 303
    text = page(desk.get(columns.location))
    assert "ana.ruiz@example.org" in text
    assert '<option value="role_title" selected>' in text
    address = columns.location.removesuffix("/columns")
    checked = desk.post(columns.location, {"source": "our old system", "date_order": ""})
    text = page(desk.get(checked.location))
    assert "Nothing has been written yet" in text
    assert "Left out on purpose: Gender (3 cells)." in text
    assert "Shoe size" in text
    assert people(sessions) == 0
    running = desk.post(f"{address}/run")
    waiting = desk.get(running.location)
    assert "Waiting for its turn" in page(waiting)
    assert FOLLOWS in page(waiting)
    carry_out(app, sessions)
    done = desk.get(address)
    assert "came in" in page(done)
    assert FOLLOWS not in page(done)
    assert "Left out on purpose: Gender (3 cells). Kept beside the person: Shoe size." in page(done)
    assert people(sessions) == 3
    assert ">done<" in page(desk.get("/imports"))


def test_the_rows_to_fix_are_shown_in_the_users_own_table_and_can_be_downloaded(desk) -> None:
    address = send(desk, HISTORY).location.removesuffix("/columns")
    text = page(desk.get(f"{address}/check"))
    assert "goran.horvat@" in text
    assert 'class="bad"' in text
    rows = list(csv.reader(io.StringIO(page(desk.get(f"{address}/problems.csv")).lstrip("\ufeff"))))
    assert rows[0][:3] == ["Line in the file", "What is wrong", "First Name"]
    assert {row[0] for row in rows[1:]} == {"3", "4"}
    assert "Gender" not in rows[0]


def test_what_a_column_means_can_be_said_otherwise(desk) -> None:
    columns = send(desk, HISTORY).location
    sent = {"source": "x", "header": ["Shoe size", "Job"], "choice": ["notes", "keep"]}
    checked = desk.post(columns, sent)
    assert checked.status_code == 303
    text = page(desk.get(columns))
    assert '<option value="notes" selected>' in text


def test_dates_that_can_be_read_in_two_ways_are_asked_about(desk) -> None:
    columns = send(desk, "Name,Applied on\nAna Ruiz,01/02/2025\nBo Chen,03/04/2025\n").location
    refused = desk.get(desk.post(columns, {"source": "x"}).location)
    assert refused.status_code == 422
    assert "Say below which comes first" in refused.get_data(as_text=True)
    checked = desk.post(columns, {"source": "x", "date_order": "dmy"})
    assert "2 rows" in page(desk.get(checked.location))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7 x", "history.csv", "is a PDF document"),
        (b"", "history.csv", "history.csv"),
        (b"\x89PNG\r\n", "../../../etc/passwd", "is a picture"),
    ],
)
def test_what_is_no_table_is_refused_and_not_kept(
    desk, settings: Settings, sessions: Sessions, content: bytes, name: str, sentence: str
) -> None:
    refused = send(desk, content, name)
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)
    assert list(settings.upload_folder.glob("*")) == []
    with sessions.reading() as session:
        assert session.scalars(select(Import)).first() is None


def test_sending_no_file_says_so(desk) -> None:
    refused = desk.post("/imports", {}, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "Choose a CSV or Excel file, or a ZIP of resumes." in refused.get_data(as_text=True)


def test_a_file_without_anybody_in_it_goes_back_to_the_columns(desk) -> None:
    columns = send(desk, "Colour,Size\nred,3\n").location
    refused = desk.get(desk.post(columns, {"source": "x"}).location)
    assert refused.status_code == 422
    assert "says who a row is about" in refused.get_data(as_text=True)


def test_a_file_that_is_not_wanted_is_forgotten(desk, settings: Settings) -> None:
    address = send(desk, HISTORY).location.removesuffix("/columns")
    assert len(list(settings.upload_folder.glob("*"))) == 1
    gone = desk.post(f"{address}/drop")
    assert "is not imported, and not kept" in page(desk.get(gone.location))
    assert list(settings.upload_folder.glob("*")) == []
    assert desk.get(address).status_code == 404


def test_an_import_under_way_can_be_neither_changed_nor_asked_for_twice(desk, sessions: Sessions) -> None:
    address = send(desk, HISTORY).location.removesuffix("/columns")
    desk.post(f"{address}/run")
    assert desk.post(f"{address}/run").status_code == 409
    assert desk.post(f"{address}/drop").status_code == 409
    assert desk.post(f"{address}/columns", {"source": "x"}).status_code == 409
    assert desk.get(f"{address}/columns").status_code == 303
    with sessions.reading() as session:
        assert len(session.scalars(select(AskedWork)).all()) == 1


def test_a_failed_import_says_why(desk, sessions: Sessions) -> None:
    address = send(desk, HISTORY).location.removesuffix("/columns")
    desk.post(f"{address}/run")
    with sessions.writing.begin() as session:
        record = session.scalars(select(Import)).one()
        record.state, record.problem = ImportState.FAILED, "The file is not there any more."
    assert "The file is not there any more." in page(desk.get(address))


def test_a_header_with_a_null_byte_is_nobodys_column(desk, sessions: Sessions) -> None:
    columns = send(desk, HISTORY).location
    chosen = {"source": "old", "header": ["Email", "E\0mail"], "choice": ["email", "email"]}
    assert desk.post(columns, chosen).status_code == 303
    with sessions.reading() as session:
        assert session.scalars(select(Import.mapping)).one()["columns"] == {"Email": "email"}


def test_an_import_is_undone_from_its_report(app, desk, sessions: Sessions, settings: Settings) -> None:
    send(desk, "Name,Email\nAna Ruiz,ana@example.org\nBen Weiss,ben@example.org\n")
    desk.post("/imports/1/columns", {"source": "ats"})
    desk.post("/imports/1/run", {})
    carry_out(app, sessions)
    with sessions.writing.begin() as session:
        ana = session.scalars(select(Candidate).where(Candidate.full_name == "Ana Ruiz")).one()
        session.add(Note(candidate_id=ana.id, words="Called her.", created_at=current_time()))
    assert "Undo this import" in page(desk.get("/imports/1"))
    assert desk.post("/imports/1/undo", {}).status_code == 303
    assert desk.post("/imports/1/undo", {}).status_code == 303
    assert "is being undone" in page(desk.get("/imports/1"))
    with sessions.reading() as session:
        assert len(session.scalars(select(AskedWork).where(AskedWork.kind == "undo_import")).all()) == 1
    undo_import(sessions, 1, now=current_time())
    shown = page(desk.get("/imports/1"))
    assert "1 person removed" in shown
    assert "Ana Ruiz" in shown and "added to since" in shown
    assert people(sessions) == 1
    assert "undone" in page(desk.get("/imports"))


def test_their_words_are_shown_with_counts_and_can_be_said_otherwise_and_kept(
    app, desk, sessions: Sessions, settings: Settings
) -> None:
    text = "Name,Email,Job,Stage\nAna,ana@example.org,Nurse,Limbo\nBen,ben@example.org,Nurse,Limbo\n"
    send(desk, text)
    desk.post("/imports/1/columns", {"source": "ats"})
    shown = page(desk.get("/imports/1/check"))
    assert "Their words and ours" in shown
    assert "not known" in shown
    words = {
        "stage_word": "Limbo", "stage_meaning": "offered", "disposition_word": "Limbo",
        "disposition_meaning": "withdrawn", "save_as": "Our old system",
    }  # fmt: skip
    assert desk.post("/imports/1/values", words).status_code == 303
    assert "not known" not in page(desk.get("/imports/1/check"))
    send(desk, text.replace("Ana", "Cleo").replace("ana@", "cleo@"), name="next.csv")
    shown = page(desk.get("/imports/2/columns"))
    assert "The choices kept as “Our old system” are used." in shown
    assert "not known" not in page(desk.get("/imports/2/check"))


def test_a_word_of_ours_that_does_not_exist_is_refused(desk) -> None:
    send(desk, "Name,Job,Stage\nAna,Nurse,Limbo\n")
    said = {"stage_word": "Limbo", "stage_meaning": "nowhere"}
    assert desk.post("/imports/1/values", said).status_code == 422


def test_a_preset_and_a_guess_are_said_on_the_page(desk) -> None:
    send(desk, "Full-Name,Email,Archive-Reason,Archive-Date,Origin\nAna,ana@example.org,Hired,,\n")
    assert "Recognised as a file of Lever." in page(desk.get("/imports/1/columns"))
    send(desk, "Ana Ruiz;ana@example.org\nBen Weiss;ben@example.org\n")
    assert "a guess, 60 % sure" in page(desk.get("/imports/2/columns"))


def long_history() -> str:
    rows = [f"Ann{n} Example,ann{n}@example.org,Role {n % 7},2024-01-13,Limbo" for n in range(ENOUGH_ROWS)]
    return "\n".join(["Name,Email,Job,Applied on,Stage", *rows, "Bo Chen,bo@,Nurse,31/02/2024,Applied"])


def test_a_long_file_is_checked_beside_the_pages_and_its_outcome_kept(app, desk, sessions: Sessions) -> None:
    columns = send(desk, long_history()).location
    checked = desk.post(columns, {"source": "ats"}).location
    assert "The check waits for its turn" in page(desk.get(checked))
    assert FOLLOWS in page(desk.get(checked))
    check_what_was_asked_for(app, sessions)
    assert desk.get(checked, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    text = page(desk.get(checked))
    assert "1,001 rows" in text and FOLLOWS not in text
    assert "bo@" in text and 'class="bad"' in text
    rows = list(csv.reader(io.StringIO(page(desk.get("/imports/1/problems.csv")).lstrip("\ufeff"))))
    assert {row[0] for row in rows[1:]} == {"2", "1002"}
    assert people(sessions) == 0


def test_a_check_of_other_choices_does_not_count(app, desk, sessions: Sessions) -> None:
    columns = send(desk, long_history()).location
    checked = desk.post(columns, {"source": "ats"}).location
    check_what_was_asked_for(app, sessions)
    said = {"stage_word": "Limbo", "stage_meaning": "offered"}
    assert desk.post("/imports/1/values", said).status_code == 303
    assert "The check waits for its turn" in page(desk.get(checked))
    check_what_was_asked_for(app, sessions)
    assert "not known" not in page(desk.get(checked))
    with sessions.reading() as session:
        assert len(session.scalars(select(AskedWork)).all()) == 2


def test_a_check_asked_for_twice_is_done_once(desk, sessions: Sessions) -> None:
    columns = send(desk, long_history()).location
    for _ in range(2):
        desk.post(columns, {"source": "ats"})
    with sessions.reading() as session:
        assert len(session.scalars(select(AskedWork)).all()) == 1


def test_a_check_that_failed_for_good_can_be_asked_for_again(desk, sessions: Sessions) -> None:
    columns = send(desk, long_history()).location
    checked = desk.post(columns, {"source": "ats"}).location
    with sessions.writing.begin() as session:
        session.scalars(select(AskedWork)).one().state = WorkState.FAILED
    assert "Not checked yet" in page(desk.get(checked))
    desk.post(checked)
    assert "The check waits for its turn" in page(desk.get(checked))


def test_a_long_file_whose_check_nobody_asked_for_says_so(desk) -> None:
    address = send(desk, long_history()).location.removesuffix("/columns")
    assert "Not checked yet" in page(desk.get(f"{address}/check"))
    assert desk.post(f"{address}/check").status_code == 303
    assert "The check waits for its turn" in page(desk.get(f"{address}/check"))


def test_ambiguous_dates_of_a_long_file_are_asked_about_on_its_columns_page(app, desk, sessions) -> None:
    columns = send(
        desk, long_history().replace("2024-01-13", "01/02/2024").replace("31/02", "03/02")
    ).location
    checked = desk.post(columns, {"source": "ats"}).location
    check_what_was_asked_for(app, sessions)
    refused = desk.get(checked)
    assert refused.status_code == 422
    assert "Say below which comes first" in refused.get_data(as_text=True)


def test_people_and_their_applications_in_two_files_are_one_import(app, desk, sessions: Sessions) -> None:
    told = {
        "applications.csv": "Candidate ID,Job,Stage,Rejection reason,Applied on\n7,Nurse,Interview,Headcount,2024-01-13\n",
        "people.csv": "Candidate ID,Name,Email\n7,Ana Ruiz,ana@example.org\n8,Ben Weiss,ben@example.org\n",
    }
    columns = send_together(desk, told).location
    text = page(desk.get(columns))
    assert "File 1 of 2" in text and "On to applications.csv" in text
    following = desk.post(columns, {"source": "ats"}).location
    assert "File 2 of 2" in page(desk.get(following))
    checked = desk.post(following, {}).location
    text = page(desk.get(checked))
    assert "2 files joined by the ids in them, 3 rows" in text
    assert "1 application ·" in text and "left out, because" not in text
    running = desk.post(f"{checked.removesuffix('/check')}/run").location
    assert "people.csv and 1 more" in page(desk.get(running))
    for told_part in parts_asked_for(sessions):
        carry_out_part(app, sessions, told_part)
    assert "1 application" in page(desk.get(running))
    assert people(sessions) == 2
    assert page(desk.get("/imports")).count("data-row>") == 1


def parts_asked_for(sessions: Sessions) -> list[dict]:
    with sessions.reading() as session:
        first = session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one().details
    return [first, *first["others"]]


def test_several_files_are_dropped_together(desk, settings: Settings, sessions: Sessions) -> None:
    people_file = "Name,Email\nAna Ruiz,ana@example.org\n"
    columns = send_together(desk, {"a.csv": people_file, "b.csv": "Email,Job\nana@example.org,Nurse\n"})
    desk.post(columns.location.replace("columns", "drop"))
    assert list(settings.upload_folder.glob("*")) == []
    with sessions.reading() as session:
        assert session.scalars(select(Import)).all() == []


def test_a_file_that_is_no_table_refuses_those_that_came_with_it(desk, settings: Settings) -> None:
    refused = send_together(desk, {"a.csv": "Name\nAna\n", "b.csv": "%PDF-1.7 x"})
    assert refused.status_code == 422
    assert "b.csv is a PDF document" in refused.get_data(as_text=True)
    assert list(settings.upload_folder.glob("*")) == []


def test_the_preset_is_chosen_on_the_page_and_starts_the_columns_anew(desk) -> None:
    columns = send(
        desk, "Full-Name,Email,Archive-Reason,Archive-Date,Origin\nAna,ana@example.org,Hired,,\n"
    ).location
    text = page(desk.get(columns))
    assert '<option value="lever" selected>Lever (recognised)</option>' in text
    assert "Recognised as a file of Lever." in text
    desk.post("/imports/1/preset", {"preset": "none"})
    text = page(desk.get(columns))
    assert '<option value="none" selected>' in text and "Recognised as" not in text
    assert desk.post("/imports/1/preset", {"preset": "nowhere"}).status_code == 422


def test_the_check_says_who_would_be_kept_too_long(desk, sessions: Sessions) -> None:
    old = "Name,Email,Job,Stage,Disposition,Rejected on\nAna Ruiz,ana@example.org,Nurse,Interview,Rejected,2020-02-01\n"
    checked = send(desk, old).location.removesuffix("/columns") + "/check"
    assert "no retention policy is chosen" in page(desk.get(checked))
    with sessions.writing.begin() as session:
        for office in session.scalars(select(Office)).all() or [make_office(session)]:
            office.retention_policy = "DE"
    assert "1 person</span> of this file would be past the retention policy" in page(desk.get(checked))
