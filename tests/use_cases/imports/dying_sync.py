"""Syncs that kill themselves at one line of what writes: a program for the test that follows a system through kills."""

from datetime import datetime
from pathlib import Path

from talentpool import tables
from talentpool.database import open_engine, open_sessions
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.sync import sync_exports
from tests.killed_at_a_line import Order, Steps, carry_out_orders

WATCHED = (
    "imports/sync.py", "imports/importer.py", "imports/run.py", "imports/row_memory.py", "imports/deletions.py",
    "imports/apply.py", "imports/change_log.py", "candidates/records.py", "consent/data_requests.py",
)  # fmt: skip


def sync(order: Order, steps: Steps) -> None:
    """Follow one export as the command does, or die on the way."""
    engine = open_engine(order["database"])
    steps.begin()
    sync_exports(
        open_sessions(engine),
        [Path(order["export"])],
        ImportOptions(source="ats"),
        secret=order["secret"].encode(),
        now=datetime.fromisoformat(order["now"]),
        quiet_seconds=0,
    )
    steps.end()
    engine.dispose()


if __name__ == "__main__":
    assert tables.metadata.tables
    carry_out_orders(sync, watched=WATCHED)
