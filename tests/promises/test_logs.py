"""Logs are facts with ids: no field that could hold a name, an address or somebody's words."""

import ast
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from tests.promises.source_tree import Source, calls, dotted, product_sources

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "msg"}
EVENT = re.compile(r"^[a-z]+(_[a-z0-9]+)+$")
# What an event may say beside ids and counts: words of ours, never of a person.
FIELDS = {
    "exc_info",
    "kind",
    "job",
    "rule",
    "state",
    "reason",
    "seconds",
    "milliseconds",
    "version",
    "revision",
}
FIELDS |= {
    "host",
    "port",
    "method",
    "status",
    "endpoint",
    "signal",
    "code",
    "level",
    "due",
    "mode",
    "because",
    "generation",
    "reference",
}
COUNTS = {"candidates", "people", "pool", "roles", "matches", "eligible", "documents", "segments", "terms"}
COUNTS |= {"rows", "created", "updated", "unchanged", "blocked", "left_out", "problems", "files", "entries"}
COUNTS |= {"jobs", "items", "done", "failed", "skipped", "changes", "removed", "left", "messages", "promises"}
COUNTS |= {"sessions", "attempts", "threads"}
IDS_AND_COUNTS = re.compile(r"^\w+_(id|ids|count|seconds|bytes|version|hash)$")


def log_calls(source: Source) -> Iterator[ast.Call]:
    """Walk over the calls that write a log line."""
    for call in calls(source.tree):
        owner, _, level = dotted(call.func).rpartition(".")
        if level in LEVELS and re.fullmatch(
            r"_?log(ger)?|LOG(GER)?|structlog\.get_logger|logging", owner.split(".")[-1]
        ):
            yield call


def may_say(field: ast.keyword) -> bool:
    """Say whether a field can only hold words or numbers of ours; an error says its kind, never its message."""
    if field.arg == "error":
        return ast.unparse(field.value).startswith("type(") and ast.unparse(field.value).endswith(".__name__")
    return field.arg is not None and bool(field.arg in FIELDS | COUNTS or IDS_AND_COUNTS.match(field.arg))


def test_every_event_is_a_fact_in_snake_case() -> None:
    lines = [(source.path, call) for source in product_sources() for call in log_calls(source)]
    assert lines, "nothing is logged at all"
    for path, call in lines:
        event = call.args[0] if len(call.args) == 1 else None
        assert isinstance(event, ast.Constant), f"{path}:{call.lineno}: an event is one fixed word"
        assert EVENT.match(str(event.value)), f"{path}:{call.lineno}: {event.value!r}"


def test_no_event_has_a_field_that_could_hold_a_person() -> None:
    unknown = [
        f"{source.path}:{call.lineno}: {field.arg}"
        for source in product_sources()
        for call in log_calls(source)
        for field in call.keywords
        if not may_say(field)
    ]
    assert not unknown


def test_a_failed_statement_does_not_say_whom_it_was_about(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as failure:
        connection.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": "Ana Ruiz"})
    assert "no_such_table" in str(failure.value)
    assert "Ana Ruiz" not in str(failure.value)
