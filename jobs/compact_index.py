"""The matching index is tidied: people removed leave its files, small pieces merge, frequencies are renewed.

Besides the job, which also reads the index against its checksums, the scheduler looks every few seconds, so
that an erased person's words are in no file a minute later.
"""

from datetime import datetime

from jobs.workplace import Shift
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Mend the index where a byte is wrong and tidy it where that is due; counts one item for each."""
    with shift.reading() as session:
        shift.workplace.keeper.current(session, now=shift.now)
        compacted = shift.workplace.keeper.compact(session, now=shift.now)
        mended = shift.workplace.keeper.mend(session, now=shift.now)
    return Outcome(items=int(compacted) + int(mended))


def look(shift: Shift) -> None:
    """Tidy the index if that is due; what prevents it is logged, and tried again at the next look."""
    try:
        with shift.reading() as session:
            shift.workplace.keeper.compact(session, now=shift.now)
    except TalentPoolError as error:
        log.warning("index_not_tidied", because=type(error).__name__)
