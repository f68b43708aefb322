"""`talentpool benchmark`: one document of figures, a table for people, and a sentence where it cannot be done."""

import json
from pathlib import Path

import pytest

from talentpool.cli import measuring
from tests.cli.conftest import RunCommand

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""It works on databases of its own, so one kind is enough."""
PROMISED = {
    "candidates", "match_ms", "feedback_ms", "preview_ms", "build_per_second", "add_one_ms", "rss_mb",
    "index_bytes", "peers",
}  # fmt: skip
SPREADS = ("match_ms", "feedback_ms", "preview_ms", "add_one_ms", "change_one_ms", "erase_one_ms")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that only this test writes to, and few repeats."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(measuring, "ROLES_REMATCHED", 5)
    monkeypatch.setattr(measuring, "CHANGES", 5)
    return folder


@ON_SQLITE
def test_json_has_every_figure_and_the_peers_and_nothing_is_left_behind(
    run_command: RunCommand, temporary: Path
) -> None:
    told = run_command("benchmark", "--candidates", "300", "--peers", "--json")
    assert told.exit_code == 0, told.err
    figures = json.loads(told.out)
    assert figures.keys() >= PROMISED
    assert figures["candidates"] == 300
    for name in SPREADS:
        assert 0 < figures[name]["p50"] <= figures[name]["p95"]
    assert {"scipy columns", "scikit-learn cosine_similarity"} <= figures["peers"].keys()
    assert all(spread["match_ms"]["p50"] > 0 for spread in figures["peers"].values() if "match_ms" in spread)
    assert min(figures["build_per_second"], figures["index_bytes"], figures["rss_mb"]) > 0
    assert 500 < figures["terms_per_resume"] < 800
    assert 0.7 < figures["heaps_exponent"] < 0.9
    assert 150 < figures["role_terms"] < 250
    assert not list(temporary.iterdir())


@ON_SQLITE
def test_people_read_a_table_even_of_one_candidate(run_command: RunCommand) -> None:
    told = run_command("benchmark", "--candidates", "1")
    assert told.exit_code == 0, told.err
    assert "1 candidates" in told.out
    assert "erase one person" in told.out


@ON_SQLITE
@pytest.mark.parametrize(
    ("candidates", "said"),
    [("0", "0"), ("-5", "-5"), ("many", "many"), ("900000000000", "choose fewer")],
)
def test_what_cannot_be_measured_is_one_sentence(run_command: RunCommand, candidates: str, said: str) -> None:
    told = run_command("benchmark", "--candidates", candidates)
    assert told.exit_code == 2
    assert not told.out
    assert said in told.err
