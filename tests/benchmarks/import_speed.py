"""Time and memory of an import to searchable beside pandas `read_csv` plus `to_sql`.

`python -m tests.benchmarks.import_speed 20000`; with `--resumes` each of the made-up people has 3 kB of resume text,
with `--resumes 600` as many characters, words and pairs of words repeating as in real ones. Each side runs in a process of its own on a new SQLite database, ours until
the index has caught up with the import. Prints one JSON document: wall and CPU seconds, peak memory, the load of the
machine before, and the ratio of the import alone to pandas. Private memory counts the index's workers, too. `--progress` says every ten seconds how far it is.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from talentpool.cli.process_memory import watched
from talentpool.sample_pool.crowd import crowd_resumes

if TYPE_CHECKING:
    from talentpool.imports.report import ImportProgress
    from talentpool.imports.run import Progress

HEADER = ["Candidate ID", "Name", "Email", "Phone", "City", "Job", "Applied on", "Stage", "Disposition", "Rejection reason"]  # fmt: skip
STAGES = ("Applied", "Phone screen", "Interview", "Final round")
REASONS = ("Headcount", "Not enough experience", "Stronger candidate hired")
RESUME_CHARACTERS = 3_000
SECONDS_BETWEEN_WORDS = 10
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def write_people(path: Path, people: int, *, resume_characters: int = 0) -> None:
    """Write made-up people, one application each, always the same."""
    resumes = crowd_resumes(people) if resume_characters else iter(())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER, "Resume text"] if resume_characters else HEADER)
        for number in range(people):
            row = [
                number,
                f"Ann{number} Example{number}",
                f"ann{number}@example.org",
                f"+49 30 {1_000_000 + number}",
            ]
            row += ["Berlin", f"Role {number % 400}", f"20{15 + number % 10}-0{1 + number % 9}-13"]
            row += [STAGES[number % 4], "Rejected", REASONS[number % 3]]
            if resume_characters:
                row.append(next(resumes)[:resume_characters])
            writer.writerow(row)


def import_people(path: Path, folder: Path) -> None:
    """Import the file as the command does, and bring the index up to date as the scheduler does."""
    from talentpool.accounts.policies import install_policies
    from talentpool.candidates.reasons import install_reasons
    from talentpool.database import open_engine, open_sessions
    from talentpool.imports.importer import import_file
    from talentpool.imports.preparation import ImportOptions
    from talentpool.rediscovery.index_upkeep import IndexKeeper
    from talentpool.schema import upgrade_schema
    from talentpool.settings import config_folder

    engine = open_engine(f"sqlite:///{folder / 'talentpool.db'}")
    upgrade_schema(engine)
    sessions = open_sessions(engine)
    with sessions.writing() as session:
        install_reasons(session, config_folder())
        install_policies(session, config_folder(), now=NOW)
        session.commit()
    start = time.perf_counter()
    with watched() as memory:
        report = import_file(
            sessions, path, ImportOptions(), secret=b"benchmark", now=NOW, progress=_progress(start)
        )
    imported, imported_mb = time.perf_counter() - start, _peak_mb()
    with watched() as indexing, sessions.reading() as session:
        found = IndexKeeper(folder / "index").current(session, now=NOW).size
    _say(
        time.perf_counter() - start,
        report.created,
        searchable=found,
        import_seconds=round(imported, 2),
        import_rss_mb=imported_mb,
        import_private_mb=memory.bytes >> 20,
        index_private_mb=indexing.bytes >> 20,
    )


def _progress(start: float) -> "Progress | None":
    if "--progress" not in sys.argv:
        return None
    told = start

    def tell(progress: "ImportProgress") -> None:
        nonlocal told
        if time.perf_counter() - told > SECONDS_BETWEEN_WORDS:
            told = time.perf_counter()
            sys.stderr.write(
                f"{progress.rows_done:,} of {progress.rows_total:,}, {progress.rows_per_second:,.0f} a second, "
                f"{progress.seconds_left:.0f} s left, {_peak_mb()} MB\n"
            )

    return tell


def load_with_pandas(path: Path, folder: Path) -> None:
    """Load the file into one table without understanding a cell of it: the floor."""
    import pandas as pd
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{folder / 'floor.db'}")
    start = time.perf_counter()
    rows = 0
    for piece in pd.read_csv(path, dtype=str, chunksize=10_000):
        rows += piece.to_sql("people", engine, if_exists="append", index=False) or 0
    _say(time.perf_counter() - start, rows)


def _say(seconds: float, rows: int, **more: float) -> None:
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = {
        "rows": rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(own.ru_utime + own.ru_stime, 2),
        "worker_cpu_seconds": round(others.ru_utime + others.ru_stime, 2),
    }
    print(json.dumps({**told, "rss_mb": _peak_mb(), **more}))  # noqa: T201


def _peak_mb() -> int:
    status = Path("/proc/self/status").read_text("utf-8")  # getrusage counts who started us too
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


SIDES = {"talentpool": import_people, "pandas": load_with_pandas}


def compare(people: int, *, resume_characters: int) -> dict[str, object]:
    """Measure both sides, each in its own process."""
    load = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "people.csv"
        write_people(path, people, resume_characters=resume_characters)
        found: dict[str, dict[str, float]] = {}
        for side in SIDES:
            command = [sys.executable, "-m", "tests.benchmarks.import_speed", "--side", side]
            command += ["--file", str(path), "--folder", str(folder)]
            command += ["--progress"] if "--progress" in sys.argv else []
            out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            found[side] = json.loads(out.splitlines()[-1])
    ratio = found["talentpool"]["import_seconds"] / found["pandas"]["seconds"]
    about = {"people": people, "resume_characters": resume_characters, "load_before": load}
    return {**about, **found, "ratio": round(ratio, 1)}


def main() -> None:
    """Read what was typed and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=20_000)
    parser.add_argument("--resumes", type=int, nargs="?", const=RESUME_CHARACTERS, default=0)
    parser.add_argument("--progress", action="store_true")
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.side:
        SIDES[asked.side](asked.file, asked.folder)
        return
    print(json.dumps(compare(asked.people, resume_characters=asked.resumes)))  # noqa: T201


if __name__ == "__main__":
    main()
