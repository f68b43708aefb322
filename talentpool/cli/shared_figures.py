"""The folder in which page processes add up what they count, for as long as the process that watches them lives.

A watcher that is killed cannot clear its folder away; the next one does it, by a lock that ends with its holder.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "talentpool-figures-"
OWNER = "owner.lock"


@contextmanager
def shared_figures() -> Iterator[Path]:
    """Give an empty folder until the block ends; first clears away those whose owners have died."""
    _clear_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as made:
        folder = Path(made)
        with (folder / f"{OWNER}.new").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / f"{OWNER}.new").rename(
                folder / OWNER
            )  # so that nobody ever finds it free while we live
            yield folder


def _clear_left_behind(place: Path) -> None:
    for lock in place.glob(f"{PREFIX}*/{OWNER}"):
        with suppress(OSError), lock.open("rb") as held:  # its owner lives, or is somebody else's account
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent)
