"""Small pieces of the matching index are merged and its word statistics renewed, when that is due."""

from datetime import datetime

from jobs.workplace import Shift
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Compact the index if it has changed enough; counts one item when it was."""
    with shift.reading() as session:
        compacted = shift.workplace.keeper.compact(session, now=shift.now)
    return Outcome(items=int(compacted))
