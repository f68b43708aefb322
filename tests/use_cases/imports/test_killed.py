"""An import whose process is killed goes on where it stopped, and ends as if nothing had happened."""

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from talentpool.candidates.models import Application, Candidate, Resume
from talentpool.database import Base, Sessions
from talentpool.imports.models import Import, ImportState

ROWS = 1500
PATIENCE_SECONDS = 60


def rows_done(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.max(Import.rows_done))) or 0


def how_many(sessions: Sessions, table: type[Base]) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def start(path: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "talentpool.cli", "import", str(path), "--json"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("after", [1, 700])
def test_a_killed_import_ends_like_one_that_was_not(
    after: int, tmp_path: Path, environ: dict[str, str], sessions: Sessions
) -> None:
    path = tmp_path / "people.csv"
    lines = [f"Person{n} Name{n},p{n}@example.org,Role {n % 9},2024-01-13,Resume of {n}" for n in range(ROWS)]
    path.write_text("\n".join(["Name,Email,Job,Applied on,Resume text", *lines]), "utf-8")
    first = start(path, environ)
    patience = monotonic() + PATIENCE_SECONDS
    while rows_done(sessions) < after and first.poll() is None and monotonic() < patience:
        sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    was_done = rows_done(sessions)
    assert was_done >= after
    second = start(path, environ)
    second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 0
    assert [how_many(sessions, table) for table in (Candidate, Application, Resume)] == [ROWS] * 3
    if was_done < ROWS:  # else the first was quicker than the signal, and the second a repeat
        with sessions.reading() as session:
            (record,) = session.scalars(select(Import))
            assert (record.state, record.rows_done, record.counts["created"]) == (
                ImportState.DONE,
                ROWS,
                ROWS,
            )
