"""Commands run as typed: in this process, on this test's installation, with what they print."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from talentpool.cli import run


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a command left behind for the person or program that called it."""

    exit_code: int
    out: str
    err: str


RunCommand = Callable[..., Outcome]


@pytest.fixture
def run_command(environ: dict[str, str], capfd: pytest.CaptureFixture[str]) -> Iterator[RunCommand]:
    """Run a command: `run_command("init", "--country", "DE", TALENTPOOL_WEB_PORT="8080")`."""

    def call(*arguments: str, **changes: str) -> Outcome:
        capfd.readouterr()
        exit_code = run([str(argument) for argument in arguments], environ | changes)
        captured = capfd.readouterr()
        return Outcome(exit_code=exit_code, out=captured.out, err=captured.err)

    handlers = logging.root.handlers[:]
    level = logging.root.level
    yield call
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
