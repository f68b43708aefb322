"""What following an export that says nothing new costs, beside reading its cells and nothing else.

`python -m tests.benchmarks.sync_speed 100000`; with `--resumes` each row has 3 kB of text. The export comes in once, is
touched, and is followed again: CPU and wall seconds of that second time, then of a time in which one row in a hundred
has changed. SQLite in a folder of its own, or the database of `--database URL`, which has to be empty.
"""

import argparse
import csv
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from talentpool.candidates.reasons import install_reasons
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.sync import SyncReport, sync_exports
from talentpool.schema import upgrade_schema
from talentpool.settings import config_folder
from tests.benchmarks.import_speed import NOW, RESUME_CHARACTERS, write_people

ONE_IN = 100


def measured(work: Callable[[], object]) -> tuple[dict[str, float], object]:
    """Do something; gives its CPU and wall seconds and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    given = work()
    return {"cpu": round(time.process_time() - cpu, 2), "wall": round(time.perf_counter() - wall, 2)}, given


def follow(sessions: Sessions, path: Path, *, hours: int) -> dict[str, object]:
    """Follow the export as it is at an hour."""
    at = NOW + timedelta(hours=hours)
    os.utime(path, (at.timestamp(), at.timestamp()))

    def work() -> SyncReport:
        return sync_exports(
            sessions,
            [path],
            ImportOptions(source="ats"),
            secret=b"benchmark",
            now=at + timedelta(hours=1),
            quiet_seconds=0,
        )

    seconds, report = measured(work)
    assert isinstance(report, SyncReport)
    counts = {name: count for name, count in report.counts.items() if count}
    return {**seconds, **counts}


def change_some(path: Path) -> None:
    """Let one person in a hundred have moved."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    for row in rows[1::ONE_IN]:
        row[4] = "Hamburg"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def read_cells(path: Path) -> int:
    """Read every cell and do nothing with it: the floor."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


def main() -> None:
    """Measure and print one JSON document."""
    asked = argparse.ArgumentParser()
    asked.add_argument("rows", type=int)
    asked.add_argument("--resumes", action="store_true")
    asked.add_argument("--database", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "people.csv"
        write_people(path, given.rows, resume_characters=RESUME_CHARACTERS if given.resumes else 0)
        engine = open_engine(given.database or f"sqlite:///{place}/talentpool.db")
        upgrade_schema(engine)
        sessions = open_sessions(engine)
        with sessions.writing.begin() as session:
            install_reasons(session, config_folder())
        told: dict[str, object] = {
            "load": round(os.getloadavg()[0], 2),
            "first": follow(sessions, path, hours=0),
        }
        told["unchanged"] = follow(sessions, path, hours=2)
        told["reading_alone"] = measured(lambda: read_cells(path))[0]
        change_some(path)
        told["one_in_a_hundred"] = follow(sessions, path, hours=4)
        told["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        engine.dispose()
    print(json.dumps(told, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
