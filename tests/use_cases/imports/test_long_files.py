"""A long file costs no more memory than a short one, and the measuring that says so measures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

MOST_MB = 512
ROWS, ROWS_IN_FULL = 3_000, 100_000


def test_faults_22_a_long_file_is_imported_within_its_memory(
    tmp_path: Path, checkout: Path, request: pytest.FixtureRequest
) -> None:
    rows = ROWS_IN_FULL if request.config.getoption("--long") else ROWS
    path = tmp_path / "people.csv"
    lines = (f"Ann{n} Example,ann{n}@example.org,Role {n % 7},{'word ' * 40}" for n in range(rows))
    path.write_text("\n".join(["Name,Email,Job,Resume text", *lines]), "utf-8")
    measuring = [sys.executable, "-m", "tests.benchmarks.import_speed"]
    command = [*measuring, "--side", "talentpool", "--file", str(path), "--folder", str(tmp_path)]
    out = subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout
    told = json.loads(out.splitlines()[-1])
    assert (told["rows"], told["searchable"]) == (rows, rows)
    assert told["import_rss_mb"] <= MOST_MB
