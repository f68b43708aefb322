"""Dates of all the forms other systems write; never a guess."""

from datetime import date
from pathlib import Path

import pytest

from talentpool.imports.dates import DateOrder, orders_of, parse_date
from talentpool.imports.vocabulary import Vocabulary, load_vocabulary

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def words(checkout: Path) -> Vocabulary:
    return load_vocabulary(checkout / "config")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-04", date(2024, 3, 4)),
        ("2024/3/4", date(2024, 3, 4)),
        ("2024-03-04T23:30:00-02:00", date(2024, 3, 5)),
        ("2024-03-04 10:11:12", date(2024, 3, 4)),
        ("2024-03-04T10:11:12Z", date(2024, 3, 4)),
        ("04.03.2024", date(2024, 3, 4)),
        ("4.3.24", date(2024, 3, 4)),
        ("20240304", date(2024, 3, 4)),
        ("1709510400", date(2024, 3, 4)),
        ("1709510400000", date(2024, 3, 4)),
        ("45355", date(2024, 3, 4)),
        ("45355.5", date(2024, 3, 4)),
        ("4 Mar 2024", date(2024, 3, 4)),
        ("March 4, 2024", date(2024, 3, 4)),
        ("Mon, 4 March 2024 10:00", date(2024, 3, 4)),
        ("4. März 2024", date(2024, 3, 4)),
        ("4 août 2024", date(2024, 8, 4)),
        ("4 de marzo de 2024", date(2024, 3, 4)),
        ("2024-03", date(2024, 3, 1)),
        ("03/2024", date(2024, 3, 1)),
        ("Mar 2024", date(2024, 3, 1)),
        ("05/05/2024", date(2024, 5, 5)),
    ],
)
def test_a_date_is_read_whatever_its_form(text: str, day: date, words: Vocabulary) -> None:
    assert parse_date(text, order=None, months=words.months, today=TODAY) == day


def test_the_order_decides_between_day_and_month(words: Vocabulary) -> None:
    read = {
        order: parse_date("03-04-24", order=order, months=words.months, today=TODAY) for order in DateOrder
    }
    assert read == {DateOrder.DMY: date(2024, 4, 3), DateOrder.MDY: date(2024, 3, 4)}


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2024",
        "31.02.2024",
        "0001-01-01",
        "9999-12-31",
        "0000-00-00",
        "soon",
        "",
        "12",
        "4 Foo 2024",
        "2024-13-01",
    ],
)
def test_faults_24_what_is_no_date_of_a_working_life_is_none(text: str, words: Vocabulary) -> None:
    assert parse_date(text, order=DateOrder.DMY, months=words.months, today=TODAY) is None


def test_faults_24_an_ambiguous_date_is_none_without_an_order(words: Vocabulary) -> None:
    assert parse_date("01/02/2024", order=None, months=words.months, today=TODAY) is None
    assert len(orders_of("01/02/2024")) == 2
