"""Nobody's name, address or words get into a log line, whatever is done with them; tried on real commands and pages."""

import json
import logging
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from jobs import send_outreach
from jobs.do_asked_work import work_through
from jobs.workplace import on_duty, open_workplace
from talentpool.accounts.login_sessions import start_session
from talentpool.clock import current_time
from talentpool.consent.eligibility import MessagePurpose
from talentpool.database import Sessions, open_engine
from talentpool.logs import configure_logs, get_log, log_failed_threads
from talentpool.outreach.models import Message, MessageState
from talentpool.settings import Settings
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.sign_in import cookie_name, lifetimes
from talentpool.work import queue
from tests.builders import make_candidate, make_recruiter
from tests.mail_server import serving_mail

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
# Lines of our source may be logged: what stands in a line that fails here, stands there by its name.
NAME = "Zyxwina Quorndale"
ADDRESS = "zyxwina.quorndale@example.org"
Begin = Callable[[], Callable[[], str]]

PERSONAL = ("zyxwina", "quorndale", "5550", "sousaphone", "hummed all through")
HISTORY = """First name,Last name,Email,Phone,Job title,Applied for,Stage,Notes,Applied on,Resume
Zyxwina,Quorndale,zyxwina.quorndale@example.org,+49 30 5550 1234,Sousaphone tuner,Platform engineer,Interview,\
hummed all through,2025-13-45,"Kubernetes and Terraform in production, restores sousaphones"
Zyxwina,Quorndale,not-an-address,5550,Sousaphone tuner,Platform engineer,Interview,,2025-01-05,Kubernetes
"""


def said_by(environ: dict[str, str], *arguments: str | Path) -> str:
    """Run a command that logs all it can, and give what it wrote to standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "talentpool.cli", *arguments],
        env=environ | {"TALENTPOOL_LOGS_LEVEL": "debug", "TALENTPOOL_LOGS_JSON": "true"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stderr


@on_sqlite
def test_commands_log_nobody(environ: dict[str, str], tmp_path: Path) -> None:
    history, advert = tmp_path / "history.csv", tmp_path / "advert.txt"
    history.write_text(HISTORY)
    advert.write_text("Kubernetes and Terraform in production, and a sousaphone in the band.")
    said_by(environ, "init")
    said = said_by(environ, "import", history)
    said += said_by(environ, "post-role", advert, "--title", "Sousaphone engineer")
    said += said_by(environ, "jobs", "run", "rematch_open_roles")
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    in_a_run = [event for event in events if event.get("job") == "rematch_open_roles"]
    assert {"role_confirmed", "job_ran"} <= {event["event"] for event in in_a_run}
    assert {event["job_run_id"] for event in in_a_run} == {1}
    assert "role_rediscovered" in {event["event"] for event in events}
    assert not [event for event in events if any(word in json.dumps(event).lower() for word in PERSONAL)]


@on_sqlite
def test_pages_log_nobody(
    settings: Settings, environ: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    said_by(environ, "init")
    app = create_app(settings)
    desk = app.extensions[EXTENSION]
    alive = lifetimes(settings.security)
    with desk.sessions.writing.begin() as session:
        person = make_candidate(session, "Zyxwina Quorndale", resume="Restores a sousaphone on Kubernetes")
        token = start_session(session, make_recruiter(session).id, lifetimes=alive, now=current_time())
        person_id = person.id
    browser = app.test_client()
    browser.post("/sign-in", data={"email": "zyxwina.quorndale@example.org", "password": "sousaphone"})
    browser.set_cookie(cookie_name(settings, "session"), token)
    shown = browser.get(f"/candidates/{person_id}").text + browser.get("/candidates?q=Quorndale").text
    browser.get("/candidates/sousaphone/Quorndale")
    desk.engine.dispose()
    assert "Quorndale" in shown
    logged = "".join(capfd.readouterr()).lower()
    assert not [word for word in PERSONAL if word in logged]


@pytest.fixture
def begin(capfd: pytest.CaptureFixture[str]) -> Iterator[Begin]:
    """Log as a server does, and give all that is logged since, in lower case."""
    handlers, hook = logging.root.handlers[:], threading.excepthook

    def begin() -> Callable[[], str]:
        configure_logs(json_lines=True, level="debug")
        return lambda: "".join(capfd.readouterr()).lower()

    yield begin
    logging.root.handlers[:] = handlers
    logging.root.setLevel(logging.WARNING)
    threading.excepthook = hook


def nobody_in(said: str) -> bool:
    return not [word for word in PERSONAL if word in said]


def test_a_row_the_database_refuses_is_not_quoted(sessions: Sessions, begin: Begin) -> None:
    """PostgreSQL names the values of the key that is there already in its message."""
    logged = begin()
    try:
        with sessions.writing.begin() as session:
            for _ in range(2):
                make_candidate(session, NAME, source="ats", external_id=NAME)
    except IntegrityError as error:
        get_log("test").error("row_refused", exc_info=error)
    said = logged()
    assert "integrityerror" in said
    assert nobody_in(said), said


def test_what_an_error_quotes_is_not_logged_however_deep_it_lies(begin: Begin) -> None:
    logged = begin()

    def read(cell: str) -> int:
        try:
            return int(cell)
        except ValueError as error:
            raise KeyError(ADDRESS) from error

    try:
        read(NAME)
    except KeyError:
        get_log("test").exception("cell_not_read")
    said = logged()
    assert said.index("valueerror") < said.index("keyerror"), "the kinds are told, the first one first"
    assert "return int(cell)" in said, "and where it happened"
    assert nobody_in(said), said


def test_libraries_and_failed_threads_quote_nobody(begin: Begin) -> None:
    logged = begin()
    log_failed_threads()
    logging.getLogger("pypdf._reader").warning("Bad string near Zyxwina Quorndale")
    logging.getLogger("waitress").error("Exception while serving %s", "/candidates/sousaphone")
    try:
        raise OSError(28, "No space left", str(Path(ADDRESS)))
    except OSError:
        logging.getLogger("waitress").exception("while writing %s", ADDRESS)

    def fail() -> None:
        raise RuntimeError(ADDRESS)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    said = logged()
    assert "library_said_something" in said
    assert "oserror (28)" in said
    assert "thread_failed" in said
    assert nobody_in(said), said


@on_sqlite
def test_jobs_that_fail_log_nobody(settings: Settings, environ: dict[str, str], begin: Begin) -> None:
    """A mail server that names whom it refuses, and work that cannot be done."""
    said_by(environ, "init")
    logged = begin()
    place = open_workplace(settings, open_engine(settings.database_url))
    with serving_mail() as server:
        server.refuse["rcpt"] = [f"550 5.1.1 <{ADDRESS}>: Zyxwina Quorndale does not work here"]
        mail = replace(settings.mail, transport="smtp", host="127.0.0.1", port=server.port, security="none")
        place = replace(place, settings=replace(settings, mail=mail))
        with on_duty(place) as shift:
            assert shift is not None
            with shift.writing() as session:
                person = make_candidate(session, "Zyxwina Quorndale", emails=[ADDRESS], now=shift.now)
                letter = Message(
                    message_key="<a1b2@b.example>", candidate_id=person.id, purpose=MessagePurpose.SERVICE,
                    to_address=ADDRESS, sender_name="Mara", sender_address="talent@b.example", subject="Hello",
                    text="Hello Zyxwina", state=MessageState.PENDING, created_at=shift.now, due_at=shift.now,
                )  # fmt: skip
                session.add(letter)
                broken = {"candidate_id": ADDRESS, "request_id": 1, "export_key": "Zyxwina"}
                queue.ask(session, "access_export", broken, asked_by=None, now=shift.now)
                lost = {
                    "files": [{"import_id": 4711, "file": f"{ADDRESS}.csv", "file_name": "Quorndale.csv"}]
                }
                queue.ask(session, "import_file", lost, asked_by=None, now=shift.now)
            send_outreach.run(shift, shift.now)
            for lane in ("exports", "imports"):
                work_through(shift, lane)
            with shift.reading() as session:
                assert session.get_one(Message, letter.id).state is MessageState.FAILED
    place.engine.dispose()
    said = logged()
    assert "work_failed" in said
    assert "access_export" in said
    assert nobody_in(said), said


@on_sqlite
def test_a_server_logs_nobody_whatever_it_is_asked(environ: dict[str, str], tmp_path: Path) -> None:
    said_by(environ, "init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    more = {
        "TALENTPOOL_WEB_PORT": str(port),
        "TALENTPOOL_LOGS_LEVEL": "debug",
        "TALENTPOOL_LOGS_JSON": "true",
    }
    path = tmp_path / "server.log"
    with path.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "talentpool.cli", "serve"], env=environ | more, stderr=file, stdout=file
        )
        try:
            ask_until_answered(port, "/sign-in")
            for asked in (
                "/candidates?q=Zyxwina+Quorndale",
                "/me/Quorndale",
                f"/u/{ADDRESS}",
                "/sousaphone?a=%ff",
            ):
                ask(port, asked)
            ask(
                port,
                "/sign-in",
                urllib.parse.urlencode({"email": ADDRESS, "password": "sousaphone"}).encode(),
            )
            with socket.create_connection(("127.0.0.1", port), timeout=5) as broken:
                broken.sendall(
                    b"GET /Quorndale HTTP/9.9\r\nHost: zyxwina\r\nContent-Length: quorndale\r\n\r\n"
                )
                broken.recv(1000)
        finally:
            server.terminate()
            server.wait(timeout=20)
    said = path.read_text().lower()
    assert "server_started" in said
    assert nobody_in(said), said


def ask_until_answered(port: int, path: str) -> None:
    ends_at = time.monotonic() + 30
    while ask(port, path) is None:
        assert time.monotonic() < ends_at, "the server did not start"
        time.sleep(0.1)


def ask(port: int, path: str, data: bytes | None = None) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
