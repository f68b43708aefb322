"""Scans are read where Tesseract is installed, and stay scans where it is not."""

import json
import stat
import sys
from collections import Counter
from pathlib import Path

import pytest

from talentpool.resumes.extract import ResumeReader
from talentpool.resumes.limits import USUAL_LIMITS, Limits
from talentpool.resumes.ocr import find_ocr, ocr_text
from talentpool.resumes.outcome import ResumeLine, ResumeProblem, ResumeStatus, ResumeText
from talentpool.resumes.pdf import picture_of_page
from tests.unit.resumes.resume_files import RESUME_LINES, image, make_pdf, say, stream
from tests.unit.resumes.test_pdf import SHARED, words_of

SCAN = make_pdf("q 595 0 0 842 0 0 cm /I1 Do Q", extra={1000: image(60, 80)})


def scan_of(lines: tuple[str, ...]) -> bytes:
    """Paint lines, take a picture of the page and make a PDF of that picture alone."""
    page = "".join(say(line, (60, 760 - 40 * number), size=18) for number, line in enumerate(lines))
    return scan_of_page(make_pdf(page))


def scan_of_page(pdf: bytes) -> bytes:
    """Take a picture of a PDF's first page and make a PDF of that picture alone."""
    header, pixels = picture_of_page(pdf, 0).split(b"\n255\n", 1)
    width, height = header.split()[1:3]
    entries = (
        f"/Type/XObject/Subtype/Image/Width {int(width)}/Height {int(height)}"
        "/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    return make_pdf("q 595 0 0 842 0 0 cm /I1 Do Q", extra={1000: stream(pixels, entries)})


def command(folder: Path, body: str) -> str:
    """Make a program that stands where Tesseract would."""
    file = folder / "tesseract"
    file.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_without_tesseract_a_scan_stays_a_scan_and_says_what_helps() -> None:
    with ResumeReader(processes=1, find_tesseract=False) as reader:
        result = reader.read(SCAN)
    assert result.status is ResumeStatus.SCANNED
    assert result.problem is ResumeProblem.PICTURES_ONLY
    assert "Tesseract" in str(result.message)
    assert not result.visible_text


def test_with_tesseract_the_words_of_a_scan_are_read() -> None:
    if find_ocr() is None:
        pytest.skip("Tesseract is not installed on this machine")
    with ResumeReader(processes=1) as reader:
        result = reader.read(scan_of(RESUME_LINES))
    assert result.status is ResumeStatus.READABLE
    assert result.problem is ResumeProblem.READ_BY_OCR
    assert {"Jane", "Example", "Engineer", "Python"} <= set(result.visible_text.replace(",", " ").split())


@pytest.mark.parametrize("file", ["pdf/18905648.pdf", "pdf/21297828.pdf"])  # of one page each
def test_nearly_every_word_of_a_scanned_resume_is_read(file: str) -> None:
    if find_ocr() is None or not SHARED.is_dir():
        pytest.skip("Tesseract or the resumes of shared/data/resume_files are not on this machine")
    references = map(json.loads, (SHARED / "reference_text.jsonl").read_text(encoding="utf-8").splitlines())
    text = next(reference["text"] for reference in references if reference["file"] == file)
    with ResumeReader(processes=1) as reader:
        result = reader.read(scan_of_page((SHARED / file).read_bytes()))
    wanted = Counter(words_of(text))
    assert (wanted & Counter(words_of(result.visible_text))).total() >= 0.95 * wanted.total()


def test_the_picture_of_a_page_is_dark_where_its_words_are() -> None:
    header, pixels = picture_of_page(make_pdf(say("Jane", (60, 760), size=18)), 0).split(b"\n255\n", 1)
    width, height = map(int, header.split()[1:3])
    assert header.startswith(b"P5\n")
    assert len(pixels) == width * height
    assert (width, height) == (1653, 2339)
    assert min(pixels) < 60 < 250 < max(pixels)


def test_each_page_of_a_scan_is_handed_over_as_a_picture(tmp_path: Path) -> None:
    """The program stands in for Tesseract: it answers with the size of the picture it was given."""
    sizes = command(
        tmp_path, "data = sys.stdin.buffer.read() or b'- 0 0'\nprint('picture', *map(int, data.split()[1:3]))"
    )
    two_pages = make_pdf(*["q 595 0 0 842 0 0 cm /I1 Do Q"] * 2, extra={1000: image(60, 80)})
    with ResumeReader(processes=1, ocr=sizes) as reader:
        result = reader.read(two_pages)
    assert result.lines == tuple(ResumeLine(text="picture 1653 2339", page=page) for page in (1, 2))
    assert result.problem is ResumeProblem.READ_BY_OCR
    assert "OCR" in str(result.message)


@pytest.mark.parametrize(
    "body",
    [
        "sys.exit(1)",
        "pass",
        "import time; time.sleep(60)",
        "import os; os.abort()",
        "sys.stdout.buffer.write(b'\\x00')",
    ],
)
def test_a_tesseract_that_fails_leaves_the_scan_a_scan(tmp_path: Path, body: str) -> None:
    scan = ResumeText(
        status=ResumeStatus.SCANNED, pages=1, problem=ResumeProblem.PICTURES_ONLY, message="A scan."
    )
    assert ocr_text(command(tmp_path, body), [b"P5\n1 1\n255\n0"], scan, Limits(ocr_page_seconds=1)) == scan


def test_a_tesseract_that_is_gone_leaves_the_scan_a_scan(tmp_path: Path) -> None:
    scan = ResumeText(status=ResumeStatus.SCANNED, pages=1)
    assert ocr_text(str(tmp_path / "gone"), [b"P5\n1 1\n255\n0"], scan, USUAL_LIMITS) == scan
