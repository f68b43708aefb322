"""The supervisor: what dies is started again after a growing pause, what cannot start is not."""

import os
import threading
import time
from pathlib import Path

import pytest

from talentpool.cli.supervisor import LONGEST_PAUSE_SECONDS, Child, keep_running


def child(*arguments: str) -> Child:
    return Child(list(arguments), dict(os.environ))


def until_dead(one: Child) -> None:
    assert one.process is not None
    one.process.wait(20)


def test_what_dies_again_and_again_is_started_after_growing_pauses() -> None:
    dying = child("--version")
    pauses = []
    for _ in range(3):
        dying.look(dying.next_start_at)
        until_dead(dying)
        died_at = time.monotonic()
        dying.look(died_at)
        assert dying.process is None, "it was started again without a pause"
        pauses.append(round(dying.next_start_at - died_at, 2))
    assert pauses == [0.5, 1.0, 2.0]
    assert dying.pause_seconds <= LONGEST_PAUSE_SECONDS


def test_what_cannot_start_stops_everything_with_its_exit_code() -> None:
    began = time.monotonic()
    assert keep_running([child("no-such-command")], threading.Event()) == 2
    assert time.monotonic() - began < 20


def test_being_told_to_stop_before_anything_started_ends_well() -> None:
    stop = threading.Event()
    stop.set()
    assert keep_running([child("--version")], stop) == 0


def test_what_finds_its_database_gone_says_so_in_a_sentence_each_time_and_waits_longer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scheduler = Child(["schedule"], {**os.environ, "TALENTPOOL_HOME": str(tmp_path)}, has_been_steady=True)
    pauses = []
    for _ in range(3):
        assert scheduler.look(scheduler.next_start_at) is None
        until_dead(scheduler)
        died_at = time.monotonic()
        assert scheduler.look(died_at) is None, "what ran well before is not given up"
        pauses.append(round(scheduler.next_start_at - died_at, 2))
    assert pauses == [0.5, 1.0, 2.0]
    said = [line for line in capfd.readouterr().err.splitlines() if "child_died" not in line]
    assert len(said) == 3
    assert all("There is no installation in" in line for line in said)


def test_what_finds_its_database_gone_at_the_very_start_ends_everything_with_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nowhere = {**os.environ, "TALENTPOOL_HOME": str(tmp_path)}
    assert keep_running([Child(["schedule"], nowhere)], threading.Event()) == 3
    assert [line for line in capfd.readouterr().err.splitlines() if "no installation" in line]
