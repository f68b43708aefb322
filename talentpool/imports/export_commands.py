"""Commands that bring another system's export into a watched folder, each as often as the list of folders says.

A command runs in its folder and puts files there, which are then taken like any others. Where it has `{since}` it is
told when it last went well, so that it can bring only what changed. When that was stands in a hidden file beside them.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import IO

from talentpool.errors import UnavailableError
from talentpool.imports.watched_folders import WatchedFolder
from talentpool.logs import get_log

log = get_log(__name__)

FETCHED = ".fetched"  # holds the time at which the last command that went well began
FIRST = "1970-01-01T00:00:00+00:00"
LONGEST_SECONDS = 1800
LOOK_SECONDS = 0.2
LONGEST_WORDS = 200  # of what a command says went wrong


def fetch_if_due(folder: WatchedFolder, *, now: datetime, go_on: Callable[[], None]) -> None:
    """Run a folder's command when its time has come; raises UnavailableError with what it said went wrong.

    `go_on` is asked again and again while the command runs; whatever it raises ends the command.
    """
    if not folder.command or not _is_due(folder, now):
        return
    since = _fetched(folder) or FIRST
    with tempfile.TemporaryFile() as said:
        code = _run(folder, since, said, go_on)
        if code != 0:
            words = _last_line(said) or "it says nothing"
            raise UnavailableError(f"The command of this folder ended with {code}: {words}")
    (folder.path / FETCHED).write_text(now.astimezone(UTC).isoformat(timespec="seconds"), encoding="utf-8")
    log.info("export_fetched")


def _is_due(folder: WatchedFolder, now: datetime) -> bool:
    before = _fetched(folder)
    if before is None:
        return True
    passed = now - datetime.fromisoformat(before)
    return passed >= timedelta(minutes=folder.every_minutes) or passed < timedelta(0)


def _fetched(folder: WatchedFolder) -> str | None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        text = (folder.path / FETCHED).read_text(encoding="utf-8").strip()
        return text if datetime.fromisoformat(text).tzinfo else None
    return None


def _run(folder: WatchedFolder, since: str, said: IO[bytes], go_on: Callable[[], None]) -> int:
    words = [word.replace("{since}", since) for word in folder.command]
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator's own words, and no shell
            words, cwd=folder.path, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )
    except OSError as error:
        raise UnavailableError(f"The command {words[0]} cannot be run: {error.strerror}.") from error
    ends_at = time.monotonic() + LONGEST_SECONDS
    try:
        while process.poll() is None:
            go_on()
            if time.monotonic() > ends_at:
                raise UnavailableError(
                    f"The command {words[0]} took more than {LONGEST_SECONDS // 60} minutes."
                )
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def _last_line(said: IO[bytes]) -> str:
    said.seek(0, os.SEEK_END)
    said.seek(max(0, said.tell() - 10 * LONGEST_WORDS))
    lines = said.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:LONGEST_WORDS]
