"""What somebody said about a file once, kept by name and found again by the columns of the next file."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.imports.models import ImportMapping
from talentpool.imports.phrases import phrase_of

WORDS = ("stage", "disposition", "reason")


def header_key(header: Sequence[str]) -> str:
    """Give the form in which the columns of two files are compared; their order counts, their spelling does not."""
    return hashlib.sha256("\x1f".join(map(phrase_of, header)).encode()).hexdigest()


def find_saved_mapping(session: Session, header: Sequence[str]) -> ImportMapping | None:
    """Find what was said last about a file with these columns."""
    wanted = select(ImportMapping).where(ImportMapping.header_key == header_key(header))
    return session.scalars(wanted.order_by(ImportMapping.saved_at.desc()).limit(1)).first()


def save_mapping(
    session: Session,
    name: str,
    header: Sequence[str],
    mapping: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
) -> None:
    """Keep a mapping under a name; what was kept under it before is replaced."""
    saved = session.scalars(select(ImportMapping).where(ImportMapping.name == name)).first()
    if saved is None:
        saved = ImportMapping(name=name)
        session.add(saved)
    saved.header_key, saved.saved_at = header_key(header), now
    saved.mapping = {each: dict(section) for each, section in mapping.items()}
    session.flush()
