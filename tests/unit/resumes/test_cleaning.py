"""A reader sees clean text."""

from talentpool.resumes.cleaning import LONGEST_TEXT, visible_text_of_cell


def test_markup_becomes_lines() -> None:
    html = "<div><h1>Nurse</h1><script>alert(1)</script><ul><li>ICU</li><li>Triage &amp; care</li></ul></div>"
    assert visible_text_of_cell(html) == "Nurse\n• ICU\n• Triage & care"


def test_less_than_signs_are_not_markup() -> None:
    assert visible_text_of_cell("latency < 5 ms, c > d") == "latency < 5 ms, c > d"


def test_glued_bullets_start_lines_and_invisible_signs_go() -> None:
    assert (
        visible_text_of_cell("Skills:•Java•Go\x00\u200b\r\n\r\n\r\n\r\nEnd\xa0here")
        == "Skills:\n• Java\n• Go\n\nEnd here"
    )


def test_very_long_text_is_cut_at_the_limit() -> None:
    assert len(visible_text_of_cell("word " * 500_000)) <= LONGEST_TEXT
