"""What every page works with: the opened installation, the time of the request, and who is looking."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g
from sqlalchemy import Engine

from talentpool.accounts.permissions import Viewer
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.errors import NotAllowedError
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.settings import Settings

EXTENSION = "talentpool"


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a process that serves pages holds open: one per application."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    secret: bytes
    keeper: IndexKeeper


def desk() -> Desk:
    """Give what this application works with."""
    return cast(Desk, current_app.extensions[EXTENSION])


def request_time() -> datetime:
    """Tell the time of this request: the same moment wherever it is asked for."""
    if "now" not in g:
        g.now = current_time()
    return cast(datetime, g.now)


def find_viewer() -> Viewer | None:
    """Find who is looking; None for somebody who has not signed in."""
    return cast("Viewer | None", g.get("viewer"))


def current_viewer() -> Viewer:
    """Give who is looking, on a page that needs a sign-in."""
    viewer = find_viewer()
    if viewer is None:
        raise NotAllowedError("Sign in first.")
    return viewer
