"""How everybody in the pool stands as to contact, in one word each: a few queries, whatever the pool.

The rule is the one of `consent.eligibility`; since each of its refusals looks at one kind of record, the
weightiest of all is the weightiest of what each kind of record gives by itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from talentpool.candidates.contact_holds import standing_holds
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Contact, Direction
from talentpool.candidates.whole_columns import day_number, newest_of_each, whole_columns
from talentpool.consent.eligibility import (
    ContactKind,
    ContactPolicy,
    ContactRecord,
    Refusal,
    contact_state,
)
from talentpool.consent.models import Basis, HoldKind, LawfulBasis, Suppression, SuppressionScope

Ids = NDArray[np.int64]
Part = tuple[ContactRecord, Ids]
WEIGHTS = tuple(Refusal)
WITH_BASIS = ContactRecord(basis=Basis.LEGAL)


class ContactStanding(StrEnum):
    """What a list can be narrowed to: may be written to, rests, nothing on record, or must not be."""

    OK = "ok"
    RESTING = "resting"
    NO_BASIS = "no_basis"
    NO = "no"


def contact_standings(session: Session, ids: Ids, *, today: date) -> dict[ContactStanding, Ids]:
    """Put each of these people under one standing; `ids` ascend, and so do those given."""
    policy = load_contact_policy(session)
    weight = np.full(len(ids), len(WEIGHTS), np.int64)  # of the weightiest refusal; the last: none
    without_basis = np.ones(len(ids), bool)
    bases = list(_bases(session, today))
    for _record, people in bases:
        without_basis[_places(ids, people)] = False
    nothing = (ContactRecord(), ids[without_basis])
    for record, people in [*bases, nothing, *_others(session, policy, today)]:
        places = _places(ids, people)
        weight[places] = np.minimum(weight[places], _weight(record, policy, today))
    kinds = list(ContactStanding)
    standing = np.array([kinds.index(_standing(refusal)) for refusal in (*WEIGHTS, None)])[weight]
    standing[without_basis & (weight == len(WEIGHTS))] = kinds.index(ContactStanding.NO_BASIS)
    return {kind: ids[standing == number] for number, kind in enumerate(kinds)}


def _standing(refusal: Refusal | None) -> ContactStanding:
    if refusal is None:
        return ContactStanding.OK
    named = {Refusal.RESTING: ContactStanding.RESTING, Refusal.NO_BASIS: ContactStanding.NO_BASIS}
    return named.get(refusal, ContactStanding.NO)


def standing_of(kind: ContactKind, refusal: Refusal | None) -> ContactStanding:
    """Give the standing of one person whose state is known."""
    if refusal is None and kind is ContactKind.UNKNOWN:
        return ContactStanding.NO_BASIS
    return _standing(refusal)


def _weight(record: ContactRecord, policy: ContactPolicy, today: date) -> int:
    refusal = contact_state(record, policy, today=today).refusal
    return WEIGHTS.index(refusal) if refusal is not None else len(WEIGHTS)


def _others(session: Session, policy: ContactPolicy, today: date) -> list[Part]:
    """Gather what says something beside the basis, each as a record that has one, so that only this speaks."""
    asked = replace(WITH_BASIS, asked_not_to=True)
    return [
        (asked, _asked_not_to(session)),
        *_held(session, today),
        *_unasked(session, policy, today),
    ]


def _bases(session: Session, today: date) -> Iterable[Part]:
    """Group people by how the newest basis on record stands today; which one it is refuses nothing."""
    ends = case((LawfulBasis.expires_on < today, 1), else_=0)
    is_withdrawn = case((LawfulBasis.withdrawn_on <= today, 2), else_=0)
    people, day, row_id, state = whole_columns(
        session,
        LawfulBasis.candidate_id,
        day_number(LawfulBasis.recorded_on),
        LawfulBasis.id,
        ends + is_withdrawn,
        where=(LawfulBasis.recorded_on <= today,),
    )
    newest = newest_of_each(people, day, row_id)
    for number in range(4):
        record = replace(
            WITH_BASIS,
            basis_until=today - timedelta(days=1) if number & 1 else None,
            basis_withdrawn=bool(number & 2),
        )
        yield record, people[newest[state[newest] == number]]


def _asked_not_to(session: Session) -> Ids:
    asked = select(Suppression.candidate_id).where(
        Suppression.scope.in_([SuppressionScope.CONTACT, SuppressionScope.PROCESSING]),
        Suppression.candidate_id.is_not(None),
        Suppression.lifted_at.is_(None),
    )
    return np.array(session.scalars(asked).all(), np.int64)


def _held(session: Session, today: date) -> Iterable[Part]:
    standing = standing_holds(today)
    rows = session.execute(select(standing.c.kind, standing.c.candidate_id)).all()
    for kind in HoldKind:
        people = np.array([one for held, one in rows if held is kind], np.int64)
        yield replace(WITH_BASIS, held={kind: None}), people


def _unasked(session: Session, policy: ContactPolicy, today: date) -> Iterable[Part]:
    """Group people by the day of our last unasked contact, as far back as anybody rests."""
    since = datetime.combine(today - timedelta(days=policy.cool_down_days), time(), UTC)
    last = select(Contact.candidate_id, func.max(Contact.at)).where(
        Contact.is_unasked.is_(True), Contact.direction == Direction.OURS, Contact.at >= since
    )
    by_day: dict[date, list[int]] = {}
    for candidate_id, at in session.execute(last.group_by(Contact.candidate_id)):
        by_day.setdefault(at.date(), []).append(candidate_id)
    for day, people in by_day.items():
        yield replace(WITH_BASIS, last_unasked_on=day), np.array(people, np.int64)


def _places(ids: Ids, people: Ids) -> NDArray[np.int64]:
    if not len(ids) or not len(people):
        return np.empty(0, np.int64)
    found = np.minimum(np.searchsorted(ids, people), len(ids) - 1)
    places: NDArray[np.int64] = found[ids[found] == people]
    return places
