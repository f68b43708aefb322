"""One item of many: what goes wrong with it is noted and logged, and the others go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from jobs.workplace import StoppedError
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.work.leases import LeaseLostError

log = get_log(__name__)


@contextmanager
def one_of_many(
    notes: list[str], what: str, *, try_later: Callable[[], None] | None = None
) -> Iterator[None]:
    """Work on one item; what the others would meet as well (no lease, no database, a stop) ends the run.

    `what` names the item by its number: it is read by administrators, and logged. `try_later` sees to it that an item
    that failed is tried again without waiting for the next run.
    """
    try:
        yield
    except (LeaseLostError, StoppedError, OperationalError):
        raise
    except Exception as error:  # noqa: BLE001 - one item must not stop the others
        log.error("item_failed", reference=what, because=type(error).__name__, exc_info=is_fault(error))
        notes.append(f"{what}: {words_of(error)}{' It is tried again by itself.' if try_later else ''}")
        if try_later is not None:
            try_later()


def words_of(error: Exception) -> str:
    """Say what an administrator can read of an error: our own say it all in their sentence."""
    return f"Stopped by a fault ({type(error).__name__}); see the log." if is_fault(error) else str(error)


def is_fault(error: Exception) -> bool:
    """Say whether nobody has thought of this error, so that the log has to tell where it came from."""
    return not isinstance(error, TalentPoolError)
