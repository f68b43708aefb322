"""Logs are facts in the past tense with ids: never a name, an address or resume text.

JSON lines in production, readable lines on a terminal. Errors and the libraries speak in words of their own, and those
may be somebody's: of an error a log says where it happened and of which kind it is, of a library's line where in its
source it stands.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from structlog.typing import EventDict

LIBRARIES_THAT_SEE_NOBODY = ("alembic", "apscheduler")  # migrations and clockwork: theirs is kept as it is

Log = structlog.stdlib.BoundLogger


def get_log(room: str) -> Log:
    """Give the log of one room, named after it."""
    log: Log = structlog.stdlib.get_logger(room)
    return log


def configure_logs(*, json_lines: bool, level: str) -> None:
    """Send every log line of this process to standard error, as JSON or as readable text."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _errors_without_words,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if json_lines else _readable()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_place_of_a_librarys_line, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.raiseExceptions = (
        False  # a line that cannot be written is not told, with all it says, on standard error
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy, least in (("apscheduler", "WARNING"), ("alembic", "WARNING"), ("waitress.queue", "ERROR")):
        logging.getLogger(noisy).setLevel(least)


def log_failed_threads() -> None:
    """Let a thread that fails say so here, and not in words of its own on standard error."""

    def told(failure: threading.ExceptHookArgs) -> None:
        get_log("threads").error("thread_failed", exc_info=failure.exc_value)

    threading.excepthook = told


def without_words(error: BaseException) -> str:
    """Give the traceback of an error without its message, which may quote a cell, an address or a row.

    What stays are the lines of our source, the kind of the error, and its code where a machine gave one.
    """
    parts = []
    for link in reversed(list(_chain(error))):
        lines = "".join(traceback.format_tb(link.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{lines}{_kind(link)}")
    return "\n\nwhich led to:\n\n".join(parts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _kind(error: BaseException) -> str:
    """Name an error by its class, with the code of the system or the database."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    cause = getattr(error, "orig", None) or error  # a database's own, within SQLAlchemy's
    codes = (getattr(cause, code, None) for code in ("errno", "smtp_code", "sqlstate", "sqlite_errorname"))
    told = " ".join(str(code) for code in codes if isinstance(code, int | str))
    return f"{name} ({told})" if told else name


def _errors_without_words(_logger: object, _method: str, event: EventDict) -> EventDict:
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()
    error = told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = without_words(error)
    return event


def _place_of_a_librarys_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    if not record.name.startswith(LIBRARIES_THAT_SEE_NOBODY):
        event["event"] = "library_said_something"
        event["place"] = f"{record.module}:{record.lineno}"
        event.pop("stack_info", None)
    return event


def _readable() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
