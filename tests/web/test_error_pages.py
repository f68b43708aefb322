"""Faults as pages: plain words, a next step, the right status."""

import logging
from typing import NoReturn

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions

from talentpool.errors import HTTP_STATUS_BY_ERROR
from talentpool.logs import configure_logs
from talentpool.web.access import public
from talentpool.web.error_pages import WORDS_BY_STATUS


def test_every_fault_with_a_name_has_words() -> None:
    assert set(HTTP_STATUS_BY_ERROR.values()) | {400, 403, 404, 405, 413, 429, 500, 503} <= set(
        WORDS_BY_STATUS
    )


def fault(status: int) -> NoReturn:
    """Fail with a status, by our own error where the web framework has none."""
    if status in default_exceptions:
        abort(status)
    raise next(kind for kind, code in HTTP_STATUS_BY_ERROR.items() if code == status)(
        "Some particular words."
    )


@pytest.mark.parametrize("status", sorted(WORDS_BY_STATUS))
def test_every_page_says_what_happened_and_what_to_do(app: Flask, status: int) -> None:
    app.add_url_rule("/fault", view_func=public("for this test")(lambda: fault(status)))
    response = app.test_client().get("/fault")
    words = WORDS_BY_STATUS[status]
    assert response.status_code == status
    assert words.title in response.text
    assert words.next_step in response.text
    assert ("Retry-After" in response.headers) is (status in (429, 503))


def test_the_wrong_method_says_which_one_is_right(client: FlaskClient) -> None:
    response = client.get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_status_without_words_of_its_own_is_answered_too(app: Flask) -> None:
    app.add_url_rule("/fault", view_func=public("for this test")(lambda: abort(418)))
    response = app.test_client().get("/fault")
    assert response.status_code == 418
    assert WORDS_BY_STATUS[400].title in response.text


def test_a_fault_is_logged_without_what_was_sent(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(json_lines=True, level="info")
    inside = "the inside"  # a line of our source may be logged, what it is given may not
    try:

        @public("for this test")
        def break_down(email: str) -> NoReturn:
            raise RuntimeError(inside)

        app.add_url_rule("/broken/<email>", view_func=break_down)
        page = app.test_client().get("/broken/mara@example.org")
        logged = capsys.readouterr().err
    finally:
        logging.getLogger().handlers.clear()
    assert page.status_code == 500
    assert "request_failed" in logged
    assert "RuntimeError" in logged
    assert "break_down" in logged, "where it happened is said"
    assert "the inside" not in logged, "a message may quote what was sent"
    assert "mara@example.org" not in logged
