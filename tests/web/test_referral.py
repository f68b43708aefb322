"""A rejection is never a dead end: the open roles somebody fits, and one click to a colleague's short list."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from talentpool.accounts.models import AccountKind
from talentpool.database import Sessions
from talentpool.roles.models import Role
from tests.web.pool_of_people import ADVERT, fill_pool


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """Ids of the people in the pool, by name."""
    return fill_pool(sessions)


@pytest.fixture
def desks(people, signed_in, make_account):
    """Two recruiters' browsers, each with an open role of their own that the same people fit."""
    opened = []
    for name, title in (("Mara Klein", "Platform engineer"), ("Jo Berg", "Site reliability engineer")):
        desk = signed_in(make_account(AccountKind.RECRUITER, name=name))
        opened.append((desk, desk.post("/roles/new", {"title": title, "text": ADVERT}).location))
    return opened


def text_of(answer) -> str:
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_one_click_puts_somebody_on_a_colleagues_short_list_with_a_note(
    desks, people: dict[str, int]
) -> None:
    (mara, _), (jo, role) = desks
    address = f"/candidates/{people['Ana Ruiz']}"
    page = text_of(mara.get(address))
    action = f"{role}/matches/{people['Ana Ruiz']}/shortlist"
    assert f'action="{action}"' in page
    assert "A note for Jo Berg (optional)" in page
    answer = mara.post(action, {"words": "Ran on-call <b>calmly</b> for us", "back": address})
    assert answer.location == address
    page = text_of(mara.get(address))
    assert "Undo" in page
    assert "On the short list of Jo Berg" in page
    assert f'action="{action}"' not in page
    listed = jo.get(f"{role}/shortlist").get_data(as_text=True)
    assert "Mara Klein: Ran on-call &lt;b&gt;calmly&lt;/b&gt; for us" in listed


def test_dismissing_somebody_offers_the_other_roles_they_fit(desks, people: dict[str, int]) -> None:
    (mara, role), _ = desks
    answer = mara.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss", {"reason": "level"})
    page = text_of(mara.get(answer.location))
    assert "Ana Ruiz fits 1 other open role now." in page
    offered = re.search(r'href="(/candidates/\d+#fits)">See where', page)
    assert offered is not None
    assert 'id="fits"' in text_of(mara.get(offered.group(1)))


def test_a_confidential_role_is_neither_offered_nor_counted(desks, people: dict[str, int], sessions) -> None:
    (mara, role), (_, hidden) = desks
    with sessions.writing.begin() as session:
        own = update(Role).where(Role.id == int(hidden.rsplit("/", 1)[1]))
        session.execute(own.values(is_confidential=True))
    assert (
        "Site reliability engineer"
        not in text_of(mara.get(f"/candidates/{people['Ana Ruiz']}")).split("fits")[-1]
    )
    answer = mara.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss", {"reason": "level"})
    assert "other open role" not in text_of(mara.get(answer.location))
    assert mara.post(f"{hidden}/matches/{people['Ana Ruiz']}/shortlist").status_code == 404


def test_a_manager_reads_no_note_of_a_recruiter(
    desks, people: dict[str, int], signed_in, make_account, sessions
) -> None:
    (mara, role), _ = desks
    manager = make_account(AccountKind.HIRING_MANAGER)
    with sessions.writing.begin() as session:
        own = update(Role).where(Role.id == int(role.rsplit("/", 1)[1]))
        session.execute(own.values(hiring_manager_id=manager.id))
    mara.post(f"{role}/matches/{people['Ana Ruiz']}/shortlist", {"words": "asked for too much"})
    page = text_of(signed_in(manager).get(f"{role}/shortlist"))
    assert "Ana Ruiz" in page
    assert "asked for too much" not in page
