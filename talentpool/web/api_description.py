"""The door for other systems described as OpenAPI 3.1, from the models that check what comes and make the answer."""

from typing import Any

from pydantic.json_schema import models_json_schema

from talentpool.imports.people_json import PushedPeople
from talentpool.imports.push import PushAnswer

PLACE = "#/components/schemas/{model}"
SUMMARY = "Bring people with their applications, idempotent by their id in the system that sends them"
REFUSALS = {
    "401": "No token, one that is not known, or one that has ended or was taken back",
    "403": "The token may not bring people of this source",
    "409": "The same request is being worked on at this moment; send it again",
    "413": "The request is too large",
    "422": "Not JSON, or not of this form",
    "429": "Too many requests; wait as long as Retry-After says",
    "503": "Busy, or the database does not answer; nothing was taken; send it again",
}


def describe_api(address: str, *, largest_mb: int) -> dict[str, Any]:
    """Give the description as a document; `address` is where the pages are served."""
    _, schemas = models_json_schema(
        [(PushedPeople, "validation"), (PushAnswer, "serialization")], ref_template=PLACE
    )
    models = schemas["$defs"]
    models["Refusal"] = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string", "description": "One sentence."}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "talentpool",
            "version": "1",
            "description": f"A request may have {largest_mb} MB. The token names the source; it is sent as a bearer token.",
        },
        "servers": [{"url": address.rstrip("/")}],
        "security": [{"token": []}],
        "paths": {"/api/v1/people": {"post": _push()}},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}, "schemas": models},
    }


def _push() -> dict[str, Any]:
    refused = {status: _answer(words, "Refusal") for status, words in REFUSALS.items()}
    return {
        "operationId": "push_people",
        "summary": SUMMARY,
        "requestBody": {"required": True, "content": _content("PushedPeople")},
        "responses": {"200": _answer("What became of each record", "PushAnswer"), **refused},
    }


def _answer(words: str, model: str) -> dict[str, Any]:
    return {"description": words, "content": _content(model)}


def _content(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": PLACE.format(model=model)}}}
