"""A reader sees clean text; the matcher sees nothing that says who somebody is."""

import pytest

from talentpool.resumes.cleaning import LONGEST_TEXT, Personal, visible_text_of_cell, without_personal_lines

ANA = Personal(
    name="Ana Lucía Ruiz",
    emails=("ana@example.org",),
    phones=("+34 612 345 678",),
    street="Calle Mayor 5",
    postcode="28013",
)

RESUME = """ANA LUCÍA RUIZ
Ruiz, Ana Lucía - ana@example.org | (+34) 612-345-678
Calle Mayor 5, 28013 Madrid
Date of birth: 3 May 1987 | Nationality: Spanish
https://www.linkedin.com/in/ana-ruiz?x=1
Baker and Java developer
2015 - 2019 Ruiz & Sons, saved 1,200,000 EUR
Languages: Spanish (native), German C1
"""


@pytest.mark.parametrize(
    "gone",
    ["ANA LUC", "Ruiz, Ana", "ana@", "612", "Calle", "28013", "1987", "Nationality", "linkedin", "May"],
)
def test_what_identifies_the_person_is_cut(gone: str) -> None:
    assert gone not in without_personal_lines(RESUME, ANA)


@pytest.mark.parametrize(
    "kept",
    [
        "Madrid",
        "Baker and Java developer",
        "2015 - 2019",
        "1,200,000 EUR",
        "Spanish (native)",
        "German C1",
        "& Sons",
    ],
)
def test_what_says_what_somebody_can_do_stays(kept: str) -> None:
    assert kept in without_personal_lines(RESUME, ANA)


def test_another_person_of_the_same_text_leaves_the_same_words() -> None:
    other = Personal(name="Li Wei", emails=("li@example.org",), phones=("+86 10 1234 5678",))
    text = "{name}\n{email}\n{phone}\nRegistered nurse, ICU, 12 beds"
    ana = without_personal_lines(text.format(name=ANA.name, email=ANA.emails[0], phone=ANA.phones[0]), ANA)
    li = without_personal_lines(
        text.format(name="Li Wei", email="li@example.org", phone="+86 10 1234 5678"), other
    )
    assert ana.split() == li.split()


def test_a_label_far_down_is_somebody_elses_work_and_stays() -> None:
    text = "\n".join(["Data engineer"] * 40 + ["Built the field 'Gender: female' of a survey"])
    assert "Gender: female" in without_personal_lines(text, ANA)


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
