"""Migrations: one set for both databases, up and down and up again with people in, and no drift from the models."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Table, func, inspect, select
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, LargeBinary, String

from talentpool.database import Code, UtcTime, open_engine
from talentpool.schema import downgrade_schema, newest_revision, schema_revision, upgrade_schema
from talentpool.tables import metadata
from tests.promises.source_tree import CHECKOUT

VERSIONS = sorted((CHECKOUT / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[Engine]:
    """An opened database without tables."""
    opened = open_engine(empty_database_url)
    yield opened
    opened.dispose()


def described(engine: Engine) -> dict[str, object]:
    """Describe every table: columns, keys, indexes and checks, in an order that does not depend on history."""
    looked = inspect(engine)
    kinds = {
        "columns": looked.get_multi_columns(),
        "primary key": looked.get_multi_pk_constraint(),
        "foreign keys": looked.get_multi_foreign_keys(),
        "unique": looked.get_multi_unique_constraints(),
        "indexes": looked.get_multi_indexes(),
        "checks": looked.get_multi_check_constraints(),
    }
    tables: dict[str, dict[str, object]] = {}
    for kind, found in kinds.items():
        for (_schema, table), parts in found.items():
            tables.setdefault(table, {})[kind] = _described(kind, parts)
    return dict(tables)


def _described(kind: str, parts: Any) -> object:
    if kind == "columns":
        return sorted((one["name"], str(one["type"]), one["nullable"], str(one["default"])) for one in parts)
    if kind == "checks":
        return sorted(str(one["name"]) for one in parts)
    return parts if kind == "primary key" else sorted(parts, key=str)


def differences(engine: Engine) -> list[object]:
    """List where the migrated tables differ from the models."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_object": _is_ours},
        )
        return list(compare_metadata(context, metadata))


def _is_ours(_object: object, name: str | None, *_rest: object) -> bool:
    return name != "alembic_version"


def fill(engine: Engine) -> None:
    """Put one row into every table, each reference pointing at the one row of its parent."""
    filled: set[Table] = set()
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(
                table.insert(), {column.name: _value(column, filled) for column in table.columns}
            )
            filled.add(table)


def _value(column: Column[object], filled: set[Table]) -> object:
    parents = {key.column.table for key in column.foreign_keys}
    if parents and not parents & filled:
        assert column.nullable, f"{column} points at a table that comes later"
        return None
    if isinstance(column.type, Code):
        words: type[StrEnum] = column.type.kind
        return next(iter(words))
    values: list[tuple[type, object]] = [
        (UtcTime, datetime(2026, 11, 23, tzinfo=UTC)),
        (Date, date(2026, 11, 23)),
        (Boolean, True),
        (Integer, 1),
        (Float, 0.5),
        (LargeBinary, b"1"),
        (JSON, {"said": "one"}),
    ]
    fitting = [value for kind, value in values if isinstance(column.type, kind)]
    if fitting:
        return fitting[0]
    return "1" if parents or not isinstance(column.type, String) else "DE"


def counted(engine: Engine) -> dict[str, int]:
    """Count the rows of every table of the models."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
            if inspect(connection).has_table(name)
        }


def test_the_models_equal_the_migrations(empty_engine: Engine) -> None:
    upgrade_schema(empty_engine)
    assert set(inspect(empty_engine).get_table_names()) - {"alembic_version"} == set(metadata.tables)
    assert len(metadata.tables) > 20
    assert not differences(empty_engine)


def test_up_down_and_up_again_gives_the_same_tables(empty_engine: Engine) -> None:
    upgrade_schema(empty_engine)
    first = described(empty_engine)
    fill(empty_engine)
    assert set(counted(empty_engine).values()) == {1}
    downgrade_schema(empty_engine)
    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    upgrade_schema(empty_engine)
    assert described(empty_engine) == first


def test_every_step_leads_back_to_where_it_started(empty_engine: Engine) -> None:
    before = described(empty_engine)
    for step in VERSIONS:
        upgrade_schema(empty_engine, revision="+1")
        after = described(empty_engine)
        assert after != before, f"{step.name} changes nothing"
        downgrade_schema(empty_engine, revision="-1")
        assert _without_version(described(empty_engine)) == _without_version(before), step.name
        upgrade_schema(empty_engine, revision="+1")
        before = after
    assert schema_revision(empty_engine) == newest_revision()


def test_the_newest_step_loses_nobody_who_was_there_before(empty_engine: Engine) -> None:
    upgrade_schema(empty_engine)
    fill(empty_engine)
    downgrade_schema(empty_engine, revision="-1")
    kept = counted(empty_engine)
    upgrade_schema(empty_engine)
    assert counted(empty_engine) == dict.fromkeys(metadata.tables, 0) | kept
    assert set(kept.values()) <= {1}


def _without_version(tables: dict[str, object]) -> dict[str, object]:
    return {name: table for name, table in tables.items() if name != "alembic_version"}


@pytest.mark.parametrize("path", VERSIONS, ids=[path.stem for path in VERSIONS])
def test_every_migration_says_why_and_can_go_back(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert ast.get_docstring(tree)
    assert {"upgrade", "downgrade"} <= set(functions)
    assert all(_does_something(functions[name]) for name in ("upgrade", "downgrade"))


def _does_something(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Call | ast.Raise) for node in ast.walk(function))


def test_the_migrations_form_one_line() -> None:
    assert VERSIONS
    numbers = [path.stem.split("_")[0] for path in VERSIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
