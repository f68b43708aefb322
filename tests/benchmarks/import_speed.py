"""Time and memory of an import beside pandas `read_csv` plus `to_sql`: `python tests/benchmarks/import_speed.py 20000`.

With `--resumes` each of the made-up people has 3 kB of resume text. Each side runs in a process of its own on a new
SQLite database; prints one JSON document with the ratio.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

HEADER = ["Candidate ID", "Name", "Email", "Phone", "City", "Job", "Applied on", "Stage", "Disposition", "Rejection reason"]  # fmt: skip
STAGES = ("Applied", "Phone screen", "Interview", "Final round")
REASONS = ("Headcount", "Not enough experience", "Stronger candidate hired")
RESUME_CHARACTERS = 3_000
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def write_people(path: Path, people: int, *, with_resumes: bool) -> None:
    """Write made-up people, one application each, always the same."""
    chance = Random(1)  # noqa: S311 - made-up people need no secrets
    words = [f"w{number:x}" for number in range(30_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER, "Resume text"] if with_resumes else HEADER)
        for number in range(people):
            row = [
                number,
                f"Ann{number} Example{number}",
                f"ann{number}@example.org",
                f"+49 30 {1_000_000 + number}",
            ]
            row += ["Berlin", f"Role {number % 400}", f"20{15 + number % 10}-0{1 + number % 9}-13"]
            row += [STAGES[number % 4], "Rejected", REASONS[number % 3]]
            if with_resumes:
                row.append(" ".join(chance.choices(words, k=RESUME_CHARACTERS // 6))[:RESUME_CHARACTERS])
            writer.writerow(row)


def import_people(path: Path, folder: Path) -> None:
    """Import the file as the command does."""
    from talentpool.candidates.reasons import install_reasons
    from talentpool.database import open_engine, open_sessions
    from talentpool.imports.importer import import_file
    from talentpool.imports.preparation import ImportOptions
    from talentpool.schema import upgrade_schema
    from talentpool.settings import config_folder

    engine = open_engine(f"sqlite:///{folder / 'talentpool.db'}")
    upgrade_schema(engine)
    sessions = open_sessions(engine)
    with sessions.writing() as session:
        install_reasons(session, config_folder())
        session.commit()
    start = time.perf_counter()
    report = import_file(sessions, path, ImportOptions(), secret=b"benchmark", now=NOW)
    _say(time.perf_counter() - start, report.created)


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


def _say(seconds: float, rows: int) -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": round(seconds, 2), "rss_mb": round(peak_mb)}))  # noqa: T201


SIDES = {"talentpool": import_people, "pandas": load_with_pandas}


def compare(people: int, *, with_resumes: bool) -> dict[str, object]:
    """Measure both sides, each in its own process."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "people.csv"
        write_people(path, people, with_resumes=with_resumes)
        found: dict[str, dict[str, float]] = {}
        for side in SIDES:
            command = [sys.executable, __file__, "--side", side, "--file", str(path), "--folder", str(folder)]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[side] = json.loads(out.splitlines()[-1])
    ratio = found["talentpool"]["seconds"] / found["pandas"]["seconds"]
    return {"people": people, "with_resumes": with_resumes, **found, "ratio": round(ratio, 1)}


def main() -> None:
    """Read what was typed and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=20_000)
    parser.add_argument("--resumes", action="store_true")
    parser.add_argument("--side", choices=SIDES)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.side:
        SIDES[asked.side](asked.file, asked.folder)
        return
    print(json.dumps(compare(asked.people, with_resumes=asked.resumes)))  # noqa: T201


if __name__ == "__main__":
    main()
