"""Narrowing a role's list down in the browser: chips with numbers, links that work without a script, empty lists."""

import html
import re

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Candidate
from talentpool.database import Sessions
from talentpool.web.desk import EXTENSION
from tests.web.pool_of_people import ADVERT, add_people, counted_queries, fill_pool
from tests.web.test_roles import listed, page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """Ids of the people in the pool, by name."""
    return fill_pool(sessions)


@pytest.fixture
def desk(people, signed_in):
    """A recruiter's browser on a pool with people in it."""
    return signed_in(AccountKind.RECRUITER)


@pytest.fixture
def role(desk) -> str:
    """The address of a posted role."""
    return str(desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location)


def choices(text: str) -> dict[str, tuple[int, str]]:
    """Read the choices that a page offers: how many each leaves, and where it leads."""
    found = re.findall(
        r'<li><a class="chip[^>]*? href="([^"]+)"[^>]*>([^<]+?) <span class="num">([\d,]+)</span>', text
    )
    return {words: (int(number.replace(",", "")), html.unescape(at)) for at, words, number in found}


def test_each_group_offers_choices_whose_numbers_are_what_a_click_shows(desk, role: str) -> None:
    seen = set()
    for group in ("quality", "relevance", "exclusions", "advanced"):
        for words, (number, address) in choices(page(desk.get(f"{role}?group={group}"))).items():
            assert len(listed(page(desk.get(address)))) == number, words
            seen.add(words)
    assert {"Strong", "Silver medalist", "kubernetes", "within a year", "Lisbon", "OK to contact"} <= seen
    assert {"due within a week", "no legal basis recorded", "never", "Final round or further"} <= seen


def test_what_is_on_is_a_chip_that_takes_itself_away(desk, role: str) -> None:
    text = page(desk.get(f"{role}?contact=ok&stage=final_round"))
    assert listed(text) == ["Ana Ruiz"]
    assert "1 of 4 people, 3 set aside by filters" in text
    on = re.findall(r'<a class="chip on" id="on-\d" href="([^"]+)"', text)
    assert [html.unescape(address) for address in on] == [f"{role}?contact=ok", f"{role}?stage=final_round"]


def test_an_empty_list_says_which_filter_to_take_away_and_how_many_come_back(desk, role: str) -> None:
    text = html.unescape(page(desk.get(f"{role}?contact=resting&city=Lisbon&word=kubernetes")))
    assert "Nobody is left with these filters" in text
    assert "Without “Contact: resting after a contact”: 2 people" in text
    assert "Without “City: Lisbon”: 0 people" in text
    assert text.index("resting after a contact”: 2") < text.index("Without “City: Lisbon”")
    assert "Without any: 4 people" in text


def test_the_group_that_is_asked_for_alone_is_a_part_of_the_page(desk, role: str) -> None:
    part = page(desk.get(f"{role}/filters?group=quality", headers=HTMX))
    assert part.lstrip().startswith('<div id="filters"') and "Strong" in part
    whole = desk.get(f"{role}/filters?group=quality&band=strong")
    assert (whole.status_code, whole.location) == (303, f"{role}?group=quality&band=strong")


def test_paging_keeps_the_filters_and_ranks_stay_those_of_the_whole_list(
    desk, role: str, sessions: Sessions
) -> None:
    add_people(sessions, 60)
    with sessions.writing.begin() as session:
        for person in session.query(Candidate).where(Candidate.full_name.like("Person%")):
            person.city = "Porto"
    desk.post(f"{role}/rematch")
    first = page(desk.get(f"{role}?city=Porto"))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "city=Porto" in following.group(1) and "page=2" in following.group(1)
    names = [
        name for number in (1, 2, 3) for name in listed(page(desk.get(f"{role}?city=Porto&page={number}")))
    ]
    assert len(names) == 60 and not {"Ana Ruiz", "Bo Chen"} & set(names)


def test_a_decision_leads_on_within_the_filtered_list(desk, role: str, people: dict[str, int]) -> None:
    text = page(desk.get(f"{role}?word=kubernetes"))
    assert listed(text) == ["Ana Ruiz", "Bo Chen"]
    answer = desk.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss?word=kubernetes", {"reason": "pay"})
    assert answer.location == f"{role}?open={people['Bo Chen']}&page=1&word=kubernetes"
    assert listed(page(desk.get(answer.location))) == ["Bo Chen"]


def test_odd_filters_answer_with_a_page(desk, role: str) -> None:
    for odd in (
        "band=xyz",
        "owner=%FF",
        "word=",
        "city=" + "x" * 2000,
        "stage=hired&stage=applied",
        "group=?",
    ):
        assert desk.get(f"{role}?{odd}").status_code == 200, odd
    assert "<script>" not in page(desk.get(f"{role}?city=<script>alert(1)</script>"))


def test_a_filtered_page_costs_the_same_number_of_queries_whatever_the_pool(
    app, desk, role: str, sessions: Sessions
) -> None:
    engine, counts = app.extensions[EXTENSION].engine, []
    page(desk.get(role))
    for more in (2, 30):
        add_people(sessions, more)
        desk.post(f"{role}/rematch")
        address = f"{role}?band=strong&band=good&contact=ok&contact=no_basis&group=quality"
        page(desk.get(address))
        with counted_queries(engine) as count:
            page(desk.get(address))
            counts.append(count())
    assert counts[0] == counts[1] <= 60
