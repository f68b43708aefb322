"""Hostile and broken PDFs end in time with a status; none takes the reader down."""

import random
import time
import zlib
from collections.abc import Iterator

import pytest

from talentpool.resumes.extract import ResumeReader
from talentpool.resumes.limits import USUAL_LIMITS, Limits
from talentpool.resumes.outcome import ResumeProblem, ResumeStatus
from talentpool.resumes.parse import parse_resume
from tests.unit.resumes.resume_files import (
    RESUME_LINES,
    image,
    make_docx,
    make_pdf,
    para,
    paragraph,
    run,
    say,
    stream,
    written_pdf,
)

GOOD = make_pdf(paragraph(RESUME_LINES))
DOCX = make_docx(para(run("Jane")) + f"<w:tbl><w:tr><w:tc>{para(run('Acme'))}</w:tc></w:tr></w:tbl>")
RTF = rb"{\rtf1{\colortbl;\red255\green0\blue0;}{\fonttbl{\f0 Arial;}}\cf1 J\'e4ne {\b Example}\par \u8364?}"
PAGE = b"<html><style>.a{color:red}</style><p class=a style='font-size:9px'>Jane<b>x</b></html>"
LIMITS = Limits(cpu_seconds=8, wall_seconds=12)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


@pytest.fixture(scope="module")
def reader() -> Iterator[ResumeReader]:
    with ResumeReader(LIMITS, processes=1) as opened:
        yield opened


def page_with(content: bytes) -> bytes:
    """Make a PDF of one page whose content stream is given as it is."""
    return written_pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            3: FONT,
            4: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            5: content,
        }
    )


def flate(data: bytes, times: int) -> bytes:
    """Pack data several times over."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, f"/Filter[{'/FlateDecode' * times}]")


def lzw_of_zeros(codes: int) -> bytes:
    """Write an LZW stream whose every code repeats what came before, one sign longer each time."""
    bits, width = [(256, 9), (0, 9)], 9
    for number in range(codes):
        code = 258 + number
        width = 9 if code < 511 else 10 if code < 1_023 else 11 if code < 2_047 else 12
        bits.append((min(code, 4_094), width))
        if code >= 4_094:
            bits.append((256, 12))
            break
    text = "".join(format(code, f"0{size}b") for code, size in bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


BOMBS = {
    "Flate": flate(b" " * 200_000_000, 1),
    "Flate in Flate": flate(b" " * 100_000_000, 3),
    "RunLength": stream(b"\x81 " * 4_000_000 + b"\x80", "/Filter/RunLengthDecode"),
    "LZW": stream(lzw_of_zeros(3_900) * 200, "/Filter/LZWDecode"),
    "text without end": flate(b"BT /F1 9 Tf 50 700 Td " + b"(aaaaaaaaaa) Tj " * 1_500_000 + b"ET", 1),
    "graphics without end": flate(b"q 1 0 0 1 1 1 cm 0 0 9 9 re f " * 1_500_000, 1),
    "states without end": flate(b"q " * 20_000_000, 1),
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_faults_05_a_stream_that_unpacks_without_end_ends_in_time(
    reader: ResumeReader, content: bytes
) -> None:
    started = time.perf_counter()
    result = reader.read(page_with(content))
    assert time.perf_counter() - started < 30
    assert len(result.text) <= USUAL_LIMITS.characters
    assert reader.read(GOOD).status is ResumeStatus.READABLE


def test_faults_05_a_picture_larger_than_memory_ends_in_time(reader: ResumeReader) -> None:
    huge = image(10, 10).replace(b"/Width 10/Height 10", b"/Width 60000/Height 60000")
    result = reader.read(make_pdf("q 500 0 0 700 50 50 cm /I1 Do Q", extra={1000: huge}))
    assert result.status is not ResumeStatus.READABLE
    assert reader.read(GOOD).status is ResumeStatus.READABLE


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
LOOPS = {
    "pages that hold themselves": {1: CATALOGUE, 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"},
    "pages in a circle": {
        1: CATALOGUE,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 9>>",
        3: b"<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 9>>",
    },
    "a count of billions": {1: CATALOGUE, 2: b"<</Type/Pages/Kids[]/Count 2147483647>>"},
    "a length that is itself": {1: CATALOGUE, 2: b"<</Type/Pages/Kids[]/Count 7 0 R>>", 7: b"7 0 R"},
    "a form that paints itself": {
        1: CATALOGUE,
        2: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        4: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</XObject<</X 6 0 R>>>>>>",
        5: stream(b"/X Do"),
        6: stream(
            b"/X Do /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
        ),
    },
    "an outline in a circle": {
        1: b"<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        3: b"<</First 3 0 R/Last 3 0 R/Next 3 0 R/Parent 3 0 R>>",
    },
    "arrays in arrays": {1: CATALOGUE, 2: b"[" * 100_000 + b"]" * 100_000},
}


@pytest.mark.parametrize("objects", LOOPS.values(), ids=LOOPS)
def test_faults_06_a_structure_without_end_ends_in_time(
    reader: ResumeReader, objects: dict[int, bytes]
) -> None:
    started = time.perf_counter()
    result = reader.read(written_pdf(objects))
    assert time.perf_counter() - started < 30
    assert result.status in (ResumeStatus.EMPTY, ResumeStatus.UNREADABLE)
    assert not result.visible_text


def test_faults_06_a_deep_outline_costs_nothing(reader: ResumeReader) -> None:
    outline = {
        number: f"<</Title(x)/First {number + 1} 0 R/Last {number + 1} 0 R>>".encode()
        for number in range(2_000, 12_000)
    }
    result = reader.read(make_pdf(paragraph(RESUME_LINES), root="/Outlines 2000 0 R", extra=outline))
    assert result.visible_text == "\n".join(RESUME_LINES)


def test_faults_06_tables_of_contents_that_point_at_each_other_end_in_time(reader: ResumeReader) -> None:
    start = GOOD.rindex(b"xref\n0 1")
    looped = GOOD.replace(b"/Root 1 0 R", f"/Root 1 0 R/Prev {start}".encode())
    assert reader.read(looped).status is ResumeStatus.READABLE


def test_faults_06_pages_past_the_limit_are_not_read() -> None:
    result = parse_resume(make_pdf(*[say(f"Page {n}", (50, 700)) for n in range(9)]), Limits(pages=5))
    assert result.visible_text.endswith("Page 4")
    assert result.problem is ResumeProblem.CUT
    assert "first 5 of the PDF's 9 pages" in str(result.message)


def test_faults_05_characters_past_the_limit_are_not_kept() -> None:
    result = parse_resume(make_pdf(*[paragraph(["word " * 20] * 50)] * 5), Limits(characters=1_000))
    assert result.problem is ResumeProblem.CUT
    assert len(result.text) <= 1_000


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_faults_07_a_truncated_pdf_says_so(kept: float) -> None:
    result = parse_resume(GOOD[: int(kept * len(GOOD))], USUAL_LIMITS)
    assert result.problem in (ResumeProblem.TRUNCATED, ResumeProblem.DAMAGED)
    assert result.message


def test_faults_07_what_a_truncated_pdf_still_holds_is_kept() -> None:
    pages = [paragraph([f"Job {number}", *RESUME_LINES]) for number in range(3)]
    whole = make_pdf(*pages)
    result = parse_resume(whole[: whole.rindex(b"xref\n0 1")], USUAL_LIMITS)
    assert result.status is ResumeStatus.READABLE
    assert result.problem is ResumeProblem.TRUNCATED
    assert "Job 0" in result.visible_text


@pytest.mark.parametrize(
    "tail",
    [b"", b"\n", b"%%EOF", b"startxref\n0\n%%EOF", b"x" * 2_000],
    ids=["bare", "line", "end", "start", "junk"],
)
def test_faults_07_a_header_alone_is_no_resume(tail: bytes) -> None:
    assert parse_resume(b"%PDF-1.7\n" + tail, USUAL_LIMITS).status is ResumeStatus.UNREADABLE


def test_faults_07_a_scan_is_called_a_scan() -> None:
    result = parse_resume(
        make_pdf("q 595 0 0 842 0 0 cm /I1 Do Q", extra={1000: image(60, 80)}), USUAL_LIMITS
    )
    assert result.status is ResumeStatus.SCANNED
    assert result.pages == 1
    assert "Tesseract" in str(result.message)


def test_faults_07_a_blank_page_is_empty_not_scanned() -> None:
    result = parse_resume(make_pdf(""), USUAL_LIMITS)
    assert result.status is ResumeStatus.EMPTY
    assert result.problem is ResumeProblem.NO_TEXT


def test_faults_07_letters_without_names_are_no_text() -> None:
    nameless = "".join(map(chr, range(14, 32))) * 3
    result = parse_resume(make_pdf(say(nameless, (50, 700))), USUAL_LIMITS)
    assert result.status is ResumeStatus.UNREADABLE
    assert "which letters" in str(result.message)


HUGE = "1" + "0" * 45
NOWHERE = {
    "a place far away": "BT /F1 11 Tf 1 0 0 1 9999999 9999999 Tm (Ghost) Tj ET ",
    "a size past all numbers": f"BT /F1 {HUGE} Tf 1 0 0 1 50 700 Tm (Ghost) Tj ET ",
    "a matrix of nothing": "BT /F1 11 Tf 0 0 0 0 50 700 Tm (Ghost) Tj ET ",
    "a matrix past all numbers": f"BT /F1 11 Tf {HUGE} {HUGE} -{HUGE} 0 50 700 Tm (Ghost) Tj ET ",
}


@pytest.mark.parametrize("content", NOWHERE.values(), ids=NOWHERE)
def test_faults_06_text_at_no_place_is_not_visible(content: str) -> None:
    result = parse_resume(make_pdf(content + paragraph(RESUME_LINES)), USUAL_LIMITS)
    assert "Ghost" not in result.visible_text
    assert "Jane Example" in result.visible_text


@pytest.mark.parametrize(
    "box", ["0 0 0 0", f"0 0 {HUGE} {HUGE}", "9 9 1 1", f"-{HUGE} 0 {HUGE} 1", "0 0 1 900000"]
)
def test_faults_06_a_page_of_no_size_gives_a_status(box: str) -> None:
    data = make_pdf(paragraph(RESUME_LINES)).replace(b"[0 0 595 842]", f"[{box}]".encode())
    result = parse_resume(data, USUAL_LIMITS)
    assert result.status is ResumeStatus.READABLE or result.message


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_give_text_or_a_status(reader: ResumeReader, seed: int) -> None:
    rng = random.Random(seed)
    for whole in (GOOD, DOCX, RTF, PAGE):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 5, 40])):
            place = rng.randrange(len(data))
            data[place : place + rng.choice([0, 1, 9])] = rng.randbytes(rng.choice([0, 1, 9]))
        result = reader.read(bytes(data))
        assert result.status is ResumeStatus.READABLE or result.message
        assert result.problem not in (ResumeProblem.CRASHED, ResumeProblem.TIMED_OUT)
