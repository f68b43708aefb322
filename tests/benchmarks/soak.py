"""Recruiters at work for a long time: `python -m tests.benchmarks.soak --minutes 30`.

They read and write on the sample pool through real requests to `talentpool up`, at a steady rate. It prints one
JSON document with response times, faults, and how memory grew, and ends with 1 when a budget is broken:
p95 above 500 ms, any answer of 500 or more, or memory that keeps growing.
"""

import argparse
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

import psutil

from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.models import AccountKind
from talentpool.accounts.sign_in import create_account
from talentpool.cli.installation import Installation
from talentpool.cli.sample_installation import fill, post_first_role, sample_environ
from talentpool.clock import current_time
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.web.sign_in import cookie_name, lifetimes

P95_BUDGET_MS = 500
GROWTH_BUDGET_MB_PER_HOUR = 60
WARM_MINUTES = 10  # a shorter run still fills its caches, which is no growth
WRITES = 0.1
PEOPLE, SHORTLISTED = 400, 40
PAGES = ["/", "/roles", "/roles/{role}", "/roles/{role}/shortlist", "/roles/{role}/excluded", "/promises"]
PAGES += ["/candidates", "/candidates?q=engineer", "/candidates/{person}", "/roles/{role}/matches/{person}"]


@dataclass(kw_only=True, slots=True)
class Record:
    """What has happened so far: milliseconds and status of each answer, megabytes at each look."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, status: int, milliseconds: float) -> None:
        """Note one answer; 0 stands for none at all."""
        with self.guard:
            self.milliseconds.append(milliseconds)
            self.statuses[status] = self.statuses.get(status, 0) + 1


class Recruiter:
    """One signed-in browser that reads, and now and then writes, until the time is over."""

    def __init__(self, site: str, token: str, *, role_id: int, seed: int) -> None:
        self.site, self.role_id, self.chance = site, role_id, random.Random(seed)
        self.cookies, self.form_token = SimpleCookie(token), ""

    def work(self, record: Record, *, until: float, pause: float) -> None:
        """Send one request after the other, with pauses that add up to the asked rate."""
        time.sleep(self.chance.uniform(0, pause))
        while time.monotonic() < until:
            started = time.monotonic()
            status = self._write() if self.form_token and self.chance.random() < WRITES else self._read()
            record.answered(status, (time.monotonic() - started) * 1000)
            time.sleep(max(0.0, pause * self.chance.uniform(0.5, 1.5) - (time.monotonic() - started)))

    def _read(self) -> int:
        page = self.chance.choice(PAGES)
        return self._ask(page.format(role=self.role_id, person=self.chance.randint(1, PEOPLE)))

    def _write(self) -> int:
        person = self.chance.randint(1, PEOPLE)
        address, form = self.chance.choice(
            [
                (f"/candidates/{person}/notes", {"note": "Called, will ring back."}),
                (f"/roles/{self.role_id}/matches/{person % SHORTLISTED + 1}/shortlist", {}),
                (
                    "/roles/preview",
                    {"title": "Data engineer", "text": "Python, SQL and patience with pipelines."},
                ),
            ]
        )
        return self._ask(address, form | {"csrf_token": self.form_token})

    def _ask(self, address: str, form: dict[str, str] | None = None) -> int:
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        request = urllib.request.Request(self.site + address, data=body, headers={"Cookie": cookies})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                for given in answer.headers.get_all("Set-Cookie", []):
                    self.cookies.load(given)
                found = re.search(r'name="csrf-token" content="([^"]+)"', answer.read().decode())
                self.form_token = found[1] if found else self.form_token
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0


def prepare(folder: Path, *, recruiters: int) -> tuple[Installation, list[str], int]:
    """Make the sample installation with its accounts; gives it, their cookies, and the role they look at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = Installation(
        dict(os.environ) | {"TALENTPOOL_HOME": str(folder), "TALENTPOOL_LOGS_LEVEL": "warning"}
    )
    sample = base.with_environ(**sample_environ(base, port))
    now = current_time()
    fill(sample, now=now)
    cookies, alive = [], lifetimes(sample.settings.security)
    with sample.sessions.writing() as session:
        run = post_first_role(session, IndexKeeper(sample.settings.index_folder), now=now)
        for number in range(recruiters):
            account = create_account(
                session,
                f"Recruiter {number}",
                f"r{number}@example.org",
                AccountKind.RECRUITER,
                office_id=None,
                now=now,
            )
            token = start_session(session, account.id, lifetimes=alive, now=now)
            cookies.append(f"{cookie_name(sample.settings, 'session')}={token}")
        session.commit()
        role_id = run.role_id
    return sample, cookies, role_id


@contextmanager
def running(sample: Installation, site: str) -> Iterator[psutil.Process]:
    """Run pages and jobs until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", "talentpool.cli", "up"], env=sample.environ)
    try:
        for _ in range(300):
            time.sleep(0.1)
            with suppress(OSError), urllib.request.urlopen(site + "/healthz", timeout=2):
                break
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def watch(process: psutil.Process, record: Record, *, until: float) -> None:
    """Look every five seconds how much memory all processes hold for themselves."""
    started = time.monotonic()
    while time.monotonic() < until:
        held = 0
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                held += one.memory_full_info().uss
        record.memory.append(((time.monotonic() - started) / 3600, held / 1e6))
        time.sleep(5)


def report(record: Record) -> dict[str, object]:
    """Sum up: response times, faults, and the slope of memory once everything is warm."""
    steady = record.memory[len(record.memory) // 3 :]
    slope = statistics.linear_regression(*zip(*steady, strict=True)).slope if len(steady) > 2 else 0.0
    centiles = statistics.quantiles(record.milliseconds, n=100)
    return {
        "requests": len(record.milliseconds),
        "p50_ms": round(centiles[49], 1),
        "p95_ms": round(centiles[94], 1),
        "statuses": dict(sorted(record.statuses.items())),
        "faults": sum(count for status, count in record.statuses.items() if status == 0 or status >= 500),
        "memory_mb": round(record.memory[-1][1], 1),
        "memory_mb_per_hour": round(slope, 1),
    }


def main() -> int:
    """Let them work, print the report, and say with the exit code whether the budgets hold."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--minutes", type=float, default=30)
    wanted.add_argument("--recruiters", type=int, default=50)
    wanted.add_argument("--per-second", type=float, default=25)
    given = wanted.parse_args()
    record = Record()
    with tempfile.TemporaryDirectory(prefix="talentpool-soak-") as folder:
        sample, cookies, role_id = prepare(Path(folder), recruiters=given.recruiters)
        site = sample.settings.web.public_url
        with running(sample, site) as process:
            until = time.monotonic() + given.minutes * 60
            pause = given.recruiters / given.per_second
            people = [Recruiter(site, cookie, role_id=role_id, seed=n) for n, cookie in enumerate(cookies)]
            threads = [
                threading.Thread(target=one.work, args=(record,), kwargs={"until": until, "pause": pause})
                for one in people
            ]
            for thread in threads:
                thread.start()
            watch(process, record, until=until)
            for thread in threads:
                thread.join()
        sample.close()
    found = report(record)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0 if _holds(found, minutes=given.minutes) else 1


def _holds(found: dict[str, object], *, minutes: float) -> bool:
    p95, growth = float(str(found["p95_ms"])), float(str(found["memory_mb_per_hour"]))
    grows = minutes >= WARM_MINUTES and growth > GROWTH_BUDGET_MB_PER_HOUR
    return found["faults"] == 0 and p95 <= P95_BUDGET_MS and not grows


if __name__ == "__main__":
    sys.exit(main())
