"""One item of many: what goes wrong with it is noted and logged, and the others go on."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from jobs.workplace import StoppedError
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.work.leases import LeaseLostError

log = get_log(__name__)


@contextmanager
def one_of_many(notes: list[str], what: str) -> Iterator[None]:
    """Work on one item; what the others would meet as well (no lease, no database, a stop) ends the run.

    `what` names the item by its number: it is read by administrators, and logged.
    """
    try:
        yield
    except (LeaseLostError, StoppedError, OperationalError):
        raise
    except Exception as error:  # noqa: BLE001 - one item must not stop the others
        is_ours = isinstance(error, TalentPoolError)
        words = str(error) if is_ours else f"Stopped by a fault ({type(error).__name__}); see the log."
        log.error("item_failed", reference=what, because=type(error).__name__, exc_info=not is_ours)
        notes.append(f"{what}: {words}")
