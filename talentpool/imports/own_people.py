"""Whom a file of our own export is about: by the ids of this installation, and with every record they have."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Application, Candidate, Merge
from talentpool.candidates.whole_people import load_whole_people
from talentpool.database import many
from talentpool.imports.known import Key, Known, external_key
from talentpool.imports.row import ParsedRow

_LARGEST_ID = 2**63 - 1


def own_source(secret: bytes) -> str:
    """Name this installation as a source of ids: the same as long as its secret is, and told by nobody else.

    >>> own_source(b"secret")
    'talentpool 8b21bc9dd1'
    """
    mark = hmac.new(secret, b"the ids of this installation", hashlib.sha256).hexdigest()
    return f"talentpool {mark[:10]}"


def is_own(source: str | None, secret: bytes) -> bool:
    """Say whether ids of a source are those of this installation."""
    own = own_source(secret)
    return source is not None and (source == own or source.startswith(f"{own}/"))


def find_own(session: Session, rows: Sequence[ParsedRow], secret: bytes) -> dict[Key, int]:
    """Find the people here whom rows name by an id of ours, those merged into somebody else under that one."""
    wanted = {
        int(person.external_id): external_key(person.source or "", person.external_id)
        for person in (parsed.person for parsed in rows if parsed.whole)
        if person.external_id and person.external_id.isdecimal() and is_own(person.source, secret)
    }
    found: dict[Key, int] = {}
    for batch in many(sorted(each for each in wanted if each <= _LARGEST_ID)):
        merged = select(Merge.other_id, Merge.survivor_id).where(
            Merge.other_id.in_(batch), Merge.undone_at.is_(None)
        )
        found |= {wanted[other]: survivor for other, survivor in session.execute(merged)}
        here = select(Candidate.id).where(Candidate.id.in_(batch))
        found |= {wanted[each]: each for each in session.scalars(here)}
    return found


def add_whole(
    session: Session, rows: Sequence[ParsedRow], known: Known, own: Mapping[Key, int], *, secret: bytes
) -> None:
    """Let people be found by the ids of ours, and add every record of those known."""
    for key, each in own.items():
        if each in known.by_id:
            known.add(known.by_id[each], [key])
    missing = [each for each, person in known.by_id.items() if person.whole is None]
    whole = load_whole_people(session, missing, secret=secret, own_source=own_source(secret))
    for each, found in whole.items():
        known.by_id[each].whole = found
    _find_taken(session, rows, known)


def _find_taken(session: Session, rows: Sequence[ParsedRow], known: Known) -> None:
    by_source: dict[str | None, set[str]] = {}
    for parsed in rows:
        for one in parsed.whole.applications if parsed.whole else ():
            if one.external_id is not None:
                by_source.setdefault(one.source, set()).add(one.external_id)
    for source, identifiers in by_source.items():
        for batch in many(sorted(identifiers)):
            taken = select(Application.external_id).where(
                Application.source == source, Application.external_id.in_(batch)
            )
            known.taken_elsewhere |= {(source or "", each) for each in session.scalars(taken) if each}
