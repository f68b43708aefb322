"""Searches and sets of filters under a name: used again, shared, renamed, removed, and brought back."""

import html
import re

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.database import Sessions
from tests.web.pool_of_people import ADVERT, fill_pool
from tests.web.test_roles import listed, page


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


def save(desk, searched: str, query: str, name: str = "Mine", **more: str) -> str:
    form = {"searched": searched, "query": query, "name": name, "back": "/searches", **more}
    return page(desk.post("/searches", form, follow_redirects=True))


def address_of(name: str, text: str) -> str:
    found = re.search(rf'href="([^"]+)">{name}', text)
    assert found is not None, f"{name} is not offered"
    return html.unescape(found.group(1))


def undo_of(text: str) -> str:
    found = re.search(r'action="([^"]+)"[^>]*>\s*<input[^>]*>\s*<button class="btn "[^>]*>Undo', text)
    assert found is not None
    return html.unescape(found.group(1))


def test_filters_are_saved_from_the_list_and_used_on_another_role(desk, role: str) -> None:
    text = page(desk.get(f"{role}?stage=final_round&contact=ok&group=saved"))
    query = re.search(r'name="query" value="([^"]+)"', text)
    assert query is not None
    save(desk, "matches", html.unescape(query.group(1)), "Nearly hired, may write")
    other = str(
        desk.post("/roles/new", {"title": "Accountant", "text": "Month-end close, SAP, tax."}).location
    )
    address = address_of("Nearly hired, may write", page(desk.get(f"{other}?group=saved")))
    assert address == f"{other}?stage=final_round&contact=ok"
    assert listed(page(desk.get(address))) == ["Ana Ruiz"]


def test_a_search_of_the_pool_is_saved_and_used(desk) -> None:
    text = page(desk.get("/candidates?q=kubernetes+-sap&stage=final_round"))
    assert "Save as a list" in text
    save(desk, "pool", "q=kubernetes+-sap&stage=final_round&page=7&open=1", "Cluster people")
    address = address_of("Cluster people", page(desk.get("/candidates")))
    assert address == "/candidates?q=kubernetes+-sap&stage=final_round"
    found = page(desk.get(address))
    assert "Ana Ruiz" in found and "Dana Levy" not in found


def test_a_colleague_uses_what_is_shared_and_nothing_else(desk, signed_in) -> None:
    save(desk, "pool", "q=nomad", "For me")
    save(desk, "pool", "q=terraform", "For all", is_shared="yes")
    colleague = signed_in(AccountKind.RECRUITER)
    text = page(colleague.get("/candidates"))
    assert "For all" in text and "For me" not in text
    assert f"by {desk.recruiter.name}" in page(colleague.get("/searches"))
    for act in ("change", "remove", "restore"):
        assert colleague.post(f"/searches/2/{act}", {"name": "Taken"}).status_code == 404


def test_a_saved_search_is_renamed_shared_removed_and_brought_back(desk, signed_in) -> None:
    save(desk, "pool", "q=nomad", "First")
    text = page(
        desk.post("/searches/1/change", {"name": "Second", "is_shared": "yes"}, follow_redirects=True)
    )
    assert "“Second” is shared with everybody who searches." in text and "First" not in text
    text = page(desk.post("/searches/1/remove", follow_redirects=True))
    assert "Nothing is saved yet" in text
    assert "“Second” is back." in page(desk.post(undo_of(text), follow_redirects=True))
    assert "Second" in page(signed_in(AccountKind.RECRUITER).get("/searches"))


def test_what_was_just_saved_is_taken_back_with_one_click(desk) -> None:
    text = save(desk, "pool", "q=nomad", "Too soon")
    page(desk.post(undo_of(text), follow_redirects=True))
    assert "Nothing is saved yet" in page(desk.get("/searches"))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 121}, "longer than 120 signs"),
        ({"query": "page=2&nonsense=1"}, "Nothing is searched for yet"),
        ({"searched": "roles"}, "Save filters from the list of a role"),
    ],
)
def test_what_cannot_be_saved_says_why(desk, form: dict[str, str], said: str) -> None:
    answer = desk.post("/searches", {"searched": "pool", "query": "q=nomad", "name": "A", **form})
    assert answer.status_code == 422
    assert said in html.unescape(answer.get_data(as_text=True))


def test_before_anything_is_saved_useful_ones_are_suggested(desk, role: str) -> None:
    assert "Silver medalists I may write to" in page(desk.get(f"{role}?group=saved"))
    assert "Reached the final round" in page(desk.get("/candidates"))
