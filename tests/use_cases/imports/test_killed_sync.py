"""kill -9 of `talentpool sync` at any line of what writes: run again, it ends as if it had run once."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from talentpool.candidates.models import Application
from talentpool.consent.models import DataRequest
from talentpool.database import open_engine, open_sessions
from talentpool.imports.models import DeletionThere, Import, ImportState
from tests.killed_at_a_line import KILLED, Program, cuts
from tests.use_cases.imports.clean_run import NOW, SECRET
from tests.use_cases.imports.conftest import Sown

PEOPLE = 310  # of whom a twentieth are fifteen
MOVED = range(20, 290)  # read anew: two chunks
FEW, MANY = 12, 22  # deleted there: proposed one by one, or held as one question
HOUR = timedelta(hours=1)
KILLS_IN_FULL = 200


class Followed:
    """One system that is followed into one database, by processes that may die."""

    def __init__(self, folder: Path, empty: Sown) -> None:
        self._program = Program("tests.use_cases.imports.dying_sync")
        self._export, self._empty, self.url = folder / "people.csv", empty, ""

    def begin(self) -> None:
        """Empty the database, and let the system say for the first time whom it has."""
        self.url = self._empty()
        assert self.sync(NOW)[0] == 0

    def sync(self, at: datetime, *, deleted: int = 0, last: int = 0) -> tuple[int, int]:
        """Follow what the system says at a moment until the line `last` (0: to the end); gives how it ended, and its lines."""
        is_first = at == NOW
        rows = (
            f"c{n},a{n},Person{n} Name{n},p{n}@example.org,{'Bonn' if n in MOVED and not is_first else 'Berlin'},Role {n % 9},"
            f"2026-11-02,{'Interview' if n % 7 else 'Applied'},{'yes' if n % 14 == 3 and n // 14 < deleted else ''}"
            for n in range(PEOPLE)
        )
        header = "Candidate ID,Application ID,Name,Email,City,Job,Applied on,Stage,Deleted"
        self._export.write_text("\n".join([header, *rows, ""]), "utf-8")
        os.utime(self._export, (at.timestamp(), at.timestamp()))
        order = {"database": self.url, "export": str(self._export), "secret": SECRET.decode()}
        return self._program.run(order | {"now": (at + HOUR).isoformat()}, last=last)

    def close(self) -> None:
        """End the program that starts the processes."""
        self._program.close()


@pytest.fixture
def followed(tmp_path: Path, empty_again: Sown) -> Iterator[Followed]:
    """A system that is followed into this test's database."""
    made = Followed(tmp_path, empty_again)
    yield made
    made.close()


def test_a_sync_killed_anywhere_and_run_again_ends_as_if_it_had_run_once(
    followed: Followed, look: Callable[[], dict[str, str]], rounds: int
) -> None:
    kills = KILLS_IN_FULL if rounds > KILLS_IN_FULL else rounds // 5  # on either database
    clean, lines = {}, {}
    for deleted in (FEW, MANY):
        followed.begin()
        ended, lines[deleted] = followed.sync(NOW + HOUR, deleted=deleted)
        assert ended == 0
        clean[deleted] = look()
        _is_as_it_should_be(followed.url, deleted)
    killed = 0
    for number, share in enumerate(cuts(1_000_000, kills, chance=Random(8).random)):  # noqa: S311 - the same each time
        deleted = (FEW, MANY)[number % 2]
        followed.begin()
        last = 1 + share * lines[deleted] // 1_000_001
        killed += followed.sync(NOW + HOUR, deleted=deleted, last=last)[0] == KILLED
        assert followed.sync(NOW + HOUR, deleted=deleted)[0] == 0
        assert look() == clean[deleted], f"killed at line {last}"
    assert killed >= 0.9 * kills


def test_what_a_killed_sync_had_noted_is_settled_by_the_next_export(followed: Followed) -> None:
    followed.begin()
    _, lines = followed.sync(NOW + HOUR, deleted=MANY)
    followed.begin()
    followed.sync(NOW + HOUR, deleted=MANY - 1, last=int(0.9 * lines))
    assert followed.sync(NOW + 2 * HOUR, deleted=MANY)[0] == 0
    _is_as_it_should_be(followed.url, MANY, at=NOW + 2 * HOUR, ended=False)


def _is_as_it_should_be(url: str, deleted: int, *, at: datetime = NOW + HOUR, ended: bool = True) -> None:
    """Look whether every deletion is there once, asked about or held, and everything else is as of the export."""
    engine = open_engine(url)
    with open_sessions(engine).reading() as session:
        told = session.execute(
            select(func.count(DeletionThere.id), func.count(func.distinct(DeletionThere.candidate_id)), func.count(DeletionThere.held_at))
        ).one()  # fmt: skip
        asked = session.scalar(select(func.count(DataRequest.id)))
        as_of = set(session.scalars(select(Application.as_of)))
        states = set(session.scalars(select(Import.state)))
    engine.dispose()
    assert tuple(told) == (deleted, deleted, deleted if deleted == MANY else 0)
    assert asked == (FEW if deleted == FEW else 0)
    assert {at, NOW} <= as_of  # whoever is deleted there is not told of any more
    assert not ended or (as_of, states) == ({at, NOW}, {ImportState.DONE})
