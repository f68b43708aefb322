"""The door for other systems: people pushed as JSON with a token, and the description of it.

No cookie and no account count here: the token says who sends, and for which source. Every answer is JSON.
"""

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from talentpool.accounts.api_tokens import find_token, note_use, why_not
from talentpool.accounts.throttle import take_attempt
from talentpool.accounts.tokens import keyed_hash
from talentpool.errors import InvalidInputError, NotAllowedError
from talentpool.imports.people_json import Outline, sentences_of
from talentpool.imports.push import Place, Sender, push_people
from talentpool.logs import get_log
from talentpool.web.access import public, takes_file
from talentpool.web.api_description import describe_api
from talentpool.web.desk import desk, request_time
from talentpool.web.transaction import own_transaction
from talentpool.work import queue

pages = Blueprint("api", __name__)

LARGEST_MB = 32  # of one request
REQUESTS_A_WINDOW = 900  # of one token; the window is that of the sign-in, 15 minutes unless set otherwise
WRONG_TOKENS_A_WINDOW = 50  # from one address
RETRY_SECONDS = 60

log = get_log("web")


@pages.post("/api/v1/people")
@public("another system has no account; the token in its request says who it is and for which source")
@takes_file(2 * LARGEST_MB)  # whoever sends somewhat too much reads why
def push() -> ResponseReturnValue:
    """Take people with their applications from another system; a repeat changes nothing."""
    sender = _sender()
    if not isinstance(sender, Sender):
        return sender
    body = _body()
    if body is None:
        return _refuse(413, f"A request may have {LARGEST_MB} MB; send the people in several requests.")
    outline = _outline(body)
    if outline.source is not None and outline.source != sender.source:
        raise NotAllowedError(f"This token may bring people of {sender.source!r}, and of no other source.")
    place = Place(
        sessions=desk().sessions,
        resume_folder=desk().settings.resume_folder,
        upload_folder=desk().settings.upload_folder,
        secret=desk().secret,
    )
    answer = push_people(outline, sender, place, now=request_time())
    if answer.counts["created"]:
        with own_transaction() as session:
            queue.ask_once(session, "find_duplicates", {}, asked_by=None, now=request_time())
    log.info("people_pushed", import_id=answer.import_id, rows=len(answer.people))
    return jsonify(answer.model_dump(mode="json"))


@pages.get("/api/v1/openapi.json")
@public("a description of the door, the same for everybody; it names nobody")
def show_description() -> ResponseReturnValue:
    """Describe the door as OpenAPI 3.1."""
    return jsonify(describe_api(desk().settings.web.public_url, largest_mb=LARGEST_MB))


def _sender() -> Sender | ResponseReturnValue:
    """Find who sends by the token; gives an answer that refuses where it opens nothing."""
    scheme, _, words = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not words.strip():
        return _refuse(401, "Send a token in the header “Authorization: Bearer tp_…”.")
    now, settings = request_time(), desk().settings.security
    window = timedelta(minutes=settings.sign_in_window_minutes)
    with own_transaction() as session:
        token = find_token(session, words.strip())
        key, most = (
            (f"api token {token.id}", REQUESTS_A_WINDOW) if token else (_address(), WRONG_TOKENS_A_WINDOW)
        )
        if not take_attempt(session, {keyed_hash(desk().secret, key): most}, window=window, now=now):
            return _refuse(
                429,
                f"Too many requests; send no more than {most} in {settings.sign_in_window_minutes} minutes.",
            )
        reason = why_not(token, now=now) if token else "This token is not known here."
        if token is None or reason:
            return _refuse(401, reason or "")
        note_use(token, now=now)
        return Sender(name=token.name, source=token.source, may_report_deletions=token.may_report_deletions)


def _address() -> str:
    return f"api tokens from {request.remote_addr or 'unknown'}"


def _body() -> bytes | None:
    """Read what was sent; None for more than is taken."""
    request.max_content_length = LARGEST_MB * 1024 * 1024
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None


def _outline(body: bytes) -> Outline:
    """Read a request as far as its records; raises InvalidInputError with one sentence."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        place = (
            f"line {error.lineno}, column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else "its encoding, which has to be UTF-8, and its nesting"
        )
        raise InvalidInputError(f"This is not JSON that can be read: see {place}.") from error
    try:
        return Outline.model_validate(document)
    except ValidationError as error:
        raise InvalidInputError(" ".join(sentences_of(error, "The request")[:3])) from error


def _refuse(status: int, sentence: str) -> ResponseReturnValue:
    response = jsonify({"error": sentence})
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="talentpool"'
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
