"""A short list shown to a hiring manager: bound, revocable, ending, answered once, and known to the ranking."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.candidates.models import Application, Candidate, Disposition, FactKind
from talentpool.candidates.models.resumes import Fact
from talentpool.candidates.notes import add_note
from talentpool.clock import current_time
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.database import Sessions
from talentpool.matching.feedback import Judgements
from talentpool.rediscovery.decided import decided_about
from talentpool.rediscovery.feedback import shortlist, shortlisted_ids, standing_feedback, undo
from talentpool.rediscovery.models import (
    FeedbackKind,
    MatchFeedback,
    RunCause,
    ShortlistLink,
    ShortlistLinkPerson,
)
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.shortlist_tokens import new_code
from talentpool.roles.models import Role, RoleState
from talentpool.web.desk import EXTENSION
from talentpool.work.models import AskedWork, WorkState
from tests.builders import TODAY, forged, make_basis, make_role
from tests.web.conftest import Browser, MakeAccount, MakeSettings, SignIn, StartApp, form_token, let_in
from tests.web.pool_of_people import ADVERT, fill_pool

ADDRESS = "jo.park@example.org"
SHOWN = ("Ana Ruiz", "Bo Chen", "Chidi Okafor")


@dataclass(kw_only=True)
class World:
    """A role with three people on its short list, and who is in the pool."""

    role: Role
    people: dict[str, int]
    browser: Browser
    app: Flask
    sessions: Sessions

    def send(self, **fields: object) -> str:
        """Show the three to a manager; gives the way to the page."""
        form = {"address": ADDRESS, "days": 14, "candidates": [self.people[name] for name in SHOWN], **fields}
        page = self.browser.post(f"/roles/{self.role.id}/shortlist/show", form, follow_redirects=True).text
        found = re.findall(r'value="[^"]+(/s/[\w-]+)"', page)
        assert found, page
        return str(found[0])

    def opened(self, way: str) -> FlaskClient:
        """A manager's browser in which the list is open."""
        manager = self.app.test_client()
        let_in(manager, way, self.app.extensions[EXTENSION])
        return manager

    def say(self, manager: FlaskClient, way: str, name: str, answer: str, **fields: object) -> TestResponse:
        return press(manager, f"{way}/answer/{self.people[name]}", answer=answer, **fields)


def press(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={**fields, "csrf_token": form_token(client)}, follow_redirects=True)


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that writes mail into a folder."""
    return start_app(
        settings_with(
            TALENTPOOL_MAIL_TRANSPORT="folder",
            TALENTPOOL_MAIL_ORGANISATION="Nordwind",
            TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example",
            TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay, 20457 Hamburg",
        )
    )


@pytest.fixture
def world(app: Flask, sessions: Sessions, signed_in: SignIn, make_account: MakeAccount) -> World:
    """The small pool, a matched role and its short list."""
    people, now = fill_pool(sessions), current_time()
    mara = make_account(AccountKind.RECRUITER)
    with sessions.writing.begin() as session:
        role = make_role(session, text=ADVERT, owner_id=mara.id, now=now)
        rediscover(
            session,
            app.extensions[EXTENSION].keeper,
            role.id,
            cause=RunCause.POSTED,
            recruiter_id=None,
            now=now,
        )
        for name in SHOWN:
            shortlist(session, role.id, people[name], recruiter_id=mara.id, now=now)
        add_note(
            session, people["Ana Ruiz"], words="asked for more than the band", recruiter_id=mara.id, now=now
        )
        session.add(
            Fact(
                candidate_id=people["Ana Ruiz"], kind=FactKind.PAY_EXPECTATION, said="98,765 a year",
                value={"from": 98765}, created_at=now,
            )
        )  # fmt: skip
    return World(role=role, people=people, browser=signed_in(mara), app=app, sessions=sessions)


def test_a_manager_sees_quotes_and_history_and_neither_pay_nor_notes_nor_rank(world: World) -> None:
    way = world.send(words="Who could start in May?")
    page = world.opened(way).get(way).text
    assert "Ana Ruiz" in page
    assert "Kubernetes on AWS for 40 teams" in page
    assert ": final round" in page
    assert "Who could start in May?" in page
    for hidden in ("98,765", "more than the band", "calm", "person", "Strong", "Good", "Stronger candidate"):
        assert hidden not in re.sub(r'id="person-\d+"|shown-people|#person', "", page), hidden


def test_a_manager_sees_as_of_when_another_system_said_how_far_somebody_got(
    world: World, sessions: Sessions
) -> None:
    way = world.send()
    manager, long_ago = world.opened(way), current_time() - timedelta(days=400)
    assert "as of" not in manager.get(way).text
    with sessions.writing.begin() as session:
        session.execute(update(Application).values(as_of=long_ago))
    assert set(re.findall(r'class="(as-of[^"]*)"', manager.get(way).text)) == {"as-of"}
    with sessions.writing.begin() as session:  # nobody has said how it ended, so it may be another by now
        session.execute(update(Application).values(disposition=Disposition.UNKNOWN, reason_id=None))
    assert set(re.findall(r'class="(as-of[^"]*)"', manager.get(way).text)) == {"as-of stale"}


def test_looking_changes_nothing_until_the_code_is_entered(world: World, sessions: Sessions) -> None:
    way = world.send()
    scanner = world.app.test_client()
    for _ in range(2):
        page = scanner.get(way).text
        assert "Send me a code" in page
        assert "Ana Ruiz" not in page
    with sessions.reading() as session:
        assert session.scalars(select(ShortlistLink)).one().opened_at is None


def judged(session: Session, role: Role) -> Judgements:
    return decided_about(session, [role], today=TODAY)[role.id].judged


def test_answers_show_on_the_role_and_teach_the_ranking(world: World, sessions: Sessions) -> None:
    way = world.send()
    manager = world.opened(way)
    world.say(manager, way, "Ana Ruiz", "yes", words="call her today")
    world.say(manager, way, "Bo Chen", "no", reason="skills")
    world.say(manager, way, "Chidi Okafor", "maybe")
    shown = world.browser.get(f"/roles/{world.role.id}/shortlist").text
    assert "1 yes, 1 maybe, 1 no" in shown
    assert "jo.park: yes" in shown
    listed = world.browser.get(f"/roles/{world.role.id}/shortlist/show").text
    assert "call her today" in listed
    with sessions.reading() as session:
        taught = judged(session, world.role)
        assert taught.dismissed == (world.people["Bo Chen"],)
        assert world.people["Bo Chen"] not in shortlisted_ids(session, world.role.id)
    assert "Strong" in manager.get(way).text  # after the answer, and only then


def test_an_answer_is_taken_back_with_everything_it_did(world: World, sessions: Sessions) -> None:
    way = world.send()
    manager = world.opened(way)
    world.say(manager, way, "Bo Chen", "no", reason="level")
    with sessions.reading() as session:
        shown = session.scalars(
            select(ShortlistLinkPerson.id).where(ShortlistLinkPerson.answer.is_not(None))
        ).one()
    world.browser.post(f"/roles/{world.role.id}/shortlist/answers/{shown}/undo")
    with sessions.reading() as session:
        assert judged(session, world.role).dismissed == ()
        assert world.people["Bo Chen"] in shortlisted_ids(session, world.role.id)
    assert "thank" in world.say(manager, way, "Bo Chen", "yes").text.casefold()


def test_undoing_a_no_puts_nobody_on_the_list_who_was_taken_off_it_before(
    world: World, sessions: Sessions
) -> None:
    way, bo = world.send(), world.people["Bo Chen"]
    with sessions.writing.begin() as session:
        entry = standing_feedback(session, world.role.id, bo, FeedbackKind.SHORTLISTED)
        assert entry is not None
        undo(session, entry.id, recruiter_id=None, now=current_time())
    world.say(world.opened(way), way, "Bo Chen", "no", reason="level")
    with sessions.reading() as session:
        answered = ShortlistLinkPerson.answer.is_not(None)
        shown = session.scalars(select(ShortlistLinkPerson.id).where(answered)).one()
    world.browser.post(f"/roles/{world.role.id}/shortlist/answers/{shown}/undo")
    with sessions.reading() as session:
        assert bo not in shortlisted_ids(session, world.role.id)


def undo_the_answer(world: World, session: Session, place: int) -> None:
    answers = select(ShortlistLinkPerson.id).where(ShortlistLinkPerson.answer.is_not(None))
    shown = session.scalars(answers.order_by(ShortlistLinkPerson.id)).all()[place]
    session.rollback()
    world.browser.post(f"/roles/{world.role.id}/shortlist/answers/{shown}/undo")


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_managers_noes_the_other_stands_when_one_is_taken_back(
    world: World, sessions: Sessions, first: int
) -> None:
    bo, ways = world.people["Bo Chen"], [world.send(), world.send(address="lee@example.org")]
    for way in ways:
        world.say(world.opened(way), way, "Bo Chen", "no", reason="level")
    with sessions.reading() as session:
        undo_the_answer(world, session, first)
        assert judged(session, world.role).dismissed == (bo,)
        assert bo not in shortlisted_ids(session, world.role.id)
        undo_the_answer(world, session, 0)
        assert judged(session, world.role).dismissed == ()
        assert bo in shortlisted_ids(session, world.role.id)


def test_undoing_a_managers_no_leaves_a_recruiters_own_alone(world: World, sessions: Sessions) -> None:
    way, bo = world.send(), world.people["Bo Chen"]
    world.say(world.opened(way), way, "Bo Chen", "no", reason="level")
    world.browser.post(f"/roles/{world.role.id}/matches/{bo}/dismiss", {"reason": "skills"})
    with sessions.reading() as session:
        undo_the_answer(world, session, 0)
        assert judged(session, world.role).dismissed == (bo,)
        assert bo not in shortlisted_ids(session, world.role.id)


def test_a_second_answer_changes_nothing_and_says_what_the_first_was(world: World) -> None:
    way = world.send()
    manager = world.opened(way)
    world.say(manager, way, "Ana Ruiz", "yes")
    again = world.say(manager, way, "Ana Ruiz", "no", reason="skills")
    assert again.status_code == 409
    assert "You answered this on" in again.text
    assert ": yes." in again.text


def test_a_no_needs_a_reason_that_is_a_managers(world: World, sessions: Sessions) -> None:
    way = world.send()
    manager = world.opened(way)
    for reason in ("", "pay", "already_asked"):
        refused = world.say(manager, way, "Ana Ruiz", "no", reason=reason)
        assert refused.status_code == 422
        assert "Say why not: Skills, Level, Location, Other." in refused.text
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(MatchFeedback)) == len(SHOWN)


def test_somebody_who_was_not_shown_cannot_be_answered_about(world: World) -> None:
    way = world.send()
    refused = world.say(world.opened(way), way, "Dana Levy", "yes")
    assert refused.status_code == 404


@pytest.mark.parametrize("change", ["guessed", "cut", "stop link"])
def test_a_link_that_is_not_ours_gets_one_refusal(world: World, change: str) -> None:
    way = world.send()
    wrong = {"guessed": forged(way), "cut": way[:-1], "stop link": "/s/" + "A" * 82}[change]
    answer = world.app.test_client().get(wrong)
    assert answer.status_code == 403
    assert "not complete or not one of ours" in answer.text
    assert "Ana" not in answer.text


@pytest.mark.parametrize("why", ["expired", "revoked", "closed"])
def test_a_link_that_is_over_says_so_in_one_sentence(world: World, sessions: Sessions, why: str) -> None:
    way = world.send()
    manager = world.opened(way)
    with sessions.writing.begin() as session:
        if why == "expired":
            session.execute(update(ShortlistLink).values(expires_at=current_time() - timedelta(minutes=2)))
        elif why == "closed":
            session.execute(update(Role).values(state=RoleState.CLOSED))
    if why == "revoked":
        world.browser.post(f"/roles/{world.role.id}/shortlist/links/1/revoke")
    said = {"expired": "worked until", "revoked": "was taken back", "closed": "has been closed"}[why]
    for answer in (
        manager.get(way),
        world.say(manager, way, "Ana Ruiz", "yes"),
        press(manager, f"{way}/code"),
    ):
        assert answer.status_code == 403
        assert said in answer.text
        assert "Mara Klein" in answer.text


@pytest.mark.parametrize("is_opened", [False, True], ids=["before it is opened", "after"])
def test_a_forwarded_link_asks_for_a_code_sent_to_the_address(
    world: World, sessions: Sessions, is_opened: bool
) -> None:
    way = world.send()
    if is_opened:
        world.opened(way)
    other = world.app.test_client()
    press(other, f"{way}/open")
    page = other.get(way).text
    assert "Have a code sent to" in page
    assert "Ana Ruiz" not in page
    assert "j…@example.org" in page
    assert world.say(other, way, "Ana Ruiz", "yes").status_code == 403
    press(other, f"{way}/code")
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork).order_by(AskedWork.id.desc())).first()
        assert work is not None
        assert (work.kind, work.details["with_code"]) == ("mail_short_list", True)
    code = make_code(world)
    assert press(other, f"{way}/enter", code="00000000").status_code == 422
    assert "Ana Ruiz" in press(other, f"{way}/enter", code=f"{code[:4]} {code[4:]}").text
    third = world.app.test_client()
    assert press(third, f"{way}/enter", code=code).status_code == 422


def make_code(world: World) -> str:
    with world.sessions.writing.begin() as session:
        link = session.scalars(select(ShortlistLink)).one()
        return new_code(link, secret=world.app.extensions[EXTENSION].secret, now=current_time())


def test_a_code_ends_by_itself(world: World, sessions: Sessions) -> None:
    way = world.send()
    code = make_code(world)
    with sessions.writing.begin() as session:
        link = session.scalars(select(ShortlistLink)).one()
        assert code not in (link.code_hash or "")
        link.code_until = current_time() - timedelta(seconds=1)
    assert press(world.app.test_client(), f"{way}/enter", code=code).status_code == 422


def test_whoever_guesses_codes_is_slowed_down(world: World) -> None:
    way = world.send()
    other = world.app.test_client()
    tries = [press(other, f"{way}/enter", code=f"{number:08}").status_code for number in range(6)]
    assert tries == [422] * 5 + [429]
    asked = [press(other, f"{way}/code").status_code for _ in range(4)]
    assert asked == [200] * 3 + [429]


def test_restricted_people_are_never_shown(world: World, sessions: Sessions) -> None:
    way = world.send()
    with sessions.writing.begin() as session:
        ana = session.get_one(Candidate, world.people["Ana Ruiz"])
        ana.is_restricted, ana.owner_id = True, world.browser.recruiter.id
    page = world.opened(way).get(way).text
    assert "Bo Chen" in page
    assert "Ana Ruiz" not in page
    refused = world.browser.post(
        f"/roles/{world.role.id}/shortlist/show",
        {"address": ADDRESS, "days": 14, "candidates": [world.people["Ana Ruiz"]]},
    )
    assert refused.status_code == 422
    assert "may be seen by few people only" in refused.text


@pytest.mark.parametrize("word", ["withdrawn", "objected"])
def test_whoever_took_consent_back_or_objected_is_shown_to_nobody_any_more(
    world: World, sessions: Sessions, word: str
) -> None:
    way, now, bo = world.send(), current_time(), world.people["Bo Chen"]
    manager = world.opened(way)
    assert "Bo Chen" in manager.get(way).text
    with sessions.writing.begin() as session:
        if word == "withdrawn":
            make_basis(
                session, session.get_one(Candidate, bo), withdrawn_on=now.date(), recorded_on=now.date()
            )
        else:
            scope = SuppressionScope.PROCESSING
            session.add(
                Suppression(
                    candidate_id=bo, scope=scope, source="own page", created_at=now, key_hash="0" * 64
                )
            )
    page = manager.get(way).text
    assert "Bo Chen" not in page
    assert "Ana Ruiz" in page
    assert world.say(manager, way, "Bo Chen", "yes").status_code == 404
    form = {"address": ADDRESS, "days": 14, "candidates": [bo]}
    refused = world.browser.post(f"/roles/{world.role.id}/shortlist/show", form)
    assert refused.status_code == 422
    assert "Bo Chen objected or took the consent back" in refused.text


def test_without_names_nobody_is_named(world: World, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Candidate, world.people["Ana Ruiz"]).headline = "Ana, platform engineer"
    way = world.send(without_names="yes")
    page = world.opened(way).get(way).text
    assert "Person 1" in page
    for name in ("Ana", "Ruiz", "Chen", "Okafor", "Lisbon"):
        assert not re.search(rf"\b{name}\b", page), name


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"address": "no address"}, "is not an e-mail address"),
        ({"candidates": []}, "Choose 1 to 12 people to show"),
        ({"candidates": list(range(1, 14))}, "you chose 13"),
        ({"days": 61}, "from 1 to 60"),
        ({"candidates": [987_654_321]}, "Only people on the short list"),
        ({"candidates": ["1" * 5000]}, "Choose 1 to 12 people to show"),
    ],
)
def test_what_cannot_be_sent_is_told(world: World, fields: dict[str, object], said: str) -> None:
    form = {"address": ADDRESS, "days": 14, "candidates": [world.people["Ana Ruiz"]], **fields}
    answer = world.browser.post(f"/roles/{world.role.id}/shortlist/show", form)
    assert answer.status_code == 422
    assert said in answer.text


def test_how_often_somebody_was_shown_and_declined_is_known_before_sending_again(world: World) -> None:
    way = world.send()
    world.say(world.opened(way), way, "Bo Chen", "no", reason="level")
    with world.sessions.writing.begin() as session:
        shortlist(session, world.role.id, world.people["Bo Chen"], recruiter_id=None, now=current_time())
    page = world.browser.get(f"/roles/{world.role.id}/shortlist/show").text
    assert "shown once; declined for Platform engineer: level" in page
    box = f'value="{world.people["Bo Chen"]}"'
    assert f"{box} checked" not in page


def test_a_manager_with_an_account_answers_inside_and_nobody_else_does(
    world: World, sessions: Sessions, signed_in: SignIn, make_account: MakeAccount
) -> None:
    jo = make_account(AccountKind.HIRING_MANAGER, email=ADDRESS, name="Jo Park")
    other = make_account(AccountKind.HIRING_MANAGER)
    with sessions.writing.begin() as session:
        session.get_one(Role, world.role.id).hiring_manager_id = jo.id
    world.send()
    browser = signed_in(jo)
    way = f"/roles/{world.role.id}/shortlist/asked/1"
    assert way in browser.get(f"/roles/{world.role.id}/shortlist").text
    assert "Kubernetes on AWS" in browser.get(way).text
    answer = browser.post(
        f"{way}/answer/{world.people['Ana Ruiz']}", {"answer": "maybe"}, follow_redirects=True
    )
    assert "You said maybe" in answer.text
    assert signed_in(other).get(way).status_code == 404
    assert world.browser.get(way).status_code == 404


def test_who_was_shown_and_what_was_said_stands_in_the_trail(world: World, sessions: Sessions) -> None:
    way = world.send()
    world.say(world.opened(way), way, "Ana Ruiz", "yes")
    with sessions.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action)))
    assert actions.count("candidate_shown") == len(SHOWN)
    assert "manager_said_yes" in actions


def test_without_mail_the_link_is_there_to_copy_and_no_code_is_promised(
    settings_with: MakeSettings, start_app: StartApp, world: World
) -> None:
    way = world.send()
    app = start_app(settings_with())
    manager, other = app.test_client(), app.test_client()
    assert "in no other" in manager.get(way).text
    assert "Ana Ruiz" in press(manager, f"{way}/open").text
    assert "Ana Ruiz" not in press(other, f"{way}/open").text
    assert "ask Mara Klein for a link of your own" in other.get(way).text


def test_a_letter_that_did_not_leave_is_said_with_the_reason_and_the_next_step(world: World) -> None:
    way = world.send()
    page = f"/roles/{world.role.id}/shortlist/show"
    assert "not opened yet" in world.browser.get(page).text
    _letter_ends(world, WorkState.WAITING, "The mail server did not answer.")
    assert "Not sent yet" in world.browser.get(page).text
    _letter_ends(world, WorkState.FAILED, "550 there is nobody of this name.")
    failed = world.browser.get(page).text
    assert "The letter did not leave" in failed
    assert "550 there is nobody of this name." in failed
    again = re.findall(r'action="([^"]+/send-again)"', failed)
    assert "is on its way" in world.browser.post(again[0], follow_redirects=True).text
    assert "did not leave" not in world.browser.get(page).text
    _letter_ends(world, WorkState.FAILED, "550 there is nobody of this name.")
    world.opened(way)
    assert "did not leave" not in world.browser.get(page).text, "whoever has opened it needs no letter"


def _letter_ends(world: World, state: WorkState, problem: str) -> None:
    with world.sessions.writing.begin() as session:
        work = session.scalars(select(AskedWork).order_by(AskedWork.id.desc())).first()
        assert work is not None
        work.state, work.problem = state, problem
