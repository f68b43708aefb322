"""Style sheet, scripts and pictures: addressed by a hash of their content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from talentpool.web.access import public

FOLDER = Path(__file__).resolve().parent / "static"


def address_by_content(app: Flask) -> None:
    """Put the hash of a file's content into its address, and let everybody read it."""
    public("files of the look, the same for everybody")(app.view_functions["static"])
    app.url_defaults(_add_hash)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values:
        return
    path = (FOLDER / str(values["filename"])).resolve()
    if path.is_file() and path.is_relative_to(FOLDER):
        values["v"] = _content_hash(path, path.stat().st_mtime_ns)


@cache
def _content_hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
