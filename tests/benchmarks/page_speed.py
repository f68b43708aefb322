"""How long each page takes the server at full size: `python -m tests.benchmarks.page_speed [HOME]`.

Fills an installation with 100,000 people, 200,000 applications and 2,000 roles (200 of them open and matched), or
uses HOME when one is there already, and asks for every page in turn. Prints one line a page: milliseconds p50 and
p95 of processor time, queries, kilobytes. Ends with 1 when a page takes longer than 150 ms or is larger than 200 kB.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.sign_in import create_account
from talentpool.candidates.models import Application, Candidate, Disposition, Promise, RejectionReason, Stage
from talentpool.candidates.reasons import install_reasons
from talentpool.cli.installation import Installation
from talentpool.cli.measured_pool import open_crowd, write_crowd
from talentpool.cli.serve import keep_what_is_loaded
from talentpool.clock import current_time
from talentpool.consent.models import Basis, LawfulBasis
from talentpool.database import folded, many
from talentpool.logs import configure_logs
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import latest_run, view_run
from talentpool.roles.models import Role, RoleState
from talentpool.roles.posting import RoleDraft, post_role
from talentpool.sample_pool.crowd import crowd_role
from talentpool.settings import config_folder
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.sign_in import cookie_name, lifetimes
from tests.web.every_page import PAGES, names_in
from tests.web.pool_of_people import counted_queries

MOST_MS, MOST_KILOBYTES = 150, 200
PEOPLE, ROLES, OPEN_ROLES = 100_000, 2_000, 200
SHORTLISTED = 12
MORE_ADDRESSES = (
    "/candidates?q=resume>=2025",
    "/candidates?stage=final_round",
    "/candidates?order=applied",
    "/candidates?q=stage:final_round+applied>=2025+-has:note",
)
STAGES = (
    *[Stage.APPLIED] * 5,
    *[Stage.SCREENED] * 3,
    Stage.INTERVIEWED,
    Stage.INTERVIEWED,
    Stage.FINAL_ROUND,
)
PLACES = (("Lisbon", "PT"), ("Hamburg", "DE"), ("York", "GB"), (None, None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What one page costs the server."""

    address: str
    p50_ms: float
    p95_ms: float
    queries: int
    kilobytes: float


def give_histories(session: Session, people: int, *, now: datetime) -> None:
    """Give everybody in the pool two past applications, and some a legal basis, a promise and a place."""
    install_reasons(session, config_folder())
    chance, reasons = random.Random(5), [*session.scalars(select(RejectionReason.id)), None]
    roles = _past_roles(session, now)
    day = now.date()
    for batch in many(range(1, people + 1), at_a_time=5_000):
        session.execute(insert(Application), list(_applications(batch, roles, reasons, chance, now)))
        held = [_basis(number, day, now) for number in batch if number % 3 == 0]
        session.execute(insert(LawfulBasis), held)
        promised = [_promise(number, day, now) for number in batch if number % 100 == 0]
        session.execute(insert(Promise), promised)
    cities = [
        {
            "id": number,
            "city": PLACES[number % 4][0],
            "country": PLACES[number % 4][1],
            "headline": "Engineer",
        }
        for number in range(1, people + 1)
    ]
    session.bulk_update_mappings(Candidate.__mapper__, cities)


def _say_nothing(_written: int) -> None:
    """Take the progress of writing the crowd."""


def _past_roles(session: Session, now: datetime) -> list[tuple[int, str]]:
    newest = session.scalar(select(func.max(Role.id))) or 0
    titles = [f"Past role {number}" for number in range(ROLES - OPEN_ROLES)]
    session.execute(
        insert(Role),
        [
            {
                "title": title, "folded_title": folded(title), "text": crowd_role(number % 50)[:3_000],
                "state": RoleState.CLOSED, "posted_at": now - timedelta(days=400 + number), "created_at": now,
                "updated_at": now, "facts_asked": [], "source_data": {}, "closed_on": date(2025, 9, 1),
            }
            for number, title in enumerate(titles)
        ],
    )  # fmt: skip
    made = select(Role.id, Role.title).where(Role.id > newest)
    return [(role_id, title) for role_id, title in session.execute(made)]


def _applications(
    people: list[int],
    roles: list[tuple[int, str]],
    reasons: list[int | None],
    chance: random.Random,
    now: datetime,
) -> Iterator[dict[str, object]]:
    for number in people:
        for role_id, title in chance.sample(roles, 2):
            applied = now.date() - timedelta(days=chance.randint(100, 1500))
            yield {
                "candidate_id": number, "role_id": role_id, "role_title": title, "stage": chance.choice(STAGES),
                "disposition": Disposition.REJECTED, "reason_id": chance.choice(reasons), "applied_on": applied,
                "ended_on": applied + timedelta(days=30), "source_data": {}, "created_at": now, "updated_at": now,
            }  # fmt: skip


def _basis(number: int, day: date, now: datetime) -> dict[str, object]:
    ends = day + timedelta(days=number % 900 - 100)
    return {
        "candidate_id": number, "basis": Basis.CONSENT, "recorded_on": date(2025, 1, 1), "expires_on": ends,
        "created_at": now,
    }  # fmt: skip


def _promise(number: int, day: date, now: datetime) -> dict[str, object]:
    due = day + timedelta(days=number % 300 - 20)
    return {"candidate_id": number, "words": "write when a role opens", "due_on": due, "created_at": now}


def post_roles(session: Session, keeper: IndexKeeper, owner: Recruiter, *, now: datetime) -> None:
    """Open and match roles until there are 200, all of one recruiter, the first with a short list."""
    is_open = select(func.count()).where(Role.state == RoleState.OPEN)
    for number in range(session.scalar(is_open) or 0, OPEN_ROLES):
        text = crowd_role(3000 + number)
        post_role(session, RoleDraft(title=text[:40], text=text), owner_id=owner.id, now=now)
    for role in session.scalars(select(Role).where(Role.state == RoleState.OPEN)).all():
        role.owner_id = owner.id
        if latest_run(session, role.id) is None:
            rediscover(session, keeper, role.id, cause=RunCause.POSTED, recruiter_id=owner.id, now=now)


def prepare(home: Path, *, people: int, now: datetime) -> Installation:
    """Open the installation in a folder, and make what it lacks of the full size."""
    if (home / "talentpool.db").exists():
        installation = Installation({"TALENTPOOL_HOME": str(home), "TALENTPOOL_LOGS_LEVEL": "warning"})
        installation.require_ready()
    else:
        resumes = home / "crowd"
        write_crowd(resumes, people, _say_nothing)
        installation = open_crowd(home, resumes, now=now)
    keeper = IndexKeeper(installation.settings.index_folder)
    with installation.sessions.reading() as session:
        keeper.current(session, now=now)
    with installation.sessions.writing() as session:
        if session.scalar(select(Application.id).limit(1)) is None:
            give_histories(session, session.scalar(select(func.max(Candidate.id))) or 0, now=now)
            session.commit()
        owner = session.scalars(select(Recruiter).where(Recruiter.email == "speed@example.org")).first()
        owner = owner or create_account(
            session, "Mara Klein", "speed@example.org", AccountKind.ADMINISTRATOR, office_id=None, now=now
        )
        session.execute(update(Promise).values(owner_id=owner.id))
        post_roles(session, keeper, owner, now=now)
        session.commit()
    return installation


def places_of(session: Session, owner: Recruiter, *, now: datetime) -> dict[str, object]:
    """Give what the addresses of the pages name: a role with a short list, the first in its list, and others."""
    role_id = session.scalars(select(Role.id).where(Role.state == RoleState.OPEN).order_by(Role.id)).first()
    assert role_id is not None
    run = latest_run(session, role_id)
    assert run is not None
    best = [int(candidate_id) for candidate_id in view_run(session, run, None).ids[:SHORTLISTED]]
    for candidate_id in best:
        shortlist(session, role_id, candidate_id, recruiter_id=owner.id, now=now)
    return {
        "role": role_id, "ana": best[0], "bare": 7, "odd": best[-1], "twin": 1, "other_twin": 2,
        "person": best[0], "unmatched": session.scalar(select(func.max(Role.id))),
    }  # fmt: skip


def measured(client: FlaskClient, engine: Engine, address: str, *, rounds: int) -> Figures:
    """Ask for a page until its times are known; the first two, in which caches fill, do not count."""
    milliseconds = []
    for number in range(rounds + 2):
        begun = time.process_time()
        with counted_queries(engine) as counted:
            answer = client.get(address)
            sent = counted()
        if number > 1:
            milliseconds.append((time.process_time() - begun) * 1000)
        if answer.status_code not in (200, 303):  # the sign-in sends on whoever is in
            raise SystemExit(f"{address} answered {answer.status_code}.")
    cut = statistics.quantiles(milliseconds, n=20)
    return Figures(
        address=address, p50_ms=cut[9], p95_ms=cut[18], queries=sent, kilobytes=len(answer.data) / 1000
    )


@contextmanager
def signed_in(
    installation: Installation, *, now: datetime
) -> Iterator[tuple[FlaskClient, Engine, Mapping[str, object]]]:
    """Give a browser that is signed in, the database it asks, and the places of the addresses."""
    app = create_app(installation.settings)
    with installation.sessions.writing() as session:
        owner = session.scalars(select(Recruiter).where(Recruiter.email == "speed@example.org")).one()
        token = start_session(session, owner.id, lifetimes=lifetimes(installation.settings.security), now=now)
        places = places_of(session, owner, now=now)
        session.commit()
    client = app.test_client()
    client.set_cookie(cookie_name(installation.settings, "session"), token)
    yield client, app.extensions[EXTENSION].engine, places
    app.extensions[EXTENSION].engine.dispose()


def measure(installation: Installation, *, rounds: int, only: str, now: datetime) -> Iterator[Figures]:
    """Measure every page whose address this installation can fill in."""
    with signed_in(installation, now=now) as (client, engine, places):
        keep_what_is_loaded()
        patterns = [pattern for each in PAGES.values() for pattern in each] + list(MORE_ADDRESSES)
        for pattern in patterns:
            if names_in(pattern) <= places.keys() and only in pattern:
                yield measured(client, engine, pattern.format(**places), rounds=rounds)


def main() -> int:
    """Measure every page, print what each costs, and say with the exit code whether the limits hold."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("home", nargs="?", type=Path)
    wanted.add_argument("--candidates", type=int, default=PEOPLE)
    wanted.add_argument("--rounds", type=int, default=20)
    wanted.add_argument("--only", default="", help="pages whose address has this in it")
    given, now = wanted.parse_args(), current_time()
    configure_logs(json_lines=False, level="warning")
    with tempfile.TemporaryDirectory(prefix="talentpool-pages-") as folder:
        installation = prepare(given.home or Path(folder), people=given.candidates, now=now)
        found = []
        for page in measure(installation, rounds=given.rounds, only=given.only, now=now):
            found.append(page)
            sys.stdout.write(
                f"{page.p50_ms:8.1f} {page.p95_ms:8.1f} ms {page.queries:4} queries {page.kilobytes:7.1f} kB  "
                f"{page.address}\n"
            )
            sys.stdout.flush()
        installation.close()
    return 0 if all(page.p95_ms <= MOST_MS and page.kilobytes <= MOST_KILOBYTES for page in found) else 1


if __name__ == "__main__":
    sys.exit(main())
