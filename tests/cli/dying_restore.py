"""A restore that kills itself (SIGKILL) when it comes to a function of ours: `dying_restore.py FUNCTION BACKUP`."""

import os
import signal
import sys
from types import FrameType
from typing import Any

from talentpool.cli import run

WATCHED = ("talentpool/backups/restore.py", "talentpool/consent/journal.py", "talentpool/erasure/")


def die_at(name: str) -> None:
    """End this process when a function of that name is called."""

    def enter(frame: FrameType, _event: str, _argument: Any) -> None:
        is_watched = any(place in frame.f_code.co_filename for place in WATCHED)
        if is_watched and frame.f_code.co_name == name:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.settrace(enter)


if __name__ == "__main__":
    die_at(sys.argv[1])
    sys.exit(run(["restore", sys.argv[2], "--force"], dict(os.environ)))
