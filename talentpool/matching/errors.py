"""What can be wrong with a matching index, each with its remedy."""

from talentpool.errors import UnavailableError


class IndexMissingError(UnavailableError):
    """Say that no index has been made yet."""


class IndexDamagedError(UnavailableError):
    """Say that a file of the index is not what was written."""


class IndexOutdatedError(UnavailableError):
    """Say that the index was made by another version, or under other words settings."""
