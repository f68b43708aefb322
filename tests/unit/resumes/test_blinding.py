"""A text in blind review says what somebody did and not who it was."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.resumes.blinding import HIDDEN, blinded
from talentpool.resumes.personal_lines import Personal
from talentpool.sample_pool.pool import sample_people

ANA = Personal(name="Ana Ruiz", phones=("+351 912 345 678",), postcode="1100-123", city="Lisbon")
RESUME = """ANA RUIZ
Senior platform engineer
12 Baker Street, Lisbon | +351 912 345 678 | ana.ruiz@example.org
Date of birth: 3 May 1987

EXPERIENCE
2019 - 2023 Acme, platform engineer
Kubernetes for 40 teams. Moved the team from Lisbon to Porto.
"""
WORDS = st.lists(
    st.sampled_from(
        ["led", "the", "team", "in", "2019", "Kubernetes", "Ana", "ruiz", "A.", "RUIZ", "Terraform", "—"]
    )
)


def test_the_header_keeps_the_trade_and_loses_the_person() -> None:
    text = blinded(RESUME, ANA)
    assert text.splitlines()[0] == "Senior platform engineer"
    assert "Kubernetes for 40 teams. Moved the team from Lisbon to Porto." in text
    assert "2019 - 2023 Acme" in text
    for personal in ("ANA", "RUIZ", "Baker", "912", "@", "1987"):
        assert personal not in text


@pytest.mark.parametrize(
    "line",
    [
        "10115 Berlin",
        "D-10115 Berlin, Torstraße 5",
        "5 rue de la Paix, Paris",
        "Calle Mayor 14, 3º",
        "221b Baker Street",
        "Tel. (030) 123 45 67",
        "linkedin: https://example.org/in/x",
        "Lisbon, Portugal",
    ],
)
def test_a_line_of_the_header_that_tells_how_to_find_somebody_goes_whole(line: str) -> None:
    assert blinded(f"Nurse\n{line}\nWard 4, nights", ANA) == "Nurse\nWard 4, nights"


@pytest.mark.parametrize(
    "line", ["2019 - 2023 Acme Road Works, Porto", "Led 40 people", "Kubernetes 1.28 and 12 clusters"]
)
def test_a_line_about_the_work_stays(line: str) -> None:
    assert blinded(f"Engineer\n{line}", ANA) == f"Engineer\n{line}"


def test_a_name_in_somebody_elses_words_is_hidden_wherever_it_stands() -> None:
    assert blinded("Told ana, then Ruiz: calm.", ANA) == f"Told {HIDDEN}, then {HIDDEN}: calm."


def test_a_name_of_two_letters_is_hidden_with_its_capital_only() -> None:
    assert blinded("Bo wrote; so did bo", Personal(name="Bo Ng")) == f"{HIDDEN} wrote; so did bo"


@given(WORDS)
def test_no_word_of_the_name_is_ever_left(words: list[str]) -> None:
    left = re.findall(r"\w+", blinded(" ".join(words), ANA).casefold())
    assert not {"ana", "ruiz"} & set(left)


@given(st.text(max_size=400))
def test_any_text_can_be_read_blind_and_reading_it_twice_changes_nothing(text: str) -> None:
    once = blinded(text, ANA)
    assert blinded(once, ANA) == once


def test_no_generated_person_is_recognised_in_their_resume() -> None:
    people = [one for one in sample_people(date(2026, 11, 23)) if one.resume_text][:300]
    assert people
    for one in people:
        who = one.identity
        personal = Personal(
            name=who.name, emails=who.emails, phones=(who.phone,), postcode=who.postcode, city=who.city
        )
        text = blinded(one.resume_text, personal)
        words = set(re.findall(r"[^\W_]+", text.casefold()))
        assert not {who.first_name.casefold(), who.last_name.casefold()} & words, text
        assert not [told for told in (*who.emails, who.phone, who.postcode) if told and told in text], text
