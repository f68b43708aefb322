"""Runs migrations on the connection it is given; `talentpool.schema` is the one caller.

SQLite rebuilds a table to change it, and with foreign keys on the rebuild would cascade into its children.
So they are off while a migration runs, and checked before it is committed.
"""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.orm import configure_mappers

from talentpool.errors import ConflictError
from talentpool.tables import metadata

configure_mappers()


def run(connection: Connection) -> None:
    """Migrate in one transaction, all or nothing."""
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=on_sqlite,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if on_sqlite:
                _refuse_dangling_rows(connection)
    finally:
        if on_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


def _refuse_dangling_rows(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        tables = ", ".join(sorted({row[0] for row in dangling}))
        raise ConflictError(
            f"The migration would leave rows without their parent in {tables}; nothing was changed."
        )


run(context.config.attributes["connection"])
