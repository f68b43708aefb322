"""Faults that a person can read: what went wrong, where, and what to do about it.

A refusal that belongs to the product is a value with a reason, not an exception. These are for what
stops the work. Rooms subclass them beside their own code; two tables map them to the outside.
"""


class TalentPoolError(Exception):
    """Say in one sentence what went wrong and what to do; `str(error)` is shown to people."""


class InvalidInputError(TalentPoolError):
    """Refuse what somebody gave us; the message names the place, the value and the remedy."""


class NotFoundError(TalentPoolError):
    """Say that what was asked for is not here, or not for this person to see."""


class NotAllowedError(TalentPoolError):
    """Say that this person may not do this, and who may."""


class ConflictError(TalentPoolError):
    """Say that somebody else was there first, or that the state has moved on."""


class UnavailableError(TalentPoolError):
    """Say that something we need (database, index, disk) cannot be used right now."""


class NoRoomError(UnavailableError):
    """Say that the disk is full, so that nothing was kept."""


HTTP_STATUS_BY_ERROR: dict[type[TalentPoolError], int] = {
    InvalidInputError: 422,
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    UnavailableError: 503,
    NoRoomError: 507,
}

EXIT_CODE_BY_ERROR: dict[type[TalentPoolError], int] = {
    InvalidInputError: 2,
    NotFoundError: 2,
    NotAllowedError: 2,
    ConflictError: 2,
    UnavailableError: 3,
}


def code_for(error: TalentPoolError, table: dict[type[TalentPoolError], int], *, default: int) -> int:
    """Find the outside code of an error or of the nearest class it derives from."""
    return next((table[kind] for kind in type(error).__mro__ if kind in table), default)
