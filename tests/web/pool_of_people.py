"""A small pool for the page tests: people who fit a platform role more and less, and two who are left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Disposition, Stage
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import make_application, make_basis, make_candidate, make_promise, make_reason

ADVERT = (
    "You run the platform forty teams deploy to.\n\nRequirements\n- Kubernetes in production\n- Terraform\n\n"
    "Nice to have\n- Kafka"
)
RESUMES = {
    "Ana Ruiz": "Platform engineer. Kubernetes on AWS for 40 teams, everything in Terraform, on-call lead.",
    "Bo Chen": "Site reliability engineer. Kubernetes, Prometheus, Terraform, Python and Go.",
    "Chidi Okafor": "DevOps engineer. Terraform and AWS, Jenkins, some Go.",
    "Dana Levy": "Accountant. Month-end close, SAP, tax returns and reporting.",
}


def fill_pool(sessions: Sessions) -> dict[str, int]:
    """Make the people, with what an installation keeps from the start; gives ids by name."""
    now = current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        return _people(session, now)


def _people(session: Session, now: datetime) -> dict[str, int]:
    reason = make_reason(session)
    ids = {}
    for name, resume in RESUMES.items():
        person = make_candidate(session, name, resume=resume, now=now, resume_on=now.date(), city="Lisbon")
        make_application(
            session, person, now=now, stage=Stage.FINAL_ROUND, reason_id=reason.id, interviewer_words="calm"
        )
        ids[name] = person.id
    ana = session.get_one(type(person), ids["Ana Ruiz"])
    make_basis(session, ana, now=now, expires_on=now.date() + timedelta(days=400))
    make_promise(session, ana, now=now, due_on=now.date())
    hired = make_candidate(session, "Emil Hired", resume="Kubernetes and Terraform.", now=now)
    make_application(session, hired, now=now, stage=Stage.HIRED, disposition=Disposition.HIRED)
    active = make_candidate(session, "Fay Active", resume="Kubernetes and Terraform.", now=now)
    make_application(
        session, active, now=now, disposition=None, ended_on=None, applied_on=now.date() - timedelta(days=3)
    )
    return {**ids, hired.full_name: hired.id, active.full_name: active.id}


def add_people(sessions: Sessions, number: int, *, resume: str = "Kubernetes and Terraform in Go.") -> None:
    """Add people who all fit a little, each with an application and a promise."""
    now = current_time()
    with sessions.writing.begin() as session:
        for place in range(number):
            person = make_candidate(session, f"Person {place:03}", resume=f"{resume} {place}", now=now)
            make_application(session, person, now=now, applied_on=date(2024, 1, 1))
            make_promise(session, person, now=now, due_on=now.date() + timedelta(days=60))


@contextmanager
def counted_queries(engine: Engine) -> Iterator[Callable[[], int]]:
    """Count the statements sent to the database inside the block."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(sent)
    event.remove(engine, "before_cursor_execute", note)
