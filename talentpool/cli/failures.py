"""What went wrong, as one sentence for a person and one exit code for a program.

Nothing of a row gets into the sentence: a database names the values it stumbled over, and those are people.
"""

import errno
import os
import sys
from dataclasses import dataclass

import click

from talentpool.errors import EXIT_CODE_BY_ERROR, TalentPoolError, code_for

DONE, WITH_PROBLEMS, BAD_INPUT, UNAVAILABLE = range(4)
INTERRUPTED = 130  # what a shell expects of a program ended by Ctrl-C

REMEDY_BY_ERRNO = {
    errno.ENOSPC: "free some disk space and try again",
    errno.EDQUOT: "free some disk space and try again",
    errno.EACCES: "give this account the right to use it",
    errno.EPERM: "give this account the right to use it",
    errno.EROFS: "choose a TALENTPOOL_HOME that can be written to",
    errno.EMFILE: "raise the limit of open files",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """One fault, ready for the outside; no sentence means that nobody is left to read it."""

    sentence: str
    exit_code: int
    error: BaseException


def explain(error: Exception) -> Failure:
    """Turn whatever came out of a command into a sentence and an exit code."""
    sentence, exit_code = _describe(error)
    return Failure(sentence=sentence, exit_code=exit_code, error=error)


def _describe(error: Exception) -> tuple[str, int]:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message(), BAD_INPUT
    if isinstance(error, click.ClickException):
        return _usage(error), BAD_INPUT
    if isinstance(error, click.Abort):
        return "Stopped.", INTERRUPTED
    if isinstance(error, TalentPoolError):
        return str(error), code_for(error, EXIT_CODE_BY_ERROR, default=UNAVAILABLE)
    if isinstance(error, BrokenPipeError):
        return _reader_left()
    if isinstance(error, OSError):
        return _machine(error), UNAVAILABLE
    return _database(error) or _own_fault(error), UNAVAILABLE


def _usage(error: click.ClickException) -> str:
    asked = getattr(error, "ctx", None)
    command = asked.command_path if asked else "talentpool"
    return f"{error.format_message().rstrip('.')}. See `{command} --help`."


def _reader_left() -> tuple[str, int]:
    # The program we were piped into has read enough; what is still buffered has nowhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return "", DONE


def _machine(error: OSError) -> str:
    what = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    where = f"{error.filename}: " if error.filename else ""
    remedy = REMEDY_BY_ERRNO.get(error.errno or 0, "run `talentpool doctor` to see what is wrong")
    return f"{where}{what}; {remedy}."


def _database(error: Exception) -> str | None:
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError
    from sqlalchemy.exc import TimeoutError as NoConnectionError

    if isinstance(error, NoConnectionError):
        return "The database did not answer in time; try again, or run `talentpool doctor`."
    quotes_a_value = isinstance(error, IntegrityError | DataError)
    if isinstance(error, DatabaseError | InterfaceError) and not quotes_a_value:
        said = str(error.orig).strip().splitlines()[0:1]
        return f"The database cannot be used: {''.join(said).rstrip('.')}; run `talentpool doctor`."
    return None


def _own_fault(error: Exception) -> str:
    return (
        f"talentpool met a fault of its own ({type(error).__name__}); "
        "run the same command with TALENTPOOL_LOGS_LEVEL=debug to see where, and report it."
    )
