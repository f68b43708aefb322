"""What following an export that says nothing new costs, beside reading its cells and nothing else.

`python -m tests.benchmarks.sync_speed 100000`; with `--resumes` each row has 3 kB of text, with `--files` a file of as
much in a folder beside the export. The export comes in once, is touched, and is followed again: CPU and wall seconds of
that second time; with files, of a time in which each of them was copied there anew; then of a time in which one row in a
hundred has changed, and with files one file in a hundred. SQLite in a folder of its own, or the database of
`--database URL`, which has to be empty.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.sync import SyncReport, sync_exports
from talentpool.sample_pool.crowd import crowd_resumes
from talentpool.schema import upgrade_schema
from talentpool.settings import config_folder
from tests.benchmarks.import_speed import RESUME_CHARACTERS, write_people

ONE_IN = 100


def measured(work: Callable[[], object]) -> tuple[dict[str, float], object]:
    """Do something; gives its CPU and wall seconds and what it gave."""
    cpu, wall = time.process_time(), time.perf_counter()
    given = work()
    return {"cpu": round(time.process_time() - cpu, 2), "wall": round(time.perf_counter() - wall, 2)}, given


def follow(sessions: Sessions, path: Path, files: Path | None, *, hours: int) -> dict[str, object]:
    """Follow the export as it is in some hours."""
    at = current_time() + timedelta(hours=hours)
    os.utime(path, (at.timestamp(), at.timestamp()))

    def work() -> SyncReport:
        return sync_exports(
            sessions,
            [path],
            ImportOptions(source="ats", resumes=files),
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


def write_files(path: Path, folder: Path, people: int) -> None:
    """Give each person of an export a resume as a file, which its row names."""
    folder.mkdir()
    for number, text in zip(range(people), crowd_resumes(people), strict=False):
        (folder / f"{number}.txt").write_text(text[:RESUME_CHARACTERS], "utf-8")
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*header, "Resume file"])
        writer.writerows([*row, f"{row[0]}.txt"] for row in rows)


def copy_anew(folder: Path) -> None:
    """Let every file lie otherwise and say the same, as when an archive is unpacked each night."""
    for file in list(folder.iterdir()):
        copy = file.with_suffix(".new")
        shutil.copyfile(file, copy)
        copy.replace(file)


def change_some_files(folder: Path) -> None:
    """Let one resume in a hundred say something else, in a file as large as before."""
    for file in sorted(folder.iterdir())[::ONE_IN]:
        file.write_text(f"Changed{file.read_text('utf-8')[7:]}", "utf-8")


def read_cells(path: Path) -> int:
    """Read every cell and do nothing with it: the floor."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


def main() -> None:
    """Measure and print one JSON document."""
    asked = argparse.ArgumentParser()
    asked.add_argument("rows", type=int)
    asked.add_argument("--resumes", action="store_true")
    asked.add_argument("--files", action="store_true")
    asked.add_argument("--database", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path, files = Path(place) / "people.csv", Path(place) / "resumes" if given.files else None
        write_people(path, given.rows, resume_characters=RESUME_CHARACTERS if given.resumes else 0)
        if files:
            write_files(path, files, given.rows)
        engine = open_engine(given.database or f"sqlite:///{place}/talentpool.db")
        upgrade_schema(engine)
        sessions = open_sessions(engine)
        with sessions.writing.begin() as session:
            install_reasons(session, config_folder())
        told: dict[str, object] = {
            "load": round(os.getloadavg()[0], 2),
            "first": follow(sessions, path, files, hours=0),
        }
        told["unchanged"] = follow(sessions, path, files, hours=2)
        told["reading_alone"] = measured(lambda: read_cells(path))[0]
        if files:
            copy_anew(files)
            told["files_copied_anew"] = follow(sessions, path, files, hours=3)
            change_some_files(files)
        change_some(path)
        told["one_in_a_hundred"] = follow(sessions, path, files, hours=4)
        told["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        engine.dispose()
    print(json.dumps(told, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
