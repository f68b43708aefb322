"""Settings, jobs: what runs by itself is seen, asked for, paused and resumed by administrators alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.work import leases
from talentpool.work.models import AskedWork, JobPlan, JobRun, WorkState
from talentpool.work.plans import Planned, note_plans
from tests.web.conftest import Browser, SignIn

JOB = "rematch_open_roles"
Ran = Callable[..., None]


@pytest.fixture
def planned(sessions: Sessions) -> None:
    """Two jobs as a scheduler has written them down."""
    with sessions.writing.begin() as session:
        at = current_time() + timedelta(hours=2)
        note_plans(
            session,
            [
                Planned(
                    job=JOB, why="Before anybody starts work.", next_at=at, due_words="Every day at 02:30 UTC"
                ),
                Planned(job="rematch_changed_roles", why="Soon after a change.", next_at=None),
            ],
        )


@pytest.fixture
def ran(sessions: Sessions, planned: None) -> Ran:
    """Record a run that ended: `ran(failures=1, notes=["Role 3: …"])`."""

    def record(state: WorkState = WorkState.DONE, **fields: object) -> None:
        with sessions.writing.begin() as session:
            now = current_time()
            began = now - timedelta(seconds=90)
            ended = None if state is WorkState.RUNNING else now
            session.add(
                JobRun(
                    job=JOB, due_at=now, started_at=began, ended_at=ended, state=state,
                    **{"items": 200, "failures": 0, **fields},
                )
            )  # fmt: skip

    return record


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """A browser of an administrator."""
    return signed_in(AccountKind.ADMINISTRATOR)


def text_of(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_each_job_says_when_it_runs_why_then_and_how_it_went(administrator: Browser, ran: Ran) -> None:
    ran(failures=3, notes=["Role 7: the brief has no words."])
    page = text_of(administrator, "/settings/jobs")
    assert "Every day at 02:30 UTC. Before anybody starts work." in page
    assert "3 of 200 failed" in page
    assert "90.0 s" in page
    assert "When something asks for it. Soon after a change." in page
    assert "Role 7: the brief has no words." in text_of(administrator, f"/settings/jobs/{JOB}")


def test_without_a_scheduler_the_page_says_what_to_start(
    administrator: Browser, planned: None, sessions: Sessions
) -> None:
    assert "No scheduler is at work" in text_of(administrator, "/settings/jobs")
    with sessions.writing.begin() as session:
        leases.hold(session, "scheduler", holder="test", seconds=30, now=current_time())
    assert "No scheduler is at work" not in text_of(administrator, "/settings/jobs")


def test_before_any_scheduler_has_run_the_page_is_no_empty_table(administrator: Browser) -> None:
    assert "No scheduler has worked here yet" in text_of(administrator, "/settings/jobs")


def test_running_now_asks_once_and_shows_the_progress(
    administrator: Browser, ran: Ran, sessions: Sessions
) -> None:
    for _ in range(2):
        assert administrator.post(f"/settings/jobs/{JOB}/run").status_code == 303
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork)).one()
        assert (work.kind, work.details, work.asked_by) == (
            "run_job", {"job": JOB}, administrator.recruiter.id,
        )  # fmt: skip
    assert "the scheduler takes it within seconds" in text_of(administrator, f"/settings/jobs/{JOB}")
    ran(WorkState.RUNNING, items=40, expected=200)
    page = text_of(administrator, f"/settings/jobs/{JOB}")
    assert '<progress id="progress" max="200" value="40">20 %</progress>' in page
    assert 'hx-trigger="every 1s"' in page


def test_whoever_follows_a_run_sees_its_end_as_a_whole_page(administrator: Browser, ran: Ran) -> None:
    ran()
    followed = administrator.get(f"/settings/jobs/{JOB}", headers={"HX-Request": "true"})
    assert followed.headers["HX-Refresh"] == "true"


def test_a_job_is_paused_and_resumed(administrator: Browser, planned: None, sessions: Sessions) -> None:
    def rests() -> bool:
        with sessions.reading() as session:
            return session.get_one(JobPlan, JOB).paused_by == administrator.recruiter.id

    administrator.post(f"/settings/jobs/{JOB}/pause")
    assert rests()
    assert "not while it rests" in text_of(administrator, "/settings/jobs")
    administrator.post(f"/settings/jobs/{JOB}/resume")
    assert not rests()


def test_a_job_that_does_not_exist_is_not_found(administrator: Browser, planned: None) -> None:
    assert administrator.get("/settings/jobs/make_coffee").status_code == 404
    assert administrator.post("/settings/jobs/make_coffee/run").status_code == 404


def test_a_failed_job_is_said_on_the_home_page_of_administrators_until_a_run_goes_well(
    administrator: Browser, signed_in: SignIn, ran: Ran
) -> None:
    ran(WorkState.FAILED, failures=1, problem="The folder of the backup is full.")
    said = "The folder of the backup is full."
    assert said in text_of(administrator, "/")
    assert said not in text_of(signed_in(), "/")
    ran()
    assert said not in text_of(administrator, "/")
    ran(WorkState.WAITING, problem="The mail server cannot be reached.")
    assert "The mail server cannot be reached." in text_of(administrator, "/")
