"""Whatever stands in a role or a resume, there is an answer: everybody ranked, every number a number."""

import random
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.errors import InvalidInputError
from talentpool.matching.brief import Brief, Importance, Requirement, brief_from_text, propose_requirements
from talentpool.matching.ranking import rank
from talentpool.matching.settings import MatchingSettings, load_matching_settings
from tests.unit.matching.builders import CONFIG, SETTINGS, make_index, make_person, receipt_for

TODAY = date(2026, 11, 23)
CAREER = ["java", "sql", "kafka", "nurse", "ward", "audit", "lager", "tax", "terraform", "kubernetes"]
ROLES = {
    "empty": "",
    "one word": "java",
    "stop words": "the and of with for",
    "unknown": "zzqx",
    "numbers": "1234 5678",
    "NUL": "java\0sql",
    "half signs": "java \ud800\udfff \udc00",
    "control signs": "\x01\x02\x1b[31m",
    "one sign": "r",
    "marks": "\u0301\u0308",
    "pictures": "\U0001f600 " * 400,
    "right to left": "\u202ejava",
    "long word": "x" * 1_000_000,
}
RESUMES = (
    "", "java", "java sql", "\0", "\ud800 java", "java " * 200_000, "x" * 1_000_000, "the and of", "\U0001f600",
    " ".join(f"word{n}" for n in range(150_000)),
)  # fmt: skip


@pytest.fixture(scope="module")
def odd_pool(tmp_path_factory: pytest.TempPathFactory):
    """People with the oddest resumes, one each."""
    people = [make_person(n + 1, text) for n, text in enumerate(RESUMES)]
    return make_index(tmp_path_factory.mktemp("odd"), people)


@pytest.mark.parametrize("name", ROLES)
def test_any_role_over_any_resumes_ranks_everybody_with_numbers(odd_pool, name: str) -> None:
    for brief in (brief_from_text(ROLES[name]), Brief(title=ROLES[name], text=ROLES[name])):
        ranking = rank(odd_pool, brief, SETTINGS, today=TODAY)
        assert sorted(ranking.candidate_ids.tolist()) == list(range(1, len(RESUMES) + 1))
        assert np.isfinite(ranking.scores).all()
        assert (np.diff(ranking.scores) <= 0).all()
        for scored in ranking.top:
            assert scored.receipt.recomputed() == scored.score
        assert receipt_for(odd_pool, ranking, 1).score >= 0


@given(role=st.text(max_size=60), resume=st.text(max_size=200))
def test_any_text_is_ranked(role: str, resume: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = make_index(Path(folder), [make_person(1, resume), make_person(2, "java sql")])
        required = Requirement(any_of=(role,), importance=Importance.IMPORTANT)
        ranking = rank(index, Brief(title=role, text=resume, requirements=(required,)), SETTINGS, today=TODAY)
    assert sorted(ranking.candidate_ids.tolist()) == [1, 2]
    assert np.isfinite(ranking.scores).all()


def test_people_who_are_equal_in_everything_come_by_number(tmp_path: Path) -> None:
    people = [make_person(n, "java sql kafka") for n in (9, 4, 7, 1)]
    ranking = rank(make_index(tmp_path, people), Brief(title="java", text="sql"), SETTINGS, today=TODAY)
    assert ranking.candidate_ids.tolist() == [1, 4, 7, 9]
    assert len(set(ranking.scores.tolist())) == 1


def test_a_filter_that_nothing_can_meet_leaves_everybody_out_and_counts_them(tmp_path: Path) -> None:
    index = make_index(tmp_path, [make_person(1, "java"), make_person(2, "sql")])
    for wording in ("\0", "!!!", "zzqx", ""):
        required = Requirement(any_of=(wording,), importance=Importance.FILTER)
        ranking = rank(index, Brief(title="java", text="", requirements=(required,)), SETTINGS, today=TODAY)
        assert ranking.candidate_ids.tolist() == []
        assert ranking.lacking[0].candidate_ids.tolist() == [1, 2]
        assert ranking.lacking[0].lacking_only_this == 2


@pytest.mark.parametrize(
    "text",
    ["Kubernetes and Terraform must be known. ", "- Kafka required\n", "Required: ", "Must Have Skill"],
)
def test_a_role_of_a_million_signs_is_answered_in_time(tmp_path: Path, text: str) -> None:
    chance = random.Random(5)
    people = [make_person(n, " ".join(chance.choices(CAREER, k=40))) for n in range(1, 300)]
    index, role = make_index(tmp_path, people), text * (1_000_000 // len(text))
    started = time.perf_counter()
    propose_requirements(role, SETTINGS)
    ranking = rank(index, brief_from_text(role), SETTINGS, today=TODAY)
    assert time.perf_counter() - started < 20, "seconds, on a machine that does other things too"
    assert len(ranking.candidate_ids) == 299
    assert np.isfinite(ranking.scores).all()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), -1.0, 1e300, "1", None, True])
@pytest.mark.parametrize(
    ("part", "key"),
    [("words", "pair_weight"), ("role", "title_weight"), ("feedback", "weight"), ("signals", "stage")],
)
def test_a_weight_that_is_no_number_is_refused_by_its_name(part: str, key: str, value: object) -> None:
    shipped = load_matching_settings(CONFIG)
    values = {
        name: {field: getattr(getattr(shipped, name), field) for field in getattr(shipped, name).__slots__}
        for name in ("words", "role", "feedback", "signals", "bands")
    }
    values[part][key] = value
    with pytest.raises(InvalidInputError, match=rf"\[{part}\] {key}"):
        MatchingSettings.from_mapping(values)
