"""The door for other systems: people pushed with a token, one clear sentence for whatever is wrong."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from talentpool.accounts.api_tokens import NewToken, make_token, revoke_token
from talentpool.accounts.models import ApiToken
from talentpool.candidates.models import Application, Candidate, Disposition, Resume, Stage
from talentpool.candidates.reasons import install_reasons
from talentpool.consent.models import DataRequest
from talentpool.database import Base, Sessions
from talentpool.imports.models import Import, SourceRow
from talentpool.imports.people_json import Outline, check_records
from talentpool.imports.push import PushAnswer
from talentpool.settings import Settings, config_folder
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.views import api
from tests.builders import make_recruiter

NOW = datetime.now(UTC)
ADDRESS = "/api/v1/people"
ANA: dict[str, Any] = {
    "external_id": "c1", "name": "Ana Ruiz", "emails": ["ana@example.org"], "phones": ["+34 600 123 123"],
    "city": "Madrid", "country": "ES", "skills": ["SQL", "Kafka"], "url": "https://ats.example/c1",
    "resume_text": "Runs Kafka since 2019.",
    "applications": [
        {"external_id": "a1", "role": "Data engineer", "requisition": "R-7", "stage": "Interview", "status": "Active",
         "applied_on": "2026-11-02", "rating": "4/5"},
        {"external_id": "a2", "role": "Analyst", "stage": "Interview", "status": "Rejected", "reason": "Not enough experience",
         "applied_on": "2024-05-01", "ended_on": "2024-06-01"},
    ],
}  # fmt: skip
BEN: dict[str, Any] = {"external_id": "c2", "name": "Ben Weiß", "emails": ["ben@example.org"]}


@pytest.fixture
def app(settings: Settings, sessions: Sessions) -> Iterator[Flask]:
    """The application with the reasons that ship."""
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
    made = create_app(settings)
    yield made
    made.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def token(sessions: Sessions) -> str:
    """A token for the source `ats`, which may report deletions."""
    return a_token(sessions)


def a_token(sessions: Sessions, *, deletions: bool = True, made_days_ago: int = 0) -> str:
    with sessions.writing.begin() as session:
        maker = make_recruiter(session)
        new = NewToken(name="sender", source="ats", may_report_deletions=deletions, days=30, made_by=maker.id)
        return make_token(session, new, now=NOW - timedelta(days=made_days_ago))[1]


def push(client: FlaskClient, token: str, *people: Any, **more: Any) -> TestResponse:
    return client.post(
        ADDRESS, json={"people": list(people), **more}, headers={"Authorization": f"Bearer {token}"}
    )


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    document: dict[str, Any] = answer.get_json()
    return document


def count(sessions: Sessions, table: type[Base]) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_people_come_in_with_their_applications_and_a_repeat_changes_nothing(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    first = told(push(client, token, ANA, BEN))
    assert [(one["external_id"], one["outcome"], one["problems"]) for one in first["people"]] == [
        ("c1", "created", []), ("c2", "created", []),
    ]  # fmt: skip
    with sessions.reading() as session:
        ana = session.scalars(select(Candidate).where(Candidate.external_id == "c1")).one()
        assert (ana.source, ana.full_name, ana.country, ana.external_url) == (
            "ats",
            "Ana Ruiz",
            "ES",
            "https://ats.example/c1",
        )
        ended, running = sorted(ana.applications, key=lambda one: one.disposition is None)
        assert (running.stage, running.disposition, running.rating) == (Stage.INTERVIEWED, None, 0.8)
        assert (ended.disposition, ended.reason_text) == (Disposition.REJECTED, "Not enough experience")
        assert [resume.visible_text for resume in ana.resumes] == ["Runs Kafka since 2019."]
    again = told(push(client, token, ANA, BEN))
    assert [one["outcome"] for one in again["people"]] == ["unchanged", "unchanged"]
    assert again["import_id"] is None
    assert (count(sessions, Candidate), count(sessions, Application), count(sessions, Import)) == (2, 2, 1)


def test_a_hire_there_is_read_back_under_the_same_id(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    push(client, token, ANA)
    hired = ANA["applications"][0] | {"stage": "Hired", "status": "Hired"}
    answer = told(push(client, token, ANA | {"applications": [hired]}))
    assert answer["people"][0]["outcome"] == "updated"
    with sessions.reading() as session:
        found = session.scalars(select(Application).where(Application.external_id == "a1")).one()
        assert (found.stage, found.disposition) == (Stage.HIRED, Disposition.HIRED)


def test_a_resume_comes_as_a_file(client: FlaskClient, token: str, sessions: Sessions) -> None:
    content = base64.b64encode("Ben Weiß\nForklift licence since 2015, night shifts.".encode()).decode()
    record = BEN | {"resume_file": {"name": "../Ben; CV.txt", "content": content}}
    assert told(push(client, token, record))["people"][0]["outcome"] == "created"
    with sessions.reading() as session:
        resume = session.scalars(select(Resume)).one()
        assert (resume.has_file, "Forklift licence" in resume.visible_text) == (True, True)
    again = told(push(client, token, record))
    assert (again["people"][0]["outcome"], again["import_id"]) == ("unchanged", None)
    assert count(sessions, Resume) == 1


def test_a_deletion_there_is_proposed_and_erases_nobody(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    push(client, token, ANA)
    answer = told(push(client, token, {"external_id": "c1", "deleted": True}))
    assert (answer["people"][0]["outcome"], answer["counts"]["erasures_proposed"]) == ("left_out", 1)
    again = told(push(client, token, {"external_id": "c1", "deleted": True}))
    assert again["counts"]["erasures_proposed"] == 0
    assert (count(sessions, Candidate), count(sessions, DataRequest)) == (1, 1)


def test_a_token_that_may_not_report_deletions_takes_the_others(
    client: FlaskClient, sessions: Sessions
) -> None:
    token = a_token(sessions, deletions=False)
    push(client, token, ANA)
    answer = told(push(client, token, {"external_id": "c1", "deleted": True}, BEN))
    assert [one["outcome"] for one in answer["people"]] == ["left_out", "created"]
    assert answer["people"][0]["problems"] == [
        "This token may not report deletions; an administrator can make one that may."
    ]
    assert count(sessions, DataRequest) == 0


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ({}, "Send a token"),
        ({"Authorization": "Basic YTpi"}, "Send a token"),
        ({"Authorization": "Bearer tp_guessed"}, "not known here"),
        ({"Authorization": "Bearer \u00e4"}, "not known here"),
    ],
)
def test_without_a_token_of_ours_nothing_is_read(
    client: FlaskClient, sessions: Sessions, head: dict[str, str], says: str
) -> None:
    answer = client.post(ADDRESS, data="not even JSON", headers=head)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="talentpool"')
    assert says in answer.get_json()["error"]
    assert count(sessions, Candidate) == 0


def test_a_token_that_ended_or_was_taken_back_says_so_and_opens_nothing(
    client: FlaskClient, sessions: Sessions
) -> None:
    old = push(client, a_token(sessions, made_days_ago=31), ANA)
    taken = a_token(sessions)
    with sessions.writing.begin() as session:
        revoke_token(session, max(session.scalars(select(ApiToken.id))), now=NOW)
    back = push(client, taken, ANA)
    assert (old.status_code, back.status_code) == (401, 401)
    assert "This token ended on" in old.get_json()["error"]
    assert "was taken back on" in back.get_json()["error"]
    assert count(sessions, Candidate) == 0


def test_a_token_brings_people_of_its_own_source_alone(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    answer = push(client, token, ANA, source="lever")
    assert (answer.status_code, answer.get_json()["error"]) == (
        403,
        "This token may bring people of 'ats', and of no other source.",
    )
    assert count(sessions, Candidate) == 0
    assert told(push(client, token, ANA, source="ats"))["counts"]["created"] == 1


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ("", 422, "not JSON"),
        ("{", 422, "line 1, column 2"),
        ("[" * 100_000, 422, "nesting"),
        (b'{"people": "\xff"}', 422, "UTF-8"),
        ("[]", 422, "The request has to be an object."),
        ("{}", 422, "people is missing."),
        ('{"people": []}', 422, "people is empty."),
        ('{"people": [{}], "colour": 1}', 422, "colour"),
        ('{"people": [{}], "as_of": "soon"}', 422, "as_of has to be a moment with its time zone"),
        (
            '{"people": [{}], "as_of": "2026-11-01T08:00:00"}',
            422,
            "as_of has to be a moment with its time zone",
        ),
        ('{"people": [{}], "as_of": "0001-01-01T00:00:00+14:00"}', 422, "as_of has to be after 1970."),
        (json.dumps({"people": [{}] * 501}), 422, "people may have at most 500 entries."),
    ],
)
def test_what_is_no_document_is_one_sentence(
    client: FlaskClient, token: str, sessions: Sessions, body: str | bytes, status: int, says: str
) -> None:
    answer = client.post(ADDRESS, data=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    assert says in answer.get_json()["error"]
    assert count(sessions, Import) == 0


@pytest.mark.parametrize("name", ["履歴書" * 40 + ".txt", "." * 200, "a/" * 90 + "b.TXT", "\0.txt"])
def test_a_file_may_have_any_name(client: FlaskClient, token: str, sessions: Sessions, name: str) -> None:
    content = base64.b64encode(b"Ben knows Kubernetes and Terraform.").decode()
    answer = told(
        push(
            client,
            token,
            BEN | {"resume_file": {"name": name, "content": content}},
            {"external_id": "c9", "name": "Cleo Park"},
        )
    )
    assert answer["counts"]["created"] == 2
    with sessions.reading() as session:
        assert session.scalars(select(Resume.visible_text)).one().startswith("Ben knows")


def test_a_request_that_is_too_large_is_not_read(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "LARGEST_MB", 0.001)
    answer = push(client, token, ANA | {"resume_text": "word " * 1000})
    assert answer.status_code == 413
    assert "send the people in several requests" in answer.get_json()["error"]


def test_what_is_wrong_with_one_record_is_said_with_it_and_stops_no_other(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    answer = told(
        push(
            client, token, 7, {"name": "Nobody"}, ANA | {"gender": "x"}, BEN, BEN | {"city": "Bonn"},
            {"external_id": "c4"}, {"external_id": "c5", "name": "Cleo Park", "country": "Atlantis"},
            {"external_id": "c6", "name": "Dan Oz", "resume_file": {"name": "cv.pdf", "content": "%%%"}},
            {"external_id": "c7", "name": "Eva Ek", "applications": [{"role": "Nurse", "applied_on": "2026-13-01"}]},
        )
    )  # fmt: skip
    outcomes = [one["outcome"] for one in answer["people"]]
    assert outcomes == [
        "left_out",
        "left_out",
        "left_out",
        "created",
        "left_out",
        "left_out",
        "created",
        "created",
        "left_out",
    ]
    problems = [" ".join(one["problems"]) for one in answer["people"]]
    assert problems[1] == "external_id is missing."
    assert problems[2] == "gender is no field that is known here."
    assert problems[3] == ""
    assert problems[4] == "c2 stands twice in this request: record 4 was taken, this one was not."
    assert "names nobody" in problems[5]
    assert "country: This country is not known." in problems[6]
    assert "not base64; the person was taken without the file" in problems[7]
    assert problems[0] == "The record has to be an object."
    assert problems[8] == "applications.0.applied_on has to be a day, as 2026-11-02."
    assert count(sessions, Candidate) == 3


def test_the_same_person_under_two_ids_is_said(client: FlaskClient, token: str, sessions: Sessions) -> None:
    answer = told(push(client, token, ANA, ANA | {"external_id": "c9", "applications": []}))
    assert "two ids" in answer["people"][1]["problems"][0]
    assert count(sessions, Candidate) == 1


def test_a_status_nobody_knows_is_said_and_the_rest_is_taken(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    strange = BEN | {"applications": [{"role": "Nurse", "status": "Hibernating"}]}
    record = told(push(client, token, strange))["people"][0]
    assert record["outcome"] == "created"
    assert record["problems"] == [
        "status: This word is not known as a stage or an ending. Send a word that is known, such as Applied, Interview, "
        "Rejected or Hired."
    ]
    assert count(sessions, Application) == 1


def test_a_clock_ahead_of_ours_is_said_and_stops_nothing_later(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    ahead = (NOW + timedelta(days=40)).isoformat()
    answer = told(push(client, token, ANA, as_of=ahead))
    assert answer["notes"] == ["as_of is ahead of our clock; it was taken as now."]
    assert told(push(client, token, ANA | {"city": "Sevilla"}))["counts"]["updated"] == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Sevilla"


def test_an_older_word_never_replaces_a_newer_one(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    told(push(client, token, BEN | {"city": "Bonn"}, as_of=(NOW - timedelta(hours=1)).isoformat()))
    late = told(push(client, token, BEN | {"city": "Köln"}, as_of=(NOW - timedelta(hours=2)).isoformat()))
    assert late["counts"]["unchanged"] == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Bonn"


def test_an_erased_person_is_blocked_and_nothing_of_them_is_kept(
    client: FlaskClient, app: Flask, token: str, sessions: Sessions
) -> None:
    from talentpool.erasure.erase import erase_person

    told(push(client, token, BEN))
    with sessions.writing.begin() as session:
        person = session.scalars(select(Candidate.id)).one()
        erase_person(session, person, secret=app.extensions[EXTENSION].secret, recruiter_id=None, now=NOW)
    record = told(push(client, token, BEN))["people"][0]
    assert (record["outcome"], record["problems"]) == (
        "blocked", ["This person was erased here or objected to being kept, so nothing was taken."],
    )  # fmt: skip
    assert (count(sessions, Candidate), count(sessions, SourceRow)) == (0, 0)


def test_who_sends_too_often_is_told_to_wait(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "REQUESTS_A_WINDOW", 2)
    monkeypatch.setattr(api, "WRONG_TOKENS_A_WINDOW", 1)
    assert [push(client, token, BEN).status_code for _ in range(3)] == [200, 200, 429]
    assert [push(client, "tp_no", BEN).status_code for _ in range(2)] == [401, 429]
    assert int(push(client, token, BEN).headers["Retry-After"]) > 0


def test_no_file_is_left_behind(client: FlaskClient, token: str, app: Flask) -> None:
    content = base64.b64encode(b"Ben knows forklifts.").decode()
    push(client, token, BEN | {"resume_file": {"name": "cv.txt", "content": content}})
    folder = app.extensions[EXTENSION].settings.upload_folder
    assert list(folder.glob("push-*")) == []


def test_the_description_is_open_and_names_what_is_taken(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    person = described["components"]["schemas"]["PushedPerson"]
    assert set(ANA) <= set(person["properties"])
    assert person["additionalProperties"] is False
    assert set(described["paths"][ADDRESS]["post"]["responses"]) >= {"200", "401", "403", "413", "422", "429"}
    named = json.dumps(described).split('"$ref": "')[1:]
    assert all(one.split('"')[0].rpartition("/")[2] in described["components"]["schemas"] for one in named)


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
RECORDS = some.fixed_dictionaries(
    {"external_id": some.sampled_from(["c1", "c2", ""])},
    optional=dict.fromkeys(
        ("name", "emails", "applications", "resume_file", "deleted", "skills", "as_of"), ANYTHING
    )
    | {"headline": some.text(some.characters(), max_size=8)},
)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@given(people=some.lists(RECORDS | ANYTHING, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered_record_by_record(
    client: FlaskClient, token: str, people: list[Any]
) -> None:
    answer = told(push(client, token, *people))
    assert [one["record"] for one in answer["people"]] == list(range(1, len(people) + 1))
    assert sum(
        answer["counts"][name] for name in ("created", "updated", "unchanged", "blocked", "left_out")
    ) == len(people)


def test_what_the_documentation_shows_is_what_is_taken(checkout: Path) -> None:
    shown = (checkout / "docs" / "api.md").read_text("utf-8").split("```json\n")[1:]
    sent, answered = (json.loads(one.partition("```")[0]) for one in shown)
    assert [one.problems for one in check_records(Outline.model_validate(sent).people)] == [(), ()]
    assert PushAnswer.model_validate(answered).counts["created"] == 1


def test_very_many_deletions_wait_for_an_administrator_also_one_by_one(
    client: FlaskClient, token: str, sessions: Sessions
) -> None:
    ids = [f"c{number}" for number in range(12)]
    push(client, token, *({"external_id": one, "name": f"Person {one}"} for one in ids))
    answers = [told(push(client, token, {"external_id": one, "deleted": True})) for one in ids]
    assert [answer["counts"]["erasures_proposed"] for answer in answers] == [1] * 10 + [0] * 2
    assert [answer["counts"]["erasures_held"] for answer in answers] == [0] * 10 + [1] * 2
    assert answers[-1]["notes"] == [
        "So many deletions at once wait until an administrator has looked at them."
    ]
    assert count(sessions, DataRequest) == 10


@pytest.mark.parametrize(
    ("method", "address", "status", "says"),
    [
        ("GET", ADDRESS, 405, "takes another method"),
        ("POST", "/api/v1/peple", 404, "nothing at this address"),
    ],
)
def test_programs_are_told_in_json_where_they_went_wrong(
    client: FlaskClient, method: str, address: str, status: int, says: str
) -> None:
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.content_type) == (status, "application/json")
    assert says in answer.get_json()["error"]
