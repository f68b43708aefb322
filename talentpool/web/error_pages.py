"""Faults as pages a person can act on: what happened, in plain words, and the next step.

Nothing about the inside is shown; what nobody expected is logged with a reference that the page names.
"""

from dataclasses import dataclass
from secrets import token_hex

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from talentpool.errors import HTTP_STATUS_BY_ERROR, TalentPoolError, code_for
from talentpool.logs import get_log
from talentpool.web.desk import find_viewer
from talentpool.web.kept_forms import typed_fields

FOR_PROGRAMS = "/api/"  # answered in JSON whatever happens
RETRY_SECONDS_BY_STATUS = {429: 300, 503: 5}

log = get_log("web")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What an error page says: a title, what happened, and what to do next."""

    title: str
    happened: str
    next_step: str


WORDS_BY_STATUS = {
    400: Words(
        title="We could not read this request",
        happened="It is not complete, or not meant for this address.",
        next_step="Go back, load the page again, and try once more.",
    ),
    401: Words(
        title="Sign in to go on",
        happened="You are not signed in, or your session has ended.",
        next_step="Sign in; you come back to where you were.",
    ),
    403: Words(
        title="This is not open to you",
        happened="Your account may not see or do this.",
        next_step="Ask an administrator if you think it should.",
    ),
    404: Words(
        title="There is nothing here",
        happened="The page or the person does not exist, or is not for you to see.",
        next_step="Check the address, or start from home.",
    ),
    405: Words(
        title="This cannot be opened like that",
        happened="The address exists, but is only used by a button on one of our pages.",
        next_step="Go back and use the button.",
    ),
    409: Words(
        title="Somebody was here before you",
        happened="What you wanted to change has changed meanwhile.",
        next_step="Load the page again to see how it stands now.",
    ),
    413: Words(
        title="This is too large",
        happened="The text or the file is larger than what we take.",
        next_step="Make it smaller, or cut it into several files.",
    ),
    422: Words(
        title="Something needs fixing",
        happened="We could not use what was sent.",
        next_step="Go back, correct it, and send it again.",
    ),
    429: Words(
        title="Too many tries",
        happened="There have been too many tries in a short time.",
        next_step="Wait some minutes, then try again.",
    ),
    500: Words(
        title="Something broke on our side",
        happened="Nothing you entered was saved. The fault has been written down.",
        next_step="Try again. If it happens again, tell your administrator the reference below.",
    ),
    503: Words(
        title="We are busy for a moment",
        happened="The database is not answering, or is busy with a long piece of work. Nothing was saved.",
        next_step="Wait some seconds, then try again.",
    ),
    507: Words(
        title="The disk is full",
        happened="There is no room left to keep the file. Nothing was saved.",
        next_step="Tell your administrator; send it again once there is room.",
    ),
}

PROGRAMS_WORDS = {
    400: "The request is not complete, or not meant for this address.",
    404: "There is nothing at this address; /api/v1/openapi.json says what there is.",
    405: "This address takes another method; /api/v1/openapi.json says which.",
    409: "The same people are being written at this moment; send the same again.",
    500: "Something broke on our side and nothing of this chunk was taken; send the same again.",
    503: "The database does not answer or is busy; send the same again.",
}
"""What programs are told instead, who have no page to go back to."""


def answer_errors(app: Flask) -> None:
    """Let every fault of a request end in one of our pages."""
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(SecurityError, _misaddressed)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(TalentPoolError, _named)
    app.register_error_handler(IntegrityError, _overtaken)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, *, happened: str = "", reference: str = "") -> Response:
    """Make the page of an error, or JSON for programs; `happened` replaces our general words with particular ones."""
    words = WORDS_BY_STATUS.get(status) or WORDS_BY_STATUS[500 if status >= 500 else 400]
    if request.path.startswith(FOR_PROGRAMS):
        told = {"error": happened or PROGRAMS_WORDS.get(status) or f"{words.happened} {words.next_step}"}
        response = make_response(jsonify(told | ({"reference": reference} if reference else {})), status)
    else:
        page = render_template(
            "errors/error.html",
            status=status,
            words=words,
            happened=happened or words.happened,
            reference=reference,
        )
        response = make_response(page, status)
    if status in RETRY_SECONDS_BY_STATUS:
        response.headers["Retry-After"] = str(RETRY_SECONDS_BY_STATUS[status])
    return response


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    typed = typed_fields()
    if find_viewer() is not None and any(value.strip() for _name, value in typed):
        action = request.full_path.rstrip(
            "?"
        )  # it is sent once somebody has looked at it and pressed the button
        return make_response(render_template("account/kept.html", typed=typed, action=action, page=None), 400)
    return error_page(
        400,
        happened="The form was open for too long, or in a browser that keeps no cookies. Nothing was saved.",
    )


def _misaddressed(_error: SecurityError) -> ResponseReturnValue:
    # No page: addresses cannot be built for a host that is not ours.
    return Response("This is not the address of this site.\n", status=400, mimetype="text/plain")


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400 or error.response is not None:
        return error
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _named(error: TalentPoolError) -> ResponseReturnValue:
    status = code_for(error, HTTP_STATUS_BY_ERROR, default=500)
    if status >= 500:
        log.warning("request_unavailable", endpoint=request.endpoint, kind=type(error).__name__)
    return error_page(status, happened=str(error))


def _overtaken(error: IntegrityError) -> ResponseReturnValue:
    log.warning("request_overtaken", endpoint=request.endpoint, kind=type(error.orig).__name__)
    return error_page(409)


def _unavailable(error: Exception) -> ResponseReturnValue:
    log.warning("request_unavailable", endpoint=request.endpoint, kind=type(error).__name__)
    return error_page(503)


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = token_hex(4)
    log.error(
        "request_failed",
        endpoint=request.endpoint,
        reference=reference,
        kind=type(error).__name__,
        exc_info=error,
    )
    return error_page(500, reference=reference)
