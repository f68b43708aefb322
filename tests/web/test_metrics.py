"""Figures for a monitoring system: read from this machine or with a token, and without a name in them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.errors import InvalidInputError
from talentpool.settings import config_folder
from talentpool.work import leases, queue
from talentpool.work.models import JobRun, WorkState
from talentpool.work.plans import Planned, note_plans
from tests.builders import make_candidate, make_role
from tests.web.conftest import MakeSettings, SignIn, StartApp

TOKEN = "a token of twenty-five signs"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
PRODUCTION = {
    "TALENTPOOL_SECURITY_MODE": "production",
    "TALENTPOOL_WEB_PUBLIC_URL": "https://talent.example.org",
}

Samples = dict[tuple[str, tuple[str, ...]], float]


def read(app: Flask) -> Samples:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_only_this_machine_or_whoever_has_the_token_reads_the_figures(
    settings_with: MakeSettings, start_app: StartApp
) -> None:
    plain, guarded = start_app(settings_with()), start_app(settings_with(TALENTPOOL_METRICS_TOKEN=TOKEN))
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert plain.test_client().get("/metrics").status_code == 200
    for headers in ({}, bearer, {"Authorization": "Bearer "}):
        got = plain.test_client().get("/metrics", environ_base=ELSEWHERE, headers=headers)
        assert got.status_code == 403
    client = guarded.test_client()
    assert client.get("/metrics", environ_base=ELSEWHERE, headers=bearer).status_code == 200
    assert client.get("/metrics", environ_base=ELSEWHERE).status_code == 403
    wrong = {"Authorization": f"Bearer {TOKEN}!"}
    assert client.get("/metrics", environ_base=ELSEWHERE, headers=wrong).status_code == 403


def test_in_production_nobody_who_comes_through_an_unknown_proxy_counts_as_this_machine(
    settings_with: MakeSettings, start_app: StartApp
) -> None:
    base = "https://talent.example.org"
    unknown = start_app(settings_with(**PRODUCTION)).test_client()
    assert unknown.get("/metrics", base_url=base).status_code == 403
    known = start_app(settings_with(**PRODUCTION, TALENTPOOL_WEB_TRUSTED_PROXIES="1")).test_client()
    for asked_by, status in (("192.0.2.7", 403), ("127.0.0.1", 200)):
        headers = {"X-Forwarded-For": asked_by}
        assert known.get("/metrics", base_url=base, headers=headers).status_code == status


def test_a_short_token_is_refused(settings_with: MakeSettings) -> None:
    with pytest.raises(InvalidInputError, match=r"metrics\.token is shorter than 20"):
        settings_with(TALENTPOOL_METRICS_TOKEN="guess")


def test_requests_are_counted_by_pattern_status_and_time(
    app: Flask, signed_in: SignIn, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        person = make_candidate(session, "Zebulon Quist", resume="Kubernetes")
        role = make_role(session)
    recruiter = signed_in()
    recruiter.get(f"/candidates/{person.id}")
    recruiter.get("/candidates?q=Zebulon")
    recruiter.get("/candidates/987654")
    recruiter.post("/roles/preview", {"title": role.title, "text": role.text})
    app.test_client().get("/no-such-page")
    found = read(app)
    assert found["talentpool_requests_total", ("GET", "/candidates/<int:candidate_id>", "200")] == 1
    assert found["talentpool_requests_total", ("GET", "/candidates/<int:candidate_id>", "404")] == 1
    assert found["talentpool_requests_total", ("GET", "no such page", "404")] >= 1
    assert found["talentpool_request_seconds_count", ("/candidates/<int:candidate_id>",)] == 2
    assert found["talentpool_searches_total", ("pool",)] == 1
    assert found["talentpool_searches_total", ("preview",)] == 1
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert not re.search(r"Zebulon|Quist|kubernetes", text, re.IGNORECASE)


def test_queue_outbox_lease_and_jobs_are_read_from_the_database(app: Flask, sessions: Sessions) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        queue.ask(session, "run_job", {"job": "backup"}, asked_by=None, now=now)
        leases.hold(session, "scheduler", holder="test", seconds=30, now=now - timedelta(minutes=5))
        note_plans(session, [Planned(job="backup", why="For this test.", next_at=None)])
        for minutes, state in ((30, WorkState.DONE), (10, WorkState.FAILED)):
            at = now - timedelta(minutes=minutes)
            session.add(
                JobRun(
                    job="backup", due_at=at, started_at=at, ended_at=at + timedelta(seconds=7), state=state,
                    items=3, failures=0,
                )
            )  # fmt: skip
    found = read(app)
    assert found["talentpool_queue", ("run_job", "waiting")] == 1
    assert found["talentpool_messages", ("unknown",)] == 0
    assert -275 < found["talentpool_lease_left_seconds", ("scheduler",)] < -265
    ended_well = (now - timedelta(minutes=30) + timedelta(seconds=7)).timestamp()
    assert found["talentpool_job_last_success_timestamp_seconds", ("backup",)] == pytest.approx(ended_well)
    assert found["talentpool_job_last_seconds", ("backup",)] == pytest.approx(7)
    assert found["talentpool_job_last_failures", ("backup",)] == 1


def test_readiness_says_whether_jobs_are_worked_on(app: Flask, sessions: Sessions) -> None:
    client = app.test_client()
    assert (
        client.get("/readyz").get_data(as_text=True)
        == "ready\nscheduler: nobody holds the lease; jobs wait\n"
    )
    with sessions.writing.begin() as session:
        leases.hold(session, "scheduler", holder="test", seconds=30, now=current_time())
    assert client.get("/readyz").get_data(as_text=True) == "ready\nscheduler: at work\n"
