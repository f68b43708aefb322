"""Only the doors commit, and only the doors and the settings look at the world around the process."""

import ast

from tests.promises.source_tree import Source, calls, dotted, product_sources

DOORS = {"cli", "web", "jobs"}
# Who else may end a transaction, and why.
COMMITS_BY_NAME = {
    "talentpool/imports/importer.py": "one transaction a chunk, so that others can write and a stopped import goes on",
    "talentpool/imports/importer": "each chunk of an import is a transaction of its own",
    "talentpool/imports/checks.py": "how far a check is, is noted in short transactions while it goes on",
    "talentpool/imports/undo.py": "an undo goes back in short transactions, as the import came",
    "talentpool/erasure/carry_out.py": "the rows go before the files and the search, which takes longer than others may wait",
    "talentpool/backups/restore": "a restore replaces everything between two migrations",
}


def commits(source: Source) -> list[int]:
    """Find the lines that end a transaction: `x.commit()`, and `x.begin()` which commits at its end."""
    ended = [call for call in calls(source.tree) if isinstance(call.func, ast.Attribute)]
    return [call.lineno for call in ended if call.func.attr in {"commit", "begin"}]  # type: ignore[attr-defined]


def may_commit(source: Source) -> bool:
    return source.room in DOORS or any(source.path.startswith(place) for place in COMMITS_BY_NAME)


def test_only_the_doors_commit() -> None:
    committing = [source for source in product_sources() if commits(source)]
    assert committing, "nobody commits at all"
    assert not [
        f"{source.path}:{line}" for source in committing if not may_commit(source) for line in commits(source)
    ]


def test_only_doors_and_settings_read_the_environment() -> None:
    reading = []
    for source in product_sources():
        names = {dotted(node) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
        names |= {dotted(call.func) for call in calls(source.tree)}
        if names & {"os.environ", "os.getenv", "os.environb"}:
            reading.append(source)
    assert not [source.path for source in reading if source.room not in DOORS | {"settings"}]


def test_only_the_web_knows_the_current_app() -> None:
    knowing = [
        source
        for source in product_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and "current_app" in {alias.name for alias in node.names}
    ]
    assert not [source.path for source in knowing if source.room != "web"]


def test_only_the_clock_asks_for_the_time() -> None:
    asking = [
        f"{source.path}:{call.lineno}"
        for source in product_sources()
        for call in calls(source.tree)
        if dotted(call.func)
        in {"datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "time.time"}
    ]
    assert [place for place in asking if place.startswith("talentpool/clock.py")]
    assert not [place for place in asking if not place.startswith("talentpool/clock.py")]
