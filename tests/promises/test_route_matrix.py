"""Every address × who calls it × whose object it names: what is not one's own answers like what is not there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.kept_forms import keep_form
from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.models import AccountKind, Recruiter, Searched
from talentpool.accounts.permissions import PERMISSIONS_BY_KIND
from talentpool.accounts.saved_searches import save_search
from talentpool.candidates.duplicates import keep_apart
from talentpool.candidates.models import (
    Candidate,
    Contact,
    ContactChannel,
    Direction,
    PossibleDuplicate,
    Resume,
)
from talentpool.candidates.notes import add_note
from talentpool.clock import current_time
from talentpool.closing.models import ClosingDecision
from talentpool.consent.models import PassOn
from talentpool.database import Sessions
from talentpool.outreach.models import IncomingKind, IncomingMail
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.models import ManagerAnswer
from talentpool.rediscovery.shortlist_links import Showing, show_to
from talentpool.roles.models import Role
from talentpool.settings import Settings
from talentpool.tables import metadata
from talentpool.web.access import access_of
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from talentpool.web.sign_in import cookie_name, lifetimes
from tests.builders import make_application, make_candidate, make_promise, make_recruiter, make_role
from tests.web.pool_of_people import fill_pool

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

NOBODYS = 987_654_321
KEPT = (
    "role_id", "candidate_id", "resume_id", "note_id", "promise_id", "feedback_id", "pair_id", "merge_id", "mail_id",
    "search_id", "kept_id", "pass_on_id", "contact_id", "decision_id", "link_id", "shown_id",
)  # fmt: skip
"""What belongs to a role or a person; imports and accounts are everybody's who may see such at all."""
OF_A_ROLE = frozenset({"contact_id", "decision_id", "link_id", "shown_id"})
"""What an address names below its role."""
NEED_MORE = ("roles.show_match", "resumes.download", "exports.export_matches", "shortlist_links.show_inside")
"""Pages of what these roles and people do not have: a list of matches, the original of a resume."""
CALLERS = ("recruiter", "manager", "other manager", "administrator")


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Ids by the name of the place in an address: one's own twice, another team's, and those of somebody erased."""

    own: dict[str, int]
    next: dict[str, int]  # of another role of one's own
    others: dict[str, int]
    secret: dict[str, int]  # of another team's confidential role, with a person whom everybody sees
    erased: dict[str, int]
    clients: dict[str, FlaskClient]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application over a small pool."""
    made = create_app(settings)
    yield made
    made.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def world(app: Flask, sessions: Sessions) -> World:
    """A recruiter's role and people, another team's confidential role and restricted people, and one erased."""
    fill_pool(sessions)
    with sessions.writing.begin() as session:
        people = {
            name: make_recruiter(session, name=name.capitalize(), kind=kind)
            for name, kind in zip(CALLERS, (AccountKind.RECRUITER, *[AccountKind.HIRING_MANAGER] * 2, AccountKind.ADMINISTRATOR), strict=True)
        }  # fmt: skip
        stranger = make_recruiter(session, name="Stranger")
        own = _things(session, people["recruiter"], manager=people["manager"])
        beside = _things(session, people["recruiter"], manager=people["manager"])
        others = _things(session, stranger, is_hidden=True)
        secret = _things(session, stranger, is_hidden=True)
        session.get_one(Candidate, secret["candidate_id"]).is_restricted = False
        erased = _things(session, stranger)
        session.delete(session.get_one(Candidate, erased["candidate_id"]))
        erased["role_id"] = NOBODYS
    clients = {name: _signed_in(app, person) for name, person in people.items()}
    return World(own=own, next=beside, others=others, secret=secret, erased=erased, clients=clients)


def _things(
    session: Session, owner: Recruiter, *, manager: Recruiter | None = None, is_hidden: bool = False
) -> dict[str, int]:
    now = current_time()
    role = make_role(
        session, title=f"Role of {owner.name}", owner_id=owner.id, is_confidential=is_hidden,
        hiring_manager_id=manager.id if manager else None, now=now,
    )  # fmt: skip
    person, double = (
        make_candidate(
            session,
            f"Person of {owner.name}",
            resume="Nomad",
            owner_id=owner.id,
            is_restricted=is_hidden,
            now=now,
        )
        for _ in range(2)
    )
    return {
        "role_id": role.id, "candidate_id": person.id, "merge_id": NOBODYS,
        **_about_a_person(session, owner, person, double),
        **_about_a_role(session, owner, (role, manager or owner), (person, double)),
    }  # fmt: skip


def _about_a_person(
    session: Session, owner: Recruiter, person: Candidate, double: Candidate
) -> dict[str, int]:
    now = current_time()
    note = add_note(session, person.id, words="seen", recruiter_id=owner.id, now=now)
    keep_apart(session, person.id, double.id, recruiter_id=owner.id, now=now)
    pair = session.scalars(select(PossibleDuplicate.id).where(PossibleDuplicate.first_id == person.id)).one()
    resume = session.scalars(select(Resume.id).where(Resume.candidate_id == person.id)).one()
    search = save_search(
        session, Searched.POOL, "q=nomad", name="Nomads", is_shared=False, owner_id=owner.id, now=now
    )
    kept_id = keep_form(
        session, owner.id, page="/candidates", action="/searches", fields=[("name", "Nomads")], now=now
    )
    mail = IncomingMail(
        mail_key=f"<{person.id}@x.example>", kind=IncomingKind.ANSWER, candidate_id=person.id, asks_to_stop=False,
        came_at=now,
    )  # fmt: skip
    asked = PassOn(
        candidate_id=person.id, to_name="Jo Park", to_organisation="Nordwind", why="They look for one.",
        with_resume=False, asked_at=now, answer_by=now.date(), said_yes=True, answered_at=now, holds_until=now.date(),
    )  # fmt: skip
    session.add_all([mail, asked])
    session.flush()
    return {
        "resume_id": resume, "note_id": note.id, "pair_id": pair, "mail_id": mail.id, "search_id": search.id,
        "kept_id": kept_id or NOBODYS, "pass_on_id": asked.id,
    }  # fmt: skip


def _about_a_role(
    session: Session,
    owner: Recruiter,
    shown_to: tuple[Role, Recruiter],
    people: tuple[Candidate, Candidate],
) -> dict[str, int]:
    now, (role, manager), (person, double) = current_time(), shown_to, people
    feedback = shortlist(session, role.id, person.id, recruiter_id=owner.id, now=now)
    contact = Contact(
        candidate_id=person.id, at=now, channel=ContactChannel.CALL, direction=Direction.OURS, is_unasked=True,
        recruiter_id=owner.id, role_id=role.id,
    )  # fmt: skip
    application = make_application(session, person, role=role, now=now)
    decision = ClosingDecision(application_id=application.id, decided_at=now, before={})
    promise = make_promise(session, person, owner_id=owner.id, now=now, application_id=application.id)
    session.add_all([contact, decision])
    is_hidden, double.is_restricted = double.is_restricted, False
    shortlist(session, role.id, double.id, recruiter_id=owner.id, now=now)
    showing = Showing(address=manager.email, candidate_ids=(double.id,))
    link = show_to(session, role, showing, recruiter_id=owner.id, now=now)
    double.is_restricted = is_hidden
    link.people[0].answer, link.people[0].answered_at = ManagerAnswer.MAYBE, now
    session.flush()
    return {
        "feedback_id": feedback.id, "promise_id": promise.id, "contact_id": contact.id, "decision_id": decision.id,
        "link_id": link.id, "shown_id": link.people[0].id,
    }  # fmt: skip


def _signed_in(app: Flask, person: Recruiter) -> FlaskClient:
    desk = app.extensions[EXTENSION]
    lives = lifetimes(desk.settings.security)
    with desk.sessions.writing.begin() as session:
        token = start_session(session, person.id, lifetimes=lives, now=current_time())
    client = app.test_client()
    client.set_cookie(cookie_name(desk.settings, "session"), token)
    return client


def doors(app: Flask) -> Iterator[tuple[str, str, Callable[[dict[str, int]], str], frozenset[str], str]]:
    """Give endpoint, method, how to fill the address, its places, and the permission it asks for."""
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None
        places = frozenset(rule.arguments & set(KEPT))
        if access.permission is None or not places:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, _filler(app, rule.endpoint, method), places, access.permission


OTHERS: dict[str, object] = {"ending": "csv", "recipient_id": NOBODYS, "email_id": NOBODYS}
"""What else stands in an address."""


def _filler(app: Flask, endpoint: str, method: str) -> Callable[[dict[str, int]], str]:
    return lambda ids: str(app.url_map.bind("127.0.0.1").build(endpoint, {**OTHERS, **ids}, method=method))


def call(client: FlaskClient, method: str, address: str) -> int:
    if method == "GET":
        with client.get(address) as answer:
            return answer.status_code
    found = re.search(r'csrf-token" content="([^"]+)"', client.get("/account").get_data(as_text=True))
    assert found is not None
    return client.open(address, method=method, data={"csrf_token": found.group(1)}).status_code


def counts(sessions: Sessions) -> dict[str, int]:
    """Count the rows of every table but the trail of sign-ins."""
    with sessions.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
            if name != "login_sessions"
        }


def kind_of(caller: str) -> AccountKind:
    if caller.endswith("manager"):
        return AccountKind.HIRING_MANAGER
    return AccountKind(caller)


@pytest.mark.parametrize("caller", CALLERS)
def test_what_is_gone_or_never_was_is_not_there_for_anybody(
    app: Flask, world: World, sessions: Sessions, caller: str
) -> None:
    before = counts(sessions)
    for endpoint, method, fill, places, permission in doors(app):
        expected = 404 if permission in PERMISSIONS_BY_KIND[kind_of(caller)] else 403
        for place in places:
            for wrong in (NOBODYS, world.erased[place]):
                ids = {**{each: world.own[each] for each in places}, place: wrong}
                status = call(world.clients[caller], method, fill(ids))
                assert status == expected, f"{caller}: {method} {endpoint} {place}={wrong} gave {status}"
    assert counts(sessions) == before


@pytest.mark.parametrize("caller", ["recruiter", "manager", "other manager"])
def test_what_belongs_to_another_team_answers_as_if_it_were_not_there(
    app: Flask, world: World, sessions: Sessions, caller: str
) -> None:
    before = counts(sessions)
    for endpoint, method, fill, places, permission in doors(app):
        expected = 404 if permission in PERMISSIONS_BY_KIND[kind_of(caller)] else 403
        for place in places:
            ids = {**{each: world.own[each] for each in places}, place: world.others[place]}
            status = call(world.clients[caller], method, fill(ids))
            assert status == expected, f"{caller}: {method} {endpoint} {place} gave {status}"
    assert counts(sessions) == before


def test_what_belongs_to_another_role_of_ones_own_is_not_there_under_this_one(
    app: Flask, world: World, sessions: Sessions
) -> None:
    before = counts(sessions)
    asked = set()
    for endpoint, method, fill, places, _permission in doors(app):
        for place in places & OF_A_ROLE:
            ids = {**{each: world.own[each] for each in places}, place: world.next[place]}
            for caller in ("recruiter", "administrator", "manager"):
                status = call(world.clients[caller], method, fill(ids))
                assert status in (403, 404), f"{caller}: {method} {endpoint} {place} gave {status}"
                asked |= {place} if status == 404 else set()
    assert asked == OF_A_ROLE
    assert counts(sessions) == before


def test_what_is_said_for_another_teams_confidential_role_is_not_there_on_somebody_everybody_sees(
    app: Flask, world: World, sessions: Sessions
) -> None:
    before = counts(sessions)
    about_it = {"promise_id", "feedback_id", *OF_A_ROLE}
    for endpoint, method, fill, places, _permission in doors(app):
        for place in places & about_it:
            ids = {**{each: world.own[each] for each in places}, place: world.secret[place]}
            status = call(world.clients["recruiter"], method, fill(ids))
            assert status in (403, 404), f"{method} {endpoint} {place} gave {status}"
    assert counts(sessions) == before


def test_every_place_below_a_role_is_one_that_the_tests_here_fill(app: Flask) -> None:
    below = [rule.arguments for rule in app.url_map.iter_rules() if "role_id" in rule.arguments]
    assert {place for places in below for place in places if place.endswith("_id")} <= set(KEPT)


def test_a_manager_sees_the_role_they_hire_for_and_no_other(app: Flask, world: World) -> None:
    address = f"/roles/{world.own['role_id']}/shortlist"
    assert world.clients["manager"].get(address).status_code == 200
    assert world.clients["other manager"].get(address).status_code == 404


@pytest.mark.parametrize("caller", ["recruiter", "administrator"])
def test_what_is_ones_own_opens(app: Flask, world: World, caller: str) -> None:
    objects = [world.own, world.others] if caller == "administrator" else [world.own]
    for endpoint, method, fill, places, _permission in doors(app):
        if method != "GET" or "merge_id" in places or endpoint in NEED_MORE:
            continue
        if "kept_id" in places and caller != "recruiter":
            continue  # what somebody typed is theirs alone, not an administrator's either
        for things in objects:
            status = call(world.clients[caller], method, fill({each: things[each] for each in places}))
            assert status in (200, 303), f"{caller}: {endpoint} gave {status}"
