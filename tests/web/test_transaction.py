"""One transaction a request: kept when the answer is good, gone when it is not."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import URL, create_engine, func, select, text
from werkzeug.test import TestResponse

from talentpool.accounts.models import AccountKind, Office, Recruiter
from talentpool.database import Sessions, open_sessions
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from talentpool.web.access import public
from talentpool.web.desk import Desk, request_time
from talentpool.web.transaction import own_transaction, request_session
from tests.conftest import PostgresServer
from tests.web.conftest import MakeAccount, SignIn, form_token

ANSWERS: dict[str, Callable[[], Any]] = {
    "good": lambda: "done",
    "onward": lambda: Response(status=303, headers={"Location": "/"}),
    "refused": lambda: ("fix this", 422),
    "broken": lambda: 1 / 0,
    "invalid": lambda: _raise(InvalidInputError("The title is missing; enter one.")),
    "nowhere": lambda: _raise(NotFoundError("There is no role 7.")),
    "overtaken": lambda: _raise(ConflictError("Somebody closed this role a minute ago.")),
    "away": lambda: _raise(UnavailableError("The index cannot be read right now.")),
}


def _raise(error: Exception) -> NoReturn:
    raise error


@pytest.fixture
def posting(app: Flask) -> Flask:
    """The application with pages that add an office and then answer in every way there is."""

    @public("for this test")
    def add(how: str) -> ResponseReturnValue:
        request_session().add(Office(name=how, language="en", created_at=request_time()))
        request_session().flush()
        answer: ResponseReturnValue = ANSWERS[how]()
        return answer

    @public("for this test")
    def look() -> str:
        request_session().add(Office(name="looked", language="en", created_at=request_time()))
        request_session().flush()
        return "looked"

    @public("for this test")
    def trail() -> ResponseReturnValue:
        request_session().scalars(select(Office)).all()
        with own_transaction() as session:
            session.add(Office(name="trail", language="en", created_at=request_time()))
        return "not found", 404

    app.add_url_rule("/add/<how>", "add", add, methods=["POST"])
    app.add_url_rule("/look", "look", look)
    app.add_url_rule("/trail", "trail", trail)
    return app


def offices(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(Office)) or 0


def post(client: FlaskClient, address: str) -> TestResponse:
    return client.post(address, data={"csrf_token": form_token(client)})


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [
        ("good", 200, 1),
        ("onward", 303, 1),
        ("refused", 422, 0),
        ("broken", 500, 0),
        ("invalid", 422, 0),
        ("nowhere", 404, 0),
        ("overtaken", 409, 0),
        ("away", 503, 0),
    ],
)
def test_what_a_request_wrote_is_kept_only_when_it_answers_well(
    posting: Flask, sessions: Sessions, how: str, status: int, kept: int
) -> None:
    assert post(posting.test_client(), f"/add/{how}").status_code == status
    assert offices(sessions) == kept


def test_a_named_fault_says_its_own_sentence(posting: Flask) -> None:
    page = post(posting.test_client(), "/add/overtaken").text
    assert "Somebody closed this role a minute ago." in page
    assert "Load the page again" in page


def test_an_unexpected_fault_shows_a_reference_and_nothing_of_the_inside(posting: Flask) -> None:
    page = post(posting.test_client(), "/add/broken").text
    assert "ZeroDivisionError" not in page
    assert "Traceback" not in page
    assert "Reference" in page


def test_a_page_that_is_looked_at_cannot_write(posting: Flask, sessions: Sessions) -> None:
    assert posting.test_client().get("/look").status_code == 500
    assert offices(sessions) == 0


def test_a_trail_stays_whatever_the_answer(posting: Flask, sessions: Sessions) -> None:
    assert posting.test_client().get("/trail").status_code == 404
    assert offices(sessions) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_faults_17_a_database_busy_with_another_writer_is_waited_for_and_then_said_so(
    posting: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = posting.test_client()
    token = form_token(client)
    engine = posting.extensions["talentpool"].engine
    with sessions.writing() as other:
        other.execute(select(Office))  # takes the write lock
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 200")
            connection.rollback()
        started = time.monotonic()
        response = client.post("/add/good", data={"csrf_token": token})
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert time.monotonic() - started < 8
        assert client.get("/sign-in").status_code == 200
    assert client.post("/add/good", data={"csrf_token": token}).status_code == 200


def test_a_database_that_is_gone_is_said_so_and_readiness_tells(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in(AccountKind.RECRUITER)
    assert app.test_client().get("/readyz").status_code == 200
    engine = app.extensions["talentpool"].engine
    engine.dispose()
    url = engine.url
    broken = url.set(database="/nowhere/at/all.db" if url.get_backend_name() == "sqlite" else "gone")
    app.extensions["talentpool"] = _with_engine(app, broken)
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503
    assert browser.client.get("/account").status_code == 503


def _with_engine(app: Flask, url: URL) -> Desk:
    engine = create_engine(url)
    held: Desk = app.extensions["talentpool"]
    return replace(held, engine=engine, sessions=open_sessions(engine))


def test_two_people_who_make_the_same_thing_at_once_are_told(app: Flask, make_account: MakeAccount) -> None:
    taken = make_account()

    @public("for this test")
    def twice() -> str:
        request_session().add(
            Recruiter(
                name="x", email="x", email_key=taken.email_key, kind=taken.kind, created_at=request_time()
            )
        )
        return "done"

    app.add_url_rule("/twice", "twice", twice, methods=["POST"])
    assert post(app.test_client(), "/twice").status_code == 409


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_faults_16_a_server_that_cuts_every_connection_is_served_from_again_at_once(
    app: Flask, signed_in: SignIn
) -> None:
    @public("for this test")
    def cut() -> str:
        request_session().execute(select(func.pg_terminate_backend(func.pg_backend_pid())))
        return "never reached"

    app.add_url_rule("/cut", "cut", cut)
    browser = signed_in(AccountKind.RECRUITER)
    assert browser.client.get("/account").status_code == 200
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    outside = create_engine(app.extensions["talentpool"].engine.url)
    with outside.connect() as connection:
        connection.execute(others)
    outside.dispose()
    assert browser.client.get("/account").status_code == 200
    broken = browser.client.get("/cut")
    assert broken.status_code == 503
    assert int(broken.headers["Retry-After"]) > 0
    assert browser.client.get("/account").status_code == 200


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_faults_16_a_server_restarted_in_the_middle_of_a_request_is_served_from_again_within_ten_seconds(
    app: Flask, signed_in: SignIn, postgres_server: PostgresServer
) -> None:
    @public("for this test")
    def interrupted() -> str:
        request_session().add(Office(name="lost", language="en", created_at=request_time()))
        request_session().flush()
        postgres_server.restart()
        return "never kept"

    app.add_url_rule("/interrupted", "interrupted", interrupted, methods=["POST"])
    browser = signed_in(AccountKind.RECRUITER)
    assert browser.client.get("/account").status_code == 200
    broken = post(browser.client, "/interrupted")
    began = time.monotonic()
    assert broken.status_code == 503
    assert int(broken.headers["Retry-After"]) > 0
    while browser.client.get("/account").status_code != 200:
        assert time.monotonic() - began < 10
        time.sleep(0.1)
    with app.extensions["talentpool"].sessions.reading() as session:
        assert session.scalar(select(func.count()).where(Office.name == "lost")) == 0
