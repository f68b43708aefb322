"""One section of a settings file or the environment, read and checked against the types it is declared with.

What is wrong is added to a list of problems, so that everything can be said at once.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints


class FromEnvironment(str):
    """Text from the environment, which still has to become a number or a yes or no."""


def read_toml(path: Path, problems: list[str]) -> dict[str, Any]:
    """Read a file; gives nothing where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"the file {path} cannot be read ({error.strerror})")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"the file {path} is not TOML ({error})")
    return {}


def typed_section(kind: type, name: str, given: Mapping[str, Any], problems: list[str]) -> Any:
    """Make what is given into the dataclass `kind`; gives None where a key is missing or wrong."""
    wanted = get_type_hints(kind)
    problems += [f"{name}.{key} is unknown" for key in given if key not in wanted]
    values = {}
    for key, expected in wanted.items():
        if key not in given:
            problems.append(f"{name}.{key} is missing")
            continue
        try:
            values[key] = _as(expected, given[key])
        except ValueError as error:
            problems.append(f"{name}.{key} is {str(given[key])!r}, but must be {error}")
    return kind(**values) if len(values) == len(wanted) else None


def _as(expected: Any, value: Any) -> Any:
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return str(value)
    if isinstance(value, FromEnvironment):
        value = _from_text(expected, value)
    if type(value) is not expected:
        raise ValueError({int: "a whole number", bool: "true or false", str: "text"}[expected])
    if expected is int and value < 0:
        raise ValueError("zero or more")
    return value


def _from_text(expected: type, text: str) -> Any:
    if expected is int and re.fullmatch(r"-?\d+", text):
        return int(text)
    if expected is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return str(text)
