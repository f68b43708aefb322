"""The secret of one installation: made once, kept in the home, and carried by a backup."""

import contextlib
import os
import secrets
from pathlib import Path

from talentpool.settings import Settings


def installation_secret(settings: Settings) -> bytes:
    """Give the secret of this installation, made once and kept in the home, readable by its owner alone.

    It signs forms and links and keys the do-not-contact hashes, so a backup has to carry it.
    """
    return find_secret(settings) or _make_secret(settings.home / "secret")


def find_secret(settings: Settings) -> bytes | None:
    """Give the secret of this installation, or None where the home has none (any more)."""
    if settings.security.secret:
        return settings.security.secret.encode()
    with contextlib.suppress(FileNotFoundError):
        return (settings.home / "secret").read_bytes()
    return None


def _make_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"secret.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another process was first: theirs holds
        os.link(fresh, path)
    fresh.unlink()
    return path.read_bytes()
