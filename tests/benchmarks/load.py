"""`talentpool up` under everything at once: `python -m tests.benchmarks.load --minutes 30`.

Fifty recruiters read and write at 25 requests a second, one request in ten a write; meanwhile roles are reworded, exports
arrive in a watched folder, and the jobs run as they are due. Prints one JSON document: answers of 500 and more, p50 and
p95, own memory and open files of pages and jobs at the start and the end, and runs of jobs due and done. Ends with 1 when
an answer or an item of a job failed, p95 is above 500 ms, or a run that was due is missing.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psutil
from sqlalchemy import func, select

from jobs.schedule import JOBS
from talentpool.cli.installation import Installation
from talentpool.clock import current_time
from talentpool.rediscovery.models import Match, MatchRun
from talentpool.roles.models import Role
from talentpool.sample_pool.crowd import crowd_resumes
from talentpool.work import queue
from talentpool.work.models import AskedWork, JobRun, WorkState
from tests.benchmarks.soak import P95_BUDGET_MS, Record, Recruiter, prepare, report, running

SECONDS_BETWEEN_ROLE_CHANGES, SECONDS_BETWEEN_IMPORTS = 20, 45
PEOPLE_AN_IMPORT = 40
WARM_SECONDS = 20  # until both processes have loaded what they need
LAST_RUN_SECONDS = 30  # for what was due at the very end


class Others:
    """What goes on beside the recruiters: roles are reworded, and exports arrive."""

    def __init__(self, sample: Installation, folder: Path, role_id: int) -> None:
        self.sample, self.folder, self.role_id = sample, folder, role_id
        self.done = Counter[str]()

    def work(self, *, until: float) -> None:
        """Change a role and bring people in, again and again."""
        next_role, next_import = time.monotonic(), time.monotonic() + 10
        while time.monotonic() < until:
            if time.monotonic() >= next_role:
                self._reword()
                next_role += SECONDS_BETWEEN_ROLE_CHANGES
            if time.monotonic() >= next_import:
                self._export()
                next_import += SECONDS_BETWEEN_IMPORTS
            time.sleep(1)

    def _reword(self) -> None:
        self.done["role_changes"] += 1
        with self.sample.sessions.writing.begin() as session:
            role = session.get_one(Role, self.role_id)
            role.text = f"{role.text.partition(' Team ')[0]} Team {self.done['role_changes']}."
            role.updated_at = current_time()

    def _export(self) -> None:
        number = self.done["exports"] = self.done["exports"] + 1
        rows = ["Candidate ID,Name,Email,Resume"]
        for place, text in enumerate(crowd_resumes(PEOPLE_AN_IMPORT, seed=number)):
            quoted = text.replace('"', "'")
            rows.append(f'{number}-{place},Person {number} {place},p{number}.{place}@example.org,"{quoted}"')
        (self.folder / f"export-{number}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        time.sleep(2)  # until it has lain still for long enough
        with self.sample.sessions.writing.begin() as session:
            details = {"job": "import_watched_folders"}
            queue.ask_once(session, "run_job", details, asked_by=None, now=current_time())


def held(process: psutil.Process) -> dict[str, dict[str, float]]:
    """Give the memory of its own, in megabytes, and the open files of the pages and of the jobs."""
    found: dict[str, dict[str, float]] = {}
    for one in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            words = one.cmdline()
            name = "web" if "serve" in words else "jobs" if "schedule" in words else None
            if name:
                held = found.setdefault(name, {"processes": 0, "uss_mb": 0.0, "files": 0})
                held["processes"] += 1
                held["uss_mb"] = round(held["uss_mb"] + one.memory_full_info().uss / 1e6, 1)
                held["files"] += one.num_fds()
    return found


class Watch:
    """Notes the pages' own memory, in megabytes, `LOOKS` times over a run: a leak goes on, a cache levels off."""

    LOOKS = 15

    def __init__(self, process: psutil.Process) -> None:
        self.process, self.seen = process, list[float]()

    @contextmanager
    def till(self, until: float) -> Iterator[None]:
        """Look again and again meanwhile."""
        looking = threading.Thread(target=self._look, kwargs={"until": until})
        looking.start()
        yield
        looking.join()

    def _look(self, *, until: float) -> None:
        pause = (until - time.monotonic()) / self.LOOKS
        for _ in range(self.LOOKS):
            self.seen.append(held(self.process)["web"]["uss_mb"])
            time.sleep(pause)


def runs_due(sample: Installation, start: datetime, end: datetime) -> set[tuple[str, datetime]]:
    """Give every run that was due in a time, by job and due time."""
    due = set()
    for job in JOBS:
        at = job.following(sample.settings.schedule, start)
        while at is not None and at <= end:
            due.add((job.name, at))
            at = job.following(sample.settings.schedule, at)
    return due


def jobs_seen(sample: Installation, start: datetime, end: datetime) -> dict[str, object]:
    """Compare the runs that were due with those that were done, and count the others."""
    due = runs_due(sample, start, end)
    with sample.sessions.reading() as session:
        runs = session.scalars(select(JobRun).where(JobRun.started_at > start)).all()
        work = session.execute(select(AskedWork.state, func.count()).group_by(AskedWork.state)).all()
        lists = session.scalar(select(func.count()).select_from(MatchRun))
        receipts = session.scalar(select(func.count()).select_from(Match))
    done = {(run.job, run.due_at) for run in runs if run.state is WorkState.DONE}
    return {
        "due": len(due),
        "due_and_done": len(due & done),
        "missing": sorted(f"{job} {at:%H:%M}" for job, at in due - done),
        "asked_for_and_done": len(done - due),
        "failed_items": sum(run.failures for run in runs),
        "what_failed": [f"{run.job} {run.due_at:%H:%M}: {note}" for run in runs for note in run.notes or ()],
        "work_by_state": {state.value: count for state, count in work},
        "lists": lists,
        "receipts": receipts,
    }


def main() -> int:
    """Let everything go on together, and print what was seen."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--minutes", type=float, default=30)
    wanted.add_argument("--recruiters", type=int, default=50)
    wanted.add_argument("--per-second", type=float, default=25)
    given = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="talentpool-load-") as home:
        found = _measured(Path(home), given)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    jobs = found["jobs"]
    assert isinstance(jobs, dict)
    is_quick = float(str(found["p95_ms"])) <= P95_BUDGET_MS
    is_well = is_quick and not found["faults"] and not jobs["missing"] and not jobs["failed_items"]
    return 0 if is_well else 1


def _measured(home: Path, given: argparse.Namespace) -> dict[str, object]:
    sample, cookies, role_id = prepare(home, recruiters=given.recruiters)
    exports = home / "exports"
    exports.mkdir()
    listed = home / "watched.toml"
    listed.write_text(f'[[folder]]\npath = "{exports}"\nquiet_seconds = 1\n', encoding="utf-8")
    watching = sample.with_environ(TALENTPOOL_IMPORTS_WATCHED_FOLDERS=str(listed))
    record, others = Record(), Others(watching, exports, role_id)
    site = watching.settings.web.public_url
    with running(watching, site) as process:
        time.sleep(WARM_SECONDS)
        start, before, until = current_time(), held(process), time.monotonic() + given.minutes * 60
        watch = Watch(process)
        with watch.till(until):
            _let_work(site, cookies, role_id, record, others, given, until=until)
        record.memory.append((0.0, sum(one["uss_mb"] for one in held(process).values())))
        end, after = current_time(), held(process)
        time.sleep(LAST_RUN_SECONDS)
        jobs = jobs_seen(watching, start, end)
    watching.close()
    told = {key: value for key, value in report(record).items() if not key.startswith("memory")}
    seen = {"at_start": before, "at_end": after, "web_uss_mb_over_time": watch.seen}
    return told | {"beside": dict(others.done)} | seen | {"jobs": jobs}


def _let_work(
    site: str,
    cookies: list[str],
    role_id: int,
    record: Record,
    others: Others,
    given: argparse.Namespace,
    *,
    until: float,
) -> None:
    pause = given.recruiters / given.per_second
    people = [Recruiter(site, cookie, role_id=role_id, seed=n) for n, cookie in enumerate(cookies)]
    threads = [
        threading.Thread(target=one.work, args=(record,), kwargs={"until": until, "pause": pause})
        for one in people
    ]
    threads.append(threading.Thread(target=others.work, kwargs={"until": until}))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
