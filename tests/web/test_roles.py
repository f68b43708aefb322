"""Posting a role and working through the people already known for it."""

import re

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.models import MatchFeedback, MatchRun
from talentpool.roles.models import Role, RoleState
from talentpool.web.desk import EXTENSION
from tests.web.pool_of_people import ADVERT, add_people, counted_queries, fill_pool

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
    posted = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT})
    assert posted.status_code == 303
    return str(posted.location)


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def listed(text: str) -> list[str]:
    return re.findall(r"data-open [^>]*>([^<]+)</a>", text)


def events(sessions: Sessions) -> list[str]:
    with sessions.reading() as session:
        return list(session.scalars(select(AuditEvent.action)))


def test_a_posted_role_shows_who_is_known_best_first(desk, role: str, sessions: Sessions) -> None:
    text = page(desk.get(role))
    assert listed(text)[:2] == ["Ana Ruiz", "Bo Chen"]
    assert "Emil Hired" not in text
    assert "Final round, rejected: Stronger candidate hired" in text
    assert {"role_posted", "role_matched"} <= set(events(sessions))


@pytest.mark.parametrize(("ending", "start"), [("csv", b"\xef\xbb\xbfRank,"), ("xlsx", b"PK")])
def test_a_roles_list_goes_out_as_a_table(
    desk, role: str, sessions: Sessions, ending: str, start: bytes
) -> None:
    answer = desk.get(f"{role}/matches.{ending}")
    assert answer.data.startswith(start)
    answer.close()
    assert "matches_exported" in events(sessions)


def test_what_the_text_requires_weighs_without_a_click(desk, role: str) -> None:
    text = page(desk.get(role)).casefold()
    matters = text[text.index('class="chips matters"') :][:900]
    order = [
        matters.index(word) for word in ("important:", "kubernetes", "terraform", "nice to have:", "kafka")
    ]
    assert order == sorted(order)


def test_the_open_match_says_why_and_the_lines_add_up(desk, role: str, people: dict[str, int]) -> None:
    text = page(desk.get(f"{role}/matches/{people['Bo Chen']}"))
    numbers = [float(cell) for cell in re.findall(r'<td class="number">(-?\d+\.\d{4})</td></tr>', text)]
    assert len(numbers) > 4
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.0001 * len(numbers))
    assert "Why Bo Chen is rank 2 of 4" in text


def test_the_panel_alone_is_what_htmx_gets(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    text = page(desk.get(f"{role}/matches/{people['Ana Ruiz']}", headers=HTMX))
    assert text.lstrip().startswith("<aside")
    assert "write when a platform role opens" in text
    assert "<mark>Kubernetes</mark>" in text
    assert "match_viewed" in events(sessions)


def test_everybody_in_the_pool_is_listed_once_or_left_out_once(
    desk, role: str, people: dict[str, int]
) -> None:
    text = page(desk.get(role))
    left_out = page(desk.get(f"{role}/excluded"))
    assert len(listed(text)) == 4
    assert listed(left_out) == ["Emil Hired"]
    assert listed(page(desk.get(f"{role}/excluded?rule=active_here"))) == ["Fay Active"]
    active = page(desk.get(f"{role}/excluded?rule=active_here"))
    assert (
        active.count("has an open application here") == 1
    )  # the heading says it; the lines do not repeat it


def test_a_shortlisted_person_is_one_click_away_and_taken_off_with_another(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    done = desk.post(f"{role}/matches/{people['Bo Chen']}/shortlist")
    assert done.status_code == 303
    assert "Bo Chen is on the short list." in page(desk.get(done.location))
    assert listed(page(desk.get(f"{role}/shortlist"))) == ["Bo Chen"]
    with sessions.reading() as session:
        feedback_id = session.scalars(select(MatchFeedback.id)).one()
    desk.post(f"/feedback/{feedback_id}/undo")
    assert "The short list is empty" in page(desk.get(f"{role}/shortlist"))
    assert {"candidate_shortlisted", "shortlisted_undone"} <= set(events(sessions))


def test_a_dismissed_person_leaves_the_list_and_is_counted_where_they_went(
    desk, role: str, people: dict[str, int]
) -> None:
    done = desk.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss", {"reason": "pay", "scope": "this_role"})
    text = page(desk.get(done.location))
    assert listed(text) == ["Bo Chen", "Chidi Okafor", "Dana Levy"]
    assert f"open={people['Bo Chen']}" in done.location, "the next person is opened"
    assert listed(page(desk.get(f"{role}/excluded?rule=dismissed"))) == ["Ana Ruiz"]
    undo = re.search(r'action="(/feedback/\d+/undo)"', text)
    assert undo is not None
    desk.post(undo.group(1))
    assert listed(page(desk.get(role)))[0] == "Ana Ruiz"


def test_somebody_dismissed_before_the_last_match_is_back_after_undo(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    desk.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss", {"reason": "pay"})
    desk.post(f"{role}/rematch")
    with sessions.reading() as session:
        feedback_id = session.scalars(select(MatchFeedback.id)).one()
    desk.post(f"/feedback/{feedback_id}/undo")
    assert listed(page(desk.get(role)))[0] == "Ana Ruiz"


def test_a_dismissal_needs_a_reason_we_know(desk, role: str, people: dict[str, int]) -> None:
    refused = desk.post(f"{role}/matches/{people['Ana Ruiz']}/dismiss", {"reason": "the face"})
    assert refused.status_code == 422
    assert listed(page(desk.get(role)))[0] == "Ana Ruiz"


@pytest.mark.parametrize("until", ["yesterday", "2001-01-01"])
def test_snoozing_needs_a_day_to_come(desk, role: str, people: dict[str, int], until: str) -> None:
    refused = desk.post(f"{role}/matches/{people['Ana Ruiz']}/snooze", {"until": until})
    assert refused.status_code == 422


def test_a_snoozed_person_sleeps_for_a_month(desk, role: str, people: dict[str, int]) -> None:
    done = desk.post(f"{role}/matches/{people['Ana Ruiz']}/snooze")
    text = page(desk.get(done.location))
    assert "Ana Ruiz comes back on" in text
    assert "Ana Ruiz" not in listed(text)


def test_why_not_names_the_place_or_the_rule(desk, role: str) -> None:
    assert "Left out: hired or employed here." in page(desk.get(f"{role}/why-not?name=emil"))
    assert re.search(r"Rank \d of 4\.", page(desk.get(f"{role}/why-not?name=dana")))
    assert "Nobody of that name" in page(desk.get(f"{role}/why-not?name=zacharias"))


def test_matching_again_brings_in_who_came_meanwhile(desk, role: str, sessions: Sessions) -> None:
    page(desk.get(role))
    add_people(sessions, 1)
    done = desk.post(f"{role}/rematch")
    text = page(desk.get(done.location))
    assert "Matched again: 5 people, 1 more than before." in text
    assert "1 new" in text
    assert "1 new" in page(desk.get(role)), "who is new stays marked while one works through the list"
    assert page(desk.get(f"{role}/history")).count("<tr>") == 3


def test_home_counts_who_is_new_until_one_has_looked(desk, role: str, sessions: Sessions) -> None:
    page(desk.get(role))
    add_people(sessions, 2)
    desk.post(f"{role}/rematch")
    assert "2 new" in page(desk.get("/"))
    page(desk.get(role))
    assert "2 new" not in page(desk.get("/"))


def test_the_list_follows_the_text_without_writing_anything(desk, sessions: Sessions) -> None:
    text = page(desk.post("/roles/preview", {"title": "Accountant", "text": "SAP"}, headers=HTMX))
    assert text.index("Dana Levy") < text.index("Ana Ruiz")
    assert "<html" not in text
    with sessions.reading() as session:
        assert session.scalars(select(MatchRun)).first() is None


def test_without_a_script_a_button_shows_the_same_list(desk) -> None:
    text = page(desk.post("/roles/preview", {"title": "Accountant", "text": "SAP"}))
    assert "<html" in text
    assert 'value="Accountant"' in text
    assert "Dana Levy" in text


def test_a_requirement_made_a_filter_leaves_people_out_and_says_whom(desk) -> None:
    fields = {"title": "Engineer", "text": ADVERT, "words": "prometheus", "choice": "filter", "proposed": ""}
    text = page(desk.post("/roles/preview", fields, headers=HTMX))
    assert "1 of 6" in re.sub(r"<[^>]+>", "", text)
    assert "prometheus: not mentioned" in text


def test_pasted_html_is_read_as_text(desk) -> None:
    fields = {"title": "Engineer", "text": "<p>Kubernetes</p><script>alert(1)</script>"}
    text = page(desk.post("/roles/preview", fields))
    assert "alert(1)" not in text
    assert "Kubernetes" in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ADVERT}, "Give the role a title."),
        ({"title": "Engineer"}, "Describe the role"),
        ({"title": "x" * 201, "text": ADVERT}, "longer than 200"),
        ({"title": "Engineer", "text": "a" * 100_001}, "longer than 100,000"),
        ({"title": "Engineer", "text": ADVERT, "country": "P"}, "country code"),
    ],
)
def test_a_role_that_cannot_be_posted_says_why_and_writes_nothing(
    desk, sessions: Sessions, fields: dict[str, str], sentence: str
) -> None:
    refused = desk.post("/roles/new", fields)
    assert refused.status_code == 422
    assert sentence in refused.get_data(as_text=True)
    with sessions.reading() as session:
        assert session.scalars(select(Role)).first() is None


def test_a_changed_role_is_matched_again(desk, role: str) -> None:
    assert "Platform engineer" in page(desk.get(f"{role}/edit"))
    desk.post(f"{role}/edit", {"title": "Accountant", "text": "SAP, month-end close and tax returns"})
    assert listed(page(desk.get(role)))[0] == "Dana Levy"


def test_a_confidential_role_is_its_teams_alone(desk, signed_in, people: dict[str, int]) -> None:
    fields = {"title": "Secret role", "text": ADVERT, "is_confidential": "yes"}
    address = desk.post("/roles/new", fields).location
    other = signed_in(AccountKind.RECRUITER)
    for path in ("", "/shortlist", "/excluded", "/history", "/brief", "/edit", "/why-not?name=ana"):
        assert other.get(address + path).status_code == 404
    assert other.post(f"{address}/matches/{people['Ana Ruiz']}/shortlist").status_code == 404
    assert "Secret role" not in page(other.get("/roles"))
    assert "Secret role" not in page(other.get(f"/candidates/{people['Ana Ruiz']}"))


def test_a_restricted_person_is_in_nobodys_list_or_count(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    desk.post(f"{role}/matches/{people['Ana Ruiz']}/shortlist")
    with sessions.writing.begin() as session:
        session.get_one(Candidate, people["Ana Ruiz"]).is_restricted = True
    assert "The short list is empty" in page(desk.get(f"{role}/shortlist"))
    text = page(desk.get(role))
    assert listed(text) == ["Bo Chen", "Chidi Okafor", "Dana Levy"]
    assert desk.get(f"{role}/matches/{people['Ana Ruiz']}").status_code == 404
    assert desk.post(f"{role}/matches/{people['Ana Ruiz']}/shortlist").status_code == 404
    shown = re.sub(r"<[^>]+>", " ", page(desk.get("/roles")))
    assert "1 on the short list" not in shown
    known = page(desk.post("/roles/preview", {"title": "Platform engineer", "text": ADVERT}, headers=HTMX))
    assert "Ana Ruiz" not in known
    assert "3 of 5" in re.sub(r"<[^>]+>", " ", known)
    assert re.findall(r"In the (?:pool|list): </span>(\d)</td>", page(desk.get(f"{role}/history"))) == [
        "5",
        "3",
    ]


def test_a_hiring_manager_sees_the_short_list_of_their_role_and_no_more(
    desk, signed_in, make_account, people: dict[str, int]
) -> None:
    manager = make_account(AccountKind.HIRING_MANAGER)
    fields = {"title": "Platform engineer", "text": ADVERT, "hiring_manager": str(manager.id)}
    address = desk.post("/roles/new", fields).location
    desk.post(f"{address}/matches/{people['Bo Chen']}/shortlist")
    browser = signed_in(manager)
    assert browser.get(address).location.endswith("/shortlist")
    text = page(browser.get(f"{address}/shortlist"))
    assert "Bo Chen" in text
    assert "Final round" not in text
    assert "Ana Ruiz" not in text
    assert browser.get(f"{address}/excluded").status_code == 403
    assert browser.post(f"{address}/matches/{people['Ana Ruiz']}/shortlist").status_code == 403


def test_a_role_page_costs_the_same_number_of_queries_whatever_the_pool(
    app, desk, role: str, sessions: Sessions
) -> None:
    engine, counts = app.extensions[EXTENSION].engine, []
    page(desk.get(role))
    for more in (2, 30):
        add_people(sessions, more)
        desk.post(f"{role}/rematch")
        page(desk.get(role))
        with counted_queries(engine) as count:
            page(desk.get(role))
            counts.append(count())
    assert counts[0] == counts[1] <= 45


@pytest.mark.parametrize(
    ("field", "typed"),
    [("place", "x" * 400), ("requisition_code", "x" * 200), ("country", "ßß")],
)
def test_a_field_longer_than_its_column_is_refused_with_a_sentence(desk, field: str, typed: str) -> None:
    fields = {"title": "Platform engineer", "text": ADVERT, field: typed}
    assert desk.post("/roles/new", fields).status_code == 422


def test_a_title_that_folding_makes_longer_can_be_posted(desk) -> None:
    assert desk.post("/roles/new", {"title": "ﷺ" * 100, "text": ADVERT}).status_code == 303


@pytest.mark.parametrize("number", ["-1", "0", str(2**63), "9" * 30])
def test_a_number_that_no_record_has_opens_nothing(
    desk, role: str, people: dict[str, int], number: str
) -> None:
    assert desk.get(f"{role}?open={number}").status_code == 200
    assert desk.get(f"/candidates/{people['Ana Ruiz']}?role={number}").status_code == 200


def test_undo_takes_back_a_decision_that_was_sent_twice(desk, role: str, people: dict[str, int]) -> None:
    bo = f"{role}/matches/{people['Bo Chen']}"
    for _ in range(2):
        desk.post(f"{bo}/dismiss", {"reason": "level"})
    undo = re.search(r'action="(/feedback/\d+/undo)"', page(desk.get(role)))
    assert undo is not None
    desk.post(undo.group(1))
    assert "Bo Chen" in listed(page(desk.get(role)))


def test_the_brief_names_each_importance_once(desk, role: str) -> None:
    text = page(desk.get(f"{role}/brief"))
    assert text.count("<dt>Important</dt>") == 1
    assert "<dd>kubernetes</dd>" in text


def test_a_role_that_was_never_matched_is_not_said_to_lack_a_short_list(
    desk, role: str, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        closed = Role(title="Baker", folded_title="baker", text="", state=RoleState.CLOSED)
        closed.created_at = closed.updated_at = current_time()
        session.add(closed)
    assert "nobody on the short list yet" in page(desk.get("/roles"))
    text = page(desk.get("/roles?state=closed"))
    assert "Baker" in text
    assert "nobody on the short list yet" not in text


def test_a_hiring_manager_is_not_told_to_post_a_role(signed_in) -> None:
    manager = signed_in(AccountKind.HIRING_MANAGER)
    for address in ("/", "/roles"):
        text = page(manager.get(address))
        assert "Post a role" not in text
        assert "as soon as a recruiter names you" in text


def test_faults_40_a_list_made_before_the_role_was_changed_says_so(
    desk, role: str, sessions: Sessions
) -> None:
    assert "Role changed since" not in page(desk.get(role))
    with sessions.writing.begin() as session:
        session.scalars(select(Role).where(Role.state == RoleState.OPEN)).one().text = "Roses and hedges"
    assert "Role changed since; list follows" in page(desk.get(role))
