"""A resume uploaded on the candidate's page: read, compared with the record, kept, offered, taken back."""

import io
import os
import re
import subprocess
import time

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.candidates.models import Candidate, CandidateChange, Resume, ResumeStatus
from talentpool.candidates.profiles import pool_documents
from talentpool.database import Sessions
from talentpool.resumes.store import stored_keys
from talentpool.settings import Settings
from tests.unit.resumes.resume_files import image, make_docx, make_pdf, para, paragraph, run, say, written_pdf
from tests.web.conftest import form_token
from tests.web.pool_of_people import fill_pool

LINES = (
    "Ana Ruiz",
    "ana.new@example.net | +34 612 345 678",
    "EXPERIENCE",
    "Head of Platform, Nordwind Logistik GmbH, 2023 - present",
    "Ran Nomad clusters for the dispatch of freight",
)


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    return fill_pool(sessions)


@pytest.fixture
def desk(people, signed_in):
    return signed_in(AccountKind.RECRUITER)


@pytest.fixture
def ana(people: dict[str, int]) -> str:
    return f"/candidates/{people['Ana Ruiz']}"


def pdf(*lines: str, more: str = "") -> bytes:
    return make_pdf(paragraph(lines or LINES) + more)


def send(desk, ana: str, data: bytes, name: str = "cv.pdf", **fields: str):
    form = {"file": (io.BytesIO(data), name), **fields}
    return desk.post(f"{ana}/resumes", form, content_type="multipart/form-data")


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def newest(sessions: Sessions) -> Resume:
    with sessions.reading() as session:
        return session.scalars(select(Resume).order_by(Resume.id.desc()).limit(1)).one()


def files(settings: Settings) -> int:
    return len(list(stored_keys(settings.resume_folder)))


def test_an_uploaded_resume_is_compared_with_roles_from_now_on(
    desk, ana: str, sessions: Sessions, settings
) -> None:
    assert send(desk, ana, pdf()).status_code == 303
    resume = newest(sessions)
    assert resume.status is ResumeStatus.READABLE
    with sessions.reading() as session:
        (document,) = pool_documents(session, [resume.candidate_id])
        changed = session.scalars(select(CandidateChange.candidate_id)).all()
    assert "Ran Nomad clusters" in document.text
    assert resume.candidate_id in changed
    assert files(settings) == 1
    assert "Ran Nomad clusters" in text_of(desk.get(ana))


def test_what_it_says_otherwise_is_proposed_and_taken_over_value_by_value(
    desk, ana: str, sessions: Sessions
) -> None:
    send(desk, ana, pdf())
    page = text_of(desk.get(ana))
    assert "ana.new@example.net" in page
    assert "Head of Platform at Nordwind Logistik GmbH" in page
    resume = newest(sessions)
    fields = [change[0] for change in resume.proposed or ()]
    take = [str(place) for place, field in enumerate(fields) if field in ("email", "headline")]
    desk.post(f"/resumes/{resume.id}/decide", {"take": take})
    with sessions.reading() as session:
        candidate = session.get_one(Candidate, resume.candidate_id)
        assert candidate.headline == "Head of Platform at Nordwind Logistik GmbH"
        assert candidate.emails[0].address == "ana.new@example.net"
        assert len(candidate.emails) == 2
        assert "+34612345678" not in [phone.number for phone in candidate.phones]
    assert desk.post(f"/resumes/{resume.id}/decide", {"take": take}).status_code == 409


def test_a_resume_that_names_somebody_else_is_said_and_nothing_of_it_is_ticked(desk, ana: str) -> None:
    send(desk, ana, pdf("Goran Horvat", *LINES[1:]))
    page = desk.get(ana).get_data(as_text=True)
    assert "It names somebody else" in page
    assert 'name="take" value="0" checked' not in page
    send(desk, ana, pdf())
    assert 'name="take" value="0" checked' in desk.get(ana).get_data(as_text=True)


def test_keeping_what_is_on_record_changes_nothing(desk, ana: str, sessions: Sessions) -> None:
    send(desk, ana, pdf())
    resume = newest(sessions)
    desk.post(f"/resumes/{resume.id}/decide", {"keep": "yes", "take": ["0", "1"]})
    assert "not on record" not in text_of(desk.get(ana))
    with sessions.reading() as session:
        assert [email.address for email in session.get_one(Candidate, resume.candidate_id).emails] != [
            "ana.new@example.net"
        ]


def test_taking_a_resume_back_restores_what_was_there_and_removes_the_file(
    desk, ana: str, sessions: Sessions, settings: Settings
) -> None:
    def person() -> tuple[object, ...]:
        with sessions.reading() as session:
            one = session.get_one(Candidate, int(ana.rsplit("/", 1)[1]))
            addresses = [(email.address, email.position) for email in one.emails]
            return (
                one.headline,
                one.updated_at,
                addresses,
                [phone.number for phone in one.phones],
                len(one.resumes),
            )

    before = person()
    send(desk, ana, pdf())
    resume = newest(sessions)
    desk.post(f"/resumes/{resume.id}/decide", {"take": ["0", "1", "2"]})
    assert person() != before
    assert desk.post(f"/resumes/{resume.id}/remove").status_code == 303
    assert person() == before
    assert files(settings) == 0


def test_the_same_file_twice_is_said_and_kept_once(desk, ana: str, settings: Settings) -> None:
    send(desk, ana, pdf())
    again = send(desk, ana, pdf())
    assert again.status_code == 422
    assert "This very file is on record already" in text_of(again)
    assert files(settings) == 1


SCAN = written_pdf(
    {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        4: b"<< /Length 29 >>\nstream\nq 500 0 0 700 40 60 cm /I Do Q\nendstream",
        5: image(20, 20),
    }
)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (SCAN, ResumeStatus.SCANNED, "scan"),
        (make_pdf(""), ResumeStatus.EMPTY, "shows no text"),
        (make_docx(para(run("Ana Ruiz, nurse")))[:300], ResumeStatus.UNREADABLE, "ends too early"),
    ],
)
def test_faults_07_a_file_without_text_is_kept_and_the_page_says_why(
    desk, ana: str, sessions: Sessions, data: bytes, status: ResumeStatus, said: str
) -> None:
    with sessions.reading() as session:
        (before,) = pool_documents(session, [int(ana.rsplit("/", 1)[1])])
    assert send(desk, ana, data).status_code == 303
    assert newest(sessions).status is status
    assert said in text_of(desk.get(ana))
    with sessions.reading() as session:
        (after,) = pool_documents(session, [int(ana.rsplit("/", 1)[1])])
    assert after.text == before.text, "the older, readable resume still counts"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x7fELF" + bytes(500), pdf() + b"\n<html><script>alert(1)</script></html>", b"<html>" + pdf()],
    ids=["empty", "program", "pdf with a page behind it", "page with a pdf behind it"],
)
def test_faults_08_what_is_no_resume_is_refused_or_given_back_as_a_file_only(
    desk, ana: str, sessions: Sessions, settings: Settings, data: bytes
) -> None:
    answer = send(desk, ana, data, "<script>alert(1)</script>.html")
    if answer.status_code == 422:
        assert files(settings) == 0
        assert "<script>alert" not in answer.get_data(as_text=True)
        return
    given = desk.get(f"/resumes/{newest(sessions).id}/original")
    assert given.headers["Content-Disposition"].startswith("attachment;")


def test_faults_08_an_original_is_given_back_byte_by_byte_and_never_shown(
    desk, ana: str, sessions: Sessions
) -> None:
    data = b"<!doctype html><html><body><p>Ana Ruiz</p><script>alert(1)</script><p>Nurse on an ICU</p></body></html>"
    assert send(desk, ana, data, "../..\\evil\u202e\0.html").status_code == 303
    given = desk.get(f"/resumes/{newest(sessions).id}/original")
    assert given.get_data() == data
    assert given.headers["Content-Type"] == "application/octet-stream"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Disposition"] == "attachment; filename=evil.html"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert given.headers["Cache-Control"] == "no-store"
    with sessions.reading() as session:
        assert "resume_downloaded" in set(session.scalars(select(AuditEvent.action)))


def test_hidden_text_is_shown_with_its_reason_and_not_compared(desk, ana: str, sessions: Sessions) -> None:
    send(desk, ana, pdf(more=say("Kubernetes Terraform Rust Haskell", (50, 300), colour="1 1 1")))
    page = text_of(desk.get(ana))
    assert "1 hidden line" in page
    assert "Kubernetes Terraform Rust Haskell" in page
    assert "in the colour of the page" in page
    with sessions.reading() as session:
        (document,) = pool_documents(session, [newest(sessions).candidate_id])
    assert "Haskell" not in document.text


def test_only_who_may_change_candidates_adds_resumes_and_only_who_sees_them_downloads(
    desk, ana: str, sessions: Sessions, signed_in
) -> None:
    send(desk, ana, pdf())
    number = newest(sessions).id
    manager = signed_in(AccountKind.HIRING_MANAGER)
    assert send(manager, ana, pdf("Somebody else")).status_code == 403
    assert manager.get(f"/resumes/{number}/original").status_code == 403
    assert manager.post(f"/resumes/{number}/remove").status_code == 403
    with sessions.writing.begin() as session:
        session.get_one(Candidate, newest(sessions).candidate_id).is_restricted = True
    assert desk.get(f"/resumes/{number}/original").status_code == 404
    assert desk.post(f"/resumes/{number}/decide", {"take": "0"}).status_code == 404
    assert desk.post(f"/resumes/{number}/remove").status_code == 404


def test_a_day_that_is_none_or_has_not_come_is_said_and_nothing_is_kept(
    desk, ana: str, settings: Settings
) -> None:
    for typed in ("yesterday", "2999-01-01"):
        assert send(desk, ana, pdf(), received_on=typed).status_code == 422
    assert files(settings) == 0


def test_faults_10_a_file_above_the_limit_is_refused(desk, ana: str, settings: Settings) -> None:
    token = form_token(desk.client)
    parts = {'csrf_token"': token.encode(), 'file"; filename="cv.pdf"': pdf() + bytes(21 * 1024 * 1024)}
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="' + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts.items()
    )
    kind = "multipart/form-data; boundary=x"
    answer = desk.client.post(f"{ana}/resumes", data=body + b"--x--\r\n", content_type=kind)
    assert answer.status_code == 422
    assert "larger than 20 MiB" in text_of(answer)
    assert files(settings) == 0


def test_faults_10_more_parts_than_a_form_has_are_refused(desk, ana: str, settings: Settings) -> None:
    started = time.monotonic()
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n' % number
        for number in range(100_000)
    )
    answer = desk.client.post(
        f"{ana}/resumes", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert time.monotonic() - started < 30
    assert files(settings) == 0


def test_faults_01_a_bomb_is_refused_within_the_request(desk, ana: str, settings: Settings) -> None:
    bomb = make_docx(para(run("A" * 90_000_000)))
    started = time.monotonic()
    answer = send(desk, ana, bomb, "bomb.docx")
    assert answer.status_code == 422
    assert "unpacks to more than" in text_of(answer)
    assert time.monotonic() - started < 5, "the child's start included"
    assert files(settings) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_faults_11_a_full_disk_is_said_and_leaves_neither_a_row_nor_a_file(
    desk, ana: str, sessions: Sessions, settings: Settings
) -> None:
    settings.resume_folder.mkdir(parents=True, exist_ok=True)
    small = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(settings.resume_folder)]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        (settings.resume_folder / "filler").write_bytes(bytes(60 * 1024))
        with sessions.reading() as session:
            before = session.scalar(select(func.count(Resume.id)))
        answer = send(desk, ana, pdf() + b"%" * 50_000)
        assert answer.status_code == 507
        assert "The disk is full" in text_of(answer)
        with sessions.reading() as session:
            assert session.scalar(select(func.count(Resume.id))) == before
        assert files(settings) == 0
    finally:
        subprocess.run(["umount", str(settings.resume_folder)], check=True)
