"""How dates, numbers and names read on a page."""

from datetime import UTC, date, datetime

import pytest

from talentpool.web import wording

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "reads"),
    [
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 22), "yesterday"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 11), "12 days ago"),
        (date(2026, 12, 3), "in 10 days"),
        (date(2026, 10, 20), "4 weeks ago"),
        (date(2026, 3, 12), "8 months ago"),
        (date(2025, 11, 23), "12 months ago"),
        (date(2023, 1, 1), "4 years ago"),
        (date(2027, 6, 1), "in 6 months"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "yesterday"),
    ],
)
def test_a_date_says_how_far_away_it_is(day: date, reads: str) -> None:
    assert wording.distance(day, TODAY) == reads


def test_a_date_is_written_with_its_age() -> None:
    assert wording.day_and_distance(date(2026, 3, 12), TODAY) == "12 Mar 2026 (8 months ago)"
    assert wording.day_and_distance(None, TODAY) == "–"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Ruiz", "AR"), ("Madonna", "M"), ("Jean-Luc de la Tour", "JT"), ("李 小龍", "李小"), ("", "·"), (None, "·"),
     ("  ", "·"), ("(unknown)", "·"), ("ßilvia", "SS")],
)  # fmt: skip
def test_a_name_gives_at_most_a_few_letters(name: str | None, letters: str) -> None:
    assert wording.initials(name) == letters


def test_numbers_have_separators_and_nouns_agree() -> None:
    assert wording.number(4812) == "4,812"
    assert wording.number(0.47, 3) == "0.470"
    assert wording.number(-0.02, 3) == "−0.020"
    assert wording.counted(1, "person", "people") == "1 person"
    assert wording.counted(4812, "person", "people") == "4,812 people"
    assert wording.counted(0, "day") == "0 days"
