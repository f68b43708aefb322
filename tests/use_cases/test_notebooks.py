"""Notebooks run from top to bottom on a pool and say what is in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from talentpool.candidates.models import Stage
from talentpool.database import Sessions
from talentpool.settings import Settings
from tests.builders import make_application, make_candidate, make_reason


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


@pytest.mark.parametrize("cell_type", ["markdown", "code"])
def test_notebooks_are_kept_without_outputs_and_explained(checkout: Path, cell_type: str) -> None:
    books = list((checkout / "notebooks").glob("*.ipynb"))
    assert books
    for book in books:
        cells = json.loads(book.read_text(encoding="utf-8"))["cells"]
        assert any(cell["cell_type"] == cell_type for cell in cells)
        assert not any(cell.get("outputs") for cell in cells)
