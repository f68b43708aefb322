"""Ranking and reading a list cost a fixed number of queries, whatever the pool."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import cards, view_run
from tests.builders import NOW, make_application, make_candidate, make_role


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    statements: list[str] = []
    connection = session.connection()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def grow(session: Session, people: int) -> None:
    for number in range(people):
        candidate = make_candidate(session, f"Person {number}", resume=f"Kubernetes Terraform tool{number}")
        make_application(session, candidate)


def test_the_number_of_queries_does_not_grow_with_the_pool(session: Session, keeper: IndexKeeper) -> None:
    role = make_role(session)
    counts = []
    for people in (3, 40):
        grow(session, people)
        keeper.current(session, now=NOW)
        session.expunge_all()
        with counted(session) as ranking:
            run = rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
        session.flush()
        session.expunge_all()
        with counted(session) as reading:
            shown = cards(session, keeper, view_run(session, run, None), now=NOW)
        assert shown
        counts.append((len(ranking), len(reading)))
    assert all(later <= first for first, later in zip(*counts, strict=True))  # settings are read once
    assert counts[0][0] <= 20
    assert counts[0][1] <= 12
