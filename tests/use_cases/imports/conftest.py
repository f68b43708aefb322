"""Files brought into a real database, as the command and the page do it."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.candidates.reasons import install_reasons
from talentpool.database import Base, Sessions, open_engine, open_sessions
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportReport
from talentpool.imports.run import Progress
from tests.use_cases.imports.clean_run import install, table_hashes

SECRET = b"a secret of this test's installation"
BringIn = Callable[..., ImportReport]
Sown = Callable[[], str]


@pytest.fixture
def bring_in(sessions: Sessions, tmp_path: Path, checkout: Path, now: datetime) -> BringIn:
    """Import a text as a file: `bring_in("Name,Email\\nAna,ana@example.org", source="ats")`."""
    with sessions.writing() as session:
        install_reasons(session, checkout / "config")
        session.commit()

    def call(
        text: str, *, name: str = "people.csv", progress: Progress | None = None, **options: object
    ) -> ImportReport:
        path = tmp_path / name
        if not path.exists() or path.read_text("utf-8") != text:  # somebody may be reading it
            path.write_text(text, encoding="utf-8")
        at = options.pop("now", now)
        chosen = ImportOptions(**options)  # type: ignore[arg-type] # the test says which
        return import_file(sessions, path, chosen, secret=SECRET, now=at, progress=progress)  # type: ignore[arg-type]

    return call


@pytest.fixture
def count(sessions: Sessions) -> Callable[[type[Base]], int]:
    """Count the rows of a table."""

    def call(table: type[Base]) -> int:
        with sessions.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    return call


@pytest.fixture
def empty_again(database_kind: str, database_url: str, request: pytest.FixtureRequest) -> Sown:
    """Empty the database of this test, migrated and with reasons; gives its address."""

    def empty() -> str:
        if database_kind == "sqlite":
            place = Path(database_url.removeprefix("sqlite:///"))
            for left in place.parent.glob(f"{place.name}-*"):
                left.unlink()
            shutil.copyfile(request.getfixturevalue("sqlite_template"), place)
        else:
            request.getfixturevalue("postgres_server").empty("migrated")
        install(database_url)
        return database_url

    return empty


@pytest.fixture
def look(database_url: str) -> Callable[[], dict[str, str]]:
    """Hash the tables as they stand."""

    def hashes() -> dict[str, str]:
        engine = open_engine(database_url)
        found = table_hashes(open_sessions(engine))
        engine.dispose()
        return found

    return hashes
