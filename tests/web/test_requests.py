"""Requests about one's own data: noted, checked, answered within a month, and nobody else's data goes out."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from jobs import make_access_export
from jobs.workplace import Shift, open_workplace
from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.contact_holds import load_holds
from talentpool.candidates.models import Candidate, Note
from talentpool.clock import current_time
from talentpool.consent.journal import read_journal
from talentpool.consent.models import DataRequest, HoldKind, RequestState
from talentpool.database import Sessions
from talentpool.erasure.access_export import NOT_TOLD, PARTS, TOLD_BY_HAND, TOLD_WHOLE
from talentpool.erasure.carry_out import Erased
from talentpool.erasure.erase import pointers
from talentpool.erasure.prove import Mention, Proof
from talentpool.outreach.models import IncomingKind, IncomingMail
from talentpool.rediscovery.models import (
    FeedbackKind,
    FeedbackScope,
    ManagerAnswer,
    MatchFeedback,
    ShortlistLink,
    ShortlistLinkPerson,
)
from talentpool.settings import Settings, config_folder
from talentpool.web.desk import EXTENSION
from talentpool.work.models import AskedWork, WorkState
from tests.builders import make_application, make_basis, make_candidate, make_recruiter, make_role
from tests.web.conftest import Browser, SignIn


@pytest.fixture
def person(sessions: Sessions) -> Candidate:
    """Somebody with an application, a consent and a resume."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        made = make_candidate(session, emails=["ana@example.org"], resume="Terraform and Quibblewort")
        make_application(session, made)
        make_basis(session, made)
    return made


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """A browser of somebody who sees all requests."""
    return signed_in(AccountKind.ADMINISTRATOR)


def note(browser: Browser, person: Candidate, kind: str = "access", **more: str) -> str:
    today = current_time().date().isoformat()
    answer = browser.post(
        "/requests/new",
        {"who": str(person.id), "kind": kind, "came_by": "mail", "received_on": today, **more},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def only(sessions: Sessions) -> DataRequest:
    with sessions.reading() as session:
        return session.scalars(select(DataRequest)).one()


def is_frozen(sessions: Sessions, person: Candidate) -> bool:
    with sessions.reading() as session:
        holds = load_holds(session, [person.id], today=current_time().date())
    return HoldKind.ACCESS_REQUEST in holds.get(person.id, {})


def test_without_requests_the_page_says_what_to_do(administrator: Browser) -> None:
    page = administrator.get("/requests")
    assert page.status_code == 200
    assert "Note a request" in page.text


def test_a_request_is_answered_with_what_is_on_record_and_can_be_opened_again(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person, "question", words="Why?")
    page = administrator.get(place).text
    for said in ("Why do you have my data", "Platform engineer", "consent", "No message was sent to you"):
        assert said in page
    refused = administrator.post(f"{place}/answer", {"answer": "Because."})
    assert refused.status_code == 409, "nobody knows yet who asks"
    administrator.post(f"{place}/identity", {"identity": "wrote from the address on record"})
    assert administrator.post(f"{place}/answer", {"answer": "Because."}).status_code == 303
    assert only(sessions).state is RequestState.ANSWERED
    administrator.post(f"{place}/reopen")
    assert only(sessions).state is RequestState.OPEN


def test_whoever_answers_a_copy_is_led_to_the_erasure_that_waits_for_it(
    administrator: Browser, person: Candidate
) -> None:
    copy, erasure = note(administrator, person), note(administrator, person, "erasure")
    for place in (copy, erasure):
        administrator.post(f"{place}/identity", {"identity": "known by voice"})
    page = administrator.post(f"{copy}/answer", {"answer": "Here it is."}, follow_redirects=True).text
    assert "They have also asked to be erased" in page
    assert f'href="{erasure}"' in page


def test_an_erasure_that_waits_for_the_copy_says_so_and_is_not_asked_for_before(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    copy, erasure = note(administrator, person), note(administrator, person, "erasure")
    for place in (copy, erasure):
        administrator.post(f"{place}/identity", {"identity": "known by voice"})
    assert "waits for the copy" in administrator.get("/requests").text
    page = administrator.get(erasure).text
    assert "The copy comes first" in page
    assert f'href="{copy}"' in page
    assert "/erase" not in page
    refused = administrator.post(f"{erasure}/erase", {"sure": "yes"})
    assert refused.status_code == 409
    assert "answer it first, then erase" in refused.text
    with sessions.reading() as session:
        assert session.scalars(select(AskedWork)).all() == []
    administrator.post(f"{copy}/answer", {"answer": "Here it is."})
    assert "waits for the copy" not in administrator.get("/requests").text
    assert administrator.post(f"{erasure}/erase", {"sure": "yes"}).status_code == 303
    assert "Being erased" in administrator.get(erasure).text


def test_an_erasure_that_did_not_go_through_says_so_and_can_be_asked_for_again(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person, "erasure")
    administrator.post(f"{place}/identity", {"identity": "known by voice"})
    administrator.post(f"{place}/erase", {"sure": "yes"})
    with sessions.writing.begin() as session:
        session.scalars(select(AskedWork)).one().state = WorkState.FAILED
    page = administrator.get(place).text
    assert "did not go through" in page
    assert "Being erased" not in page
    administrator.post(f"{place}/erase", {"sure": "yes"})
    administrator.post(f"{place}/erase", {"sure": "yes"})
    with sessions.reading() as session:
        assert len(session.scalars(select(AskedWork)).all()) == 2


def test_an_open_request_to_see_the_data_freezes_until_it_is_answered(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person)
    assert is_frozen(sessions, person)
    administrator.post(f"{place}/identity", {"identity": "known by voice"})
    administrator.post(f"{place}/answer", {"answer": "Here it is."})
    assert not is_frozen(sessions, person)
    administrator.post(f"{place}/reopen")
    assert is_frozen(sessions, person)


def test_the_journal_knows_whether_a_request_is_open(
    administrator: Browser, person: Candidate, settings: Settings
) -> None:
    place = note(administrator, person)
    assert not read_journal(settings.home)[-1].is_lifted
    administrator.post(f"{place}/identity", {"identity": "known by voice"})
    administrator.post(f"{place}/answer", {"answer": "Here it is."})
    assert read_journal(settings.home)[-1].is_lifted
    administrator.post(f"{place}/reopen")
    last = read_journal(settings.home)[-1]
    assert (last.scope, last.is_lifted) == ("asked", False)


def test_more_time_is_taken_once(administrator: Browser, person: Candidate, sessions: Sessions) -> None:
    place, before = note(administrator, person), only(sessions).due_on
    assert administrator.post(f"{place}/extend").status_code == 303
    assert timedelta(days=58) < only(sessions).due_on - before < timedelta(days=63)
    assert administrator.post(f"{place}/extend").status_code == 409


def test_a_recruiter_sees_only_the_requests_they_own(
    administrator: Browser, signed_in: SignIn, person: Candidate
) -> None:
    recruiter = signed_in()
    foreign = note(administrator, person)
    owned = note(administrator, person, owner=str(recruiter.recruiter.id))
    assert recruiter.get(foreign).status_code == 404
    assert recruiter.get(owned).status_code == 200
    assert recruiter.get("/requests").text.count("/requests/") < administrator.get("/requests").text.count(
        "/requests/"
    )


def test_what_is_typed_wrongly_is_said(administrator: Browser, person: Candidate) -> None:
    form = {"who": "nobody@example.org", "kind": "access", "came_by": "mail", "received_on": "yesterday"}
    page = administrator.post("/requests/new", form)
    assert page.status_code == 422
    assert "Nobody on record" in page.text
    assert "no day we can read" in page.text


def test_erasing_needs_to_know_who_asks_and_a_tick(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person, "erasure")
    assert administrator.post(f"{place}/erase", {"sure": "yes"}).status_code == 422
    administrator.post(f"{place}/identity", {"identity": "known by voice"})
    assert administrator.post(f"{place}/erase").status_code == 422
    assert administrator.post(f"{place}/erase", {"sure": "yes"}).status_code == 303
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork)).one()
    assert (work.kind, work.details["candidate_id"]) == ("erasure", person.id)


def made_file(app: Flask, administrator: Browser, sessions: Sessions, place: str) -> zipfile.ZipFile:
    administrator.post(f"{place}/export")
    assert administrator.get(f"{place}/everything.zip").status_code == 404, "it is not made yet"
    workplace = open_workplace(app.extensions[EXTENSION].settings, app.extensions[EXTENSION].engine)
    workplace.tenure.renew(current_time())
    shift = workplace.shift()
    assert isinstance(shift, Shift)
    with sessions.reading() as session:
        details = session.scalars(select(AskedWork.details)).one()
    make_access_export.make(shift, details)
    return zipfile.ZipFile(io.BytesIO(administrator.get(f"{place}/everything.zip").data))


def test_the_file_holds_everything_of_one_person_and_nobody_elses_data(
    app: Flask, administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        colleague = make_recruiter(session, "Wilhelmina Vandersloot", email="wv@nordwind.example")
        make_candidate(session, "Bogdan Zelenko", emails=["bogdan@example.net"], resume="Zelenkology")
        words = (
            "Wilhelmina Vandersloot says: ask bogdan@example.net or zelenko [at] example (dot) net, +49 170 5551234; "
            "BOGDAN  ZELENKO knows ana@example.org"
        )
        session.add(Note(candidate_id=person.id, words=words, recruiter_id=colleague.id, created_at=now))
        own = session.get_one(Candidate, person.id)
        own.introduced_by = "Carla Referrer"
        own.source_data = {"Recruiter": "Dora Oldname", "Shoe size": "41"}
        own.applications[0].source_data = {"Hiring manager": "Egon Chief", "Desk": "4th floor"}
    place = note(administrator, person)
    packed = made_file(app, administrator, sessions, place)
    text = packed.read("everything.json").decode()
    told = json.loads(text)
    assert told["person"]["full_name"] == "Ana Ruiz"
    assert told["person"]["source_data"]["Shoe size"] == "41"
    assert told["resumes"][0]["visible_text"] == "Terraform and Quibblewort"
    assert told["applications"][0]["source_data"]["Desk"] == "4th floor"
    assert told["bases"]
    assert told["requests"][0]["kind"] == "access"
    assert [each["what"] for each in told["who_had_to_do_with_it"]]
    others = ("vandersloot", "nordwind", "zelenko", "bogdan", "carla", "5551234", "oldname", "egon")
    assert not [foreign for foreign in others if foreign in text.casefold()]
    assert "ana@example.org" in told["notes"][0]["words"]
    with sessions.reading() as session:
        actions = set(session.scalars(select(AuditEvent.action)))
    assert "access_export_downloaded" in actions


def test_the_file_says_who_was_shown_the_person_what_they_answered_and_what_was_decided(
    app: Flask, administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        role = make_role(session, "Night watch", is_confidential=True)
        link = ShortlistLink(
            role_id=role.id, address="egon@nordwind.example", address_key="egon@nordwind.example", words=None,
            without_names=False, created_at=now, expires_at=now,
        )  # fmt: skip
        shown = ShortlistLinkPerson(
            candidate_id=person.id, position=1, answer=ManagerAnswer.NO, words="too far away", answered_at=now
        )
        link.people.append(shown)
        session.add(link)
        session.add(
            MatchFeedback(
                role_id=role.id,
                candidate_id=person.id,
                kind=FeedbackKind.DISMISSED,
                scope=FeedbackScope.THIS_ROLE,
                words="later",
                created_at=now,
            )  # fmt: skip
        )
        session.add(
            IncomingMail(
                mail_key="<1@x.example>",
                kind=IncomingKind.ANSWER,
                candidate_id=person.id,
                subject="Re: a role",
                words="Yes, gladly",
                asks_to_stop=False,
                came_at=now,
            )  # fmt: skip
        )
    place = note(administrator, person)
    told = json.loads(made_file(app, administrator, sessions, place).read("everything.json"))
    assert told["shown_to"][0]["words"] == "too far away"
    assert told["shown_to"][0]["title"] == "[a role that is not public]"
    assert told["answers"][0]["words"] == "Yes, gladly"
    assert told["decisions"][0]["words"] == "later"
    page = administrator.get(place).text
    assert "It was shown to the hiring manager for: [a role that is not public]." in page
    assert "Night watch" not in json.dumps(told) + page


def test_every_table_about_people_is_in_the_file_or_has_a_reason_not_to_be() -> None:
    told = {table for table, _ in PARTS.values()} | TOLD_BY_HAND | TOLD_WHOLE
    about_people = {pointer.table.name for pointer in pointers()}
    assert about_people == told | set(NOT_TOLD)


def test_faults_46_an_open_export_of_somebody_erased_is_not_handed_out(
    app: Flask, administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person)
    administrator.post(f"{place}/export")
    with sessions.writing.begin() as session:
        asked = session.scalars(select(DataRequest)).one()
        asked.export_made_at = current_time()
        path = app.extensions[EXTENSION].settings.home / "exports" / f"{asked.export_key}.zip"
        path.parent.mkdir()
        path.write_bytes(b"everything")
        session.delete(session.get_one(Candidate, person.id))
    assert administrator.get(f"{place}/everything.zip").status_code == 404
    assert administrator.get(place).status_code == 200, "the request stays, without the person"


def test_a_request_grows_pressing_after_twenty_days_and_overdue_after_a_month(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    received = (current_time().date() - timedelta(days=24)).isoformat()
    note(administrator, person, received_on=received)
    assert "Due soon" in administrator.get("/requests").text
    assert "due within ten days" in administrator.get("/").text
    with sessions.writing.begin() as session:
        asked = session.scalars(select(DataRequest)).one()
        asked.due_on = current_time().date() - timedelta(days=1)
    assert "Overdue" in administrator.get("/requests").text
    assert "1 request about somebody’s own data waits for an answer" in administrator.get("/").text
    assert "1 overdue" in administrator.get("/").text


def test_faults_46_somebody_erased_while_an_export_is_written_is_not_in_it(
    app: Flask, administrator: Browser, person: Candidate, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talentpool.web.views import exports

    with sessions.writing.begin() as session:
        make_candidate(session, "Bo Stayer")
    written = exports.write_people

    def erased_meanwhile(session: object, ids: list[int], path: object, **more: object) -> object:
        done = written(session, ids, path, **more)  # type: ignore[arg-type]
        with sessions.writing.begin() as other:
            if (gone := other.get(Candidate, person.id)) is not None:
                other.delete(gone)
        return done

    monkeypatch.setattr(exports, "write_people", erased_meanwhile)
    with administrator.get("/candidates/export.csv") as answer:
        table = answer.get_data(as_text=True)
    assert "Bo Stayer" in table
    assert "Ana Ruiz" not in table


def test_the_proof_names_the_records_of_others_in_which_the_person_still_stands(
    administrator: Browser, person: Candidate, sessions: Sessions
) -> None:
    place = note(administrator, person, "erasure")
    proof = Proof(
        searched_for=4,
        found={"notes.words": 1, "roles.text": 1},
        mentions=(Mention(table="notes", row=3, about=12), Mention(table="roles", row=5, about=None)),
    )
    with sessions.writing.begin() as session:
        asked = session.scalars(select(DataRequest)).one()
        asked.proof = Erased(
            candidate_id=person.id, rows=9, files=1, is_sealed=True, seconds=2.5, proof=proof
        ).as_json()
    page = administrator.get(place).text
    for said in (
        "still stands in 2 other records",
        "A note of candidate 12",
        "/candidates/12",
        "/roles/5",
        "lies sealed",
    ):
        assert said in page
