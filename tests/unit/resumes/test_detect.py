"""Files are known by what is in them, never by what they are called."""

import pytest

from talentpool.resumes.detect import detect_kind
from talentpool.resumes.limits import USUAL_LIMITS
from talentpool.resumes.outcome import ResumeFault, ResumeKind, ResumeProblem
from tests.unit.resumes.resume_files import make_docx, make_odt, make_pdf, para, run, say, zipped

GOOD = {
    "pdf": (make_pdf(say("Jane", (50, 700))), ResumeKind.PDF),
    "pdf after a line of mail": (b"\r\n\r\n" + make_pdf(say("Jane", (50, 700))), ResumeKind.PDF),
    "docx": (make_docx(para(run("Jane"))), ResumeKind.DOCX),
    "odt": (make_odt("<text:p>Jane</text:p>"), ResumeKind.ODT),
    "rtf": (rb"{\rtf1\ansi Jane}", ResumeKind.RTF),
    "html": (b"<!DOCTYPE html><p>Jane", ResumeKind.HTML),
    "html with a comment first": (b"\xef\xbb\xbf <!-- cv --> <HTML><body>Jane", ResumeKind.HTML),
    "xhtml": (b'<?xml version="1.0"?><html><body>Jane</body></html>', ResumeKind.HTML),
    "web archive": (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n",
        ResumeKind.HTML,
    ),
    "text": (b"Jane Example\nBMW mechanic", ResumeKind.TXT),
    "text that begins as a bitmap does": (b"BMW mechanic", ResumeKind.TXT),
    "text in Latin-1": ("José Núñez".encode("latin-1"), ResumeKind.TXT),
    "text in UTF-16": ("Jane Example".encode("utf-16"), ResumeKind.TXT),
    "text in UTF-16 without a mark": ("Jane Example, engineer".encode("utf-16-le"), ResumeKind.TXT),
}
BAD = {
    "nothing": (b"", ResumeProblem.NO_BYTES),
    "zeros": (bytes(5_000), ResumeProblem.NO_BYTES),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(50), ResumeProblem.WRONG_KIND),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(50), ResumeProblem.WRONG_KIND),
    "program": (b"MZ\x90\x00\x03" + bytes(range(256)), ResumeProblem.WRONG_KIND),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ResumeProblem.WRONG_KIND),
    "old container of a locked document": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ResumeProblem.NEEDS_PASSWORD,
    ),
    "any ZIP": (zipped({"holiday.txt": "sun"}), ResumeProblem.WRONG_KIND),
    "spreadsheet": (
        zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
        ResumeProblem.WRONG_KIND,
    ),
    "noise": (bytes(range(256)) * 9, ResumeProblem.WRONG_KIND),
}


@pytest.mark.parametrize(("data", "kind"), GOOD.values(), ids=GOOD)
def test_a_kind_is_known_by_content(data: bytes, kind: ResumeKind) -> None:
    assert detect_kind(data, USUAL_LIMITS) is kind


@pytest.mark.parametrize(("data", "problem"), BAD.values(), ids=BAD)
def test_faults_07_what_is_no_resume_says_what_it_is(data: bytes, problem: ResumeProblem) -> None:
    with pytest.raises(ResumeFault) as refused:
        detect_kind(data, USUAL_LIMITS)
    assert refused.value.problem is problem
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    "start", [b"<html><script>alert(1)</script>", b"GIF89a", b"\x89PNG", b"MZ", b"PK\x03\x04", rb"{\rtf1 "]
)
def test_faults_08_a_file_of_two_kinds_is_refused(start: bytes) -> None:
    with pytest.raises(ResumeFault) as refused:
        detect_kind(start + b"\n" + make_pdf(say("Jane", (50, 700))), USUAL_LIMITS)
    assert refused.value.problem is ResumeProblem.TWO_KINDS


def test_faults_08_a_pdf_with_an_archive_behind_it_is_a_pdf_and_nothing_of_the_archive_is_read() -> None:
    data = make_pdf(say("Jane", (50, 700))) + make_docx(para(run("Other")))
    assert detect_kind(data, USUAL_LIMITS) is ResumeKind.PDF
