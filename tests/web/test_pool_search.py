"""Searching the pool on its page: words, phrases, operators and fields, within what the viewer may see."""

import time
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Candidate, Stage
from talentpool.candidates.pool_query import LONGEST_QUERY
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.builders import make_application, make_candidate, make_reason, make_role
from tests.web.pool_of_people import add_people, counted_queries, fill_pool

PEOPLE = {
    "Ada Cpp": "Machine learning in C++ and Python. Head of data science for maps.",
    "Ben Net": "Machine learning in Java on .NET, with Kubernetes.",
    "Cem Ops": "Nomad and Terraform. Learning machine repair. Java.",
    "Java Lopez": "Accountant. Tax returns.",
}


@pytest.fixture
def desk(sessions: Sessions, signed_in):
    """A recruiter's browser on a pool of people whose resumes say different things."""
    fill_pool(sessions)
    now = current_time()
    with sessions.writing.begin() as session:
        reason = make_reason(session, "pay_expectation")
        for number, (name, resume) in enumerate(PEOPLE.items()):
            person = make_candidate(
                session,
                name,
                resume=resume,
                now=now,
                resume_on=now.date(),
                city="São Paulo",
                source="greenhouse",
            )
            make_application(
                session, person, now=now, stage=list(Stage)[number], rating=number / 4, reason_id=reason.id,
                role_title=f"Engineer {number}",
            )  # fmt: skip
    return signed_in(AccountKind.RECRUITER)


def search(desk, typed: str, **more: str):
    return desk.get("/candidates?" + urlencode({"q": typed, **more}))


def found(desk, typed: str, **more: str) -> set[str]:
    answer = search(desk, typed, **more)
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200, text
    return {name for name in PEOPLE if f">{name}</a>" in text}


SEARCHES = [
    ('"machine learning"', {"Ada Cpp", "Ben Net"}),
    ('"machine learning" -java', {"Ada Cpp"}),
    ("learning AND (kubernetes OR nomad) AND java", {"Ben Net", "Cem Ops"}),
    ("kubernetes OR nomad", {"Ben Net", "Cem Ops"}),
    ("C++", {"Ada Cpp"}),
    (".NET", {"Ben Net"}),
    ('"head of data science"', {"Ada Cpp"}),
    ('"head of science data"', set()),
    ("head of data", {"Ada Cpp"}),
    ("lop", {"Java Lopez"}),
    ("name:lop", {"Java Lopez"}),
    ("java -lopez", {"Ben Net", "Cem Ops"}),
    ("place:sao stage:interviewed", {"Cem Ops", "Java Lopez"}),
    ("stage=screened", {"Ben Net"}),
    ("reason:pay rating>=3", {"Cem Ops", "Java Lopez"}),
    ('title:"engineer 1" source:green', {"Ben Net"}),
    ("has:resume disposition:rejected title:engineer -tax", {"Ada Cpp", "Ben Net", "Cem Ops"}),
    ("applied>=2025-09 applied<2025-10-01 nomad", {"Cem Ops"}),
    ("last_contact<2026-01-01", set()),
    ("resume<2020 OR added<2020", set()),
    ("NOT java NOT title:engineer", set()),
]


def test_a_search_finds_who_meets_it_and_nobody_else(desk) -> None:
    for typed, who in SEARCHES:
        assert found(desk, typed) == who, typed


UNREADABLE = [
    (
        "java (",
        "The search ends at sign 7 where a word, a phrase, a field or an opening bracket was expected.",
    ),
    ("skill:java", "There is no field “skill” (sign 1)"),
    ("stage:chief", "“stage” is one of applied, screened"),
    ("rating>9", "a rating is a whole number from 1 to 5"),
    ("applied<soon", "a day is written as 2026-03-31, 2026-03 or 2026"),
    ("applied>=0000-13", "a day is written as"),
    ("name>a", "“name” is not compared"),
]


def test_a_search_that_cannot_be_read_is_kept_and_says_where(desk) -> None:
    for typed, words in UNREADABLE:
        answer = search(desk, typed)
        text = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 422
        assert words in text
        assert f'value="{typed}"' in text
        assert 'aria-invalid="true"' in text


FOREIGN_SIGNS = (
    "' OR 1=1 --", "1); DROP TABLE candidates; --", "name:%", "name:_", "name:'||(select 1)||'", "* NEAR/5 ^x",
    "source:\\", "phone:12%", "email:%@%", "title:[a-z]*", "reason:a'b",
)  # fmt: skip


def test_signs_with_a_meaning_elsewhere_find_nobody(desk) -> None:
    for typed in FOREIGN_SIGNS:
        answer = search(desk, typed)
        assert answer.status_code == 422 or "Nobody matches all of this" in answer.get_data(as_text=True), (
            typed
        )
    assert search(desk, "\x00").status_code == 400
    assert len(found(desk, "java")) == 3


def test_a_search_of_100_kb_is_refused_at_once(desk) -> None:
    search(desk, "java")
    for piece in ("(", "a ", '"', "a:b ", "name:%", "a OR "):
        started = time.perf_counter()
        answer = search(desk, (piece * 100_000)[:100_000])
        assert answer.status_code == 422
        assert time.perf_counter() - started < 1  # 200 ms on a machine of its own
        assert len(answer.data) < 40_000
        assert f"we read {LONGEST_QUERY:,} at most" in answer.get_data(as_text=True)


def test_people_and_roles_that_are_hidden_are_found_by_nothing(desk, sessions: Sessions) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        hidden = make_role(session, title="Secret successor", is_confidential=True)
        person = make_candidate(session, "Eva Open", resume="Nomad", now=now)
        make_application(session, person, role=hidden, now=now, stage=Stage.OFFERED)
        session.execute(update(Candidate).where(Candidate.full_name == "Cem Ops").values(is_restricted=True))
    assert "Nobody matches" in search(desk, "title:successor").get_data(as_text=True)
    assert "Nobody matches" in search(desk, "name:eva stage:offered").get_data(as_text=True)
    text = search(desk, "nomad").get_data(as_text=True)
    assert ">Eva Open</a>" in text
    assert "Secret successor" not in text
    assert "Cem Ops" not in text
    assert "Secret successor" not in desk.get("/candidates.csv?q=nomad").get_data(as_text=True)


def test_order_and_columns_are_the_viewers_choice_and_stay(desk) -> None:
    text = search(desk, "java", order="added", show="rating").get_data(as_text=True)
    assert text.index(">Java Lopez</a>") < text.index(">Cem Ops</a>") < text.index(">Ben Net</a>")
    assert "3 of 5" in text
    assert "show=rating" in text.split("candidates.csv")[1][:80]


def test_who_was_just_renamed_is_found_by_the_new_name(desk, sessions: Sessions) -> None:
    assert found(desk, "lopez") == {"Java Lopez"}
    with sessions.writing.begin() as session:
        make_candidate(session, "Ada Lopez-Cpp", now=current_time())
    text = search(desk, "lopez").get_data(as_text=True)
    assert "2 people match" in text


def test_words_that_no_index_keeps_are_passed_over_and_said(desk) -> None:
    text = unescape(search(desk, "head of data").get_data(as_text=True))
    assert "passed over: “of”" in text


def test_a_search_takes_as_many_queries_for_many_people_as_for_few(desk, sessions: Sessions) -> None:
    taken = []
    for people in (1, 60):
        add_people(sessions, people)
        search(desk, "terraform AND (go OR java) stage:applied")
        with counted_queries(desk.client.application.extensions["talentpool"].engine) as counted:
            search(desk, "terraform AND (go OR java) stage:applied")
            taken.append(counted())
    assert taken[0] == taken[1] <= 19


def test_words_that_no_index_keeps_neither_find_nor_hide_anybody_beside_others(desk) -> None:
    java = found(desk, "java")
    assert java
    for query in (
        "the AND java",
        "the java",
        "(the AND java) -the",
        "the OR java",
        "NOT the AND java",
        "java NOT (the OR of)",
    ):
        assert found(desk, query) == java, query
    assert not found(desk, "the")
    assert not found(desk, "the AND of")
