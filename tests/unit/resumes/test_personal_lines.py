"""The matcher sees nothing that says who somebody is, and everything that says what they can do."""

import time

import pytest

from talentpool.matching.text import words_of
from talentpool.resumes.personal_lines import LONGEST_HEADER, Personal, without_personal_lines
from tests.personas import make_twins

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


def test_somebody_without_a_name_loses_nothing_but_their_addresses() -> None:
    nameless = Personal(name="", emails=("ana@example.org",), phones=(), street=None, postcode=None)
    assert without_personal_lines("Data analyst, ana@example.org", nameless).startswith("Data analyst")


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


JANE = Personal(name="Jane Doe", phones=("(212) 555-0199",), street="12 Oak Road", postcode="SW1A 1AA")


@pytest.mark.parametrize(
    "header",
    [
        "JANE DOE",
        "Doe, Jane",
        "Jane A. Doe",
        "Jane Anne Doe",
        "J. Doe",
        "Doe J.",
        "JANE\nDOE",
        "J A N E D O E",
        "Ms. Doe",
        "Jane's",
        "jane.doe (at) mail.example",
        "jane.doe[at]mail[dot]example",
        "jane-doe.dev",
        "@janedoe_84",
        "12, Oak Rd.",
        "Oak Road 12",
        "SW1A1AA",
        "212 555 0199",
        "Name: J. D. Smith",
        "First name\nJanet",
        "Vorname Janet",
        "DOB: 3 May 1987",
        "D.O.B.: May 3, 1987",
        "Date of birth\n3 May 1987",
        "Geburtsdatum 3. Mai 1987",
        "geb. 03.05.1987 in Ulm",
        "born on 3 May 1987",
        "Nationality: Swiss and Italian",
        "Nationality Swiss",
        "Nationalité : suisse",
        "Staatsangehörigkeit:\nschweizerisch",
        "Gender / Sex: female",
        "Kön kvinna",
        "(she/her)",
        "Familienstand verheiratet",
        "Photo: attached",
        "Foto:\nporträt.jpg",
        "portrait.jpeg",
        "Address: 3 Elm Street, Leeds",
        "Anschrift:\nUlmenweg 3",
        "Father's name: John Smith",
    ],
)
def test_every_way_to_write_who_somebody_is_leaves_nothing(header: str) -> None:
    assert words_of(without_personal_lines(header + "\nPlatform engineer", JANE)) == ["platform", "engineer"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("John Mason", "Mason\nLaid brick for a mason in Leeds"),
        ("Ruby Baker", "Ruby developer\nRuby on Rails, baker on weekends"),
        ("Mark Young", "Young people, mark sheets"),
        ("Will May", "will present in May"),
        ("Al Park", "park ranger al fresco"),
        ("Ana Ruiz", "Nationality and immigration law"),
        ("Ana Ruiz", "Gender studies\nAge of sail museum"),
        ("Ana Ruiz", "Photo: retouching, printing, studio light and framing"),
        ("Ana Ruiz", "Address validation, 3 services\nProject name: Atlas"),
        ("Ana Ruiz", "12 Oak Road campaign\nOak furniture"),
        ("Ana Ruiz", "born to lead\n*nix administration"),
        ("Ana Ruiz", "engineer/her team"),
        ("Ana Ruiz", "R. Ruiz Award"),
    ],
)
def test_what_could_be_a_trade_or_a_skill_stays(name: str, text: str) -> None:
    assert without_personal_lines(text, Personal(name=name)).split() == text.split()


def test_a_personal_section_far_down_is_read_as_the_header_is() -> None:
    career = "\n".join(f"Ran client {n}" for n in range(60))
    text = f"{career}\n\nPersönliche Daten\nGeburtsdatum: 3.5.1987\nNationalität: schweizerisch\n"
    left = without_personal_lines(text, JANE)
    assert "schweizerisch" not in left
    assert "client 59" in left


def test_a_word_of_a_name_with_other_accents_or_capitals_is_the_same_name() -> None:
    for written in ("JÜRGEN GROSS", "Juergen Gross", "Jurgen Groß", "Ju\u0308rgen Groß", "GROß, Jürgen"):
        assert not without_personal_lines(written, Personal(name="Jürgen Groß")).strip()
    assert not without_personal_lines("王伟", Personal(name="王伟")).strip()


@pytest.mark.parametrize("number", range(50))
def test_people_of_one_career_leave_the_same_words(number: int) -> None:
    left = []
    for who, resume in make_twins(number):
        personal = Personal(
            name=who.name, emails=(who.email,), phones=(who.phone,), street=who.street, postcode=who.postcode
        )
        left.append(words_of(without_personal_lines(resume, personal)))
    assert left[0] == left[1]


@pytest.mark.parametrize(
    "piece", ["Name: ", ":", ".", "Jane ", "jane.doe", "a@", "J A N E ", "*1 ", "\n", "é "]
)
def test_a_text_of_a_million_signs_is_read_in_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.perf_counter()
    without_personal_lines(text, JANE)
    assert time.perf_counter() - started < 10
    assert len(text) > LONGEST_HEADER
