"""The fields a search of the pool can ask for: what each takes, and whom it finds, as a query.

Applications to roles that the viewer may not see count for nothing. A field that is not known, or is given
a value it cannot read, is refused with the values it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidatePhone,
    Contact,
    Disposition,
    Note,
    Promise,
    RejectionReason,
    Resume,
    ResumeStatus,
    Stage,
)
from talentpool.candidates.pool_query import FieldTest, UnreadableQueryError
from talentpool.candidates.pool_values import (
    IS,
    compared,
    contains,
    in_span,
    is_so,
    member,
    unreadable,
)
from talentpool.candidates.timeline import RATING_STEPS
from talentpool.consent.models import LawfulBasis
from talentpool.database import folded
from talentpool.roles.visibility import about_visible_roles

People = Select[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldScope:
    """What a field is looked up in: the database, the applications that may be seen, and the day."""

    session: Session
    applications: ColumnElement[bool]
    today: date


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolField:
    """One field: what it means, an example, whether it can be compared, and how people are found by it."""

    meaning: str
    example: str
    find: Callable[[FieldTest, FieldScope], People]
    is_compared: bool = False


def applications_seen(roles: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give the condition on `Application` that leaves those to roles the viewer may see, or to none we know."""
    return about_visible_roles(Application.role_id, roles)


def people_by_field(test: FieldTest, scope: FieldScope) -> People:
    """Give the query for the ids of whoever passes one test of a field.

    Raises UnreadableQueryError for a field or a value that cannot be read.
    """
    field = POOL_FIELDS.get(test.field)
    if field is None:
        raise UnreadableQueryError(
            f"There is no field “{test.field}” (sign {test.position}); there are {', '.join(POOL_FIELDS)}. "
            "To search for the words themselves, put them in quotation marks.",
            test.position,
        )
    if test.relation != IS and not field.is_compared:
        raise unreadable(test, f"“{test.field}” is not compared; write {field.example}")
    return field.find(test, scope)


def _name(test: FieldTest, _scope: FieldScope) -> People:
    return _people(contains(Candidate.folded_name, folded(test.value)))


def _place(test: FieldTest, scope: FieldScope) -> People:
    """Places are compared folded, which the database cannot; there are far fewer places than people."""
    columns = (Candidate.city, Candidate.region, Candidate.country)
    known = scope.session.execute(select(*columns).distinct()).all()
    wanted = folded(test.value)
    found = [place for place in known if any(wanted in folded(part) for part in place if part)]
    cities = {place.city for place in found if place.city and wanted in folded(place.city)}
    regions = {place.region for place in found if place.region and wanted in folded(place.region)}
    countries = {
        place.country for place in found if place.country and wanted == folded(place.country)
    }  # two letters are in too many words to be looked for within them
    return _people(
        or_(Candidate.city.in_(cities), Candidate.region.in_(regions), Candidate.country.in_(countries))
    )


def _country(test: FieldTest, _scope: FieldScope) -> People:
    return _people(Candidate.country == test.value.upper())


def _title(test: FieldTest, scope: FieldScope) -> People:
    wanted = folded(test.value)
    titles = scope.session.scalars(select(Application.role_title).distinct())
    return _applied(scope, Application.role_title.in_([title for title in titles if wanted in folded(title)]))


def _stage(test: FieldTest, scope: FieldScope) -> People:
    asked = member(test, Stage)
    relation = ">=" if test.relation == IS else test.relation
    stages = [stage for stage in Stage if is_so(relation, stage.rank, asked.rank)]
    return _applied(scope, Application.stage.in_(stages))


def _disposition(test: FieldTest, scope: FieldScope) -> People:
    return _applied(scope, Application.disposition == member(test, Disposition))


def _reason(test: FieldTest, scope: FieldScope) -> People:
    wanted = folded(test.value.replace("_", " "))
    reasons = scope.session.execute(
        select(RejectionReason.id, RejectionReason.code, RejectionReason.label)
    ).all()
    ids = [
        reason.id
        for reason in reasons
        if wanted in folded(reason.label) or wanted in folded(reason.code.replace("_", " "))
    ]
    worded = contains(func.lower(Application.reason_text), test.value.lower())
    return _applied(scope, or_(Application.reason_id.in_(ids), worded))


def _rating(test: FieldTest, scope: FieldScope) -> People:
    if not (test.value.isdecimal() and test.value.isascii() and 1 <= int(test.value) <= RATING_STEPS):
        raise unreadable(test, f"a rating is a whole number from 1 to {RATING_STEPS}")
    steps = 1 + func.round(Application.rating * (RATING_STEPS - 1))
    relation = "=" if test.relation == IS else test.relation
    return _applied(scope, compared(steps, relation, int(test.value)))


def _source(test: FieldTest, _scope: FieldScope) -> People:
    wanted = test.value.lower()
    named = (contains(func.lower(column), wanted) for column in (Candidate.source, Candidate.came_through))
    return _people(or_(*named))


def _email(test: FieldTest, _scope: FieldScope) -> People:
    return select(CandidateEmail.candidate_id).where(
        contains(CandidateEmail.address_key, test.value.casefold())
    )


def _phone(test: FieldTest, _scope: FieldScope) -> People:
    digits = "".join(sign for sign in test.value if sign.isdecimal())
    if not digits:
        raise unreadable(test, "a telephone number has digits")
    return select(CandidatePhone.candidate_id).where(contains(CandidatePhone.number_key, digits.lstrip("0")))


def _owner(test: FieldTest, scope: FieldScope) -> People:
    wanted = folded(test.value)
    recruiters = scope.session.execute(select(Recruiter.id, Recruiter.name)).all()
    ids = [recruiter.id for recruiter in recruiters if wanted in folded(recruiter.name)]
    return _people(Candidate.owner_id.in_(ids))


def _last_contact(test: FieldTest, _scope: FieldScope) -> People:
    return _by_newest(test, Contact.candidate_id, func.date(Contact.at), true())


def _applied_on(test: FieldTest, scope: FieldScope) -> People:
    return _by_newest(test, Application.candidate_id, Application.applied_on, scope.applications)


def _resume_on(test: FieldTest, _scope: FieldScope) -> People:
    day = func.coalesce(Resume.dated_on, func.date(Resume.created_at))
    return _by_newest(test, Resume.candidate_id, day, Resume.status == ResumeStatus.READABLE)


def _added_on(test: FieldTest, _scope: FieldScope) -> People:
    return _people(in_span(test, func.date(Candidate.created_at)))


class Held(StrEnum):
    """What `has:` asks for."""

    RESUME = "resume"
    EMAIL = "email"
    PHONE = "phone"
    BASIS = "basis"
    PROMISE = "promise"
    NOTE = "note"
    APPLICATION = "application"
    REASON = "reason"


def _has(test: FieldTest, scope: FieldScope) -> People:
    held = member(test, Held)
    if held is Held.BASIS:
        holds = or_(LawfulBasis.expires_on.is_(None), LawfulBasis.expires_on >= scope.today)
        return select(LawfulBasis.candidate_id).where(LawfulBasis.withdrawn_on.is_(None), holds)
    if held is Held.APPLICATION:
        return _applied(scope, true())
    if held is Held.REASON:
        return _applied(scope, or_(Application.reason_id.is_not(None), Application.reason_text != ""))
    return {
        Held.RESUME: select(Resume.candidate_id).where(Resume.status == ResumeStatus.READABLE),
        Held.EMAIL: select(CandidateEmail.candidate_id),
        Held.PHONE: select(CandidatePhone.candidate_id),
        Held.NOTE: select(Note.candidate_id),
        Held.PROMISE: select(Promise.candidate_id).where(
            Promise.kept_at.is_(None), Promise.let_go_at.is_(None)
        ),
    }[held]


POOL_FIELDS = {
    "name": PoolField(meaning="part of the name", example='name:ruiz', find=_name),
    "place": PoolField(meaning="city, region or country", example='place:"São Paulo"', find=_place),
    "country": PoolField(meaning="country by its two letters", example="country:PT", find=_country),
    "title": PoolField(meaning="title of a role applied for", example='title:"data engineer"', find=_title),
    "stage": PoolField(
        meaning="reached this stage or further (= for just this one)", example="stage:final_round",
        find=_stage, is_compared=True,
    ),
    "disposition": PoolField(
        meaning="how an application ended", example="disposition:withdrawn", find=_disposition
    ),
    "reason": PoolField(meaning="why it ended", example="reason:pay", find=_reason),
    "rating": PoolField(
        meaning="interviewers' rating, 1 to 5", example="rating>=4", find=_rating, is_compared=True
    ),
    "source": PoolField(meaning="where the record came from", example="source:greenhouse", find=_source),
    "email": PoolField(meaning="part of an e-mail address", example="email:example.org", find=_email),
    "phone": PoolField(meaning="part of a telephone number", example="phone:5550123", find=_phone),
    "owner": PoolField(meaning="the recruiter who looks after them", example="owner:mara", find=_owner),
    "applied": PoolField(
        meaning="day of the last application", example="applied>=2025", find=_applied_on, is_compared=True
    ),
    "last_contact": PoolField(
        meaning="day of the last contact", example="last_contact<2026-01-01", find=_last_contact,
        is_compared=True,
    ),
    "resume": PoolField(
        meaning="day of the newest resume", example="resume>=2025-06", find=_resume_on, is_compared=True
    ),
    "added": PoolField(
        meaning="day they came into the pool", example="added:2026-11", find=_added_on, is_compared=True
    ),
    "has": PoolField(meaning="is on record: " + ", ".join(Held), example="has:resume", find=_has),
}  # fmt: skip


def _people(condition: ColumnElement[bool]) -> People:
    return select(Candidate.id).where(condition)


def _applied(scope: FieldScope, condition: ColumnElement[bool]) -> People:
    return select(Application.candidate_id).where(condition, scope.applications)


def _by_newest(
    test: FieldTest, person: InstrumentedAttribute[int], day: Any, counted: ColumnElement[bool]
) -> People:
    if test.relation in (">", ">="):  # then any of them will do, and nothing has to be grouped
        return select(person).where(counted, in_span(test, day))
    return select(person).where(counted).group_by(person).having(in_span(test, func.max(day)))
