"""An import whose process is killed, or whose disk is full, goes on where it stopped and ends as a clean one."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter, sleep

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from talentpool.candidates.models import Application
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.imports.models import Import, ImportState
from talentpool.imports.run import ROWS_A_CHUNK
from tests.use_cases.imports.clean_run import bring_in, start
from tests.use_cases.imports.conftest import Sown

PEOPLE = 700  # each in two rows, the second in a later chunk
FEWER_PEOPLE = 300  # for what is imported again and again: three chunks
KILLS_IN_FULL = 200
PATIENCE_SECONDS = 60


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A history with everything that writes to more than one table, and some cells to mend."""
    return write_history(tmp_path / "people.csv", PEOPLE)


def write_history(path: Path, people: int) -> Path:
    first = [
        f"{n},Person{n} Name{n},p{n}@example.org,+49 30 {1_000_000 + n},Role {n % 9},2024-01-13,Interview,"
        f"{'yes' if n % 20 == 0 else ''},2024-01-13,{'2024-02-31' if n % 30 == 0 else ''},Resume of {n}"
        for n in range(people)
    ]
    again = [f"{n},,,,Other role {n % 5},2025-02-14,Offer,,,2026-10-01," for n in range(people)]
    header = "Candidate ID,Name,Email,Phone,Job,Applied on,Stage,Opt out,Consent,Last contacted,Resume text"
    path.write_text("\n".join([header, *first, *again]), "utf-8")
    return path


def test_faults_13_an_import_killed_anywhere_ends_like_one_that_was_not(
    tmp_path: Path, empty_again: Sown, look: Callable[[], dict[str, str]], rounds: int
) -> None:
    history = write_history(tmp_path / "people.csv", FEWER_PEOPLE)
    start(empty_again(), history).join(PATIENCE_SECONDS)  # it also starts the server of the others
    kills = min(rounds // 2, KILLS_IN_FULL)  # on either database
    url, began = empty_again(), perf_counter()
    start(url, history).join(PATIENCE_SECONDS)
    seconds, clean = perf_counter() - began, look()
    moments, in_the_middle = Random(13), 0  # noqa: S311 - the same moments each time
    for _ in range(kills):
        process = start(empty_again(), history)
        sleep(moments.uniform(0.05, 1) * seconds)
        process.kill()
        process.join(PATIENCE_SECONDS)
        state = _state_at_a_chunks_end(url, people=FEWER_PEOPLE)
        in_the_middle += state is ImportState.RUNNING
        if state is not ImportState.DONE:  # else it was quicker than the signal
            bring_in(url, history)
        assert look() == clean
    assert in_the_middle >= kills // 5, "too few were killed while they wrote"


def _state_at_a_chunks_end(url: str, *, people: int = PEOPLE) -> ImportState | None:
    """Say where an import stands, None if it has not begun; what it has written is whole chunks."""
    engine = open_engine(url)
    with open_sessions(engine).reading() as session:
        record = session.scalars(select(Import)).first()
        if record is not None and record.state is ImportState.RUNNING:
            assert record.rows_done % ROWS_A_CHUNK == 0 or record.rows_done == 2 * people
            assert session.scalar(select(func.count()).select_from(Application)) == record.rows_done
    engine.dispose()
    return record.state if record is not None else None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_faults_12_a_database_that_is_full_keeps_whole_chunks_and_takes_the_rest_later(
    history: Path, empty_again: Sown, look: Callable[[], dict[str, str]]
) -> None:
    bring_in(empty_again(), history)
    clean, url = look(), empty_again()

    def limit(engine: Engine) -> None:
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 230"))

    with pytest.raises(OperationalError, match="full"):
        bring_in(url, history, limit)
    _is_whole(url)
    assert _state_at_a_chunks_end(url) is ImportState.RUNNING
    bring_in(url, history)
    assert look() == clean


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB, where this machine lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk of our own can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True, capture_output=True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_faults_12_a_full_disk_keeps_whole_chunks_and_takes_the_rest_later(
    history: Path, empty_again: Sown, small_disk: Path
) -> None:
    on_disk = small_disk / "talentpool.db"
    shutil.copyfile(empty_again().removeprefix("sqlite:///"), on_disk)
    url = f"sqlite:///{on_disk}"
    filler = small_disk / "filler"
    filler.write_bytes(b"\0" * 900_000)
    with pytest.raises(OperationalError, match=r"full|disk I/O"):
        bring_in(url, history)
    _is_whole(url)
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True, capture_output=True)
    bring_in(url, history)
    assert _applications(url) == 2 * PEOPLE
    _is_whole(url)


def _is_whole(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()


def _applications(url: str) -> int:
    engine = open_engine(url)
    sessions: Sessions = open_sessions(engine)
    with sessions.reading() as session:
        found = session.scalar(select(func.count()).select_from(Application)) or 0
    engine.dispose()
    return found
