"""Requirements proposed from the wording of adverts, never as filters."""

import pytest

from talentpool.matching.brief import Importance, brief_from_text, propose_requirements
from tests.unit.matching.builders import SETTINGS

ADVERT = """Senior Java Developer
We are a friendly company in Leeds.
You must know Java and Kafka. A PhD is a plus.

Requirements:
- 5 years of SQL Server
- Kubernetes (k8s)
- Driving licence
- You will love our kitchen and all the people who are in it every day

Nice to have
* Terraform
* Kafka
"""


def proposed(text: str) -> dict[str, Importance]:
    return {one.any_of[0]: one.importance for one in propose_requirements(text, SETTINGS)}


def test_sections_and_wording_tell_how_much_a_requirement_matters() -> None:
    found = proposed(ADVERT)
    assert found["sql server"] is Importance.IMPORTANT
    assert found["kubernetes"] is Importance.IMPORTANT
    assert found["Driving licence"] is Importance.IMPORTANT
    assert found["terraform"] is Importance.NICE
    assert found["doctor of philosophy"] is Importance.NICE


def test_what_is_required_once_stays_required() -> None:
    assert proposed(ADVERT)["apache kafka"] is Importance.IMPORTANT


def test_important_ones_come_first_and_none_is_a_filter() -> None:
    kinds = [one.importance for one in propose_requirements(ADVERT, SETTINGS)]
    assert kinds == sorted(kinds, key=lambda kind: kind is Importance.NICE)
    assert Importance.FILTER not in kinds


def test_an_advert_that_requires_nothing_proposes_nothing() -> None:
    assert proposed("We are hiring.\nCome and see us in Leeds.") == {}
    assert proposed("") == {}


def test_the_first_short_line_is_the_title_unless_one_is_given() -> None:
    assert brief_from_text("\nJava Developer\nKafka").title == "Java Developer"
    assert brief_from_text("\nJava Developer\nKafka").text == "Kafka"
    assert brief_from_text("Java Developer\nKafka", title="Engineer").text == "Java Developer\nKafka"
    assert brief_from_text("Engineer\nKafka", title="Engineer").text == "Kafka"
    assert brief_from_text(" ".join(["word"] * 13)).title is None
    assert brief_from_text("").title is None


def test_headings_within_a_paragraph_and_sentences_without_spaces_are_read() -> None:
    text = "A fine team.Requirements: Kafka and SQL Server.Knows Docker too.Nice to have: Terraform. Benefits: Excel"
    found = proposed(text)
    assert found["apache kafka"] is found["docker"] is Importance.IMPORTANT
    assert found["terraform"] is Importance.NICE
    assert "excel" not in found


def test_go_is_a_language_only_where_it_stands_like_one() -> None:
    assert "go" not in proposed("You must be ready to go to market with Java.")
    assert "go" in proposed("You must know Java, Go and Python.")
    assert "go" in proposed("Golang is required.")


@pytest.mark.parametrize(
    ("bullet", "asked"),
    [
        ("Fluent English", "English"),
        ("CCRN certification", "CCRN"),
        ("Valid driving licence", "driving licence"),
        ("Knife skills", "Knife"),
        ("Experience", "Experience"),
    ],
)
def test_a_short_bullet_asks_for_what_a_resume_would_say(bullet: str, asked: str) -> None:
    (requirement,) = propose_requirements(f"Requirements\n- {bullet}", SETTINGS)
    assert requirement.any_of == (asked,)


def test_a_skill_without_another_name_is_proposed_too() -> None:
    proposed = propose_requirements("You must have SQL, Kafka and Java.", SETTINGS)
    assert [requirement.any_of for requirement in proposed] == [("sql",), ("apache kafka",), ("java",)]
