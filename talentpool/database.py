"""The database: one way to open it, one base for all tables, and the column types they share.

SQLite in the home by default, PostgreSQL by URL; both behave alike to the rest of the code (foreign keys
checked, times in UTC, waits instead of "locked"). Nothing in here commits.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from talentpool.errors import InvalidInputError

# For tables whose ids are remembered elsewhere: SQLite would give the id of a deleted row out again.
NEVER_AN_ID_TWICE = {"sqlite_autoincrement": True}

BUSY_SECONDS = 30
"""How long SQLite waits for another writer; one may be writing the whole file anew (erasure/free_space.py)."""
CACHE_KILOBYTES = 16_384
"""Of each connection, and a process has several; what is not in it the system still has in memory, at no measurable cost."""
SUPPORTED = ("sqlite", "postgresql")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Code_ = TypeVar("Code_", bound=StrEnum)


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC, on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored; use talentpool.clock.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[Code_]):
    """One of a fixed set of lower_snake words, kept as text; pair it with `one_of` in the table."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[Code_]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Code_ | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store the word; refuse words outside the set."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Code_ | None:  # noqa: ARG002
        """Give back the member of the set."""
        return None if value is None else self.kind(value)


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """Let the database hold a column to the words of `kind`."""
    words = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({words})", name=column)


Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")

PrimaryId = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
ShortText = Annotated[str, mapped_column(String(320))]
LongText = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(UtcTime)]
Document = Annotated[dict[str, Any], mapped_column(Json)]
Listing = Annotated[list[Any], mapped_column(Json)]
Blob = Annotated[bytes, mapped_column(LargeBinary)]


class Base(DeclarativeBase):
    """All tables; constraints have names so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigId}


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Open the database behind `url`; makes SQLite's folder when missing, connects on first use.

    What a failed statement was given stays out of its message: those are people, and messages are logged.
    Raises InvalidInputError for a URL that is none or names another kind of database.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    return create_engine(
        address, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size, hide_parameters=True
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sessions:
    """How a door opens a session: to read, or to write and commit once at the end.

    On SQLite a writing session takes the write lock when it begins, so two writers queue up (for at most
    BUSY_SECONDS) instead of one of them failing half-way. Readers never wait.
    """

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]


def open_sessions(engine: Engine) -> Sessions:
    """Give the makers of reading and of writing sessions on one database."""
    return Sessions(
        reading=sessionmaker(engine, expire_on_commit=False),
        writing=sessionmaker(engine.execution_options(will_write=True), expire_on_commit=False),
    )


def add_unless_there(session: Session, record: "Base") -> bool:
    """Add a record unless another transaction was first with its key, or what it belongs to is gone.

    Gives whether it was added; the transaction goes on either way.
    """
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        return False
    return True


def folded(text: str) -> str:
    """Fold text for looking things up: lower case, no accents, single spaces.

    >>> folded("  José  ŁUCZAK, Groß ")
    'jose łuczak, gross'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def table_of(model: type[Base]) -> Table:
    """Give the table of a model: rows go in and out without the ORM looking at each of them."""
    return Base.metadata.tables[model.__tablename__]


def many(values: Iterable[Any], *, at_a_time: int = 500) -> Iterable[list[Any]]:
    """Cut a long list into pieces that fit the number of parameters a statement may have."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == at_a_time:
            yield batch
            batch = []
    if batch:
        yield batch


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise InvalidInputError(
            "TALENTPOOL_DATABASE_URL is not a database address; "
            "write sqlite:////path/to/talentpool.db or postgresql://user:password@host/name."
        ) from error
    if address.get_backend_name() not in SUPPORTED:
        raise InvalidInputError(
            f"TALENTPOOL_DATABASE_URL names {address.get_backend_name()}, but only SQLite and PostgreSQL work."
        )
    return address


def _open_sqlite(address: URL) -> Engine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that DDL is transactional too
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",  # what is deleted is overwritten; copies of it are left to free_space.py
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        f"cache_size = -{CACHE_KILOBYTES}",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Any) -> None:
    intent = connection.get_execution_options().get("will_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if intent else "BEGIN")
