"""The six roles to post, and that the pool has people for each."""

from datetime import date

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from talentpool.sample_pool.material import countries, trades
from talentpool.sample_pool.pool import SamplePerson, sample_people
from talentpool.sample_pool.roles import SampleRole, sample_roles

TODAY = date(2026, 11, 23)
TRADE_BY_TITLE = {
    "Senior Platform Engineer": "platform",
    "Senior Data Engineer": "data",
    "Senior Management Accountant": "finance",
    "ICU Registered Nurse": "nursing",
    "Senior Account Executive, SaaS": "sales",
    "Maintenance Electrician": "electrical",
}
BY_TITLE = pytest.mark.parametrize("role", sample_roles(), ids=lambda role: role.title)


@pytest.fixture(scope="module")
def people() -> list[SamplePerson]:
    return list(sample_people(TODAY))


def best_people(role: SampleRole, people: list[SamplePerson], top: int) -> list[SamplePerson]:
    """Rank by plain TF-IDF cosine, so that the pool and not our ranker is tested."""
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    resumes = vectorizer.fit_transform([person.resume_text for person in people])
    scores = (resumes @ vectorizer.transform([f"{role.title}\n{role.title}\n{role.text}"]).T).toarray()[:, 0]
    return [people[place] for place in scores.argsort()[::-1][:top]]


def test_six_roles_of_six_trades_in_known_countries() -> None:
    names = {country.name for country in countries().values()}

    assert {role.title for role in sample_roles()} == set(TRADE_BY_TITLE)
    assert all(role.country in names and role.location for role in sample_roles())
    assert set(TRADE_BY_TITLE.values()) <= {trade.name for trade in trades()}


@BY_TITLE
def test_advert_is_of_usual_length_with_requirements_and_nice_to_haves(role: SampleRole) -> None:
    assert 150 <= len(role.text.split()) <= 350
    assert "\nRequirements\n- " in role.text
    assert "\nNice to have\n- " in role.text
    assert "Title:" not in role.text


@BY_TITLE
def test_first_ten_are_of_the_role_s_trade(role: SampleRole, people: list[SamplePerson]) -> None:
    trade = TRADE_BY_TITLE[role.title]

    assert {person.trade for person in best_people(role, people, 10)} == {trade}


@BY_TITLE
def test_first_twenty_hold_people_who_nearly_got_such_a_role(
    role: SampleRole, people: list[SamplePerson]
) -> None:
    nearly = [
        person
        for person in best_people(role, people, 20)
        if person.applications[0].stage in ("Final round", "Offer") and person.speciality == 0
    ]

    assert len(nearly) >= 4


@BY_TITLE
def test_people_of_the_role_s_country_are_among_the_first_ten(
    role: SampleRole, people: list[SamplePerson]
) -> None:
    found = [countries()[person.identity.country].name for person in best_people(role, people, 10)]

    assert found.count(role.country) >= 3
