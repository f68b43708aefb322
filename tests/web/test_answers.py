"""Answers on the pages: what waits for somebody, what was heard elsewhere, and one reminder."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Contact, Direction
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.models import IncomingKind, IncomingMail
from talentpool.settings import config_folder
from tests.builders import make_basis, make_candidate, make_role
from tests.web.conftest import SignIn


@pytest.fixture
def ids(sessions: Sessions) -> dict[str, int]:
    """A role, and Ana, who answered and asks to be left alone."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        ana, role = make_candidate(session, "Ana Ruiz"), make_role(session, title="Platform engineer")
        make_basis(session, ana, expires_on=None)
        mail = IncomingMail(
            mail_key="<1@x.example>",
            kind=IncomingKind.ANSWER,
            candidate_id=ana.id,
            words="<b>Please</b> do not contact me again",
            asks_to_stop=True,
            came_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        session.add(mail)
        session.flush()
        return {"ana": ana.id, "role": role.id, "mail": mail.id}


def test_an_answer_waits_until_somebody_has_seen_to_it(
    signed_in: SignIn, ids: dict[str, int], sessions: Sessions
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    page = desk.get("/answers").get_data(as_text=True)
    assert "Seems to ask not to be contacted" in page
    assert "&lt;b&gt;Please&lt;/b&gt;" in page
    assert "1 answer from candidates waits" in desk.get("/").get_data(as_text=True)
    assert desk.post(f"/answers/{ids['mail']}/handled").status_code == 303
    assert "from candidates wait" not in desk.get("/").get_data(as_text=True)
    assert desk.post(f"/answers/{ids['mail']}/reopen").status_code == 303
    assert "1 answer from candidates waits" in desk.get("/").get_data(as_text=True)
    with sessions.reading() as session:
        assert session.get_one(IncomingMail, ids["mail"]).handled_at is None


def test_without_answers_the_page_says_what_will_come_up_here(signed_in: SignIn) -> None:
    page = signed_in(AccountKind.RECRUITER).get("/answers").get_data(as_text=True)
    assert "Nothing has come back yet" in page
    assert "no mailbox is read" in page
    assert "answers_host" not in page  # that is for whoever runs the server


def test_what_was_heard_on_the_telephone_stands_on_the_role_and_the_candidate(
    signed_in: SignIn, ids: dict[str, int], sessions: Sessions
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    desk.post(f"/roles/{ids['role']}/contacted/{ids['ana']}", {"channel": "call"})
    form = {"channel": "call", "words": "She would like to hear more.", "role": str(ids["role"])}
    assert desk.post(f"/candidates/{ids['ana']}/answers", form).status_code == 303
    tab = desk.get(f"/roles/{ids['role']}/contacted").get_data(as_text=True)
    assert "She would like to hear more." in tab
    assert 'Contacted <span class="count">1</span>' in tab  # people, however often they were spoken to
    assert "She would like to hear more." in desk.get(f"/candidates/{ids['ana']}").get_data(as_text=True)
    with sessions.reading() as session:
        directions = session.scalars(select(Contact.direction).order_by(Contact.id)).all()
    assert directions == [Direction.OURS, Direction.THEIRS]


def test_the_outcome_of_a_call_is_noted_by_who_called(
    signed_in: SignIn, ids: dict[str, int], sessions: Sessions
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    desk.post(f"/roles/{ids['role']}/contacted/{ids['ana']}", {"channel": "call"})
    with sessions.reading() as session:
        contact = session.scalars(select(Contact.id)).one()
    address = f"/roles/{ids['role']}/contacted/{contact}/outcome"
    assert desk.post(address, {"outcome": "left a message"}).status_code == 303
    assert "<option selected>left a message" in desk.get(f"/roles/{ids['role']}/contacted").get_data(
        as_text=True
    )
    assert desk.post(address, {"outcome": "<script>"}).status_code == 422
    other = signed_in(AccountKind.RECRUITER)
    assert other.post(address, {"outcome": "no answer"}).status_code == 404


@pytest.mark.parametrize("form", [{"channel": "call", "words": " "}, {"channel": "pigeon", "words": "Yes"}])
def test_an_answer_without_words_or_way_is_refused_in_one_sentence(
    signed_in: SignIn, ids: dict[str, int], form: dict[str, str]
) -> None:
    answer = signed_in(AccountKind.RECRUITER).post(f"/candidates/{ids['ana']}/answers", form)
    assert answer.status_code == 422
