"""Style sheet, scripts and pictures: addressed by a hash of their content, so that browsers may keep them."""

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.security import safe_join

from talentpool.web.access import public

FOLDER = Path(__file__).resolve().parent / "static"


def address_by_content(app: Flask) -> None:
    """Put the hash of a file's content into its address, and let everybody read it."""
    public("files of the look, the same for everybody")(app.view_functions["static"])
    app.url_defaults(_add_hash)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values:
        return
    joined = safe_join(str(FOLDER), str(values["filename"]))
    with suppress(OSError):
        if joined is not None:
            path = Path(joined)
            values["v"] = _content_hash(path, path.stat().st_mtime_ns)


@cache
def _content_hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
