"""What another system says it has deleted: proposed here once, and one question where it is very many at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from talentpool.candidates.models import Candidate
from talentpool.consent.data_requests import confirm_identity
from talentpool.consent.models import DataRequest
from talentpool.database import Base, Sessions
from talentpool.errors import ConflictError
from talentpool.imports.deletions import (
    Question,
    in_question,
    let_through,
    load_questions,
    refuse_all,
    take_back,
)
from talentpool.imports.models import DeletionThere
from talentpool.imports.report import ImportReport
from tests.use_cases.imports.conftest import BringIn

PEOPLE = 300  # of whom 5 % are fifteen
HOUR = timedelta(hours=1)
Export = Callable[..., ImportReport]
Count = Callable[[type[Base]], int]


@pytest.fixture
def export(bring_in: BringIn, now: datetime) -> Export:
    """Follow an export of 300 people, in which some are deleted: `export(range(7), hours=2)`."""

    def call(deleted: range = range(0), *, hours: float = 0, people: int = PEOPLE) -> ImportReport:
        rows = [
            f"c{n},Person{n} Name{n},p{n}@example.org,{'yes' if n in deleted else ''}" for n in range(people)
        ]
        text = "\n".join(["Candidate ID,Name,Email,Deleted", *rows, ""])
        at = now + hours * HOUR
        return bring_in(text, source="ats", said_at=at, now=at)

    return call


def told(report: ImportReport) -> tuple[int, int]:
    """Give how many were proposed, and how many wait."""
    return report.details.get("erasures_proposed", 0), report.details.get("erasures_held", 0)


def questions(sessions: Sessions) -> list[Question]:
    with sessions.reading() as session:
        return load_questions(session)


def test_a_few_are_proposed_and_very_many_wait_as_one_question(
    export: Export, sessions: Sessions, count: Count, now: datetime
) -> None:
    export()
    report = export(range(100), hours=1)
    assert told(report) == (0, 100)
    assert count(DataRequest) == 0
    assert questions(sessions) == [Question(source="ats", waiting=100, people=PEOPLE, since=now + HOUR)]
    with sessions.reading() as session:
        first = in_question(session, "ats", most=2)
    assert [(name, there) for _, name, there in first] == [("Person0 Name0", "c0"), ("Person1 Name1", "c1")]
    assert told(export(range(100), hours=2)) == (0, 0)
    assert (count(DeletionThere), count(Candidate)) == (100, PEOPLE)


@pytest.mark.parametrize(("deleted", "expected"), [(15, (15, 0)), (16, (0, 16))])
def test_the_share_is_of_the_people_of_the_source(
    export: Export, deleted: int, expected: tuple[int, int]
) -> None:
    export()
    assert told(export(range(deleted), hours=1)) == expected


def test_of_a_small_system_a_few_always_go_through(export: Export) -> None:
    export(people=20)
    assert told(export(range(10), hours=1, people=20)) == (10, 0)
    assert told(export(range(11), hours=2, people=20)) == (0, 1)


def test_many_small_exports_within_a_day_are_one_large_one_and_the_next_day_is_another(
    export: Export, sessions: Sessions
) -> None:
    export()
    assert told(export(range(9), hours=1)) == (9, 0)
    assert told(export(range(15), hours=2)) == (6, 0)
    assert told(export(range(18), hours=3)) == (0, 3)
    assert told(export(range(19), hours=40)) == (0, 1), "while a question stands, the rest joins it"
    with sessions.writing.begin() as session:
        refuse_all(session, "ats", 4, now=questions(sessions)[0].since + HOUR)
    assert told(export(range(23), hours=41)) == (4, 0)


def test_a_yes_makes_requests_of_them_and_can_be_taken_back(
    export: Export, sessions: Sessions, count: Count, now: datetime
) -> None:
    export()
    export(range(100), hours=1)
    decided_at = now + 2 * HOUR
    with sessions.writing.begin() as session:
        assert let_through(session, "ats", 100, now=decided_at) == 100
    assert (count(DataRequest), questions(sessions)) == (100, [])
    assert told(export(range(101), hours=3)) == (1, 0), "what a person let through counts no more"
    with sessions.writing.begin() as session:
        worked_on = session.scalars(select(DataRequest).order_by(DataRequest.id)).first()
        assert worked_on is not None
        confirm_identity(session, worked_on, "wrote to us", now=decided_at)
    with sessions.writing.begin() as session:
        assert take_back(session, "ats", decided_at) == 99
    assert [one.waiting for one in questions(sessions)] == [99]
    assert count(DataRequest) == 2


def test_a_no_lets_them_stay_for_good_and_can_be_taken_back(
    export: Export, sessions: Sessions, count: Count, now: datetime
) -> None:
    export()
    export(range(100), hours=1)
    decided_at = now + 2 * HOUR
    with sessions.writing.begin() as session:
        assert refuse_all(session, "ats", 100, now=decided_at) == 100
    assert told(export(range(100), hours=3)) == (0, 0)
    assert (count(DataRequest), questions(sessions)) == (0, [])
    with sessions.writing.begin() as session:
        assert take_back(session, "ats", decided_at) == 100
    assert [one.waiting for one in questions(sessions)] == [100]


def test_a_wrong_export_that_is_put_right_takes_the_question_back_by_itself(
    export: Export, sessions: Sessions
) -> None:
    export()
    export(range(100), hours=1)
    export(range(2), hours=2)
    assert [one.waiting for one in questions(sessions)] == [2]
    export(hours=3)
    assert questions(sessions) == []
    assert told(export(range(2), hours=4)) == (2, 0)


def test_whoever_decides_has_seen_all_of_them(export: Export, sessions: Sessions, now: datetime) -> None:
    export()
    export(range(100), hours=1)
    with sessions.writing.begin() as session, pytest.raises(ConflictError, match="100 people by now, not 99"):
        let_through(session, "ats", 99, now=now)
    with sessions.writing.begin() as session, pytest.raises(ConflictError, match="Nobody of lever waits"):
        refuse_all(session, "lever", 99, now=now)
