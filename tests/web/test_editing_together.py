"""Two recruiters have one role open: the second is told what changed, by whom, and loses nothing."""

import html
import re

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.database import Sessions
from talentpool.roles.models import Role
from tests.web.pool_of_people import ADVERT, fill_pool
from tests.web.test_roles import page


@pytest.fixture
def two(sessions: Sessions, make_account, signed_in):
    """Two recruiters' browsers, and the form of a role as both have it open."""
    fill_pool(sessions)
    mara, theo = (
        signed_in(make_account(AccountKind.RECRUITER, name=name)) for name in ("Mara Klein", "Theo Sand")
    )
    role = str(
        mara.post("/roles/new", {"title": "Platform engineer", "text": ADVERT, "place": "Lisbon"}).location
    )
    opened = sent_by(page(theo.get(f"{role}/edit")))
    return mara, theo, f"{role}/edit", opened


def sent_by(text: str) -> dict[str, str]:
    """Read what the browser would send of the fields that these tests change."""
    prints = re.search(r'name="prints" value="([^"]+)"', text)
    assert prints is not None
    return {"prints": prints.group(1), "title": "Platform engineer", "text": ADVERT, "place": "Lisbon"}


def stored(sessions: Sessions) -> Role:
    with sessions.reading() as session:
        return session.scalars(select(Role)).one()


def test_the_second_is_told_what_changed_by_whom_and_keeps_what_was_typed(two, sessions: Sessions) -> None:
    mara, theo, address, opened = two
    assert (
        mara.post(address, {**opened, "title": "Site reliability engineer", "place": "Porto"}).status_code
        == 303
    )
    answer = theo.post(address, {**opened, "title": "Senior platform engineer"})
    text = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Mara Klein changed this role while you had it open" in text
    assert "Site reliability engineer" in text and "Porto" in text  # what changed
    assert 'name="title" type="text" value="Senior platform engineer"' in text  # what was typed stays
    assert stored(sessions).title == "Site reliability engineer"


def test_the_second_takes_over_field_by_field(two, sessions: Sessions) -> None:
    mara, theo, address, opened = two
    mara.post(address, {**opened, "title": "Site reliability engineer", "place": "Porto"})
    mine = {**opened, "title": "Senior platform engineer"}
    again = sent_by(theo.post(address, mine).get_data(as_text=True))
    chosen = {**mine, "prints": again["prints"], "choice-title": "", "choice-place": "place"}
    assert theo.post(address, chosen).status_code == 303
    role = stored(sessions)
    assert (role.title, role.place) == ("Senior platform engineer", "Porto")


def test_a_third_change_meanwhile_is_told_again(two, sessions: Sessions) -> None:
    mara, theo, address, opened = two
    mara.post(address, {**opened, "title": "First"})
    again = sent_by(theo.post(address, {**opened, "title": "Mine"}).get_data(as_text=True))
    mara.post(address, {"title": "Second", "text": ADVERT, "place": "Lisbon"})
    answer = theo.post(address, {**opened, "title": "Mine", "prints": again["prints"], "choice-title": ""})
    assert answer.status_code == 409
    assert "Second" in answer.get_data(as_text=True)


def test_the_same_change_twice_is_no_conflict(two, sessions: Sessions) -> None:
    mara, theo, address, opened = two
    same = {**opened, "title": "Site reliability engineer"}
    assert [browser.post(address, same).status_code for browser in (mara, theo)] == [303, 303]


def test_saving_in_turn_is_no_conflict(two) -> None:
    mara, theo, address, opened = two
    mara.post(address, {**opened, "title": "First"})
    fresh = {**sent_by(page(theo.get(address))), "title": "Second"}
    assert theo.post(address, fresh).status_code == 303
