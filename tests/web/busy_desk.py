"""A desk with something on every page: what the tests that walk all pages look at, and an empty one beside it.

What can be done through the pages is done through them; the rest, such as who is in twice, comes from builders.
"""

import io
import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, LinkPurpose, Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.accounts.sign_in import make_one_time_link
from talentpool.candidates.duplicate_scan import scan_pool
from talentpool.candidates.models import CandidateEmail, Stage
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.legal_holds import place_hold
from talentpool.consent.link_token import own_page_token, pass_on_token, stop_token
from talentpool.consent.models import CameBy, RequestKind
from talentpool.consent.pass_on import Recipient, note_pass_on_asked
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.imports.importer import import_file
from talentpool.imports.mapping_file import ChosenMapping
from talentpool.imports.preparation import ImportOptions
from talentpool.outreach.models import IncomingKind, IncomingMail, Message, MessageState
from talentpool.roles.models import RoleState
from talentpool.settings import config_folder
from talentpool.web.desk import EXTENSION
from talentpool.work.models import AskedWork
from tests.builders import (
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_recruiter,
    make_role,
)
from tests.web.busy_roles import add_the_work_around_it
from tests.web.conftest import Browser, sign_in_as
from tests.web.pool_of_people import ADVERT, add_people, fill_pool

MAIL = {
    "TALENTPOOL_MAIL_TRANSPORT": "folder",
    "TALENTPOOL_MAIL_ORGANISATION": "Nordwind",
    "TALENTPOOL_MAIL_FROM_ADDRESS": "talent@nordwind.example",
    "TALENTPOOL_MAIL_POSTAL_ADDRESS": "1 Quay, 20457 Hamburg",
}
"""Settings with which letters can be written."""

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 4
ODD_NAME = "Ángela-María 👩🏽‍🚀 عبد الرحمن بن عوف " + "van der Hoog-Barneveld " * 8
HISTORY = (
    "First Name,Last Name,Email,Job,Stage,Rejected on,Gender,Shoe size\n"
    "Mo,Ruiz,mo.ruiz@example.org,Platform engineer,Final round,2026-03-14,f,38\n"
    "Goran,Horvat,goran.horvat@,Backend engineer,Phone screen,2025-11-02,m,44\n"
    ",,hanna.lind@example.org,Data analyst,Interview,31/02/2025,f,39\n"
)
LONG_HISTORY = "Name,Email,Job,Applied on\n" + "".join(
    f"Ann{number} Example,ann{number}@example.org,Nurse,2024-01-13\n" for number in range(1000)
)


def empty_desk(app: Flask, sessions: Sessions) -> tuple[Browser, dict[str, object]]:
    """Set an installation up without people, with one role; gives an administrator's browser and the ids."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        install_reasons(session, config_folder())
        mara = make_recruiter(session, "Mara Klein", kind=AccountKind.ADMINISTRATOR)
    return sign_in_as(app, mara), {"unmatched": _posted(sign_in_as(app, mara), "Data engineer")}


def busy_desk(app: Flask, sessions: Sessions) -> tuple[Browser, dict[str, object]]:
    """Fill an installation so that no page is empty; gives an administrator's browser and the ids."""
    people, now = fill_pool(sessions), current_time()
    add_people(sessions, 30)
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        mara = make_recruiter(session, "Mara Klein", kind=AccountKind.ADMINISTRATOR)
        make_recruiter(session, "Former Colleague", disabled_at=now)
        places = {**_more_people(session), **_roles_and_links(session, app, mara, people["Ana Ruiz"])}
    scan_pool(sessions.writing.begin, now=current_time)
    browser = sign_in_as(app, mara)
    browser.post(f"/candidates/{places['merged']}/merge", {"other": places["dropped"]})
    places |= {"ana": people["Ana Ruiz"], "role": _posted(browser, "Platform engineer")}
    _decide(browser, places, people)
    _write(browser, places, sessions)
    places |= add_the_work_around_it(browser, app, sessions, places)
    return browser, places | _imports(browser, app, sessions)


def _posted(browser: Browser, title: str) -> int:
    answer = browser.post("/roles/new", {"title": title, "text": ADVERT})
    return int(re.findall(r"/roles/(\d+)", answer.location)[0])


def _more_people(session: Session) -> dict[str, object]:
    now = current_time()
    bare = make_candidate(session, "", emails=["unknown@example.org"], now=now)
    odd = make_candidate(
        session, ODD_NAME, resume=f"Kubernetes {'x' * 300} مهندس 🚀", headline=LONG_NAME, now=now
    )
    make_application(
        session, odd, now=now, role_title=LONG_NAME, interviewer_words=LONG_NAME, stage=Stage.FINAL_ROUND
    )
    overdue = make_promise(session, odd, now=now, words=ODD_NAME, due_on=now.date() - timedelta(days=9))
    pairs = []
    for family in ("Smith", "Jones"):
        address = f"bob@{family.lower()}.example"
        pair = [
            make_candidate(session, f"{first} {family}", emails=[address], city=city, now=now)
            for first, city in (("Robert", "York"), ("Bob", "Leeds"))
        ]
        for person in pair:
            make_application(session, person, now=now, role_title="Head of platforms")
            make_basis(session, person, now=now, expires_on=None)
        pairs.append(pair)
    (twin, other), (kept, dropped) = pairs
    return {
        "bare": bare.id, "odd": odd.id, "twin": twin.id, "other_twin": other.id, "merged": kept.id, "dropped": dropped.id,
        "promise": overdue.id,
    }  # fmt: skip


def _roles_and_links(session: Session, app: Flask, mara: Recruiter, ana_id: int) -> dict[str, object]:
    now, secret = current_time(), app.extensions[EXTENSION].secret
    newcomer = make_recruiter(session, "New Colleague")
    unmatched = make_role(session, f"Engineer {LONG_NAME}", owner_id=mara.id, now=now)
    make_role(session, "Closed role", state=RoleState.CLOSED, closed_on=now.date(), now=now)
    make_role(session, "Draft", state=RoleState.DRAFT, now=now)
    links = {
        f"{purpose}_token": make_one_time_link(session, newcomer.id, purpose, now=now, hours=1)
        for purpose in LinkPurpose
    }
    return {
        **links,
        **_what_ana_asked(session, secret, mara, ana_id),
        "mara": mara.id,
        "newcomer": newcomer.id,
        "unmatched": unmatched.id,
    }


def _what_ana_asked(session: Session, secret: bytes, mara: Recruiter, ana_id: int) -> dict[str, object]:
    now = current_time()
    key = session.scalars(
        select(CandidateEmail.address_key).where(CandidateEmail.candidate_id == ana_id)
    ).first()
    hashed = suppression_key(secret, "email", key or "")
    to = Recipient(
        name=ODD_NAME[:160], organisation=LONG_NAME[:160], why="They look for one.", with_resume=True
    )
    asked_to_pass = note_pass_on_asked(session, ana_id, to, recruiter_id=mara.id, now=now)
    for until in (None, now.date() - timedelta(days=1)):
        place_hold(session, ana_id, LONG_NAME, until=until, recruiter_id=mara.id, now=now)
    asked = NewRequest(
        kind=RequestKind.QUESTION, came_by=CameBy.PHONE, candidate_id=ana_id, received_on=now.date(), words=ODD_NAME,
    )  # fmt: skip
    mail = IncomingMail(
        mail_key="<1@x.example>", kind=IncomingKind.ANSWER, candidate_id=ana_id, words=LONG_NAME, asks_to_stop=True,
        came_at=now,
    )  # fmt: skip
    session.add(mail)
    return {
        "request": receive_request(session, asked, now=now).id,
        "stop_token": stop_token(secret, ana_id, hashed, now=now),
        "pass_on_token": pass_on_token(secret, asked_to_pass.id, hashed, now=now),
        "own_token": own_page_token(secret, ana_id, hashed, now=now),
    }


def _decide(browser: Browser, places: dict[str, object], people: dict[str, int]) -> None:
    role, ana = f"/roles/{places['role']}", people["Ana Ruiz"]
    browser.get(f"{role}?open={ana}")
    for name in ("Ana Ruiz", "Bo Chen"):
        browser.post(f"{role}/matches/{people[name]}/shortlist", {"words": "calm under pressure"})
    browser.post(f"{role}/matches/{people['Chidi Okafor']}/dismiss", {"reason": "location"})
    browser.post(f"{role}/rematch")
    browser.post(f"/candidates/{ana}/notes", {"note": "Rang back, wants remote work."})
    browser.post(f"/candidates/{ana}/promises", {"promise": "write in spring", "due_on": ""})


def _write(browser: Browser, places: dict[str, object], sessions: Sessions) -> None:
    chosen = [places["twin"], places["other_twin"], places["ana"]]
    letter = {"template": "first_contact", "subject": "{{ role_title }}", "text": "Hello {{ first_name }}"}
    browser.post(f"/roles/{places['role']}/contact", {**letter, "candidates": chosen, "send": chosen})
    states = (MessageState.UNKNOWN, MessageState.FAILED, MessageState.PENDING)
    with sessions.writing.begin() as session:
        for message, state in zip(session.scalars(select(Message)).all(), states, strict=False):
            message.state = state
            message.problem = "The mail server did not answer." if state is not MessageState.PENDING else None


def _imports(browser: Browser, app: Flask, sessions: Sessions) -> dict[str, object]:
    done, waiting, checking, asked = (
        _sent(browser, text)
        for text in (HISTORY, HISTORY.replace("Mo,", "Li,"), LONG_HISTORY, HISTORY + "Al,Ba")
    )
    browser.post(f"/imports/{done}/run")
    _carry_out(app, sessions)
    browser.post(f"/imports/{checking}/check")
    browser.post(f"/imports/{asked}/run")
    return {
        "import_done": done, "import_waiting": waiting, "import_checking": checking, "import_asked": asked,
    }  # fmt: skip


def _sent(browser: Browser, text: str) -> int:
    file = {"file": (io.BytesIO(text.encode()), "history.csv")}
    answer = browser.post("/imports", file, content_type="multipart/form-data")
    return int(re.findall(r"/imports/(\d+)", answer.location)[0])


def _carry_out(app: Flask, sessions: Sessions) -> None:
    """Do the import that was asked for, as the scheduler does."""
    with sessions.reading() as session:
        told = session.scalars(select(AskedWork).where(AskedWork.kind == "import_file")).one().details
    options = ImportOptions(
        import_id=told["import_id"],
        file_name=told["file_name"],
        source=told["source"],
        mapping=ChosenMapping(columns=told["columns"]),
    )
    at = app.extensions[EXTENSION]
    import_file(
        sessions, at.settings.upload_folder / told["file"], options, secret=at.secret, now=current_time()
    )
