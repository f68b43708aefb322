"""Notebooks run from top to bottom on a pool and say what is in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from talentpool.candidates.models import Stage
from talentpool.database import Sessions
from talentpool.settings import Settings
from tests.builders import make_application, make_candidate, make_reason, make_role


def run_notebook(path: Path) -> dict[str, Any]:
    """Run every code cell in one namespace, as a kernel would."""
    space: dict[str, Any] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name}#{cell['id']}", "exec"), space)  # noqa: S102
    return space


def fill(session: Session) -> None:
    reason = make_reason(session)
    ana, bo = make_candidate(session, resume="Kubernetes"), make_candidate(session)
    make_application(session, ana, stage=Stage.FINAL_ROUND, reason_id=reason.id)
    make_application(session, bo)


def test_the_pool_at_a_glance_counts_what_is_there(
    checkout: Path, sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.writing() as session:
        fill(session)
        session.commit()
    monkeypatch.setenv("TALENTPOOL_HOME", str(settings.home))
    monkeypatch.setenv("TALENTPOOL_DATABASE_URL", settings.database_url)
    seen = run_notebook(checkout / "notebooks" / "pool_at_a_glance.ipynb")
    assert seen["endings"].loc["final_round", "rejected"] == 1
    assert seen["reasons"].to_dict() == {"Stronger candidate hired": 1, "(blank)": 1}
    assert seen["freshness"]["under 1"] == 1
    assert seen["freshness"].sum() == 2
    seen["engine"].dispose()


def test_tuning_searches_the_sample_pool_when_no_folder_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABELLED_FOLDER", raising=False)
    seen = run_notebook(checkout / "notebooks" / "tune_the_ranker.ipynb")
    assert len(seen["texts"]) > 100
    assert set(seen["grades"].ravel()) == {0, 1, 2}
    assert list(seen["results"]) == ["title_weight", "feedback_weight", "MAP", "between folds"]
    assert len(seen["results"]) == 4
    assert seen["results"]["MAP"].is_monotonic_decreasing
    assert seen["results"]["MAP"].min() > 0.5
    assert min(seen["best"], seen["shipped"]) > 0.5


def write_labelled(folder: Path) -> list[str]:
    texts = ["nurse ventilators", "electrician wiring", "account executive", "nurse", "wiring"]
    queries = {"q1": "nurse", "q2": "electrician\nwiring", "q3": "executive"}
    for name, rows in (("docs", {f"d{n}": text for n, text in enumerate(texts)}), ("queries", queries)):
        lines = [json.dumps({"id": key, "text": text}) for key, text in rows.items()]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text("q1\td0\t2\nq1\td3\t2\nq2\td1\t2\nq3\td2\t2\n", encoding="utf-8")
    return texts


def test_tuning_searches_the_folder_it_is_given(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = write_labelled(tmp_path)
    monkeypatch.setenv("LABELLED_FOLDER", str(tmp_path))
    seen = run_notebook(checkout / "notebooks" / "tune_the_ranker.ipynb")
    assert seen["texts"] == texts
    assert len(seen["briefs"]) == 3
    assert seen["shipped"] == 1.0


def test_quality_compares_rankers_and_parts_on_the_sample_pool(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABELLED_FOLDER", raising=False)
    monkeypatch.delenv("OWN_POOL", raising=False)
    seen = run_notebook(checkout / "notebooks" / "matching_quality.ipynb")
    assert {"shipped", "plain TF-IDF"} <= set(seen["rankers"].index)
    for judged in (
        seen["rankers"],
        seen["short_rankers"],
    ):  # a few easy roles: plain TF-IDF does well there too
        assert judged.loc["shipped", "MAP"] > max(0.8, judged.loc["plain TF-IDF", "MAP"] - 0.02)
    assert {"no feedback", "no stop words", "another language"} <= set(seen["parts"].index)
    assert seen["by_role"]["gain"].is_monotonic_increasing
    assert "<td" in seen["barred"](seen["rankers"]).to_html()


def test_quality_judges_the_folder_it_is_given(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = write_labelled(tmp_path)
    monkeypatch.setenv("LABELLED_FOLDER", str(tmp_path))
    seen = run_notebook(checkout / "notebooks" / "matching_quality.ipynb")
    assert seen["texts"] == texts
    assert seen["rankers"].loc["shipped", "MAP"] == 1.0


def test_quality_judges_the_own_pool_by_who_got_far(
    checkout: Path, sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.writing() as session:
        role = make_role(session, title="Platform engineer", text="Kubernetes on call")
        ana = make_candidate(session, resume="Platform engineer with Kubernetes")
        bo = make_candidate(session, resume="Nurse in intensive care")
        make_application(session, ana, role=role, stage=Stage.FINAL_ROUND)
        make_application(session, bo, role=role, stage=Stage.APPLIED)
        make_application(session, bo)
        session.commit()
    monkeypatch.delenv("LABELLED_FOLDER", raising=False)
    monkeypatch.setenv("OWN_POOL", "1")
    monkeypatch.setenv("TALENTPOOL_HOME", str(settings.home))
    monkeypatch.setenv("TALENTPOOL_DATABASE_URL", settings.database_url)
    seen = run_notebook(checkout / "notebooks" / "matching_quality.ipynb")
    assert len(seen["texts"]) == 2
    assert [graded.tolist() for graded in seen["data"].grades.values()] == [[2, 0]]
    assert list(seen["by_role"].index) == list(seen["data"].briefs)


@pytest.mark.parametrize("cell_type", ["markdown", "code"])
def test_notebooks_are_kept_without_outputs_and_explained(checkout: Path, cell_type: str) -> None:
    books = list((checkout / "notebooks").glob("*.ipynb"))
    assert books
    for book in books:
        cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
        assert any(cell["cell_type"] == cell_type for cell in cells)
        assert not any(cell.get("outputs") for cell in cells)
