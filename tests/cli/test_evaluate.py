"""`talentpool evaluate`: figures of our ranker, and of plain TF-IDF beside it when asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RunCommand

QUERIES = [{"id": "q1", "title": "Nurse", "text": "ventilators"}, {"id": "q2", "text": "Terraform engineer"}]
DOCUMENTS = {
    "d1": "Night shifts in a hospital. Experience, experience, experience with the ventilators.",
    "d2": "Platform engineer with Terraform",
    "d3": "Nurse",
}
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""Judging reads no database, so one kind is enough."""
FIGURES = {"ndcg@10", "map", "p@10", "recall@50", "queries", "docs", "seconds"}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "labelled"
    folder.mkdir()
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    for name, rows in (("queries.jsonl", QUERIES), ("docs.jsonl", documents)):
        (folder / name).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (folder / "qrels.tsv").write_text("q1\td1\t1\nq1\td3\t1\nq2\td2\t1\n", encoding="utf-8")
    return folder


@ON_SQLITE
def test_json_has_the_baseline_only_when_asked(run_command: RunCommand, labelled: Path) -> None:
    alone = json.loads(run_command("evaluate", labelled, "--json").out)
    both = json.loads(run_command("evaluate", labelled, "--baseline", "--json").out)
    plain = both.pop("baseline")
    assert set(alone) == set(both) == FIGURES
    assert plain.pop("ranker") == "plain TF-IDF"
    assert set(plain) == FIGURES
    assert {name: both[name] for name in FIGURES - {"seconds"}} == {
        name: alone[name] for name in FIGURES - {"seconds"}
    }
    assert (plain["queries"], plain["docs"], plain["map"]) == (2, 3, 1.0)


@ON_SQLITE
def test_the_table_names_the_rankers_when_there_are_two(run_command: RunCommand, labelled: Path) -> None:
    alone = run_command("evaluate", labelled).out.splitlines()
    both = run_command("evaluate", labelled, "--baseline").out.splitlines()
    assert (len(alone), len(both)) == (2, 3)
    assert alone[0].split() == ["ndcg@10", "map", "p@10", "recall@50", "queries", "docs", "seconds"]
    assert both[0].split() == ["ranker", *alone[0].split()]
    assert both[1].split()[:-1] == ["talentpool", *alone[1].split()[:-1]]
    assert both[2].startswith("plain TF-IDF ")


@ON_SQLITE
def test_the_run_is_ours_with_and_without_the_baseline(
    run_command: RunCommand, labelled: Path, tmp_path: Path
) -> None:
    runs = tmp_path / "ours.trec", tmp_path / "beside.trec"
    assert run_command("evaluate", labelled, "--run", runs[0]).exit_code == 0
    assert run_command("evaluate", labelled, "--baseline", "--run", runs[1]).exit_code == 0
    assert runs[0].read_text(encoding="utf-8") == runs[1].read_text(encoding="utf-8")
    assert len(runs[0].read_text(encoding="utf-8").splitlines()) == len(QUERIES) * len(DOCUMENTS)


@ON_SQLITE
def test_documents_without_a_word_are_refused_in_one_sentence(
    run_command: RunCommand, labelled: Path
) -> None:
    (labelled / "docs.jsonl").write_text(
        "\n".join(json.dumps({"id": name, "text": "- - -"}) for name in DOCUMENTS), encoding="utf-8"
    )
    refused = run_command("evaluate", labelled, "--baseline")
    assert (refused.exit_code, refused.out) == (2, "")
    assert "TF-IDF cannot read these documents" in refused.err


@pytest.mark.parametrize(
    "code",
    [
        "from talentpool.cli import run; run(['evaluate', '--help'], {})",
        "import talentpool.cli.matches, talentpool.cli.post_role, talentpool.cli.serve, talentpool.web.app",
        "import talentpool.rediscovery.rediscover, jobs.schedule, jobs.rematch_open_roles",
    ],
)
def test_scikit_learn_is_loaded_for_the_baseline_only(code: str, checkout: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print('sklearn' in sys.modules)"],
        capture_output=True, text=True, check=True, cwd=checkout,
    )  # fmt: skip
    assert asked.stdout.splitlines()[-1] == "False"
