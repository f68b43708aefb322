"""Nobody's name, address or words get into a log line, whatever is done with them; tried on real commands and pages."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from talentpool.accounts.login_sessions import start_session
from talentpool.clock import current_time
from talentpool.settings import Settings
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.sign_in import cookie_name, lifetimes
from tests.builders import make_candidate, make_recruiter

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

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
