"""Everything on record about people, loaded: a fixed number of queries for each batch of ids."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Contact,
    Fact,
    Note,
    Promise,
    RejectionReason,
    Resume,
)
from talentpool.candidates.whole_person import (
    Email,
    GivenPromise,
    Hold,
    Link,
    PastApplication,
    PastContact,
    Person,
    Phone,
    RecordedBasis,
    ResumeText,
    SaidFact,
    WholePerson,
    WrittenNote,
)
from talentpool.consent.models import LawfulBasis, Suppression
from talentpool.consent.suppression import suppression_key
from talentpool.database import Base, many
from talentpool.roles.models import Role
from talentpool.roles.visibility import about_visible_roles

_PLAIN: tuple[tuple[str, type[Base], type[Any]], ...] = (
    ("emails", CandidateEmail, Email),
    ("phones", CandidatePhone, Phone),
    ("links", CandidateLink, Link),
    ("resumes", Resume, ResumeText),
    ("facts", Fact, SaidFact),
    ("contacts", Contact, PastContact),
    ("notes", Note, WrittenNote),
    ("bases", LawfulBasis, RecordedBasis),
)
Lists = dict[int, list[Any]]


def load_whole_people(
    session: Session,
    ids: Sequence[int],
    *,
    secret: bytes,
    own_source: str,
    roles: ColumnElement[bool] | None = None,
) -> dict[int, WholePerson]:
    """Load everything about people by their ids: a fixed number of queries for each batch of ids.

    Whoever has no id of another system goes by `own_source` and the id here. `roles` leaves the roles of which
    applications, contacts, notes and promises are told; None leaves all.
    """
    found: dict[int, WholePerson] = {}
    for batch in many(sorted(ids)):
        people = _people(session, batch, own_source)
        lists = {name: _plain(session, batch, model, kind, roles) for name, model, kind in _PLAIN}
        applications, application_ids = _applications(session, batch, roles)
        promises = _promises(session, batch, application_ids, roles)
        for each, person in people.items():
            parts = {name: tuple(of.get(each, ())) for name, of in lists.items()}
            found[each] = WholePerson(
                person=person,
                applications=tuple(applications.get(each, ())),
                application_ids=tuple(application_ids.get(each, ())),
                promises=tuple(promises.get(each, ())),
                holds=(),
                **parts,
            )
        _add_holds(session, found, batch, secret)
    return found


def _people(session: Session, ids: Sequence[int], own_source: str) -> dict[int, Person]:
    columns = [getattr(Candidate, name) for name in Person.__slots__]
    wanted = select(Candidate.id, *columns).where(Candidate.id.in_(ids)).order_by(Candidate.id)
    people = {}
    for row in session.execute(wanted).mappings():
        values = {name: row[name] for name in Person.__slots__}
        values["source_data"] = dict(values["source_data"] or {})
        people[row["id"]] = Person(**_with_own_id(values, row["id"], own_source))
    return people


def _with_own_id(values: dict[str, Any], own_id: int, own_source: str) -> dict[str, Any]:
    if values["external_id"] is None:
        # A source without an id is part of it, so that it comes back.
        source = own_source if values["source"] is None else f"{own_source}/{values['source']}"[:160]
        return {**values, "source": source, "external_id": str(own_id)}
    return values


def _of(model: type[Base], ids: Sequence[int], names: Sequence[str]) -> Select[Any]:
    table = model.__table__
    columns = [table.c[name] for name in names]
    return (
        select(table.c.candidate_id, *columns)
        .where(table.c.candidate_id.in_(ids))
        .order_by(table.c.candidate_id, table.c.id)
    )


def _plain(
    session: Session,
    ids: Sequence[int],
    model: type[Base],
    kind: type[Any],
    roles: ColumnElement[bool] | None,
) -> Lists:
    names, lists = kind.__slots__, Lists()
    wanted = _of(model, ids, names)
    if roles is not None and model in (Contact, Note):
        wanted = wanted.where(about_visible_roles(model.role_id, roles))
    for owner, *values in session.execute(wanted):
        lists.setdefault(owner, []).append(kind(**dict(zip(names, values, strict=True))))
    return lists


def _applications(
    session: Session, ids: Sequence[int], roles: ColumnElement[bool] | None
) -> tuple[Lists, Lists]:
    elsewhere = ("role", "requisition", "reason")
    names = [name for name in PastApplication.__slots__ if name not in elsewhere]
    wanted = (
        select(
            Application.candidate_id,
            Application.id,
            Role.title.label("role"),
            Role.requisition_code.label("requisition"),
            RejectionReason.code.label("reason"),
            *(getattr(Application, name) for name in names),
        )
        .outerjoin(Role, Application.role_id == Role.id)
        .outerjoin(RejectionReason, Application.reason_id == RejectionReason.id)
        .where(Application.candidate_id.in_(ids))
        .order_by(Application.id)
    )
    if roles is not None:
        wanted = wanted.where(about_visible_roles(Application.role_id, roles))
    lists, own_ids = Lists(), Lists()
    for row in session.execute(wanted).mappings():
        values = {name: row[name] for name in PastApplication.__slots__}
        values["source_data"] = dict(values["source_data"] or {})
        lists.setdefault(row["candidate_id"], []).append(PastApplication(**values))
        own_ids.setdefault(row["candidate_id"], []).append(row["id"])
    return lists, own_ids


def _promises(
    session: Session,
    ids: Sequence[int],
    application_ids: Mapping[int, list[int]],
    roles: ColumnElement[bool] | None,
) -> Lists:
    names, lists = ("words", "due_on", "kept_at", "let_go_at", "application_id"), Lists()
    for owner, *values, about in session.execute(_of(Promise, ids, names)):
        own = application_ids.get(owner, [])
        if roles is not None and about is not None and about not in own:
            continue
        place = own.index(about) + 1 if about in own else None
        kept = dict(zip(names, values, strict=False))
        lists.setdefault(owner, []).append(GivenPromise(**kept, application=place))
    return lists


def _add_holds(session: Session, people: dict[int, WholePerson], ids: Sequence[int], secret: bytes) -> None:
    places: dict[str, list[tuple[int, str, str]]] = {}
    for each in ids:
        if each in people:
            for kind, key, key_hash in _hold_keys(people[each], each, secret):
                places.setdefault(key_hash, []).append((each, kind, key))
    lists = Lists()
    for batch in many(sorted(places)):
        for entry in session.scalars(
            select(Suppression).where(Suppression.key_hash.in_(batch)).order_by(Suppression.id)
        ):
            for owner, kind, key in places[entry.key_hash]:
                lists.setdefault(owner, []).append(
                    Hold(
                        scope=entry.scope,
                        kind=kind,
                        key=key,
                        source=entry.source,
                        lifted_at=entry.lifted_at,
                    )
                )
    for owner, holds in lists.items():
        ordered = sorted(holds, key=lambda one: (one.scope, one.kind, one.key))
        people[owner] = replace(people[owner], holds=tuple(ordered))


def _hold_keys(whole: WholePerson, candidate_id: int, secret: bytes) -> list[tuple[str, str, str]]:
    """List what may be held back of somebody: kind, key, and the hash it stands under."""
    keys = [("person", "", suppression_key(secret, "person", str(candidate_id)))]
    keys += [
        ("email", one.address_key, suppression_key(secret, "email", one.address_key)) for one in whole.emails
    ]
    return keys + [
        ("phone", one.number_key, suppression_key(secret, "phone", one.number_key)) for one in whole.phones
    ]
