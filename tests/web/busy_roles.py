"""What stands around the roles of the busy desk: closed, opened again and shown; searches, requests, jobs."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.kept_forms import keep_form
from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Application
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, close_request, confirm_identity, receive_request
from talentpool.consent.models import CameBy, RequestKind
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.database import Sessions
from talentpool.erasure.models import ToldOf
from talentpool.erasure.recipients import note_to_tell
from talentpool.imports.models import DeletionThere
from talentpool.rediscovery.shortlist_links import find_link
from talentpool.rediscovery.shortlist_tokens import short_list_address
from talentpool.roles.models import Role
from talentpool.web.desk import EXTENSION
from talentpool.work.models import JobRun, WorkState
from talentpool.work.plans import Planned, note_plans
from tests.builders import make_application, make_candidate, make_role
from tests.web.conftest import Browser, let_in

JOB = "rematch_open_roles"
APPLICANTS = 25
LONG_WORDS = "asked twice how we work together, and meant it " * 8


def add_the_work_around_it(
    browser: Browser, app: Flask, sessions: Sessions, places: dict[str, object]
) -> dict[str, object]:
    """Do what a team does beside matching; gives the numbers and tokens that its pages name."""
    mara, ana, bare = (int(str(places[name])) for name in ("mara", "ana", "bare"))
    with sessions.writing.begin() as session:
        roles = {
            name: make_role(session, f"Role {name}", owner_id=mara, now=current_time()).id
            for name in ("closing", "closed", "reopened")
        }
        _deletions_elsewhere(session, proposed=bare, held=ana)
        made = {**_requests(session, bare, mara), "kept": _kept_form(session, mara, ana), "job": JOB}
        _jobs(session)
    for role_id in roles.values():
        let_apply(sessions, role_id, APPLICANTS)
    _close(browser, sessions, roles)
    _save_searches(browser)
    return {**roles, **made, **_shown(browser, app, sessions, places)}


def let_apply(sessions: Sessions, role_id: int, number: int) -> None:
    """Let people apply for a role; their applications are open."""
    now = current_time()
    with sessions.writing.begin() as session:
        role = session.get_one(Role, role_id)
        for place in range(number):
            person = make_candidate(session, f"Applicant {place:03}", resume="Nursing in a ward.", now=now)
            make_application(
                session, person, role=role, now=now, disposition=None, ended_on=None,
                applied_on=now.date() - timedelta(days=9),
            )  # fmt: skip


def _close(browser: Browser, sessions: Sessions, roles: dict[str, int]) -> None:
    everybody = {"all_reason": "stronger_candidate_hired", "all_letter": "yes", "all_good": LONG_WORDS}
    with sessions.reading() as session:
        asked = {
            name: list(session.scalars(select(Application.id).where(Application.role_id == role_id)))
            for name, role_id in roles.items()
        }
    first = min(asked["closing"])
    browser.post(
        f"/roles/{roles['closing']}/close",
        {f"reason-{first}": "stronger_candidate_hired", f"stood_out-{first}": LONG_WORDS, "save": "yes"},
    )
    for name in ("closed", "reopened"):
        own = {f"reason-{one}": "" for one in asked[name]}
        browser.post(f"/roles/{roles[name]}/close", {**own, **everybody})
    browser.post(f"/roles/{roles['reopened']}/reopen")


def _shown(browser: Browser, app: Flask, sessions: Sessions, places: dict[str, object]) -> dict[str, object]:
    """Show the short list to somebody with an account, open it in this browser, and answer for one person."""
    with sessions.reading() as session:
        address = session.get_one(Recruiter, places["mara"]).email
    role, at = f"/roles/{places['role']}", app.extensions[EXTENSION]
    shown = {"address": address, "days": "14", "words": LONG_WORDS, "candidates": [places["ana"]]}
    answer = browser.post(f"{role}/shortlist/show", shown)
    link_id = int(re.findall(r"#link-(\d+)", answer.location)[0])
    with sessions.reading() as session:
        link = find_link(session, link_id)
        assert link is not None
        whole = short_list_address(link, public_url=at.settings.web.public_url, secret=at.secret)
    path = urlsplit(whole).path
    let_in(browser.client, path, at)
    browser.post(
        f"{role}/shortlist/asked/{link_id}/answer/{places['ana']}", {"answer": "maybe", "words": LONG_WORDS}
    )
    return {"shown": link_id, "shown_token": path.removeprefix("/s/")}


def _save_searches(browser: Browser) -> None:
    for searched, query in (("matches", "stage=final_round&contact=ok"), ("pool", "q=kubernetes")):
        browser.post(
            "/searches", {"searched": searched, "query": query, "name": f"{searched} {LONG_WORDS[:60]}"}
        )


def _requests(session: Session, candidate_id: int, recruiter_id: int) -> dict[str, object]:
    """Write down one that is overdue and one that was answered, of somebody whose name was passed on."""
    now = current_time()
    to = Recipient(name="Jo Park", organisation="Südwind", why=LONG_WORDS, with_resume=True)
    passed = note_pass_on_agreed(
        session, candidate_id, to, how="by phone", recruiter_id=recruiter_id, now=now
    )
    note_passed_on(passed, recruiter_id=recruiter_id, now=now)
    asked = {
        name: receive_request(
            session,
            NewRequest(
                kind=kind,
                came_by=CameBy.MAIL,
                candidate_id=candidate_id,
                received_on=now.date() - timedelta(days=days),
                words=LONG_WORDS,
            ),
            now=now,
        )
        for name, kind, days in (
            ("erasure", RequestKind.ERASURE, 90),
            ("answered", RequestKind.CORRECTION, 20),
        )
    }
    confirm_identity(session, asked["answered"], "rang the number on file", now=now)
    close_request(session, asked["answered"], LONG_WORDS, is_refused=False, now=now)
    note_to_tell(session, candidate_id, ToldOf.CORRECTION, now=now)
    return {name: one.id for name, one in asked.items()}


def _deletions_elsewhere(session: Session, *, proposed: int, held: int) -> None:
    """Let two systems have deleted somebody: one is proposed, the other waits as one of very many would."""
    now = current_time()
    new = NewRequest(
        kind=RequestKind.ERASURE, came_by=CameBy.SYSTEM, candidate_id=proposed, received_on=now.date(), words=LONG_WORDS
    )  # fmt: skip
    receive_request(session, new, now=now)
    session.add(
        DeletionThere(source=LONG_WORDS[:90], candidate_id=held, external_id="c1", told_at=now, held_at=now)
    )


def _kept_form(session: Session, recruiter_id: int, candidate_id: int) -> int | None:
    page = f"/candidates/{candidate_id}"
    fields = [("note", LONG_WORDS)]
    return keep_form(
        session, recruiter_id, page=page, action=f"{page}/notes", fields=fields, now=current_time()
    )


def _jobs(session: Session) -> None:
    """Write down what a scheduler does: two jobs, one of which ran well and failed."""
    now = current_time()
    tonight = now + timedelta(hours=9)
    note_plans(
        session,
        [
            Planned(job=JOB, why="Before anybody starts work.", next_at=tonight, due_words="Every day at 02:30 UTC"),
            Planned(job="rematch_changed_roles", why="Soon after a change.", next_at=None),
        ],
    )  # fmt: skip
    for days, state in ((2, WorkState.DONE), (1, WorkState.FAILED)):
        began = now - timedelta(days=days)
        session.add(
            JobRun(
                job=JOB, due_at=began, started_at=began, ended_at=began + timedelta(seconds=90), state=state, items=200,
                failures=days - 1, notes=[f"Role 3: {LONG_WORDS}"],
                problem="The index could not be read." if state is WorkState.FAILED else None,
            )
        )  # fmt: skip
