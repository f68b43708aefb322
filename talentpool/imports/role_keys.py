"""By what a past role is found: its title and requisition, or, of a role of ours, its title and the day of applying."""

from functools import lru_cache

from talentpool.database import folded
from talentpool.imports.application import ReadApplication
from talentpool.imports.ats_formats import SOURCE
from talentpool.imports.row import ParsedRow

RoleKey = tuple[str, str | None]  # folded title, requisition code
LONGEST_TITLE = 320
REDISCOVERED = folded(SOURCE)


def role_key(application: ReadApplication) -> RoleKey:
    """Give the key by which a past role is found."""
    return folded_title(application.role_title), application.requisition


def rediscovered_key(parsed: ParsedRow) -> RoleKey | None:
    """Give the key of a role of ours by its title alone, where the row bears the mark our short lists leave with.

    The day of the application is part of it: for an earlier one the role was not posted yet.
    """
    read, came_through = parsed.application, parsed.person.came_through
    if read is None or read.requisition or not came_through or folded(came_through) != REDISCOVERED:
        return None
    return folded_title(read.role_title), f"{REDISCOVERED} {read.applied_on or ''}"


@lru_cache(maxsize=4096)
def folded_title(title: str) -> str:
    """Give a title as roles are found by it."""
    return folded(title)[:LONGEST_TITLE]
