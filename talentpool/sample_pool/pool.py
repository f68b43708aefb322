"""Puts the people of the sample pool together: who they are, what happened, what is on record.

`seats` decides who sits where; here each seat becomes a person with a resume and a history.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from random import Random

from talentpool.sample_pool.careers import Career, make_career
from talentpool.sample_pool.histories import (
    PastApplication,
    Standing,
    earlier_days,
    earlier_situation,
    make_application,
    make_standing,
)
from talentpool.sample_pool.material import phrases
from talentpool.sample_pool.outline import Outline, level_after
from talentpool.sample_pool.past_roles import PastRole, choose_role, past_roles
from talentpool.sample_pool.people import Identity, other_email
from talentpool.sample_pool.resume_text import ResumeParts, write_resume
from talentpool.sample_pool.seats import NEARLY_WON, Seat, deal_seats
from talentpool.sample_pool.wording import chance_for

DUPLICATES = 9
_OLDEST_APPLICATION_DAYS = 2500


@dataclass(frozen=True, kw_only=True, slots=True)
class SamplePerson:
    """One past candidate with resume and history, applications newest first.

    `duplicate_of` is the candidate id of the record that is the same person.
    """

    candidate_id: str
    identity: Identity
    trade: str
    speciality: int
    situation: str
    length: str
    career: Career
    resume_text: str
    resume_on: date
    applications: tuple[PastApplication, ...]
    standing: Standing
    duplicate_of: str | None = None


def sample_people(today: date) -> Iterator[SamplePerson]:
    """Make up everybody in the pool, trade by trade, then those who are there twice."""
    known: list[SamplePerson] = []
    for seat in deal_seats():
        person = _make_person(seat, today)
        known.append(person)
        yield person
    yield from islice(_duplicates(known), DUPLICATES)


def _make_person(seat: Seat, today: date) -> SamplePerson:
    chance = chance_for("person", seat.trade.code, seat.place)
    years, level = _years_and_level(seat, chance)
    wanted_level = min(3, max(1, level + seat.situation.level_offset))
    age_days = seat.situation.age_days
    attempt = choose_role(_own_roles(seat, today), chance, age_days=age_days, level=wanted_level, today=today)
    resume_on = _resume_on(seat.number, attempt.applied_on, today=today, chance=chance)
    years_by_then = years + (resume_on - attempt.applied_on).days // 365
    career = make_career(_outline(seat, years_by_then, level, seen_on=resume_on), chance)
    facts = _told_facts(seat, career, chance)
    latest = make_application(seat.situation, attempt, today=today, facts=facts, chance=chance)
    return SamplePerson(
        candidate_id=f"C-{10_000 + seat.number * 7}",
        identity=seat.identity,
        trade=seat.trade.name,
        speciality=seat.speciality,
        situation=seat.situation.name,
        length=seat.length,
        career=career,
        resume_text=_resume_text(seat, career, chance),
        resume_on=resume_on,
        applications=(latest, *_earlier(seat, career, latest=latest, today=today, chance=chance)),
        standing=make_standing(seat.situation, seat.number, latest=latest, today=today, chance=chance),
    )


def _outline(seat: Seat, years: int, level: int, *, seen_on: date) -> Outline:
    return Outline(
        trade=seat.trade,
        speciality=seat.trade.specialities[seat.speciality],
        country=seat.identity.country,
        city=seat.identity.city,
        years=years,
        level=level,
        seen_on=seen_on,
        long=seat.length == "long",
        from_abroad=seat.situation.name == "work permit",
    )


def _resume_text(seat: Seat, career: Career, chance: Random) -> str:
    """Give the resume, or nothing for those who never handed one in."""
    if seat.length == "none":
        return ""
    return write_resume(
        ResumeParts(identity=seat.identity, career=career, language=seat.trade.language, length=seat.length),
        chance,
    )


def _own_roles(seat: Seat, today: date) -> tuple[PastRole, ...]:
    roles = past_roles(seat.trade, seat.identity.country, today=today)
    return tuple(role for role in roles if role.speciality == seat.speciality)


def _years_and_level(seat: Seat, chance: Random) -> tuple[int, int]:
    years = chance.randint(*seat.situation.years) if seat.length != "long" else chance.randint(16, 24)
    leads = 0.2 if seat.situation.stage in NEARLY_WON else 0.5
    return years, level_after(years, 3 if chance.random() < leads else 2)


def _resume_on(number: int, applied_on: date, *, today: date, chance: Random) -> date:
    """Give the resume's day: shortly before applying, or for some a newer one sent since."""
    sent_since = today - timedelta(days=chance.randrange(10, 120))
    if number % 8 == 1 and sent_since > applied_on:
        return sent_since
    return applied_on - timedelta(days=chance.randrange(20))


def _told_facts(seat: Seat, career: Career, chance: Random) -> dict[str, str]:
    told = {"strength": chance.choice(seat.trade.strengths), "gap": chance.choice(seat.trade.gaps)}
    return {**career.facts, **told, "surname": seat.identity.last_name}


def _earlier(
    seat: Seat, career: Career, *, latest: PastApplication, today: date, chance: Random
) -> tuple[PastApplication, ...]:
    not_before = max(
        today - timedelta(days=_OLDEST_APPLICATION_DAYS), career.jobs[-1].started_on + timedelta(days=200)
    )
    own_roles = _own_roles(seat, today)
    by_requisition: dict[str, PastApplication] = {}
    for day in earlier_days(seat.number, latest.applied_on, not_before=not_before, chance=chance):
        age = (today - day).days
        attempt = choose_role(own_roles, chance, age_days=(age, age), level=latest.role.level, today=today)
        if attempt.role != latest.role and not_before < attempt.applied_on < latest.applied_on - timedelta(
            days=60
        ):
            facts = _told_facts(seat, career, chance)
            situation = earlier_situation(chance)
            application = make_application(situation, attempt, today=today, facts=facts, chance=chance)
            by_requisition.setdefault(attempt.role.requisition, application)
    return tuple(
        sorted(by_requisition.values(), key=lambda application: application.applied_on, reverse=True)
    )


def _duplicates(known: list[SamplePerson]) -> Iterator[SamplePerson]:
    """Enter some people a second time: a nickname or plain spelling, a new address."""
    nicknames = phrases().nicknames
    eligible = [
        person
        for person in known
        if person.identity.first_name in nicknames
        and person.length == "full"
        and len(person.applications) > 1
    ]
    for place, person in enumerate(eligible[:: len(eligible) // DUPLICATES]):
        yield _second_record(person, nicknames[person.identity.first_name], keeps_phone=place % 2 == 0)


def _second_record(person: SamplePerson, nickname: str, *, keeps_phone: bool) -> SamplePerson:
    number = int(person.candidate_id.removeprefix("C-"))
    identity = replace(
        person.identity,
        first_name=nickname,
        emails=(other_email(person.identity, number + 1),),
        phone=person.identity.phone if keeps_phone else "",
        profile_link="",
    )
    header, _, body = person.resume_text.partition("\n\n")
    title = header.splitlines()[1]
    return replace(
        person,
        candidate_id=f"C-{number + 40_000}",
        identity=identity,
        resume_text=f"{identity.name}\n{title}\n{identity.city} | {identity.emails[0]}\n\n{body}",
        applications=person.applications[1:2],
        duplicate_of=person.candidate_id,
    )
