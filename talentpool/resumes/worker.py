"""One child process as its parent sees it: started, asked, killed when late, always buried."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import talentpool
from talentpool.errors import UnavailableError
from talentpool.resumes.limits import Limits
from talentpool.resumes.wire import LENGTH

START_SECONDS = 30.0
LONGEST_ANSWER = 64 * 1024 * 1024
_PIECE_BYTES = 1 << 20
# The interpreter's own start needs no variables of ours; libraries get no threads of their own.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class WorkerDiedError(Exception):
    """The child ended before it answered; `cause` is its signal, or None when it ended by itself."""

    def __init__(self, cause: signal.Signals | None) -> None:
        super().__init__(cause.name if cause else "ended")
        self.cause = cause


class Worker:
    """A running child. Not for two threads at once."""

    def __init__(self, limits: Limits, folder: Path) -> None:
        ours, theirs = socket.socketpair()
        self._socket = ours
        try:
            with theirs:
                self._process = _started(theirs, folder)
        except OSError as error:
            ours.close()
            raise UnavailableError(f"No process for reading resumes could be started: {error}.") from error
        self.files_read = 0
        self.filtered_by_kernel = self._greet(limits)

    def _greet(self, limits: Limits) -> bool:
        try:
            greeting = self.ask(json.dumps(asdict(limits)).encode(), seconds=START_SECONDS)
        except (WorkerDiedError, TimeoutError) as error:
            self.stop()
            raise UnavailableError("The process for reading resumes did not start; try again.") from error
        return bool(json.loads(greeting)["filtered_by_kernel"])

    def ask(self, question: bytes, *, seconds: float) -> bytes:
        """Send a question and give the answer; `TimeoutError` when late, `WorkerDiedError` when it ended."""
        until = time.monotonic() + seconds
        try:
            self._send(LENGTH.pack(len(question)), until)
            self._send(question, until)
            (length,) = LENGTH.unpack(self._exactly(LENGTH.size, until))
            if length > LONGEST_ANSWER:
                raise ConnectionError("more than a reader may answer")
            return self._exactly(length, until)
        except (ConnectionError, struct.error) as error:
            self.stop()
            raise WorkerDiedError(self._cause()) from error
        except TimeoutError:
            self.stop()
            raise

    def _send(self, data: bytes, until: float) -> None:
        view = memoryview(data)
        while view:
            self._wait_at_most(until)
            view = view[self._socket.send(view[:_PIECE_BYTES]) :]

    def _exactly(self, length: int, until: float) -> bytes:
        pieces, missing = [], length
        while missing:
            self._wait_at_most(until)
            piece = self._socket.recv(min(missing, _PIECE_BYTES))
            if not piece:
                raise ConnectionError("the child closed its end")
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _wait_at_most(self, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def _cause(self) -> signal.Signals | None:
        code = self._process.returncode
        return signal.Signals(-code) if code is not None and code < 0 and code != -signal.SIGKILL else None

    def is_alive(self) -> bool:
        """Say whether it can be asked; a dead one is buried by asking."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it at once, whatever it does, and leave no zombie."""
        self._socket.close()
        try:
            self._process.wait(timeout=0.2)  # it ends by itself when idle, or is already dead
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _started(channel: socket.socket, folder: Path) -> "subprocess.Popen[bytes]":
    home = Path(talentpool.__file__).resolve().parent.parent
    paths = os.pathsep.join([str(home), *(path for path in sys.path if path)])
    return subprocess.Popen(  # noqa: S603 - our own module, nothing of a file in the command
        [sys.executable, "-P", "-s", "-W", "ignore", "-m", "talentpool.resumes.child"],
        stdin=channel.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_ENVIRONMENT | {"PYTHONPATH": paths},
        close_fds=True,
        start_new_session=True,
    )
