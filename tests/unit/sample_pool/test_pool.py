"""The people of the sample pool: every kind a recruiter meets, and lives that add up."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations, pairwise
from time import process_time

import phonenumbers
import pytest

from talentpool.sample_pool.careers import Career
from talentpool.sample_pool.material import trades
from talentpool.sample_pool.past_roles import past_roles
from talentpool.sample_pool.pool import DUPLICATES, SamplePerson, sample_people
from talentpool.sample_pool.seats import NEARLY_WON

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def people() -> list[SamplePerson]:
    return list(sample_people(TODAY))


def originals(people: list[SamplePerson]) -> list[SamplePerson]:
    return [person for person in people if person.duplicate_of is None]


def days_ago(day: date) -> int:
    return (TODAY - day).days


def jobs_overlap(career: Career) -> bool:
    """Say whether a job began before the one before it had ended."""
    return any(
        older.ended_on is None or older.ended_on > newer.started_on for newer, older in pairwise(career.jobs)
    )


def test_at_least_420_people_of_twelve_trades_in_four_countries(people: list[SamplePerson]) -> None:
    by_trade = Counter(person.trade for person in originals(people))
    by_country = Counter(person.identity.country for person in people)

    assert len(originals(people)) >= 420
    assert sum(count >= 30 for count in by_trade.values()) == 12
    assert set(by_country) == {"DE", "GB", "IE", "US"}
    assert min(by_country.values()) >= 60


def test_everybody_has_one_to_four_applications_in_seven_years(people: list[SamplePerson]) -> None:
    assert {len(person.applications) for person in people} == {1, 2, 3, 4}
    assert all(
        days_ago(application.applied_on) <= 7 * 366
        for person in people
        for application in person.applications
    )


@pytest.mark.parametrize(
    ("situation", "at_least"),
    [
        ("silver medalist", 40),
        ("headcount frozen", 20),
        ("pay expectation", 20),
        ("asked not to be contacted", 20),
        ("resting after a contact", 20),
        ("not enough experience", 15),
        ("hired", 20),
        ("withdrew", 20),
        ("active", 8),
        ("no reason recorded", 15),
        ("vague reason", 15),
    ],
)
def test_each_situation_is_there_often_enough(
    people: list[SamplePerson], situation: str, at_least: int
) -> None:
    assert Counter(person.situation for person in people)[situation] >= at_least


def test_silver_medalists_reached_the_end_and_were_liked(people: list[SamplePerson]) -> None:
    medalists = [person for person in originals(people) if person.situation == "silver medalist"]

    assert all(person.applications[0].stage in NEARLY_WON for person in medalists)
    assert all((person.applications[0].rating or 0) >= 4 for person in medalists)


def test_active_people_applied_within_sixty_days_and_have_no_ending(people: list[SamplePerson]) -> None:
    active = [person.applications[0] for person in originals(people) if person.situation == "active"]

    assert all(application.disposition == "" and application.ended_on is None for application in active)
    assert all(days_ago(application.applied_on) < 60 for application in active)


def test_promises_are_overdue_and_to_come_and_none_was_due_before_it_was_made(
    people: list[SamplePerson],
) -> None:
    promised = [
        application for person in people for application in person.applications if application.promise
    ]
    due = [
        (application.promise_due_on, application.ended_on)
        for application in promised
        if application.promise_due_on
    ]

    assert sum(day < TODAY for day, _ in due) >= 20
    assert sum(day >= TODAY for day, _ in due) >= 20
    assert all(ended is not None and day > ended for day, ended in due)
    assert len(due) < len(promised)


def test_consent_is_valid_expired_or_not_recorded_for_many(people: list[SamplePerson]) -> None:
    until = [person.standing.consent_until for person in people]

    assert sum(day is None for day in until) >= 80
    assert sum(day is not None and day < TODAY for day in until) >= 40
    assert sum(day is not None and day >= TODAY for day in until) >= 80


def test_some_are_resting_and_some_are_not_to_be_contacted(people: list[SamplePerson]) -> None:
    contacted = [person.standing.contacted_on for person in people]

    assert sum(day is not None and days_ago(day) < 90 for day in contacted) >= 20
    assert sum(person.standing.do_not_contact for person in people) >= 20


def test_some_have_no_email_some_two_and_everybody_can_be_reached(people: list[SamplePerson]) -> None:
    emails = Counter(len(person.identity.emails) for person in people)

    assert emails[0] >= 15
    assert emails[2] >= 15
    assert all(person.identity.emails or person.identity.phone for person in people)


def test_addresses_reach_nobody_and_belong_to_one_person(people: list[SamplePerson]) -> None:
    emails = [email for person in people for email in person.identity.emails]

    assert all(re.fullmatch(r"[a-z0-9._]+@[a-z]+\.example\.(org|com|net)", email) for email in emails)
    assert len(emails) == len(set(emails))
    links = [person.identity.profile_link for person in people if person.identity.profile_link]
    assert all(link.startswith("https://linkedin.example.com/in/") for link in links)
    assert len(links) == len(set(links))


def test_no_text_names_a_real_domain(people: list[SamplePerson]) -> None:
    text = "\n".join(person.resume_text for person in people)

    assert set(re.findall(r"@[\w.]+", text)) <= set(re.findall(r"@[a-z]+\.example\.(?:org|com|net)", text))
    assert "http" not in text


def test_telephone_numbers_are_possible_and_only_duplicates_share_one(people: list[SamplePerson]) -> None:
    numbers = [
        phonenumbers.parse(person.identity.phone, person.identity.country)
        for person in originals(people)
        if person.identity.phone
    ]
    formatted = [
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in numbers
    ]

    assert all(phonenumbers.is_possible_number(number) for number in numbers)
    assert len(formatted) == len(set(formatted))
    fiction = r"\+(1\d{3}55501|44(20|1\d1|11\d)\d+|35320|49(3023125|4066969|2214710|8999998|6990009|17139200|176040690))\d*"
    assert all(re.fullmatch(fiction, number) for number in formatted)


def test_names_differ_except_where_one_person_is_there_twice(people: list[SamplePerson]) -> None:
    names = Counter(person.identity.name for person in people)

    assert max(names.values()) == 1


def test_some_people_are_there_twice_under_a_variant_with_another_email(people: list[SamplePerson]) -> None:
    by_id = {person.candidate_id: person for person in people}
    second_records = [person for person in people if person.duplicate_of]

    assert len(by_id) == len(people)
    assert len(second_records) == DUPLICATES
    for second in second_records:
        first = by_id[second.duplicate_of or ""]
        assert second.identity.last_name == first.identity.last_name
        assert second.identity.first_name != first.identity.first_name
        assert not set(second.identity.emails) & set(first.identity.emails)
    assert {bool(person.identity.phone) for person in second_records} == {True, False}


def test_most_resumes_are_full_and_a_few_are_thin_long_one_line_or_missing(
    people: list[SamplePerson],
) -> None:
    words: dict[str, list[int]] = defaultdict(list)
    for person in people:
        words[person.length].append(len(person.resume_text.split()))

    assert sum(250 <= count <= 600 for count in words["full"]) >= 0.85 * len(people)
    assert min(words["full"]) >= 120
    assert min(words["long"]) > 750
    assert all(count <= 20 for count in words["one line"])
    assert all(20 < count < 120 for count in words["thin"])
    assert set(words["none"]) == {0}
    assert all(2 <= len(words[length]) <= 20 for length in ("long", "thin", "one line", "none"))


def test_some_german_candidates_write_german(people: list[SamplePerson]) -> None:
    german = [
        person for person in people if re.search(r"\b(Muttersprache|Lebenslauf folgt)\b", person.resume_text)
    ]

    assert 10 <= len(german) <= 40
    assert {person.identity.country for person in german} == {"DE"}


def test_resumes_are_fresh_and_stale_and_none_is_from_the_future(people: list[SamplePerson]) -> None:
    ages = [days_ago(person.resume_on) for person in people]

    assert min(ages) >= 0
    assert sum(age < 365 for age in ages) >= 60
    assert sum(3 * 365 <= age <= 6.2 * 365 for age in ages) >= 40


def test_working_lives_add_up(people: list[SamplePerson]) -> None:
    for person in people:
        jobs, career = person.career.jobs, person.career
        assert not jobs_overlap(career)
        assert jobs[-1].started_on - career.born_on > timedelta(days=16 * 366)
        assert all(job.started_on < (job.ended_on or person.resume_on) <= person.resume_on for job in jobs)
        assert [job.level for job in jobs] == sorted((job.level for job in jobs), reverse=True)
        assert len({job.employer for job in jobs}) == len(jobs)


def test_nothing_is_said_twice_in_one_resume(people: list[SamplePerson]) -> None:
    for person in people:
        told = [line for job in person.career.jobs for line in job.achievements]
        assert len(told) == len(set(told))


def test_nobody_applied_before_the_role_was_open_or_was_told_before_applying(
    people: list[SamplePerson],
) -> None:
    for person in people:
        for application in person.applications:
            assert application.role.opened_on <= application.applied_on <= TODAY
            assert application.ended_on is None or application.applied_on < application.ended_on < TODAY
            assert person.career.jobs[-1].started_on < application.applied_on


def test_applications_stand_newest_first_each_to_another_role(people: list[SamplePerson]) -> None:
    for person in people:
        days = [application.applied_on for application in person.applications]
        assert days == sorted(days, reverse=True)
        assert len({application.role.requisition for application in person.applications}) == len(days)


def test_one_requisition_number_means_one_role(people: list[SamplePerson]) -> None:
    roles = {application.role for person in people for application in person.applications}

    assert len({role.requisition for role in roles}) == len(roles)


def test_no_two_people_tell_the_same_story(people: list[SamplePerson]) -> None:
    by_trade: dict[str, list[set[tuple[str, ...]]]] = defaultdict(list)
    for person in originals(people):
        if person.length in ("full", "long"):
            by_trade[person.trade].append(shingles(person.resume_text))

    for texts in by_trade.values():
        assert (
            max(len(one & other) / min(len(one), len(other)) for one, other in combinations(texts, 2)) < 0.45
        )


def shingles(text: str) -> set[tuple[str, ...]]:
    """Give every run of five words."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + 5]) for place in range(len(words) - 4)}


def test_pool_moves_along_with_the_day() -> None:
    later = TODAY + timedelta(days=400)
    one, other = next(sample_people(TODAY)), next(sample_people(later))

    assert one.identity == other.identity
    assert other.applications[0].applied_on - one.applications[0].applied_on == timedelta(days=400)


def test_leap_day_and_new_year_make_a_pool_too() -> None:
    assert len(list(sample_people(date(2028, 2, 29)))) == len(list(sample_people(date(2027, 1, 1))))


def test_pool_is_made_within_three_seconds() -> None:
    started = process_time()
    list(sample_people(TODAY))

    assert process_time() - started < 3


def test_past_roles_open_in_every_year_of_the_last_six() -> None:
    roles = past_roles(trades()[0], "DE", today=TODAY)

    assert {role.opened_on.year for role in roles} >= set(range(2021, 2027))
