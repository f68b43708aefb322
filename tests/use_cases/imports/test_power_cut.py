"""An import whose machine loses power keeps what was committed, whatever the log's last pages hold."""

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql

from talentpool.candidates.models import Application, Candidate
from talentpool.database import Base, Sessions, open_engine, open_sessions
from talentpool.imports.importer import import_file
from talentpool.imports.models import Import
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportProgress
from tests.use_cases.imports.conftest import SECRET, BringIn

ROWS = 1500


def rows_done(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.max(Import.rows_done))) or 0


def how_many(sessions: Sessions, table: type[Base]) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_faults_15_what_was_committed_survives_a_power_cut_with_a_torn_log(
    bring_in: BringIn, sessions: Sessions, tmp_path: Path, rounds: int
) -> None:
    """The disk as it is after each chunk, with half-written frames behind what was synced."""
    chance, source = random.Random(15), tmp_path / "home" / "talentpool.db"
    cuts: list[tuple[Path, int]] = []

    def cut(state: ImportProgress) -> None:
        if len(cuts) >= rounds:
            return
        folder = tmp_path / f"cut{len(cuts)}"
        folder.mkdir()
        for name in ("talentpool.db", "talentpool.db-wal"):
            shutil.copyfile(source.with_name(name), folder / name)
        with (folder / "talentpool.db-wal").open("ab") as log:
            log.write(chance.randbytes(chance.randrange(1, 20_000)))
        cuts.append((folder / "talentpool.db", state.rows_done))

    lines = [f"Person{n} Name{n},p{n}@example.org,Role {n % 9}" for n in range(ROWS)]
    text = "\n".join(["Name,Email,Job", *lines])
    bring_in(text, progress=cut)
    assert cuts
    for file, done in cuts:
        engine = open_engine(f"sqlite:///{file}")
        opened = open_sessions(engine)
        assert rows_done(opened) == done
        assert how_many(opened, Candidate) == done
        with opened.reading() as session:
            assert session.scalar(sql("PRAGMA integrity_check")) == "ok"
        path = tmp_path / "people.csv"
        import_file(opened, path, ImportOptions(), secret=SECRET, now=datetime(2026, 11, 24, tzinfo=UTC))
        assert [how_many(opened, table) for table in (Candidate, Application)] == [ROWS] * 2
        engine.dispose()
