"""A team at work in the sample pool: what the pictures of the pages around matching show."""

import io
import re
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from jobs.schedule import planned_jobs
from talentpool.accounts.kept_forms import keep_form
from talentpool.accounts.models import LinkPurpose
from talentpool.accounts.sign_in import make_one_time_link
from talentpool.candidates.models import Candidate, Stage
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.legal_holds import place_hold
from talentpool.consent.link_token import own_page_token, pass_on_token, stop_token
from talentpool.consent.models import CameBy, RequestKind
from talentpool.consent.pass_on import Recipient, note_pass_on_asked
from talentpool.consent.suppression import suppression_key
from talentpool.outreach.models import IncomingKind, IncomingMail
from talentpool.roles.models import Role
from talentpool.sample_pool.roles import sample_roles
from talentpool.web.desk import EXTENSION, Desk
from talentpool.work.models import JobRun, WorkState
from talentpool.work.plans import note_plans
from tests.builders import make_application, make_basis, make_promise, make_recruiter
from tests.web.busy_desk import HISTORY
from tests.web.conftest import Browser

JOB = "rematch_open_roles"
LETTER = {"template": "first_contact", "subject": "{{ role_title }}", "text": "Hello {{ first_name }}"}
KIND_WORDS = {"words": "Who would you like to talk to? Two of them know our stack.", "days": "14"}


def put_to_work(app: Flask, browser: Browser, role_id: int, best: Sequence[int]) -> dict[str, object]:
    """Do what a week of work does; `best` are the first sixty of the role's list. Gives what addresses name."""
    desk: Desk = app.extensions[EXTENSION]
    role, mara = f"/roles/{role_id}", browser.recruiter.id
    with desk.sessions.writing.begin() as session:
        for number in best[1:9]:
            make_basis(session, session.get_one(Candidate, number), expires_on=None, now=current_time())
    _decide(browser, role, best)
    closing = _posted(browser)
    with desk.sessions.writing.begin() as session:
        people = {number: session.get_one(Candidate, number) for number in best}
        places = _colleague(session, desk, people[best[20]], mara)
        _let_apply(session, closing, [people[number] for number in best[40:48]])
        promise = make_promise(
            session,
            people[best[4]],
            owner_id=mara,
            words="tell her when a platform role opens",
            due_on=current_time().date() - timedelta(days=12),
            now=current_time(),
        )
        places |= {"promise": promise.id, **_own_data(session, desk, people[best[1]], mara)}
        places["request"] = _request(session, best[10], RequestKind.ACCESS, days=24)
        places["erasure"] = _request(session, best[11], RequestKind.ERASURE, days=3)
        _jobs(session, desk)
    browser.post("/settings/tokens", {"name": "Nightly sync", "source": "greenhouse", "days": "365"})
    browser.post("/searches", {"searched": "pool", "query": "q=kubernetes", "name": "Kubernetes, Berlin"})
    waiting, shown = _file_that_waits(browser), _shown(browser, role, best[1:4])
    return {
        **places, "closing": closing, "import_waiting": waiting, "shown": shown, "job": JOB, "ana": best[1],
        "bare": best[2], "role": role_id, "mara": mara,
    }  # fmt: skip


def _decide(browser: Browser, role: str, best: Sequence[int]) -> None:
    browser.get(role)
    for candidate_id in best[1:4]:
        browser.post(f"{role}/matches/{candidate_id}/shortlist", {"words": "Ask about on-call first."})
    browser.post(f"{role}/matches/{best[5]}/dismiss", {"reason": "location"})
    browser.post(f"{role}/rematch")
    browser.post(f"/candidates/{best[1]}/notes", {"note": "Rang back; wants to work remotely."})
    browser.post(
        f"/candidates/{best[2]}/promises", {"promise": "write when a platform role opens", "due_on": ""}
    )
    written = [best[2], *best[6:9]]
    browser.post(f"{role}/contact", {**LETTER, "candidates": written, "send": written})
    browser.post(f"{role}/contacted/{best[3]}", {"channel": "call"})


def _posted(browser: Browser) -> int:
    sample = sample_roles()[1]
    answer = browser.post("/roles/new", {"title": sample.title, "text": sample.text})
    return int(re.findall(r"/roles/(\d+)", answer.location)[0])


def _let_apply(session: Session, role_id: int, people: Sequence[Candidate]) -> None:
    now, stages = current_time(), (Stage.APPLIED, Stage.SCREENED, Stage.INTERVIEWED, Stage.FINAL_ROUND)
    role = session.get_one(Role, role_id)
    for place, person in enumerate(people):
        make_application(
            session,
            person,
            role=role,
            stage=stages[place % len(stages)],
            disposition=None,
            applied_on=now.date() - timedelta(days=20 + place),
            ended_on=None,
            now=now,
        )


def _colleague(session: Session, desk: Desk, theirs: Candidate, mara: int) -> dict[str, object]:
    now = current_time()
    jonas = make_recruiter(session, "Jonas Weber", email="jonas.weber@example.org", now=now)
    theirs.owner_id = jonas.id
    make_promise(session, theirs, owner_id=jonas.id, due_on=now.date() + timedelta(days=20), now=now)
    links = {
        f"{purpose}_token": make_one_time_link(session, jonas.id, purpose, now=now, hours=24)
        for purpose in LinkPurpose
    }
    page = f"/candidates/{theirs.id}"
    note = [("note", "Prefers the telephone; starts in April at the earliest.")]
    kept = keep_form(session, mara, page=page, action=f"{page}/notes", fields=note, now=now)
    place_hold(session, theirs.id, "A claim is before the court", until=None, recruiter_id=mara, now=now)
    return {**links, "newcomer": jonas.id, "kept": kept}


def _own_data(session: Session, desk: Desk, person: Candidate, mara: int) -> dict[str, object]:
    now, secret = current_time(), desk.secret
    to = Recipient(
        name="Jo Park",
        organisation="Südwind",
        why="They look for somebody who has run Kubernetes on call.",
        with_resume=True,
    )
    asked = note_pass_on_asked(session, person.id, to, recruiter_id=mara, now=now)
    hashed = suppression_key(secret, "email", person.emails[0].address_key)
    answer = IncomingMail(
        mail_key="<answer@example.org>", kind=IncomingKind.ANSWER, candidate_id=person.id, asks_to_stop=True,
        subject="Re: your message", words="Thank you, but please do not write to me any more.", came_at=now,
    )  # fmt: skip
    session.add(answer)
    return {
        "pass_on_token": pass_on_token(secret, asked.id, hashed, now=now),
        "stop_token": stop_token(secret, person.id, hashed, now=now),
        "own_token": own_page_token(secret, person.id, hashed, now=now),
    }


def _request(session: Session, person_id: int, kind: RequestKind, *, days: int) -> int:
    now = current_time()
    new = NewRequest(
        kind=kind,
        came_by=CameBy.MAIL,
        candidate_id=person_id,
        received_on=now.date() - timedelta(days=days),
        words="Please tell me what you have about me, and from where.",
    )
    return receive_request(session, new, now=now).id


def _jobs(session: Session, desk: Desk) -> None:
    now = current_time()
    note_plans(session, planned_jobs(desk.settings.schedule, now))
    for job, state in ((JOB, WorkState.DONE), ("backup", WorkState.DONE), ("read_answers", WorkState.FAILED)):
        began = now - timedelta(hours=5)
        session.add(
            JobRun(
                job=job, due_at=began, started_at=began, ended_at=began + timedelta(seconds=41), state=state, items=12,
                failures=0, notes=[], problem="The mailbox did not answer." if state is WorkState.FAILED else None,
            )
        )  # fmt: skip


def _shown(browser: Browser, role: str, people: Sequence[int]) -> int:
    shown = {**KIND_WORDS, "address": browser.recruiter.email, "candidates": list(people)}
    answer = browser.post(f"{role}/shortlist/show", shown)
    return int(re.findall(r"#link-(\d+)", answer.location)[0])


def _file_that_waits(browser: Browser) -> int:
    file = {"file": (io.BytesIO(HISTORY.encode()), "history.csv")}
    sent = browser.post("/imports", file, content_type="multipart/form-data")
    return int(re.findall(r"/imports/(\d+)", sent.location)[0])
