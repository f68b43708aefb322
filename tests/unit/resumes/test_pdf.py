"""Text of PDFs comes out in the order a person reads it, words apart, columns one after the other."""

import json
import re
import time
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from talentpool.resumes.limits import USUAL_LIMITS
from talentpool.resumes.outcome import ResumeKind, ResumeStatus
from talentpool.resumes.parse import parse_resume
from tests.unit.resumes.resume_files import RESUME_LINES, make_pdf, paragraph, say, written_pdf

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "resume_files"
LEFT = [f"left line {number} tells of the work done" for number in range(12)]
RIGHT = [f"right line {number} tells of schools and more" for number in range(12)]


def text_of(*contents: str) -> str:
    return parse_resume(make_pdf(*contents), USUAL_LIMITS).visible_text


def test_lines_come_top_to_bottom_whatever_the_order_of_painting() -> None:
    lines = [say(line, (50, 780 - 14 * number)) for number, line in enumerate(RESUME_LINES)]
    assert text_of("".join(reversed(lines))) == "\n".join(RESUME_LINES)


def test_pages_follow_each_other() -> None:
    result = parse_resume(make_pdf(say("one", (50, 700)), say("two", (50, 700))), USUAL_LIMITS)
    assert [(line.text, line.page) for line in result.lines] == [("one", 1), ("two", 2)]
    assert result.pages == 2


def test_columns_are_read_one_after_the_other() -> None:
    page = paragraph(LEFT) + paragraph(RIGHT, left=320)
    assert text_of(page) == "\n".join([*LEFT, *RIGHT])


def test_columns_painted_line_by_line_are_still_columns() -> None:
    rows = zip(LEFT, RIGHT, strict=True)
    page = "".join(
        say(left, (50, 780 - 14 * n)) + say(right, (320, 780 - 14 * n))
        for n, (left, right) in enumerate(rows)
    )
    assert text_of(page) == "\n".join([*LEFT, *RIGHT])


def test_a_heading_over_columns_comes_first_and_a_footer_last() -> None:
    head = say(
        "Jane Example, engineer, with a heading that goes across the whole of the page in one", (50, 810)
    )
    foot = say(
        "References are available on request, and this line goes across the page as well, too", (50, 40)
    )
    page = foot + paragraph(RIGHT, left=320, top=770) + paragraph(LEFT, top=770) + head
    lines = text_of(page).split("\n")
    assert lines[0].startswith("Jane")
    assert lines[-1].startswith("References")
    assert lines[1:-1] == [*LEFT, *RIGHT]


def test_a_side_bar_shorter_than_the_text_does_not_cut_into_it() -> None:
    side = [f"skill {number}" for number in range(5)]
    body = [f"line {number} about the work that was done there over the years" for number in range(30)]
    page = paragraph(side, left=40, leading=17) + paragraph(body, left=200)
    assert text_of(page) == "\n".join([*side, *body])


def test_dates_at_the_right_stay_with_their_lines() -> None:
    jobs = [(f"Engineer at Acme {number}", f"{2010 + number} - {2011 + number}") for number in range(6)]
    page = "".join(
        say(job, (50, 780 - 20 * n)) + say(dates, (480, 780 - 20 * n)) for n, (job, dates) in enumerate(jobs)
    )
    assert text_of(page) == "\n".join(f"{job} {dates}" for job, dates in jobs)


def test_a_table_is_read_row_by_row() -> None:
    rows = [("Python", "ten years", "daily"), ("SQL", "eight years", "daily"), ("Go", "one year", "rarely")]
    page = "".join(
        say(cell, (50 + 150 * c, 700 - 20 * r)) for r, row in enumerate(rows) for c, cell in enumerate(row)
    )
    assert text_of(page) == "\n".join(" ".join(row) for row in rows)


def test_words_without_spaces_between_them_are_told_apart_by_their_gaps() -> None:
    # Helvetica widths of these words in thousandths of an em, at 10 points; a gap of 2.2 points is a space.
    widths = {"of": 8.34, "the": 13.9, "team": 22.23, "that": 16.68, "built": 18.34}
    words = ["of", "the", "team", "that", "built"] * 6
    page, x, y = "", 50.0, 700.0
    for word in words:
        page += say(word, (round(x, 2), y), size=10)
        x += widths[word] + 2.2
        if x > 480:
            x, y = 50.0, y - 14
    assert text_of(page).split() == words


def test_letters_spaced_out_are_one_word() -> None:
    spaced = "BT /F1 14 Tf 6 Tc 1 0 0 1 50 700 Tm (EXPERIENCE) Tj ET "
    assert text_of(spaced + say("Baker", (50, 650))) == "EXPERIENCE\nBaker"


def test_kerned_words_stay_whole() -> None:
    kerned = "BT /F1 11 Tf 1 0 0 1 50 700 Tm [(Aw) 60 (ar) -40 (d) -20 (ed)] TJ ET"
    assert text_of(kerned) == "Awarded"


def test_turned_text_comes_after_the_rest() -> None:
    turned = "BT /F1 11 Tf 0 1 -1 0 30 300 Tm (Curriculum vitae) Tj ET "
    assert text_of(turned + paragraph(RESUME_LINES)) == "\n".join([*RESUME_LINES, "Curriculum vitae"])


def test_a_turned_page_reads_like_any_other() -> None:
    turned = make_pdf(
        "".join(
            f"BT /F1 11 Tf 0 1 -1 0 {100 + 20 * n} 100 Tm ({line}) Tj ET "
            for n, line in enumerate(RESUME_LINES)
        ),
        page="/Rotate 90",
    )
    assert parse_resume(turned, USUAL_LIMITS).visible_text == "\n".join(RESUME_LINES)


def test_links_are_listed_beside_the_text() -> None:
    link = "/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(mailto:jane@example.org)>>>>]"
    result = parse_resume(make_pdf(paragraph(RESUME_LINES), page=link), USUAL_LIMITS)
    assert result.links == ("mailto:jane@example.org",)


def test_faults_07_a_pdf_locked_against_changes_only_is_readable_and_one_against_reading_says_so() -> None:
    encrypted = written_pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>", 9: _LOCK},
        trailer="/Encrypt 9 0 R/ID[<00><00>]",
    )
    assert parse_resume(encrypted, USUAL_LIMITS).status is ResumeStatus.ENCRYPTED


_LOCK = b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def glued_words(found: Counter[str], reference: list[str]) -> int:
    """Count words that are two or three neighbours of the reference written as one."""
    known = set(reference)
    runs = {"".join(reference[n : n + size]) for size in (2, 3) for n in range(len(reference))}
    return sum(count for word, count in found.items() if word not in known and word in runs)


def test_real_resumes_lose_no_word_and_glue_none() -> None:
    if not SHARED.is_dir():
        pytest.skip("the resumes of shared/data/resume_files are not on this machine")
    recalled = expected = glued = found = 0
    seconds = []
    for line in (SHARED / "reference_text.jsonl").read_text(encoding="utf-8").splitlines():
        reference = json.loads(line)
        data = (SHARED / reference["file"]).read_bytes()
        started = time.process_time()
        text = parse_resume(data, USUAL_LIMITS).visible_text
        seconds.append(time.process_time() - started)
        wanted = words_of(reference["text"])
        words = Counter(words_of(text))
        recalled += (Counter(wanted) & words).total()
        expected += len(wanted)
        glued += glued_words(words, wanted)
        found += words.total()
    figures = f"recall {recalled / expected:.4f}, glued {glued / found:.4f}, {1000 * median(seconds):.0f} ms"
    assert recalled / expected >= 0.99, figures
    assert glued / found <= 0.015, figures
    assert median(seconds) <= 0.12, figures  # the target is .06 on an idle core; the tests share theirs


ODD = {
    "arabic_rtl.pdf": "readable",
    "design_awesomecv_cv.pdf": "readable",
    "design_awesomecv_resume.pdf": "readable",
    "imageonly_ccitt.pdf": "scanned",
    "livecareer_zero_text.pdf": "empty",
    "made_encrypted_ownerpw_only.pdf": "readable",
    "made_encrypted_userpw_secret.pdf": "encrypted",
    "made_header_table.docx": "readable",
    "made_pdf_named.docx": "readable",
    "made_scan_imageonly.pdf": "scanned",
    "made_truncated.pdf": "unreadable",
    "made_zero_bytes.pdf": "empty",
    "multicolumn_latex.pdf": "readable",
    "password_pypdf.pdf": "encrypted",
    "sidebar_icons_twentyseconds.pdf": "readable",
    "sidebar_twentyseconds.pdf": "readable",
    "table_mostly.docx": "readable",
    "table_only.docx": "readable",
    "twocol_altacv_mmayer.pdf": "readable",
    "twocol_altacv_sample.pdf": "readable",
    "unreadable_metadata.pdf": "unreadable",
}


@pytest.mark.parametrize(("name", "status"), ODD.items())
def test_faults_07_each_odd_file_gives_text_or_a_clear_status(name: str, status: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the odd files of shared/data/resume_files are not on this machine")
    result = parse_resume((SHARED / "odd" / name).read_bytes(), USUAL_LIMITS)
    assert result.status == status
    assert bool(result.visible_text) is (status == "readable")
    assert result.problem is None or result.message
    assert not result.hidden_lines
    assert result.kind in (None, ResumeKind.PDF, ResumeKind.DOCX)
