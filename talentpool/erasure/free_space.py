"""What the file of the database may still hold of rows that are gone: free pages, old copies in them, SQLite's log.

`secure_delete` overwrites what is deleted where it stands, but not the copies that stay behind when SQLite splits or
joins pages; only a file that is written anew holds none of those.
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from talentpool.logs import get_log

log = get_log(__name__)


def write_anew(session: Session) -> bool | None:
    """Write SQLite's file anew and empty its log; others go on reading, and wait to write.

    Gives whether both were done: the disk may be full, or somebody write or read for too long. None on PostgreSQL,
    which overwrites what was deleted in its own time.
    """
    engine = session.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "sqlite":
        return None
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        is_anew = _vacuum(cursor)
        is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return is_anew and not is_busy


def _vacuum(cursor: Any) -> bool:
    try:
        cursor.execute("VACUUM")
    except sqlite3.OperationalError as error:
        log.warning("database_not_written_anew", code=error.sqlite_errorname)
        return False
    return True
