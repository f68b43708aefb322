"""What is copied from the advert does not count, what is stuffed is shown, and honest resumes are left alone."""

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.brief import Brief
from talentpool.matching.ranking import Ranking, rank
from talentpool.matching.stuffing import MOST_LINES, suspect_lines
from tests.unit.matching.builders import SETTINGS, make_index, make_person

TODAY = date(2026, 11, 23)
ADVERT = """You run our payment platform on Kubernetes and Terraform for forty product teams.
Build deployment pipelines, review incident reports, tune PostgreSQL replication and plan capacity.
Experience with Kafka streams, Prometheus alerts, Grafana dashboards and Ansible playbooks is required."""
BRIEF = Brief(title="Platform engineer", text=ADVERT)
ENGINEER = (
    "Platform engineer. Kubernetes clusters with Terraform modules. Kafka, Prometheus, Grafana, on call."
)
NURSE = (
    "Registered nurse on a surgical ward. Triage, wound care, medication rounds, patient education, discharge"
    " planning and handovers with the night shift."
)


def rank_with(folder: Path, suspect: str) -> Ranking:
    chance = random.Random(1)
    trades = [f"{ENGINEER} Shift {n}." for n in range(6)]
    trades += [f"{NURSE} Ward {n}, {chance.choice(['night', 'day'])} shift." for n in range(20)]
    people = [make_person(n, text) for n, text in enumerate(trades, start=1)]
    return rank(make_index(folder, [*people, make_person(99, suspect)]), BRIEF, SETTINGS, today=TODAY)


def place_of(ranking: Ranking, candidate_id: int) -> int:
    return int(np.flatnonzero(ranking.candidate_ids == candidate_id)[0]) + 1


@pytest.mark.parametrize("times", [1, 2, 5])
def test_pasting_the_advert_into_a_resume_gains_nothing(tmp_path: Path, times: int) -> None:
    honest = place_of(rank_with(tmp_path / "honest", NURSE), 99)
    ranking = rank_with(tmp_path / "pasted", f"{NURSE}\n" + f"{ADVERT}\n" * times)
    assert place_of(ranking, 99) >= honest
    [pasted] = [one for one in ranking.top if one.candidate_id == 99]
    assert pasted.receipt.copied > 20
    assert not any(line.label == "kubernetes" for line in pasted.receipt.lines)
    assert pasted.receipt.recomputed() == pasted.score


def test_what_the_rest_of_the_resume_says_still_counts(tmp_path: Path) -> None:
    ranking = rank_with(tmp_path, f"{ENGINEER}\n{ADVERT}")
    [pasted] = [one for one in ranking.top if one.candidate_id == 99]
    assert pasted.receipt.copied
    assert {"kubernetes", "terraform", "prometheus"} <= {line.label for line in pasted.receipt.lines}
    assert place_of(ranking, 99) <= 7


def test_somebody_who_copied_lends_the_role_no_words(tmp_path: Path) -> None:
    ranking = rank_with(tmp_path, f"{NURSE} zither lute zither lute\n{ADVERT}")
    assert not any(term.label in ("triage", "ward") for term in ranking.role.terms if term.kind == "related")


def test_an_honest_resume_copies_nothing(tmp_path: Path) -> None:
    ranking = rank_with(tmp_path, ENGINEER)
    assert all(one.receipt.copied == 0 for one in ranking.top)


def test_copied_lines_are_quoted() -> None:
    resume = f"{NURSE}\n- Tune PostgreSQL replication and plan capacity. Build deployment pipelines daily.\n{ADVERT}"
    lines = suspect_lines(resume, ADVERT, SETTINGS.text)
    assert ADVERT.splitlines()[1] in lines.copied
    assert NURSE not in lines.copied
    assert lines.stuffed == ()


@pytest.mark.parametrize(
    "line",
    [
        "kubernetes kubernetes kubernetes kubernetes kubernetes",
        "SQL expert, SQL guru, SQL master, SQL ninja, SQL hero",
        "Java, Spring, Java, Hibernate, Java, Maven, Java, Gradle, Java, Kafka",
    ],
)
def test_stuffed_lines_are_quoted(line: str) -> None:
    assert suspect_lines(f"{NURSE}\n{line}\n{ENGINEER}", ADVERT, SETTINGS.text).stuffed == (line,)


def test_a_line_written_again_and_again_is_quoted_once() -> None:
    line = "Kubernetes Terraform Kafka Prometheus Grafana Ansible"
    assert suspect_lines("\n".join([line] * 5), "", SETTINGS.text).stuffed == (line,)


@pytest.mark.parametrize(
    "line",
    [
        "Skills: Java, Kotlin, Spring Boot, Kafka, PostgreSQL, Docker, Kubernetes, Terraform, AWS",
        "Sales manager who trained sales teams and grew sales in three regions by new sales channels and partners",
        NURSE,
        "",
    ],
)
def test_plain_lists_and_sentences_are_no_stuffing(line: str) -> None:
    assert suspect_lines(line, ADVERT, SETTINGS.text).stuffed == ()


@given(text=st.text(max_size=400), advert=st.text(max_size=200))
def test_any_text_gives_a_few_of_its_own_lines(text: str, advert: str) -> None:
    lines = suspect_lines(text, advert, SETTINGS.text)
    assert len(lines.copied) <= MOST_LINES and len(lines.stuffed) <= MOST_LINES
    plain = " ".join(text.split())
    assert all(line in plain for line in (*lines.copied, *lines.stuffed))
