"""One decision about several people of a list: made with one click, taken back with one."""

import re

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.database import Sessions
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback
from talentpool.web.desk import EXTENSION
from tests.web.pool_of_people import ADVERT, add_people, counted_queries, fill_pool
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


def some(people: dict[str, int], *names: str) -> list[int]:
    return [people[name] for name in names]


def undo_of(text: str) -> str:
    found = re.search(r'action="(/feedback/\d+/undo-all[^"]*)"', text)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def standing(sessions: Sessions, kind: FeedbackKind) -> int:
    counted = select(func.count(MatchFeedback.id)).where(
        MatchFeedback.kind == kind, MatchFeedback.undone_at.is_(None)
    )
    with sessions.reading() as session:
        return session.scalar(counted) or 0


def test_several_are_shortlisted_together_and_taken_off_together(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    desk.post(f"{role}/matches/{people['Ana Ruiz']}/shortlist")
    chosen = some(people, "Ana Ruiz", "Bo Chen", "Chidi Okafor")
    answer = desk.post(f"{role}/selection?city=Lisbon", {"act": "shortlist", "candidates": chosen})
    assert answer.location == f"{role}?city=Lisbon"
    text = page(desk.get(answer.location))
    assert "2 people are put on the short list. 1 was already." in text
    assert standing(sessions, FeedbackKind.SHORTLISTED) == 3
    text = page(desk.post(undo_of(text), follow_redirects=True))
    assert "2 people are off the short list." in text
    assert standing(sessions, FeedbackKind.SHORTLISTED) == 1  # who was on it before stays


def test_several_are_left_out_with_reason_and_scope_and_come_back_together(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    form = {"act": "dismiss", "reason": "pay", "scope": "similar_roles", "candidates": some(people, "Ana Ruiz", "Bo Chen")}  # fmt: skip
    text = page(desk.post(f"{role}/selection", form, follow_redirects=True))
    assert listed(text) == ["Chidi Okafor", "Dana Levy"]
    with sessions.reading() as session:
        kept = session.execute(select(MatchFeedback.reason, MatchFeedback.scope)).all()
        trail = session.scalars(
            select(AuditEvent.action).where(AuditEvent.action.like("candidate_dis%"))
        ).all()
    assert [tuple(row) for row in kept] == [("pay", "similar_roles")] * 2
    assert len(trail) == 2
    undo = undo_of(text)
    desk.post(f"{role}/rematch")  # the last run knows them as dismissed now
    text = page(desk.post(undo, follow_redirects=True))
    assert "2 people are back in the list." in text
    assert len(listed(text)) == 4


def test_several_sleep_until_a_day(desk, role: str, people: dict[str, int], sessions: Sessions) -> None:
    form = {"act": "snooze", "until": "2199-01-31", "candidates": some(people, "Ana Ruiz", "Dana Levy")}
    text = page(desk.post(f"{role}/selection", form, follow_redirects=True))
    assert "2 people are set aside until 31 Jan 2199." in text
    assert listed(text) == ["Bo Chen", "Chidi Okafor"]
    assert standing(sessions, FeedbackKind.SNOOZED) == 2


def test_writing_and_the_table_lead_on_with_whoever_was_chosen(
    desk, role: str, people: dict[str, int]
) -> None:
    chosen = some(people, "Bo Chen", "Ana Ruiz")
    writing = desk.post(f"{role}/selection", {"act": "write", "candidates": chosen})
    in_order = "&".join(f"candidates={people[name]}" for name in ("Ana Ruiz", "Bo Chen"))
    assert writing.location == f"{role}/contact?{in_order}"
    with desk.post(f"{role}/selection", {"act": "csv", "candidates": chosen}, follow_redirects=True) as table:
        lines = table.get_data(as_text=True).splitlines()
    assert len(lines) == 3 and "Ana Ruiz" in lines[1] and "Bo Chen" in lines[2]


def test_a_table_of_a_filtered_list_has_whoever_the_filters_leave(desk, role: str) -> None:
    with desk.get(f"{role}/matches.csv?contact=ok") as table:
        assert len(table.get_data(as_text=True).splitlines()) == 2


def test_nobody_chosen_changes_nothing_and_says_so(desk, role: str, sessions: Sessions) -> None:
    assert "Nobody was chosen" in page(
        desk.post(f"{role}/selection", {"act": "shortlist"}, follow_redirects=True)
    )
    assert standing(sessions, FeedbackKind.SHORTLISTED) == 0


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "dismiss", "reason": "culture"}, 422),
        ({"act": "snooze", "until": "2001-01-01"}, 422),
        ({"act": "snooze", "until": "soon"}, 422),
        ({"act": "erase"}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_for_all(
    desk, role: str, people: dict[str, int], sessions: Sessions, form: dict[str, str], status: int
) -> None:
    chosen = some(people, "Ana Ruiz", "Bo Chen")
    assert desk.post(f"{role}/selection", {**form, "candidates": chosen}).status_code == status
    assert sum(standing(sessions, kind) for kind in FeedbackKind) == 0


def test_somebody_who_is_not_in_the_list_cannot_be_chosen(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    chosen = some(people, "Ana Ruiz", "Emil Hired")
    assert desk.post(f"{role}/selection", {"act": "shortlist", "candidates": chosen}).status_code == 404
    assert standing(sessions, FeedbackKind.SHORTLISTED) == 0


def test_all_of_a_page_can_be_chosen_without_a_script(desk, role: str) -> None:
    assert page(desk.get(f"{role}?choose=page")).count('data-key="x" checked') == 4
    assert page(desk.get(role)).count('data-key="x" checked') == 0


def test_a_decision_about_many_costs_as_many_queries_as_one_about_two(
    app, desk, role: str, sessions: Sessions
) -> None:
    add_people(sessions, 30)
    desk.post(f"{role}/rematch")
    ids = re.findall(r'name="candidates" value="(\d+)"', page(desk.get(f"{role}?page=2")))
    counts = []
    for chosen in (ids[:2], ids[2:]):
        with counted_queries(app.extensions[EXTENSION].engine) as count:
            desk.post(f"{role}/selection", {"act": "shortlist", "candidates": chosen})
            counts.append(count())
    assert len(ids) > 6
    assert counts[0] == counts[1] <= 25
