"""Resumes that come as files: beside a table or alone, from a folder or an archive, each to its person."""

import io
import os
import resource
import signal
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.candidates.models import Application, Candidate, Disposition, Resume
from talentpool.candidates.profiles import newest_resumes, pool_documents
from talentpool.candidates.reasons import install_reasons
from talentpool.candidates.resume_files import examine_store
from talentpool.database import Sessions
from talentpool.errors import InvalidInputError
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportReport
from talentpool.imports.resume_archive import MOST_FILES, ResumeArchive
from talentpool.imports.undo import undo_import
from talentpool.resumes.store import stored_keys
from talentpool.settings import Settings
from tests.unit.resumes.resume_files import make_docx, make_pdf, para, paragraph, run
from tests.use_cases.imports.conftest import SECRET

Content = Mapping[str, bytes]
BringFiles = Callable[..., ImportReport]


def pdf(*lines: str) -> bytes:
    return make_pdf(paragraph(lines))


ANA = pdf("Ana Ruiz", "ana@example.org", "Nurse on an intensive care unit since 2019")
BEN = make_docx(para(run("Ben Weiss")) + para(run("ben@example.org")) + para(run("Teacher of mathematics")))
NOBODY = pdf("Experienced in the dispatch of freight, night shifts, forklifts")


@pytest.fixture
def bring(
    sessions: Sessions, settings: Settings, tmp_path: Path, checkout: Path, now: datetime
) -> BringFiles:
    """Import files: `bring({"a.pdf": ANA})` alone, `bring(files, table="Name,CV\\n…")` beside a table."""
    with sessions.writing() as session:
        install_reasons(session, checkout / "config")
        session.commit()

    def call(
        files: Content, *, table: str | None = None, as_folder: bool = False, **options: object
    ) -> ImportReport:
        packed = in_folder(tmp_path / "cvs", files) if as_folder else zipped(tmp_path / "cvs.zip", files)
        where = tmp_path / "people.csv"
        if table is not None:
            where.write_text(table, encoding="utf-8")
        usual: dict[str, object] = {"source": "inbox", "resume_folder": settings.resume_folder}
        usual |= {"resumes": packed} if table is not None else {"collected_on": date(2024, 5, 31)}
        chosen = ImportOptions(**(usual | options))  # type: ignore[arg-type] # the test says which
        return import_file(sessions, where if table is not None else packed, chosen, secret=SECRET, now=now)

    return call


def zipped(path: Path, files: Content) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def in_folder(folder: Path, files: Content) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def texts(sessions: Sessions) -> dict[str, str]:
    """Give the text that counts of everybody, by name."""
    with sessions.reading() as session:
        names = {row.id: row.full_name for row in session.execute(select(Candidate.id, Candidate.full_name))}
        return {names[each]: one.visible_text for each, one in newest_resumes(session, list(names)).items()}


def total(sessions: Sessions, table: type) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("as_folder", [False, True])
def test_resumes_alone_bring_the_people_they_name_with_role_and_outcome_from_their_folders(
    bring: BringFiles, sessions: Sessions, settings: Settings, as_folder: bool
) -> None:
    files = {"CVs/Ward nurse/Rejected/a.pdf": ANA, "CVs/Teacher/b.docx": BEN, "CVs/Teacher/c.pdf": NOBODY}
    report = bring(files, as_folder=as_folder)
    assert (report.created, report.left_out, report.cells_to_fix) == (2, 1, 1)
    problem = report.problems[0].problem
    assert problem.value == "CVs/Teacher/c.pdf"
    assert "names nobody" in problem.message
    with sessions.reading() as session:
        ana = session.scalars(select(Candidate).where(Candidate.full_name == "Ana Ruiz")).one()
        assert ana.collected_on == date(2024, 5, 31)
        assert ana.source == "inbox"
        assert [email.address for email in ana.emails] == ["ana@example.org"]
        application = session.scalars(select(Application).where(Application.candidate_id == ana.id)).one()
        assert (application.role_title, application.disposition) == ("Ward nurse", Disposition.REJECTED)
        resume = ana.resumes[0]
        assert (resume.file_name, resume.media_type, resume.has_file) == ("a.pdf", "application/pdf", True)
        (document,) = pool_documents(session, [ana.id])
        assert "intensive care" in document.text
    assert len(list(stored_keys(settings.resume_folder))) == 2


def test_a_repeat_changes_nothing_and_leaves_no_second_file(
    bring: BringFiles, sessions: Sessions, settings: Settings, now: datetime
) -> None:
    bring({"a.pdf": ANA, "b.docx": BEN})
    again = bring({"moved/x.pdf": ANA, "b.docx": BEN})
    assert (again.created, again.updated) == (0, 1), "the folder moved/ names a role"
    assert (bring({"a.pdf": ANA, "b.docx": BEN}).unchanged, total(sessions, Resume)) == (2, 2)
    assert len(list(stored_keys(settings.resume_folder))) == 2
    with sessions.reading() as session:
        assert examine_store(session, settings.resume_folder, now=now).missing == ()


def test_two_resumes_of_one_person_are_one_person_and_a_namesake_is_not(
    bring: BringFiles, sessions: Sessions
) -> None:
    other = pdf("Ana Ruiz", "ana@example.org", "Head nurse since 2023")
    namesake = pdf("Ana Ruiz", "ruiz.a@example.net", "Welder in a shipyard")
    bring({"1.pdf": ANA, "2.pdf": other, "3.pdf": namesake})
    assert total(sessions, Candidate) == 2
    assert total(sessions, Resume) == 3


def test_undo_removes_the_people_and_their_files(
    bring: BringFiles, sessions: Sessions, settings: Settings, now: datetime
) -> None:
    first = bring({"a.pdf": ANA})
    second = bring({"b.docx": BEN, "new.pdf": pdf("Ana Ruiz", "ana@example.org", "Now a head nurse")})
    undo_import(sessions, second.import_id or 0, now=now, resume_folder=settings.resume_folder)
    assert texts(sessions) == {
        "Ana Ruiz": "Ana Ruiz\nana@example.org\nNurse on an intensive care unit since 2019"
    }
    assert len(list(stored_keys(settings.resume_folder))) == 1
    undo_import(sessions, first.import_id or 0, now=now, resume_folder=settings.resume_folder)
    assert total(sessions, Candidate) == 0
    assert not list(stored_keys(settings.resume_folder))


def test_a_dry_run_writes_nothing(bring: BringFiles, sessions: Sessions, settings: Settings) -> None:
    assert bring({"a.pdf": ANA}, dry_run=True).created == 1
    assert total(sessions, Candidate) == 0
    assert not list(stored_keys(settings.resume_folder))


@pytest.mark.parametrize("missing", ["source", "collected_on"])
def test_resumes_alone_ask_once_for_their_day_and_their_source(bring: BringFiles, missing: str) -> None:
    with pytest.raises(InvalidInputError, match="--collected-on 2024-05-31 --source"):
        bring({"a.pdf": ANA}, **{missing: None})


@pytest.mark.parametrize(
    "cell",
    [
        "ana.pdf",
        "ANA.PDF",
        "ana",
        "files/ana.pdf",
        "C:\\CVs\\ana.pdf",
        "https://ats.example.org/f/ana.pdf?x=1",
        "none.pdf; ana.pdf",
    ],
)
def test_a_row_finds_the_file_its_cell_names(bring: BringFiles, sessions: Sessions, cell: str) -> None:
    report = bring(
        {"export/ana.pdf": ANA, "export/other.pdf": BEN}, table=f"Name,Resume file\nAna Ruiz,{cell}\n"
    )
    assert (report.created, report.cells_to_fix) == (1, 0)
    assert "intensive care" in texts(sessions)["Ana Ruiz"]
    assert total(sessions, Resume) == 1


def test_the_resume_counts_and_the_letter_beside_it_does_not(bring: BringFiles, sessions: Sessions) -> None:
    letter = pdf("Dear team, please find my resume attached")
    files = {"cover letter ruiz.pdf": letter, "cv ruiz.pdf": ANA}
    bring(files, table='Name,Attachments\nAna Ruiz,"cv ruiz.pdf; cover letter ruiz.pdf"\n')
    assert "intensive care" in texts(sessions)["Ana Ruiz"]
    assert total(sessions, Resume) == 2


@pytest.mark.parametrize(
    "name", ["4711.pdf", "cv_4711_final.pdf", "ana@example.org.pdf", "Ruiz, Ana - CV.pdf", "ANA-RUIZ.pdf"]
)
def test_a_file_finds_its_row_by_the_id_address_or_name_in_its_own_name(
    bring: BringFiles, sessions: Sessions, name: str
) -> None:
    table = "ID,Name,Email\n4711,Ana Ruiz,ana@example.org\n47,Ben Weiss,ben@example.org\n"
    bring({name: ANA, "unrelated.pdf": NOBODY}, table=table)
    assert list(texts(sessions)) == ["Ana Ruiz"]


def test_a_file_that_could_be_two_peoples_is_nobodys(bring: BringFiles, sessions: Sessions) -> None:
    bring({"Ana Ruiz 1.pdf": ANA, "Ana Ruiz 2.pdf": NOBODY}, table="Name,City\nAna Ruiz,Madrid\n")
    assert texts(sessions) == {}


def test_faults_07_a_person_comes_in_though_their_file_cannot_be_read(
    bring: BringFiles, sessions: Sessions
) -> None:
    files = {"a.pdf": ANA[:200], "b.pdf": b"", "c.exe": b"MZ" + bytes(900)}
    table = "Name,Resume file\nAna Ruiz,a.pdf\nBen Weiss,b.pdf\nCleo Dupont,c.exe\nDora Lind,gone.pdf\n"
    report = bring(files, table=table)
    assert report.created == 4
    assert {one.problem.value for one in report.problems} == {"a.pdf", "b.pdf", "c.exe", "gone.pdf"}


def test_files_that_are_no_resumes_of_anybody_are_not_even_looked_at(
    bring: BringFiles, sessions: Sessions
) -> None:
    report = bring({"a.pdf": ANA, "__MACOSX/._a.pdf": b"x", ".DS_Store": b"x", "sub/Thumbs.db": b"x"})
    assert report.rows == 1


def test_faults_02_an_archive_that_lies_about_a_size_costs_one_file(
    bring: BringFiles, tmp_path: Path, sessions: Sessions
) -> None:
    path = zipped(tmp_path / "lies.zip", {"a.pdf": ANA, "b.pdf": b"%PDF-1.4 " + b"x" * 5_000_000})
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = struct.pack("<I", 10)  # the unpacked size in the table of contents
    path.write_bytes(raw)
    with ResumeArchive(path) as archive:
        assert archive.read("a.pdf", most=1000) == ANA[:1000]
        assert len(archive.read("b.pdf", most=1_000_000) or b"") <= 1_000_000


def test_faults_01_a_file_that_unpacks_without_end_is_read_up_to_the_limit_only(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"bomb.txt": bytes(300_000_000)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ResumeArchive(path) as archive:
        assert len(archive.read("bomb.txt", most=20 << 20) or b"") == 20 << 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_faults_02_more_files_than_an_import_takes_are_refused_before_the_table_is_built(
    tmp_path: Path,
) -> None:
    path = tmp_path / "many.zip"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"x")
    raw = bytearray(out.getvalue())
    end = raw.rindex(b"PK\x05\x06")
    raw[end + 12 : end + 16] = struct.pack("<I", MOST_FILES * 2_000)
    path.write_bytes(raw)
    with pytest.raises(InvalidInputError, match="more than 100,000 files"):
        ResumeArchive(path)


def test_faults_09_a_name_in_an_archive_leads_nowhere(
    bring: BringFiles, sessions: Sessions, tmp_path: Path
) -> None:
    names = ["../../evil.pdf", "/etc/passwd.pdf", "a\u202efdp.exe", "CON", "x" * 300 + ".pdf"]
    before = set(tmp_path.parent.rglob("evil.pdf"))
    report = bring(
        {name: pdf(f"Ana Ruiz{n}", f"ana{n}@example.org", "Nurse") for n, name in enumerate(names)}
    )
    assert report.rows == len(names)
    with sessions.reading() as session:
        stored = session.scalars(select(Resume.file_name)).all()
    assert all(name and "/" not in name and "\u202e" not in name and len(name) <= 130 for name in stored)
    assert set(tmp_path.parent.rglob("evil.pdf")) == before


KILLED = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from talentpool.database import open_engine, open_sessions
import talentpool.tables
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
options = ImportOptions(source="inbox", collected_on=date(2024, 5, 31), resume_folder=Path(sys.argv[3]))
import_file(open_sessions(open_engine(sys.argv[1])), Path(sys.argv[2]), options, secret=b"a secret of this test's installation", now=datetime(2026, 11, 23, 12, tzinfo=UTC))
"""


def test_faults_14_an_import_of_files_killed_at_any_moment_ends_like_one_clean_run(
    bring: BringFiles, sessions: Sessions, settings: Settings, tmp_path: Path, checkout: Path, now: datetime
) -> None:
    files = {f"{n}.pdf": pdf(f"Ana Ruiz{n}", f"ana{n}@example.org", f"Nurse {n}") for n in range(40)}
    path = zipped(tmp_path / "killed.zip", files)
    for seconds in (1.2, 1.7, 2.2):
        command = [
            sys.executable,
            "-c",
            KILLED,
            settings.database_url,
            str(path),
            str(settings.resume_folder),
        ]
        with subprocess.Popen(command, cwd=checkout) as child:
            time.sleep(seconds)
            os.kill(child.pid, signal.SIGKILL)
        with sessions.reading() as session:
            assert examine_store(session, settings.resume_folder, now=now).missing == ()
    bring(files)
    assert (total(sessions, Candidate), total(sessions, Resume)) == (40, 40)
    with sessions.reading() as session:
        assert examine_store(session, settings.resume_folder, now=now).missing == ()
        used = set(session.scalars(select(Resume.file_key)))
    assert used <= {key for key, _ in stored_keys(settings.resume_folder)}
