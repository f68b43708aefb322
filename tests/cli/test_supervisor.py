"""The supervisor: what dies is started again after a growing pause, what cannot start is not."""

import os
import threading
import time

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
