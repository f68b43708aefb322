"""Processes that keep running: started, killed, stopped and started again, as an operator would see them."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.candidates.reasons import install_reasons
from talentpool.cli import serve
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.imports.models import Import
from talentpool.imports.uploads import ask_for_import, open_imports
from talentpool.rediscovery.models import MatchRun
from talentpool.settings import Settings, config_folder
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.sign_in import cookie_name, lifetimes
from talentpool.work import queue
from talentpool.work.models import AskedWork, Lease, WorkState
from tests.builders import make_candidate, make_recruiter, make_role

LEASE_SECONDS, GRACE_SECONDS = 3, 10
ROWS = 3_000  # of an import that is stopped in the middle
Start = Callable[..., subprocess.Popen[bytes]]


def until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def port() -> int:
    """A port nobody listens on."""
    return free_port()


@pytest.fixture
def start(environ: dict[str, str], port: int, tmp_path: Path) -> Iterator[Start]:
    """Start a command as a process of its own; whatever still runs at the end is killed."""
    begun: list[subprocess.Popen[bytes]] = []
    changes = {
        "TALENTPOOL_WEB_PORT": str(port),
        "TALENTPOOL_WEB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TALENTPOOL_SCHEDULE_LEASE_SECONDS": str(LEASE_SECONDS),
    }

    def begin(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{len(begun)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "talentpool.cli", *arguments],
            env=environ | changes | more,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        log.close()
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def role_id(sessions: Sessions) -> int:
    """An installation with a person and a role."""
    with sessions.writing() as session:
        install_policies(session, config_folder(), now=current_time())
        make_candidate(session, resume="Kubernetes and Terraform in production.")
        role = make_role(session)
        session.commit()
        return role.id


def ask(sessions: Sessions, role_id: int) -> int:
    with sessions.writing() as session:
        work = queue.ask(session, "rematch_role", {"role_id": role_id}, asked_by=None, now=current_time())
        session.commit()
        return work.id


def state_of(sessions: Sessions, work_id: int) -> WorkState:
    with sessions.reading() as session:
        return session.get_one(AskedWork, work_id).state


def answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children_of(process: subprocess.Popen[bytes]) -> dict[str, set[int]]:
    """Find the children of `up` by what they do."""
    found: dict[str, set[int]] = {"serve": set(), "schedule": set()}
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        found["serve" if b"serve" in words else "schedule"].add(int(pid))
    return found


def pids_of(children: dict[str, set[int]]) -> set[int]:
    return set().union(*children.values())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].strip().startswith("Z")


def test_up_serves_works_and_restarts_what_dies(
    start: Start, sessions: Sessions, role_id: int, port: int
) -> None:
    up = start("up")
    until(lambda: answers(port))
    first = ask(sessions, role_id)
    until(lambda: state_of(sessions, first) is WorkState.DONE)
    before = children_of(up)
    assert {kind: len(pids) for kind, pids in before.items()} == {"serve": 2, "schedule": 1}
    for pid in pids_of(before):
        os.kill(pid, signal.SIGKILL)
    second = ask(sessions, role_id)
    until(lambda: answers(port))
    until(lambda: state_of(sessions, second) is WorkState.DONE)
    until(lambda: len(pids_of(children_of(up))) == 3)
    after = pids_of(children_of(up))
    assert not after & pids_of(before)

    began = time.monotonic()
    up.send_signal(signal.SIGTERM)
    assert up.wait(15) == 0
    assert time.monotonic() - began <= 10
    assert not [pid for pid in after if is_running(pid)]
    assert not answers(port)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_page_processes_count_together_and_turn_nobody_away_while_one_is_started_again(
    start: Start, role_id: int, port: int
) -> None:
    up = start("up")
    until(lambda: answers(port) and len(children_of(up)["serve"]) == 2)
    asked = sum(answers(port) for _ in range(20))
    os.kill(min(children_of(up)["serve"]), signal.SIGKILL)
    asked += sum(answers(port) for _ in range(20))
    assert asked == 40
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=5) as told:
        lines = told.read().decode().splitlines()
    counted = [line for line in lines if line.startswith("talentpool_requests_total") and "healthz" in line]
    assert sum(float(line.rpartition(" ")[2]) for line in counted) >= asked


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_up_told_to_stop_in_the_middle_of_an_import_ends_in_time_and_loses_nothing(
    start: Start, sessions: Sessions, role_id: int, settings: Settings
) -> None:
    file = settings.upload_folder / "kept.csv"
    file.parent.mkdir()
    file.write_text("Name,Email\n" + "".join(f"Ann {n} Example,ann{n}@example.org\n" for n in range(ROWS)))
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        (record,) = open_imports(session, [(file, "history.csv")], recruiter_id=None, now=current_time())
        ask_for_import(session, record, recruiter_id=None, now=current_time())
        import_id = record.id

    def rows_done() -> int:
        with sessions.reading() as session:
            return session.get_one(Import, import_id).rows_done

    up = start("up")
    until(lambda: rows_done() > 0)
    up.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert up.wait(15) == 0
    assert time.monotonic() - began <= 10
    assert 0 < rows_done() < ROWS, "it was not stopped in the middle"
    start("schedule")
    until(lambda: rows_done() == ROWS and not file.exists())
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == ROWS + 1
        assert session.scalars(select(AskedWork.attempts).where(AskedWork.kind == "import_file")).one() == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_children_end_when_their_parent_is_killed(start: Start, role_id: int, port: int) -> None:
    up = start("up")
    until(lambda: answers(port) and len(pids_of(children_of(up))) == 3)
    children = pids_of(children_of(up))
    up.kill()
    up.wait()
    until(lambda: not [pid for pid in children if is_running(pid)], seconds=15)


def test_work_of_a_scheduler_killed_in_the_middle_is_done_once_by_the_next(
    start: Start, sessions: Sessions, role_id: int
) -> None:
    with sessions.writing() as session:
        session.add(
            Lease(name="scheduler", holder="a process that was killed", fence=7, expires_at=current_time())
        )
        work = queue.ask(session, "rematch_role", {"role_id": role_id}, asked_by=None, now=current_time())
        work.state, work.fence, work.attempts, work.started_at = WorkState.RUNNING, 7, 1, current_time()
        session.commit()
        work_id = work.id
    start("schedule")
    until(lambda: state_of(sessions, work_id) is WorkState.DONE)
    with sessions.reading() as session:
        assert session.get_one(AskedWork, work_id).attempts == 2
        assert session.scalar(select(func.count()).select_from(MatchRun)) == 1


def test_faults_37_a_scheduler_stopped_in_its_sleep_is_replaced_and_does_nothing_when_it_wakes(
    start: Start, sessions: Sessions, role_id: int, tmp_path: Path
) -> None:
    first = start("schedule")
    done = ask(sessions, role_id)
    until(lambda: state_of(sessions, done) is WorkState.DONE)
    start("schedule")
    until(lambda: "lease_held_by_another" in (tmp_path / "1.log").read_text())
    first.send_signal(signal.SIGSTOP)
    asked, stopped_at = [ask(sessions, role_id) for _ in range(3)], time.monotonic()
    until(lambda: all(state_of(sessions, work_id) is WorkState.DONE for work_id in asked))
    assert time.monotonic() - stopped_at <= LEASE_SECONDS + GRACE_SECONDS
    first.send_signal(signal.SIGCONT)
    last = ask(sessions, role_id)
    until(lambda: state_of(sessions, last) is WorkState.DONE)
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(MatchRun)) == 5
        assert session.get_one(Lease, "scheduler").fence == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_taken_port_is_one_sentence(
    start: Start, role_id: int, port: int, command: str, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert start(command).wait(30) == 3
    said = (tmp_path / "0.log").read_text().splitlines()
    assert len(said) == 1
    assert f"Port {port}" in said[0]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_faults_10_slow_uploads_keep_no_page_waiting_and_are_cut_when_they_fall_silent(
    settings_with: Callable[..., Settings], role_id: int, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "SILENCE_SECONDS", 4)  # instead of twenty
    settings = settings_with(TALENTPOOL_WEB_PORT=str(port))
    app = create_app(settings)
    server = serve.make_server(app, settings.web, serve.listen(settings.web))
    threading.Thread(target=server.run, daemon=True).start()
    until(lambda: answers(port))
    head = f"POST /imports HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1000000\r\n\r\nname"
    uploads = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(150)]
    for upload in uploads:
        upload.sendall(head.encode())
    began = time.monotonic()
    assert answers(port)
    assert time.monotonic() - began < 5, "a page waited for the uploads"
    assert uploads[0].recv(1) == b"", "the server kept a silent upload for thirty seconds"
    for upload in uploads:
        upload.close()
    server.task_dispatcher.shutdown()
    server.close()
    app.extensions[EXTENSION].engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_too_large_for_its_address_or_for_the_disk_is_refused_before_it_is_taken_in(
    settings_with: Callable[..., Settings], role_id: int, port: int
) -> None:
    settings = settings_with(TALENTPOOL_WEB_PORT=str(port), TALENTPOOL_WEB_LARGEST_REQUEST_MB="10")
    app = create_app(settings)
    server = serve.make_server(app, settings.web, serve.listen(settings.web))
    threading.Thread(target=server.run, daemon=True).start()
    until(lambda: answers(port))

    def announce(path: str, *headers: str) -> socket.socket:
        head = "\r\n".join([f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "", ""])
        sending = socket.create_connection(("127.0.0.1", port), timeout=30)
        sending.sendall(head.encode())
        return sending

    def refused(sending: socket.socket) -> bytes:
        with sending:
            return sending.recv(12)

    for path in ("/sign-in", "/nowhere", "/s/guessed/open"):
        assert refused(announce(path, "Content-Length: 5000000", "Expect: 100-continue")) == b"HTTP/1.1 413"
    assert refused(announce("/imports", "Content-Length: 11000000")) == b"HTTP/1.1 413"
    endless = announce("/sign-in", "Transfer-Encoding: chunked")
    with suppress(ConnectionError):  # which is how a client learns of it that does not listen while it sends
        endless.sendall((b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 6)
        assert refused(endless) == b"HTTP/1.1 413"
    with app.extensions[EXTENSION].sessions.writing.begin() as session:
        own = make_recruiter(session).id
        token = start_session(session, own, lifetimes=lifetimes(settings.security), now=current_time())
    known, large = f"Cookie: {cookie_name(settings, 'session')}={token}", "Content-Length: 9000000"
    forged = announce("/imports", large, known[:-1])
    until(lambda: refused(announce("/imports", large)) == b"HTTP/1.1 503")
    under_way = [forged, *(announce("/imports", large, known) for _ in range(2))]
    until(lambda: refused(announce("/imports", large, known)) == b"HTTP/1.1 503")
    assert answers(port)
    for sending in under_way:
        sending.close()
    waits = (large, known, "Expect: 100-continue")
    until(lambda: refused(announce("/imports", *waits)) == b"HTTP/1.1 100")  # a cut upload keeps no room
    server.task_dispatcher.shutdown()
    server.close()
    app.extensions[EXTENSION].engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_demo_serves_and_prints_a_link(start: Start, port: int, tmp_path: Path) -> None:
    demo = start("demo", "--port", str(port), "--json")
    until(lambda: answers(port), seconds=60)
    demo.send_signal(signal.SIGINT)
    assert demo.wait(15) == 0
    shown = (tmp_path / "0.log").read_text()
    assert json.JSONDecoder().raw_decode(shown)[0]["matches"]
