"""Writes what was planned for a chunk: people and their records, consents, do-not-contact entries."""

from datetime import datetime
from itertools import chain

from sqlalchemy import insert
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.records import record_additions
from talentpool.candidates.whole_person import RecordedBasis
from talentpool.consent.journal import note_in_journal
from talentpool.consent.models import Basis, LawfulBasis, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppress
from talentpool.imports.change_log import note_addresses, note_changes, note_opt_outs
from talentpool.imports.gather import hash_of
from talentpool.imports.known import KnownPerson
from talentpool.imports.past_roles import Origin
from talentpool.imports.plan import Plan


def apply_plan(session: Session, plan: Plan, *, secret: bytes, origin: Origin) -> None:
    """Write a plan; afterwards everybody in it has an id and nothing is planned any more."""
    planned = [(person, person.plan()) for person in plan.people]
    filled = [additions for _, additions in planned if not additions.is_empty]
    others = [_id(person) for person, additions in planned if additions.is_empty]
    known = {additions.candidate_id for additions in filled if additions.candidate_id}
    import_id = _import_id(origin)
    note_changes(session, filled, import_id=import_id, now=origin.now)
    record_additions(session, filled, import_id=import_id, now=origin.now)
    note_addresses(session, filled, known, import_id=import_id)
    for person, additions in planned:
        person.id, person.additions = additions.candidate_id, None
    _record_consents(session, plan, origin)
    _record_bases(session, plan, origin)
    _record_opt_outs(session, plan, secret, origin)
    _record_holds(session, plan, secret, origin)
    record_changes(session, others, now=origin.now)


def _record_consents(session: Session, plan: Plan, origin: Origin) -> None:
    rows = [
        {
            "candidate_id": _id(person),
            "basis": Basis.CONSENT,
            "recorded_on": consent.given_on or origin.now.date(),
            "expires_on": consent.until,
            "withdrawn_on": consent.withdrawn_on,
            "source": origin.source,
            "import_id": origin.import_id,
            "created_at": origin.now,
        }
        for person, consent in plan.permissions.consents
    ]
    if rows:
        session.execute(insert(LawfulBasis), rows)


def _record_opt_outs(session: Session, plan: Plan, secret: bytes, origin: Origin) -> None:
    hashes: dict[KnownPerson, list[str]] = {}
    for person, key in plan.permissions.suppressions:
        hashes.setdefault(person, []).append(hash_of(secret, key, _id(person)))
    asked_again = [hash_of(secret, key, _id(person)) for person, key in plan.permissions.asked_again]
    note_opt_outs(session, [*asked_again, *chain(*hashes.values())], import_id=_import_id(origin))
    for person, key_hashes in hashes.items():
        suppress(
            session,
            key_hashes,
            scope=SuppressionScope.CONTACT,
            source=origin.source,
            candidate_id=_id(person),
            import_id=origin.import_id,
            now=origin.now,
        )


def _record_bases(session: Session, plan: Plan, origin: Origin) -> None:
    rows = [
        {
            "candidate_id": _id(person),
            **{name: getattr(basis, name) for name in RecordedBasis.__slots__},
            "import_id": origin.import_id,
            "created_at": origin.now,
        }
        for person, basis in plan.permissions.bases
    ]
    if rows:
        session.execute(insert(LawfulBasis), rows)


def _record_holds(session: Session, plan: Plan, secret: bytes, origin: Origin) -> None:
    """Write do-not entries of our own export, each under its own source; one that was lifted comes as lifted."""
    together: dict[tuple[KnownPerson, SuppressionScope, str, datetime | None], list[str]] = {}
    for person, hold in plan.permissions.holds:
        key_hash = hash_of(secret, (hold.kind, hold.key), _id(person))
        together.setdefault((person, hold.scope, hold.source, hold.lifted_at), []).append(key_hash)
    note_opt_outs(session, chain(*together.values()), import_id=_import_id(origin))
    for (person, scope, source, lifted_at), key_hashes in together.items():
        standing = find_suppressed(session, key_hashes, scope=scope)
        wanted = [each for each in key_hashes if lifted_at is None or each not in standing]
        entries = suppress(
            session,
            wanted,
            scope=scope,
            source=source,
            candidate_id=_id(person),
            import_id=origin.import_id,
            now=origin.now,
        )
        if lifted_at is not None:
            for entry in entries:
                entry.lifted_at = lifted_at
            note_in_journal(session, entries, now=origin.now, is_lifted=True)


def _import_id(origin: Origin) -> int:
    if origin.import_id is None:
        raise ValueError("What is written belongs to an import.")
    return origin.import_id


def _id(person: KnownPerson) -> int:
    if person.id is None:
        raise ValueError("This person has not been written yet.")
    return person.id
