"""Requirements proposed from the wording of adverts, never as filters."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.brief import (
    Brief,
    Importance,
    Requirement,
    brief_from_text,
    propose_requirements,
)
from talentpool.matching.ranking import rank
from talentpool.matching.requirements import MOST_REQUIREMENTS
from tests.unit.matching.builders import SETTINGS, make_index, make_person

SLOWEST_SECONDS = 10
"""For a megabyte on a busy machine; it takes less than one."""

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


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Requirements: Three years of experienceKnowledge of SolidWorksExperience with Docker", ["docker"]),
        ("Requirements\n- a degree in a related fieldexperience with docker", ["docker"]),
        ("A good team.What You Need for this JobDockerWhat's In It for YouExcel lessons", ["docker"]),
        ("skills our teams would love\n docker\n terraform", ["docker", "terraform"]),
        ("Requirements: JavaScript and MySQL", ["javascript", "mysql"]),
    ],
)
def test_sentences_and_headings_that_lost_the_space_between_them_are_read_apart(
    text: str, asked: list[str]
) -> None:
    found = proposed(text)
    assert set(asked) <= set(found)
    assert "excel" not in found


@pytest.mark.parametrize(
    "line",
    [
        "Experience with significant transactional",
        "Knowledge of established brands that people love",
        "Work in a global, fast-changing business world",
        "You answer customer inquiries, return calls",
        "Exposure to constructionproject management",
        "Our company is an ISO 9001 certified company",
        "You will often see Entity, 11g, 3U on the doors here",
    ],
)
def test_words_that_are_no_name_and_no_thing_of_their_own_propose_nothing(line: str) -> None:
    assert groups(f"Requirements\n- {line}") == []


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("Working knowledge of Docker", {"docker": Importance.IMPORTANT}),
        ("Experience directly using Docker", {"docker": Importance.IMPORTANT}),
        ("Docker desired, not required", {"docker": Importance.NICE}),
        ("The ideal candidate has used Docker", {"docker": Importance.IMPORTANT}),
        ("Must know GO, Docker and Zorbix, Zorbixs", {"go": Importance.IMPORTANT}),
        ("Must hold a Secret Security Clearance", {"Secret Security Clearance": Importance.IMPORTANT}),
    ],
)
def test_what_a_sentence_asks_for_is_told_without_a_heading(line: str, asked: dict[str, Importance]) -> None:
    assert asked.items() <= proposed(line).items()


def test_one_thing_and_several_of_it_are_asked_for_once() -> None:
    assert groups("Requirements: Docker, Zorbix4 and Zorbix4s") == [("docker",), ("Zorbix4",)]


def test_no_more_is_proposed_than_a_person_would_read() -> None:
    many = ", ".join(f"Zorbix{n}" for n in range(60))
    assert len(groups(f"Requirements\n- {many}")) == MOST_REQUIREMENTS


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
    ],
)
def test_a_short_bullet_asks_for_what_a_resume_would_say(bullet: str, asked: str) -> None:
    (requirement,) = propose_requirements(f"Requirements\n- {bullet}", SETTINGS)
    assert requirement.any_of == (asked,)


def test_a_skill_without_another_name_is_proposed_too() -> None:
    proposed = propose_requirements("You must have SQL, Kafka and Java.", SETTINGS)
    assert [requirement.any_of for requirement in proposed] == [("sql",), ("apache kafka",), ("java",)]


def groups(text: str) -> list[tuple[str, ...]]:
    return [one.any_of for one in propose_requirements(text, SETTINGS)]


@pytest.mark.parametrize(
    ("line", "any_of"),
    [
        ("Java or Kotlin", [("java", "kotlin")]),
        ("AWS, Azure or GCP", [("amazon web services", "microsoft azure", "google cloud")]),
        ("Python and/or Scala", [("python", "scala")]),
        ("Python/Scala", [("python", "scala")]),
        ("One of the following: Java, Kotlin and Scala", [("java", "kotlin", "scala")]),
        ("Tracing tools (Jaeger, Zipkin, Tempo, etc.)", [("Jaeger", "Zipkin", "Tempo")]),
        ("Bachelor's degree or equivalent experience", [("bachelor's degree", "equivalent experience")]),
        ("Java and Kotlin", [("java",), ("kotlin",)]),
        (
            "Java, Kotlin and AWS or Azure",
            [("java",), ("kotlin",), ("amazon web services", "microsoft azure")],
        ),
    ],
)
def test_or_makes_one_requirement_of_several_wordings_and_and_keeps_apart(
    line: str, any_of: list[tuple[str, ...]]
) -> None:
    assert groups(f"Requirements\n- {line}") == any_of


def test_a_list_announced_as_any_of_is_one_requirement_over_its_bullets() -> None:
    text = "Requirements\nOne of the following:\n- Java\n- Kotlin\n\nNice to have\n- Docker"
    assert groups(text) == [("java", "kotlin"), ("docker",)]


@pytest.mark.parametrize(
    ("line", "any_of"),
    [
        ("At least 3 years of Java", ("java",)),
        ("Bachelor's degree in Accounting", ("bachelor's degree in Accounting",)),
        ("BS or MS in Physics", ("bachelor's degree in Physics", "master's degree in Physics")),
        ("Registered nurse licence", ("registered nurse",)),
        ("CPA", ("certified public accountant",)),
        ("CISSP certification required", ("CISSP",)),
        ("AWS Certified Solutions Architect", ("AWS Certified Solutions Architect",)),
        ("Fluent German", ("German",)),
        ("Valid driver's licence", ("driver's licence",)),
    ],
)
def test_degrees_papers_years_and_languages_become_what_a_resume_would_say(
    line: str, any_of: tuple[str, ...]
) -> None:
    assert groups(f"Requirements\n- {line}") == [any_of]


@pytest.mark.parametrize(
    "line",
    [
        "No degree required",
        "Experience with Scala is not required",
        "Java is not necessary",
        "Visa sponsorship is not available",
        "Excellent communication skills",
        "You are a team player in a fast-paced environment",
        "We are an equal opportunity employer and hire without regard to age, Java or religion",
        "Experience",
    ],
)
def test_what_is_not_asked_for_or_says_nothing_proposes_nothing(line: str) -> None:
    assert groups(f"Requirements\n- {line}") == []


def test_an_advert_that_asks_for_nothing_in_words_has_its_skills_proposed_as_nice() -> None:
    assert proposed("You keep our Docker hosts and firewalls alive.") == {
        "docker": Importance.NICE,
        "firewall": Importance.NICE,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "word",
        "the and of to " * 400,
        "\0\ud800\udfff",
        "Requirements:\n" + "\n".join(f"- Skill{n} tool" for n in range(10_000)),
        "experience with java or " * 45_000,
        "a-" * 500_000,
        "BS, MS, or PhD in " * 60_000,
        "A " * 500_000,
        "Aaa: " * 200_000,
    ],
)
def test_any_text_has_an_answer_within_seconds(text: str) -> None:
    started = time.perf_counter()
    found = propose_requirements(text, SETTINGS)
    assert time.perf_counter() - started < SLOWEST_SECONDS
    assert all(wording.strip() and wording.isprintable() for one in found for wording in one.any_of)


def test_an_unreadable_character_does_not_part_a_word() -> None:
    assert groups("Requirements:\n- Kuber\0netes\n- \ud800SQL\udfff") == [("kubernetes",), ("sql",)]


@given(st.text(max_size=300))
def test_no_text_is_refused(text: str) -> None:
    for one in propose_requirements(f"Requirements:\n{text}", SETTINGS):
        assert one.any_of
        assert all(wording.strip() for wording in one.any_of)


def test_how_many_lack_only_one_requirement_counts_any_of_its_wordings_as_met(tmp_path: Path) -> None:
    people = [
        make_person(n, text) for n, text in enumerate(("java docker", "kotlin", "scala docker", "php"), 1)
    ]
    (either,) = groups("Requirements\n- Java or Kotlin")
    filters = (
        Requirement(any_of=either, importance=Importance.FILTER),
        Requirement(any_of=("docker",), importance=Importance.FILTER),
    )
    brief = Brief(title="Developer", text="java kotlin docker", requirements=filters)
    found = rank(make_index(tmp_path, people), brief, SETTINGS, today=date(2026, 1, 1))
    assert [(one.candidate_ids.tolist(), one.lacking_only_this) for one in found.lacking] == [
        ([3, 4], 1),
        ([2, 4], 1),
    ]
