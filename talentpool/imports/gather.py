"""Reads from the database what is known about the people of a chunk: a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Contact,
    Fact,
    Merge,
    Note,
    Promise,
    Resume,
)
from talentpool.candidates.recognition import contact_hash
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.consent.suppression import BY_MERGE, find_suppressed, suppression_key
from talentpool.database import folded, many
from talentpool.imports.deletions import ids_set_aside
from talentpool.imports.known import (
    APPLICATION_FIELDS,
    PERSON_FIELDS,
    Key,
    Known,
    KnownApplication,
    KnownPerson,
    Namesake,
    blocking_keys,
    contact_keys,
    external_key,
    name_key,
    own_ids,
)
from talentpool.imports.models import Import
from talentpool.imports.own_people import add_whole, find_own
from talentpool.imports.role_keys import folded_title
from talentpool.imports.row import ParsedRow
from talentpool.roles.models import Role


def gather_known(
    session: Session,
    rows: Sequence[ParsedRow],
    known: Known,
    *,
    source: str,
    secret: bytes,
    remembered: Mapping[str, int],
) -> None:
    """Add to `known` everybody the rows may be about, and which of their addresses are blocked.

    `remembered` says whose ids of the source are that stand with nobody here.
    """
    _find_blocked(session, rows, known, source=source, secret=secret)
    has_whole = any(parsed.whole for parsed in rows)
    survivors = find_own(session, rows, secret) if has_whole else {}
    holders = _holder_ids(session, rows, source) | set(survivors.values()) | set(remembered.values())
    ids = holders - known.by_id.keys()
    for batch in many(sorted(ids)):
        _load_people(session, batch, known, secret)
    for external_id, candidate_id in remembered.items():
        if (person := known.by_id.get(candidate_id)) and not known.find(external_key(source, external_id)):
            known.add(person, [external_key(source, external_id)])
    if has_whole:
        add_whole(session, rows, known, survivors, secret=secret)
    if any(parsed.is_deleted for parsed in rows):
        known.deleted |= {(source, each) for each in ids_set_aside(session, source, sorted(holders))}
    _find_namesakes(session, rows, known)
    _find_taken(session, rows, known, source)


def hash_of(secret: bytes, key: Key, candidate_id: int | None = None) -> str:
    """Give the suppression hash of an address, a number, or a person of ours."""
    if key[0] == "person":
        return suppression_key(secret, "person", str(candidate_id))
    return contact_hash(secret, key)


def _find_blocked(
    session: Session, rows: Sequence[ParsedRow], known: Known, *, source: str, secret: bytes
) -> None:
    keys = {key for parsed in rows for key in blocking_keys(parsed, source)}
    key_by_hash = {hash_of(secret, key): key for key in keys}
    for scope in (SuppressionScope.ERASED, SuppressionScope.PROCESSING):
        found = find_suppressed(session, key_by_hash, scope=scope)
        known.blocked |= {key_by_hash[each] for each in found}


def _holder_ids(session: Session, rows: Sequence[ParsedRow], source: str) -> set[int]:
    ids: set[int] = set()
    external: dict[str, dict[str, None]] = {}
    for parsed in rows:
        external.setdefault(parsed.person.source or source, {}).update(dict.fromkeys(own_ids(parsed)))
    for of, identifiers in external.items():
        for batch in many(identifiers):
            wanted = select(Candidate.id).where(Candidate.source == of, Candidate.external_id.in_(batch))
            ids |= set(session.scalars(wanted))
            merged_away = select(Merge.survivor_id).where(
                Merge.dropped_source == of, Merge.dropped_external_id.in_(batch), Merge.undone_at.is_(None)
            )
            ids |= set(session.scalars(merged_away))
    places: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
        "email": (CandidateEmail.candidate_id, CandidateEmail.address_key),
        "phone": (CandidatePhone.candidate_id, CandidatePhone.number_key),
        "url": (CandidateLink.candidate_id, CandidateLink.url_key),
    }
    for kind, (owner, column) in places.items():
        values = dict.fromkeys(key[1] for parsed in rows for key in contact_keys(parsed) if key[0] == kind)
        for batch in many(values):
            ids |= set(
                session.scalars(select(owner).where(column.in_(batch)).order_by(owner).limit(10 * len(batch)))
            )
    return ids


def _load_people(session: Session, ids: Sequence[int], known: Known, secret: bytes) -> None:
    columns = [getattr(Candidate, name) for name in PERSON_FIELDS]
    wanted = select(
        Candidate.id,
        Candidate.full_name,
        Candidate.source,
        Candidate.external_id,
        Candidate.as_of,
        Candidate.source_data,
        *columns,
    )
    people: dict[int, KnownPerson] = {}
    for row in session.execute(wanted.where(Candidate.id.in_(ids)).order_by(Candidate.id)).mappings():
        people[row["id"]] = KnownPerson(
            id=row["id"],
            name=row["full_name"],
            source=row["source"],
            external_id=row["external_id"],
            as_of=row["as_of"],
            fields={name: row[name] for name in PERSON_FIELDS},
            source_data=dict(row["source_data"] or {}),
        )
    _load_addresses(session, people)
    _load_applications(session, people)
    _load_what_was_said(session, people)
    _load_permissions(session, people, secret)
    for person in people.values():
        known.by_id[person.id or 0] = person
        known.add(person, _keys_of(person))
    _add_merged_ids(session, ids, known)


def _add_merged_ids(session: Session, ids: Sequence[int], known: Known) -> None:
    """Let people be found by the ids of records that became one with theirs."""
    merged = select(Merge.survivor_id, Merge.dropped_source, Merge.dropped_external_id).where(
        Merge.survivor_id.in_(ids), Merge.dropped_external_id.is_not(None), Merge.undone_at.is_(None)
    )
    for owner, source, external_id in session.execute(merged):
        known.by_id[owner].merged_ids += ((source or "", external_id or ""),)
        known.add(known.by_id[owner], [external_key(source or "", external_id or "")])


def _keys_of(person: KnownPerson) -> Iterable[Key]:
    if person.source and person.external_id:
        yield external_key(person.source, person.external_id)
    for kind, values in (("email", person.emails), ("phone", person.phones), ("url", person.links)):
        for value in values:
            yield kind, value


def _of(people: dict[int, KnownPerson], *columns: Any) -> Select[Any]:
    owner = columns[0]
    return select(*columns).where(owner.in_(list(people))).order_by(owner)


def _load_addresses(session: Session, people: dict[int, KnownPerson]) -> None:
    for owner, value in session.execute(_of(people, CandidateEmail.candidate_id, CandidateEmail.address_key)):
        people[owner].emails += (value,)
    for owner, value in session.execute(_of(people, CandidatePhone.candidate_id, CandidatePhone.number_key)):
        people[owner].phones += (value,)
    for owner, value in session.execute(_of(people, CandidateLink.candidate_id, CandidateLink.url_key)):
        people[owner].links += (value,)


def _load_applications(session: Session, people: dict[int, KnownPerson]) -> None:
    fields = [getattr(Application, name) for name in APPLICATION_FIELDS]
    wanted = _of(
        people,
        Application.candidate_id,
        Application.id,
        Application.role_id,
        Application.role_title,
        Application.external_id,
        Application.stage,
        Application.disposition,
        Application.source,
        Application.as_of,
        Role.requisition_code,
        *fields,
    ).outerjoin(Role, Application.role_id == Role.id)
    for row in session.execute(wanted.order_by(Application.id)).mappings():
        people[row["candidate_id"]].applications.append(
            KnownApplication(
                id=row["id"],
                role_id=row["role_id"],
                folded_title=folded_title(row["role_title"]),
                requisition=row["requisition_code"],
                external_id=row["external_id"],
                applied_on=row["applied_on"],
                stage=row["stage"],
                disposition=row["disposition"],
                source=row["source"],
                as_of=row["as_of"],
                values={name: row[name] for name in APPLICATION_FIELDS},
            )
        )


def _load_what_was_said(session: Session, people: dict[int, KnownPerson]) -> None:
    for owner, value in session.execute(_of(people, Resume.candidate_id, Resume.content_hash)):
        people[owner].resumes += (value,)
    for owner, kind, said in session.execute(_of(people, Fact.candidate_id, Fact.kind, Fact.said)):
        people[owner].facts += ((kind, said),)
    for owner, at in session.execute(_of(people, Contact.candidate_id, Contact.at)):
        people[owner].contacted_on += (at.date(),)
    for owner, words, due_on in session.execute(
        _of(people, Promise.candidate_id, Promise.words, Promise.due_on)
    ):
        people[owner].promises += ((words, due_on),)
    for owner, words in session.execute(_of(people, Note.candidate_id, Note.words)):
        people[owner].notes += (words,)


def _load_permissions(session: Session, people: dict[int, KnownPerson], secret: bytes) -> None:
    bases = _of(
        people,
        LawfulBasis.candidate_id,
        LawfulBasis.recorded_on,
        LawfulBasis.expires_on,
        LawfulBasis.withdrawn_on,
    )
    for owner, recorded_on, expires_on, withdrawn_on in session.execute(bases):
        people[owner].consents += tuple((day, expires_on, withdrawn_on) for day in (recorded_on, None))
    places: dict[str, tuple[KnownPerson, Key]] = {}
    for owner, person in people.items():
        keys = [("person", ""), *(key for key in _keys_of(person) if key[0] in ("email", "phone"))]
        places |= {hash_of(secret, key, owner): (person, key) for key in keys}
    for batch in many(places):
        asked_by = func.coalesce(Import.source, Suppression.source)
        wanted = select(Suppression.key_hash, Suppression.lifted_at, asked_by).where(
            Suppression.scope == SuppressionScope.CONTACT,
            Suppression.key_hash.in_(batch),
            Suppression.source.not_like(f"{BY_MERGE}%"),  # somebody's who may turn out to be another person
        )
        joined = wanted.outerjoin(Import, Suppression.import_id == Import.id)
        for key_hash, lifted_at, source in session.execute(joined):
            person, key = places[key_hash]
            if lifted_at is None:
                person.suppressed += (key,)
            else:
                person.lifted += ((lifted_at, source),)


def _find_namesakes(session: Session, rows: Sequence[ParsedRow], known: Known) -> None:
    names = {folded(parsed.person.full_name)[:320] for parsed in rows if parsed.person.full_name}
    for batch in many(sorted(names)):
        wanted = select(Candidate.id, Candidate.full_name, Candidate.city, Candidate.headline)
        same = wanted.where(Candidate.folded_name.in_(batch)).limit(20 * len(batch))
        for _, name, city, headline in session.execute(same):
            known.namesakes.setdefault(name_key(name), []).append(Namesake(city, headline))


def _find_taken(session: Session, rows: Sequence[ParsedRow], known: Known, source: str) -> None:
    ids = {
        parsed.application.external_id
        for parsed in rows
        if parsed.application and parsed.application.external_id
    }
    for batch in many(sorted(each for each in ids if each)):
        wanted = select(Application.external_id, Application.candidate_id)
        taken = wanted.where(Application.source == source, Application.external_id.in_(batch))
        known.taken_applications |= {
            external: owner for external, owner in session.execute(taken) if external
        }
