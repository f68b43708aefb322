"""`demo`: one command from nothing to ranked people with reasons, in a home of its own."""

import json
import sqlite3
from pathlib import Path

import pytest

from talentpool.settings import Settings
from tests.cli.conftest import RunCommand

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_the_demo_ends_with_ranked_people_and_their_reasons(
    run_command: RunCommand, settings: Settings
) -> None:
    done = run_command("demo", "--no-serve", "--json")
    assert done.exit_code == 0, done.err
    run = json.loads(done.out)
    assert run["pool"] > 400
    assert run["funnel"][-1]["left"] == run["eligible"] > 300
    assert len(run["matches"]) == 8
    for match in run["matches"]:
        total = sum(line["value"] for line in match["receipt"]["lines"])
        assert total == pytest.approx(match["receipt"]["total"], abs=1e-9)
    again = run_command("demo", "--no-serve", "--json")
    assert json.loads(again.out)["run_id"] == run["run_id"]
    adverts = list((settings.home / "demo" / "adverts").iterdir())
    assert len(adverts) == 6


def test_the_demo_does_not_touch_the_home_it_is_shown_beside(
    run_command: RunCommand, settings: Settings
) -> None:
    run_command("init", "--email", "mara@example.org")
    before = _rows(settings.home / "talentpool.db")
    shown = run_command("demo", "--no-serve")
    assert shown.exit_code == 0, shown.err
    assert "Why this rank" in shown.out
    assert _rows(settings.home / "talentpool.db") == before
    assert (settings.home / "demo" / "talentpool.db").is_file()


@pytest.mark.parametrize("wrong", [("--port", "0"), ("--port", "http"), ("--loud",)])
def test_the_demo_refuses_what_it_does_not_know(
    run_command: RunCommand, settings: Settings, wrong: tuple[str, ...]
) -> None:
    done = run_command("demo", "--no-serve", *wrong)
    assert done.exit_code == 2
    assert len(done.err.splitlines()) == 1
    assert not (settings.home / "demo").exists()


def _rows(database: Path) -> list[int]:
    with sqlite3.connect(database) as opened:
        tables = ("candidates", "roles", "recruiters", "offices", "imports")
        counts = [opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]  # noqa: S608 - our own names
    opened.close()
    return counts
