"""Digests: one a day with only what is new, to whom it concerns, with no candidate's name, and never twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from jobs import rematch_open_roles, send_digests
from jobs.run_job import run_job
from jobs.schedule import find_job
from jobs.workplace import Shift, Workplace, open_workplace
from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.accounts.policies import install_policies
from talentpool.outreach.mail_transport import transport_of
from talentpool.rediscovery.changes import Kind
from talentpool.rediscovery.digests import choose, end_digest
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.models import Digest, DigestPace, DigestState, MatchRun
from talentpool.rediscovery.news import role_news
from talentpool.rediscovery.results import latest_run
from talentpool.rediscovery.standing import note_look
from talentpool.settings import Settings, config_folder
from talentpool.work.models import JobRun, WorkState
from talentpool.work.runs import Outcome
from tests.builders import make_candidate, make_promise, make_recruiter, make_role
from tests.jobs.conftest import Clock
from tests.mail_server import serving_mail

MAIL = {
    "TALENTPOOL_MAIL_TRANSPORT": "folder",
    "TALENTPOOL_MAIL_FROM_ADDRESS": "talent@example.org",
    "TALENTPOOL_MAIL_POSTAL_ADDRESS": "1 Example Street",
    "TALENTPOOL_MAIL_ORGANISATION": "Example",
}


@pytest.fixture
def shift(settings_with: Callable[..., Settings], engine: Engine, clock: Clock) -> Shift:
    """A stretch of work where mail lies in a folder."""
    place: Workplace = replace(open_workplace(settings_with(**MAIL), engine), clock=clock)
    with place.sessions.writing() as session:
        install_policies(session, config_folder(), now=clock.now)
        session.commit()
    place.tenure.renew(clock.now)
    begun = place.shift()
    assert begun is not None
    return begun


def someone(shift: Shift, name: str = "Zebulon Quist", **more: object) -> int:
    with shift.writing() as session:
        return make_candidate(session, name, resume="Kubernetes and Terraform", now=shift.now, **more).id


def a_team(shift: Shift, *, mail: bool = True, **role: object) -> tuple[int, int]:
    """A recruiter who owns a matched role and has looked at it; gives both ids."""
    someone(shift, "Known Before")
    with shift.writing() as session:
        recruiter = make_recruiter(session, email="mara@example.org")
        role_id = make_role(session, "Platform engineer", owner_id=recruiter.id, **role).id
        choose(session, recruiter.id, by_mail=mail, pace_by_role={})
    rematch_open_roles.run(shift, shift.now)
    look(shift, role_id, recruiter.id)
    return recruiter.id, role_id


def look(shift: Shift, role_id: int, recruiter_id: int) -> None:
    with shift.writing() as session:
        run = latest_run(session, role_id)
        assert run is not None
        note_look(session, run, recruiter_id=recruiter_id, now=shift.now)


def a_night(shift: Shift, clock: Clock, *, days: int = 1) -> int:
    """Let a day pass, match again and send digests; gives how many were sent."""
    clock.now += timedelta(days=days)
    shift.workplace.tenure.renew(clock.now)
    rematch_open_roles.run(shift, shift.now)
    outcome = send_digests.run(shift, shift.now)
    assert outcome.failures == 0
    return outcome.items


def mails(shift: Shift) -> list[Mail]:
    folder: Path = shift.workplace.settings.mail_folder
    return [message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def words_of(mail: Mail) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_a_digest_says_what_is_new_once_without_a_name_and_nothing_new_is_not_sent(
    shift: Shift, clock: Clock
) -> None:
    a_team(shift)
    assert a_night(shift, clock) == 0
    someone(shift)
    assert a_night(shift, clock) == 1
    (mail,) = mails(shift)
    assert (mail["To"], mail["Auto-Submitted"]) == ("mara@example.org", "auto-generated")
    assert "1 new among the first 200" in words_of(mail)
    assert "/roles/" in words_of(mail)
    assert "Zebulon" not in mail.as_string()
    assert a_night(shift, clock) == 0


def test_one_digest_however_many_rematches_lie_between(shift: Shift, clock: Clock) -> None:
    a_team(shift)
    for _ in range(3):
        someone(shift)
        clock.now += timedelta(hours=1)
        shift.workplace.tenure.renew(clock.now)
        rematch_open_roles.run(shift, shift.now)
    assert a_night(shift, clock) == 1
    assert send_digests.run(shift, shift.now).items == 0
    assert "3 new among the first 200" in words_of(mails(shift)[0])


def test_what_somebody_has_looked_at_is_not_told(shift: Shift, clock: Clock) -> None:
    recruiter_id, role_id = a_team(shift)
    someone(shift)
    clock.now += timedelta(hours=6)
    shift.workplace.tenure.renew(clock.now)
    rematch_open_roles.run(shift, shift.now)
    look(shift, role_id, recruiter_id)
    assert a_night(shift, clock) == 0


def test_nobody_gets_mail_who_has_not_asked_for_it_and_pages_say_it_all_the_same(
    shift: Shift, clock: Clock
) -> None:
    recruiter_id, role_id = a_team(shift, mail=False)
    someone(shift)
    assert a_night(shift, clock) == 0
    with shift.reading() as session:
        viewer = Viewer(recruiter_id=recruiter_id, kind=AccountKind.RECRUITER, office_id=None)
        (news,) = role_news(session, viewer)
    assert (news.role.id, news.count(Kind.NEW)) == (role_id, 1)


@pytest.mark.parametrize(("pace", "sent"), [("daily", 1), ("weekly", 0), ("never", 0)])
def test_each_role_is_told_as_often_as_was_chosen(shift: Shift, clock: Clock, pace: str, sent: int) -> None:
    recruiter_id, role_id = a_team(shift)
    with shift.writing() as session:
        choose(session, recruiter_id, by_mail=True, pace_by_role={role_id: DigestPace(pace)})
    someone(shift)
    assert clock.now.weekday() == 0
    assert a_night(shift, clock) == sent
    assert a_night(shift, clock, days=6) == (pace == "weekly")


def test_faults_38_weekly_digests_go_on_the_first_day_after_a_monday_that_was_missed(
    shift: Shift, clock: Clock
) -> None:
    recruiter_id, role_id = a_team(shift)
    with shift.writing() as session:
        choose(session, recruiter_id, by_mail=True, pace_by_role={role_id: DigestPace.WEEKLY})
    sent = []
    for days in (6, 2, 1, 5):  # Sunday, then Tuesday, Wednesday, and the Monday after
        clock.now += timedelta(days=days)
        shift.workplace.tenure.renew(clock.now)
        someone(shift)
        rematch_open_roles.run(shift, shift.now)
        run_job(find_job("send_digests"), shift, due_at=clock.now)
        sent.append(noted(shift).items)
    assert sent == [0, 1, 0, 1]


def test_a_restricted_person_is_news_to_nobody_who_may_not_see_them(shift: Shift, clock: Clock) -> None:
    a_team(shift)
    someone(shift, is_restricted=True)
    assert a_night(shift, clock) == 0


def test_somebody_who_left_the_team_of_a_confidential_role_hears_nothing_of_it(
    shift: Shift, clock: Clock
) -> None:
    recruiter_id, _ = a_team(shift, is_confidential=True)
    with shift.writing() as session:
        run = session.scalars(select(MatchRun)).one()
        other = make_recruiter(session, email="other@example.org")
        choose(session, other.id, by_mail=True, pace_by_role={run.role_id: DigestPace.DAILY})
    someone(shift)
    assert a_night(shift, clock) == 1
    assert [mail["To"] for mail in mails(shift)] == ["mara@example.org"]
    assert recruiter_id


def test_a_hiring_manager_is_told_how_many_were_shared(shift: Shift, clock: Clock) -> None:
    person = someone(shift)
    with shift.writing() as session:
        manager = make_recruiter(session, email="head@example.org", kind=AccountKind.HIRING_MANAGER)
        role = make_role(session, "Platform engineer", hiring_manager_id=manager.id)
        choose(session, manager.id, by_mail=True, pace_by_role={})
        shortlist(session, role.id, person, recruiter_id=None, now=shift.now)
    assert a_night(shift, clock) == 1
    (mail,) = mails(shift)
    assert "1 newly on the short list" in words_of(mail)
    assert "Zebulon" not in mail.as_string()
    assert a_night(shift, clock) == 0


def test_promises_are_reminded_of_on_their_day_and_the_day_after(shift: Shift, clock: Clock) -> None:
    recruiter_id, _ = a_team(shift)
    with shift.writing() as session:
        person = make_candidate(session, "Zebulon Quist", now=clock.now)
        due_on = (clock.now + timedelta(days=2)).date()
        make_promise(session, person, owner_id=recruiter_id, due_on=due_on)
    assert [a_night(shift, clock) for _ in range(4)] == [0, 1, 1, 0]
    assert "0 overdue, 1 due within a week" in "".join(words_of(mail) for mail in mails(shift))


def test_a_digest_whose_sender_died_is_unknown_and_not_sent_again(shift: Shift, clock: Clock) -> None:
    recruiter_id, _ = a_team(shift)
    someone(shift)
    clock.now += timedelta(days=1)
    shift.workplace.tenure.renew(clock.now)
    rematch_open_roles.run(shift, shift.now)
    assert claim(shift, recruiter_id, clock.now.date()) is not None
    assert send_digests.run(shift, shift.now).items == 0
    assert a_night(shift, clock) == 0
    with shift.reading() as session:
        assert session.scalars(select(Digest)).one().state is DigestState.UNKNOWN
    assert mails(shift) == []


def test_a_digest_that_could_not_leave_for_now_is_tried_again_the_same_day(
    shift: Shift, clock: Clock
) -> None:
    a_team(shift)
    someone(shift)
    clock.now += timedelta(days=1)
    shift.workplace.tenure.renew(clock.now)
    rematch_open_roles.run(shift, shift.now)
    with serving_mail() as server:
        mail = replace(
            shift.workplace.settings.mail,
            transport="smtp",
            host="127.0.0.1",
            port=server.port,
            security="none",
        )
        settings = replace(shift.workplace.settings, mail=mail)
        posting = replace(shift, workplace=replace(shift.workplace, settings=settings))
        server.refuse["rcpt"] = ["451 4.7.1 Greylisted, try again later"]
        assert run_job(find_job("send_digests"), posting, due_at=clock.now) is None
        left = noted(shift)
        assert run_job(find_job("send_digests"), posting, due_at=clock.now) == Outcome(items=1)
        assert server.recipients == ["mara@example.org"]
    assert (left.state, left.items, left.failures) == (WorkState.WAITING, 1, 1)
    assert "tried again by itself" in (left.problem or "")
    assert "Greylisted" in left.notes[0]


def claim(shift: Shift, recruiter_id: int, today: date) -> object:
    settings = shift.workplace.settings
    transport = transport_of(settings.mail, settings.mail_folder)
    day = send_digests.Day(today=today, is_weekly=False, transport=transport, signer=None)
    return send_digests._claimed(shift, recruiter_id, day)


def noted(shift: Shift) -> JobRun:
    with shift.reading() as session:
        return session.scalars(select(JobRun).order_by(JobRun.id.desc()).limit(1)).one()


def test_who_is_put_on_a_short_list_while_the_digest_is_written_is_told_by_the_next(
    shift: Shift, clock: Clock
) -> None:
    people = [someone(shift, f"Person {number}") for number in range(2)]
    with shift.writing() as session:
        manager = make_recruiter(session, email="head@example.org", kind=AccountKind.HIRING_MANAGER)
        role = make_role(session, "Platform engineer", hiring_manager_id=manager.id)
        choose(session, manager.id, by_mail=True, pace_by_role={})
        shortlist(session, role.id, people[0], recruiter_id=None, now=shift.now)
    clock.now += timedelta(days=1)
    moments = iter([clock.now, *[clock.now + timedelta(seconds=5)] * 99])
    slow = replace(shift, workplace=replace(shift.workplace, clock=lambda: next(moments)))
    assert claim(slow, manager.id, clock.now.date()) is not None
    with shift.writing() as session:
        digest = session.scalars(select(Digest)).one()
        shortlist(session, role.id, people[1], recruiter_id=None, now=clock.now + timedelta(seconds=2))
        end_digest(session, digest.id, DigestState.SENT, problem=None, now=clock.now + timedelta(seconds=6))
    assert a_night(shift, clock) == 1
    assert "1 newly on the short list" in words_of(mails(shift)[0])
