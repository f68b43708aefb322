"""The version of the database's tables: bring it up, take it down, and refuse one that is not ours."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine, inspect

from talentpool.errors import ConflictError, UnavailableError
from talentpool.settings import migrations_folder


def upgrade_schema(engine: Engine, *, revision: str = "head") -> None:
    """Bring the tables up to `revision`, in one transaction."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade_schema(engine: Engine, *, revision: str = "base") -> None:
    """Take the tables back to `revision`, in one transaction."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def schema_revision(engine: Engine) -> str | None:
    """Find which revision the tables are at; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str:
    """Tell the revision this version of the program works with; read once, the migrations come with it."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise UnavailableError(f"No migrations found in {migrations_folder()}; install talentpool again.")
    return head


def is_known(revision: str) -> bool:
    """Say whether this version of the program knows a revision of the tables."""
    try:
        return ScriptDirectory.from_config(_config(None)).get_revision(revision) is not None
    except CommandError:
        return False


def require_current_schema(engine: Engine) -> None:
    """Refuse to work on tables of another version; says which command mends it."""
    revision = schema_revision(engine)
    if revision is None and not inspect(engine).get_table_names():
        raise UnavailableError("The database is empty; run `talentpool init` first.")
    if revision != newest_revision():
        raise ConflictError(
            f"The database is at version {revision}, this program needs {newest_revision()}; run `talentpool upgrade`."
        )


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_folder())).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
