"""Imports and their undoing write one after the other."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TURN = 7_241_337  # the advisory lock by which they take turns on PostgreSQL


def take_turn(session: Session) -> None:
    """Wait until no other import writes; SQLite's writing sessions do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
