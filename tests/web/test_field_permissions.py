"""What a hiring manager never reads of somebody on their short list, whatever address they try."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.models import Candidate, Fact, FactKind, Note
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import shortlist
from talentpool.roles.models import Role
from tests.builders import make_application, make_promise
from tests.web.conftest import Browser, MakeAccount, SignIn
from tests.web.pool_of_people import ADVERT, fill_pool

SECRETS = {
    "expectation": "wants 91 thousand",
    "note": "zebra in the notes",
    "interviewer": "quagga said the panel",
    "short list note": "okapi for your eyes",
    "reason in words": "narwhal of a reason",
    "promise": "walrus we promised",
    "phone": "+49 30 5550199",
    "e-mail": "ana.secret@example.org",
}
FORMATS = ("csv", "xlsx")


@pytest.fixture
def known(
    sessions: Sessions, signed_in: SignIn, make_account: MakeAccount
) -> tuple[Recruiter, dict[str, int]]:
    """A hiring manager, and a matched role of theirs with somebody on its short list about whom much is known."""
    people, now = fill_pool(sessions), current_time()
    manager, desk = make_account(AccountKind.HIRING_MANAGER), signed_in(AccountKind.RECRUITER)
    posted = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    role_id, ana = int(posted.rsplit("/", 1)[1]), people["Ana Ruiz"]
    own = {"recruiter_id": desk.recruiter.id, "now": now}
    with sessions.writing.begin() as session:
        session.get_one(Role, role_id).hiring_manager_id = manager.id
        person = session.get_one(Candidate, ana)
        person.emails[0].address = SECRETS["e-mail"]
        session.add_all(
            [
                Fact(
                    candidate_id=ana,
                    kind=FactKind.PAY_EXPECTATION,
                    said=SECRETS["expectation"],
                    created_at=now,
                ),
                Note(candidate_id=ana, words=SECRETS["note"], created_at=now),
                Note(candidate_id=ana, words=f"call {SECRETS['phone']}", created_at=now),
            ]
        )
        make_application(
            session, person, interviewer_words=SECRETS["interviewer"], reason_text=SECRETS["reason in words"],
            ended_on=now.date(), now=now,
        )  # fmt: skip
        make_promise(session, person, words=SECRETS["promise"], now=now)
        shortlist(session, role_id, ana, words=SECRETS["short list note"], **own)
        resume_id = person.resumes[0].id
    return manager, {"role_id": role_id, "candidate_id": ana, "resume_id": resume_id}


def addresses(app: Flask, ids: dict[str, int]) -> Iterator[str]:
    """Give every address that can be looked at, about this person and this role."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint != "static":
            for ending in FORMATS if "ending" in rule.arguments else ("",):
                yield _filled(app, rule, ids, ending)


def _filled(app: Flask, rule: Rule, ids: dict[str, int], ending: str) -> str:
    values = {name: ids.get(name, ending if name == "ending" else 1) for name in rule.arguments}
    return app.url_map.bind("127.0.0.1").build(rule.endpoint, values, method="GET")


def shown(browser: Browser, address: str, headers: dict[str, str]) -> str:
    with browser.get(address, headers=headers) as answer:
        assert answer.status_code in (200, 303, 403, 404), f"{address}: {answer.status_code}"
        return answer.get_data().decode("utf-8", errors="replace")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_hiring_manager_reads_none_of_it_anywhere(
    app: Flask, known: tuple[Recruiter, dict[str, int]], signed_in: SignIn, headers: dict[str, str]
) -> None:
    manager, ids = known
    browser, read = signed_in(manager), 0
    for address in addresses(app, ids):
        text = shown(browser, address, headers)
        read += "Ana Ruiz" in text
        told = [what for what, secret in SECRETS.items() if secret in text]
        assert not told, f"{address} shows a hiring manager the {told}"
    assert read, "the short list itself is shown"


def test_a_recruiter_reads_all_of_it(known: tuple[Recruiter, dict[str, int]], signed_in: SignIn) -> None:
    _manager, ids = known
    desk = signed_in(AccountKind.RECRUITER)
    text = shown(desk, f"/candidates/{ids['candidate_id']}", {})
    text += shown(desk, f"/roles/{ids['role_id']}/shortlist", {})
    assert not [what for what, secret in SECRETS.items() if secret not in text]
