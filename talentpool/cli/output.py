"""What commands say: sentences for people, or one JSON document for programs, never both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

JSON_OPTION = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."
)


def print_json(document: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Print one JSON document on standard output; times and dates in ISO form."""
    click.echo(json.dumps(document, indent=2, default=_isoformat))


def _isoformat(value: Any) -> str:
    text: str = value.isoformat()
    return text


def say(sentence: str = "") -> None:
    """Tell the person at the terminal something."""
    click.echo(sentence)
