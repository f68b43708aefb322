"""How pages answer while every role is matched again: `python -m tests.benchmarks.rematch_beside_pages HOME`.

Works on the installation it is given, so give it a copy that `rematch_speed` has been run on. Ten recruiters ask
`talentpool serve` for five pages a second, one in ten a write: first with nothing beside, then while all open roles
are matched in a process of their own, with 500 new people. Prints one JSON document: p50 and p95 of both, and seconds of the re-match.
"""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import func, select

from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.models import AccountKind
from talentpool.accounts.sign_in import create_account
from talentpool.cli.installation import Installation
from talentpool.clock import current_time
from talentpool.rediscovery.models import MatchRun
from talentpool.roles.models import Role, RoleState
from talentpool.web.sign_in import cookie_name, lifetimes
from tests.benchmarks.soak import Record, Recruiter, report

RECRUITERS, PAUSE_SECONDS = 10, 2.0
ALONE_SECONDS, WARM_SECONDS = 40, 10
REMATCH = """
import sys
from tests.benchmarks.rematch_speed import add_people, measured, run_all
from jobs.workplace import on_duty, open_workplace
from talentpool.cli.installation import Installation
from talentpool.logs import configure_logs
home = Installation({"TALENTPOOL_HOME": sys.argv[1]})
configure_logs(json_lines=False, level="error")
with on_duty(open_workplace(home.settings, home.engine)) as shift:
    add_people(shift)
    print(measured(shift, run_all)["seconds"])
"""


def sign_in(installation: Installation) -> tuple[list[str], int]:
    """Make the recruiters' accounts; gives their cookies and the role they look at."""
    now, settings, cookies = current_time(), installation.settings, []
    with installation.sessions.writing() as session:
        for number in range(RECRUITERS):
            kind, address = AccountKind.ADMINISTRATOR, f"reader{number}.{now:%H%M%S}@example.org"
            account = create_account(session, f"Reader {number}", address, kind, office_id=None, now=now)
            token = start_session(session, account.id, lifetimes=lifetimes(settings.security), now=now)
            cookies.append(f"{cookie_name(settings, 'session')}={token}")
        role_id = session.scalar(select(func.min(Role.id)).where(Role.state == RoleState.OPEN))
        session.commit()
    return cookies, role_id or 1


@contextmanager
def serving(installation: Installation) -> Iterator[str]:
    """Serve the pages until the block ends."""
    site = installation.settings.web.public_url
    pages = subprocess.Popen([sys.executable, "-m", "talentpool.cli", "serve"], env=installation.environ)
    try:
        for _ in range(300):
            time.sleep(0.1)
            with suppress(OSError), urllib.request.urlopen(site + "/healthz", timeout=2):
                break
        yield site
    finally:
        pages.terminate()
        pages.wait(30)


def read(site: str, cookies: list[str], role_id: int, *, during: threading.Event) -> dict[str, object]:
    """Let the recruiters read until the event is set, and sum up their answers."""
    record = Record()
    people = [Recruiter(site, cookie, role_id=role_id, seed=n) for n, cookie in enumerate(cookies)]

    def work(one: Recruiter) -> None:
        while not during.is_set():
            one.work(record, until=time.monotonic() + PAUSE_SECONDS, pause=PAUSE_SECONDS)

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.memory.append((0.0, 0.0))
    return {key: value for key, value in report(record).items() if not key.startswith("memory")}


def over_after(seconds: float) -> threading.Event:
    """Give an event that is set after so many seconds."""
    over = threading.Event()
    threading.Timer(seconds, over.set).start()
    return over


def main() -> int:
    """Measure, and print what was found."""
    environ = dict(os.environ) | {"TALENTPOOL_HOME": sys.argv[1], "TALENTPOOL_LOGS_LEVEL": "error"}
    installation = Installation(environ | {"TALENTPOOL_WEB_PORT": "8765", "TALENTPOOL_WEB_PUBLIC_URL": "http://127.0.0.1:8765"})  # fmt: skip
    installation.require_ready()
    cookies, role_id = sign_in(installation)
    with serving(installation) as site:
        read(site, cookies, role_id, during=over_after(WARM_SECONDS))
        found: dict[str, object] = {"alone": read(site, cookies, role_id, during=over_after(ALONE_SECONDS))}
        done = threading.Event()
        rematch = subprocess.Popen(
            [sys.executable, "-c", REMATCH, sys.argv[1]], stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=lambda: (rematch.wait(), done.set())).start()
        found["beside_a_rematch"] = read(site, cookies, role_id, during=done)
        found["rematch_seconds"] = float(rematch.communicate()[0])
    with installation.sessions.reading() as session:
        found["lists"] = session.scalar(select(func.count()).select_from(MatchRun))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
