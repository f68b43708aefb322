"""The installation a command works on: its settings at once, database and secret when first needed.

Commands get one through `pass_installation` and ask it `require_ready()` before they touch a record.
"""

from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy import Engine, make_url

from talentpool.accounts.same_secret import require_same_secret
from talentpool.consent.journal import keep_journal
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.errors import UnavailableError
from talentpool.logs import configure_logs, log_failed_threads
from talentpool.schema import require_current_schema
from talentpool.secret import find_secret, installation_secret
from talentpool.settings import Settings, load_settings
from talentpool.tables import metadata  # noqa: F401 - every mapper has to be known before the first query

Given = ParamSpec("Given")
Outcome = TypeVar("Outcome")


class Installation:
    """One installation, opened as far as a command needs it; `close` lets go of the database."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)
        self.settings: Settings = load_settings(environ)

    @cached_property
    def engine(self) -> Engine:
        """The opened database."""
        return open_engine(self.settings.database_url)

    @cached_property
    def sessions(self) -> Sessions:
        """How to read, and how to write."""
        return keep_journal(open_sessions(self.engine), self.settings.home)

    @cached_property
    def secret(self) -> bytes:
        """What signs links and keys the hashes of suppressed addresses."""
        return installation_secret(self.settings)

    def require_ready(self) -> None:
        """Refuse to work on a database that is not there, empty, of another version, half restored or not ours.

        Not ours means that it was set up with another secret.
        """
        self.require_whole()
        require_current_schema(self.engine)
        with self.sessions.reading() as session:
            require_same_secret(session, find_secret(self.settings))

    def require_whole(self) -> None:
        """Refuse to work on a database that is not there or half restored, whatever its version."""
        self.require_there()
        if self.settings.unfinished_restore.exists():
            raise UnavailableError(
                "A restore was stopped half-way: who asked for silence or was erased since the backup may be missing. "
                "Run `talentpool restore DIR --force` again, with the same backup; until then nothing else works."
            )

    def require_there(self) -> None:
        """Refuse to work on a database that is not there, whatever its version."""
        if self.is_missing:
            raise UnavailableError(
                f"There is no installation in {self.settings.home} yet; run `talentpool init` first."
            )

    @property
    def is_missing(self) -> bool:
        """Say that the database is a file which does not exist; opening it would make one."""
        address = make_url(self.settings.database_url)
        on_disk = address.get_backend_name() == "sqlite" and address.database
        return bool(on_disk) and not Path(str(address.database)).exists()

    def with_environ(self, **changes: str) -> "Installation":
        """Open another installation that differs in some keys of the environment."""
        return Installation(self.environ | changes)

    def close(self) -> None:
        """Let go of the database, if it was opened at all."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def pass_installation(
    function: Callable[Concatenate[Installation, Given], Outcome],
) -> Callable[Given, Outcome]:
    """Hand the installation named by the environment to a command as its first argument."""

    @wraps(function)
    def call(*given: Any, **named: Any) -> Outcome:
        context = click.get_current_context()
        installation = Installation(context.find_object(dict) or {})
        quiet = installation.settings.logs.level not in ("debug", "error")
        configure_logs(
            json_lines=installation.settings.logs.json,
            level="warning" if quiet else installation.settings.logs.level,
        )
        context.call_on_close(installation.close)
        return function(installation, *given, **named)

    return call


def log_as_configured(installation: Installation) -> None:
    """Log as the settings say: for the commands that keep running, whose log is their only voice."""
    logs = installation.settings.logs
    configure_logs(json_lines=logs.json, level=logs.level)
    log_failed_threads()
