"""One transaction per request: begun on first use, committed only when the view has answered well.

Looking at a page reads; every other method writes. What has to stay whatever the answer (a counted try, a
trail of a look) goes through a small transaction of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from talentpool.web.desk import desk

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TransactionalFlask(Flask):
    """Flask whose views run inside the request's transaction."""

    def dispatch_request(self) -> Response:
        """Run the view, then commit what it did, unless it refused or failed."""
        response = self.make_response(super().dispatch_request())
        _end_well(response)
        return response


def end_transactions(app: Flask) -> None:
    """Let every request give its connection back, whatever happened."""
    app.teardown_request(_close)


def request_session() -> Session:
    """Give the session of this request: reading for GET and HEAD, writing for everything else."""
    if "session" not in g:
        sessions = desk().sessions
        if request.method in SAFE_METHODS:
            g.session = sessions.reading()
            event.listen(g.session, "before_flush", _refuse_to_write)
        else:
            g.session = sessions.writing()
    return cast(Session, g.session)


@contextmanager
def own_transaction() -> Iterator[Session]:
    """Give a writing session that commits at the end of the block, apart from the request's own.

    Use it before the request's session has written anything: SQLite has one writer at a time.
    """
    with desk().sessions.writing.begin() as session:
        yield session


def _end_well(response: Response) -> None:
    session = g.get("session")
    if session is None:
        return
    if response.status_code < 400 and request.method not in SAFE_METHODS:
        session.commit()
    elif not response.is_streamed:
        session.rollback()


def _close(_error: BaseException | None) -> None:
    if (session := g.pop("session", None)) is not None:
        session.close()


def _refuse_to_write(*_flush: Any) -> None:
    raise RuntimeError("A page that is only looked at must not write; use own_transaction() for its trail.")
