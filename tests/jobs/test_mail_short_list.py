"""Letters to a hiring manager: the link, and the code for another browser, to the address and nobody else."""

import email
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.do_asked_work import work_through
from jobs.workplace import Shift
from talentpool.consent.link_token import LinkScope, read_token
from talentpool.database import Sessions
from talentpool.outreach.stop_switch import Switch, set_stop_switch
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.models import ShortlistLink
from talentpool.rediscovery.shortlist_links import Showing, revoke, show_to
from talentpool.rediscovery.shortlist_tokens import use_code
from talentpool.work.leases import Fence
from talentpool.work.models import AskedWork, WorkState
from talentpool.work.queue import ask, give_back_abandoned
from tests.builders import make_candidate, make_recruiter, make_role
from tests.mail_server import serving_mail


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """An installation that writes mail into a folder."""
    return environ | {
        "TALENTPOOL_MAIL_TRANSPORT": "folder",
        "TALENTPOOL_MAIL_FROM_ADDRESS": "talent@nordwind.example",
        "TALENTPOOL_MAIL_POSTAL_ADDRESS": "1 Quay, 20457 Hamburg",
    }


@pytest.fixture
def link(sessions: Sessions, shift: Shift) -> ShortlistLink:
    """A short list of one, shown to a manager."""
    with sessions.writing.begin() as session:
        mara = make_recruiter(session)
        role, person = make_role(session, owner_id=mara.id), make_candidate(session)
        shortlist(session, role.id, person.id, recruiter_id=mara.id, now=shift.now)
        showing = Showing(address="jo@example.org", candidate_ids=(person.id,), words="May?")
        return show_to(session, role, showing, recruiter_id=mara.id, now=shift.now)


def letters(shift: Shift, link: ShortlistLink, *, with_code: bool) -> list[email.message.Message]:
    with shift.workplace.sessions.writing.begin() as session:
        details = {"link_id": link.id, "with_code": with_code}
        ask(session, "mail_short_list", details, asked_by=None, now=shift.now)
    work_through(shift, "letters")
    folder: Path = shift.workplace.settings.mail_folder
    return [email.message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def text_of(letter: email.message.Message) -> str:
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_the_link_goes_to_the_address_it_is_bound_to(shift: Shift, link: ShortlistLink) -> None:
    [letter] = letters(shift, link, with_code=False)
    assert letter["To"] == "jo@example.org"
    assert letter["Reply-To"]
    assert "May?" in text_of(letter)
    found = re.search(r"/s/([\w-]+)", text_of(letter))
    assert found is not None
    told = read_token(shift.workplace.secret, found[1], scope=LinkScope.SHORT_LIST)
    assert told is not None
    assert told.candidate_id == link.id
    assert read_token(shift.workplace.secret, found[1], scope=LinkScope.STOP) is None


def test_while_sending_is_stopped_the_letter_waits(shift: Shift, link: ShortlistLink) -> None:
    def set_switch(is_stopped: bool) -> None:
        with shift.workplace.sessions.writing.begin() as session:
            set_stop_switch(session, Switch(is_stopped=is_stopped), recruiter_id=None, now=shift.now)

    set_switch(True)
    assert letters(shift, link, with_code=False) == []
    with shift.reading() as session:
        [work] = session.scalars(select(AskedWork))
        assert (work.state, work.attempts) == (WorkState.WAITING, 0)
    set_switch(False)
    work_through(shift, "letters")
    assert len(list(shift.workplace.settings.mail_folder.glob("*.eml"))) == 1


def test_a_code_is_kept_as_a_hash_and_works_once(
    shift: Shift, link: ShortlistLink, sessions: Sessions
) -> None:
    [letter] = letters(shift, link, with_code=True)
    found = re.search(r"^\s+(\d{8})\s*$", text_of(letter), re.MULTILINE)
    assert found is not None
    with sessions.writing.begin() as session:
        kept = session.get_one(ShortlistLink, link.id)
        assert found[1] not in str(kept.code_hash)
        assert use_code(kept, found[1], secret=shift.workplace.secret, now=shift.now)
        assert not use_code(kept, found[1], secret=shift.workplace.secret, now=shift.now)


def test_nothing_is_sent_for_a_link_that_was_taken_back(
    shift: Shift, link: ShortlistLink, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        revoke(session, session.get_one(ShortlistLink, link.id), recruiter_id=None, now=shift.now)
    assert letters(shift, link, with_code=True) == []


def test_a_letter_whose_sender_died_after_it_left_is_not_sent_again(
    shift: Shift, link: ShortlistLink, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiedError(BaseException):
        """As if the process ended here."""

    def die(*_: object, **__: object) -> None:
        raise DiedError

    with monkeypatch.context() as patch:
        patch.setattr("talentpool.work.queue.finish", die)
        with pytest.raises(DiedError):
            letters(shift, link, with_code=False)
    with shift.writing() as session:
        assert give_back_abandoned(session, fence=Fence(shift.fence + 1), now=shift.now) == 1
    later = replace(shift, workplace=replace(shift.workplace, clock=lambda: shift.now + timedelta(minutes=1)))
    work_through(later, "letters")
    assert len(list(shift.workplace.settings.mail_folder.glob("*.eml"))) == 1
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork)).one()
        assert (work.state, "may or may not have arrived" in str(work.problem)) == (WorkState.FAILED, True)


@pytest.mark.parametrize(
    ("refusal", "state"),
    [("550 there is nobody of this name", WorkState.FAILED), ("451 later", WorkState.WAITING)],
)
def test_a_letter_the_mail_server_refuses_is_kept_with_its_words(
    shift: Shift, link: ShortlistLink, sessions: Sessions, refusal: str, state: WorkState
) -> None:
    place = shift.workplace
    with serving_mail() as server:
        server.refuse["rcpt"] = [refusal]
        mail = replace(
            place.settings.mail, transport="smtp", host="127.0.0.1", port=server.port, security="none"
        )
        sending = replace(shift, workplace=replace(place, settings=replace(place.settings, mail=mail)))
        letters(sending, link, with_code=False)
    with sessions.reading() as session:
        work = session.scalars(select(AskedWork)).one()
        assert work.state is state
        assert refusal[:3] in str(work.problem)
