"""A person is removed everywhere, and searching proves it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import (
    Candidate,
    CandidateChange,
    Contact,
    ContactChannel,
    Direction,
    Note,
    Resume,
)
from talentpool.candidates.notes import add_note
from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.models import HoldKind, Suppression, SuppressionScope
from talentpool.consent.suppression import find_suppressed
from talentpool.database import Base
from talentpool.erasure.erase import erase_person, erased_keys, look_up_traces, remove_files
from talentpool.erasure.prove import look_for, prove
from talentpool.errors import ConflictError, NotFoundError
from talentpool.outreach.models import Message, MessageState
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.resumes.store import keep_original, original_path
from talentpool.settings import config_folder
from tests.builders import (
    NOW,
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_recruiter,
    make_role,
)

SECRET = b"a secret of the tests"
RESUME = (
    "Ran Kubernetes on AWS for forty teams.\nBuilt the Brunnenkressenkontor warehouse in Klagenfurtershofen."
)


@pytest.fixture
def ana(session: Session) -> Candidate:
    """Somebody about whom every kind of thing is on record."""
    install_policies(session, config_folder(), now=NOW)
    person = make_candidate(
        session, "Ana Ruizdottir", resume=RESUME, emails=["ana.r@example.org"], phones=["+493012345678"]
    )
    make_application(session, person)
    make_basis(session, person)
    make_promise(session, person, words="Tell Ana Ruizdottir when a role opens")
    add_note(
        session, person.id, words="Ana Ruizdottir was great", recruiter_id=make_recruiter(session).id, now=NOW
    )
    session.add(
        Contact(
            candidate_id=person.id,
            at=NOW,
            channel=ContactChannel.EMAIL,
            direction=Direction.THEIRS,
            is_unasked=False,
            words="From ana.r@example.org",
        )  # fmt: skip
    )
    return person


def message_to(session: Session, person: Candidate, state: MessageState = MessageState.SENT) -> Message:
    message = Message(
        message_key=f"<m{person.id}@b.example>",
        candidate_id=person.id,
        to_address=person.emails[0].address,
        subject="Hello",
        text=f"Hello {person.full_name}",
        state=state,
        created_at=NOW,
        due_at=NOW,
    )
    session.add(message)
    session.flush()
    return message


def test_nothing_is_found_of_a_person_who_was_erased(
    session: Session, ana: Candidate, tmp_path: Path
) -> None:
    home = tmp_path / "searched"
    keeper = IndexKeeper(home / "index")
    other = make_candidate(session, "Bo Chen", resume="Prepared monthly accounts and payroll.").id
    session.flush()
    run = rediscover(
        session, keeper, make_role(session).id, cause=RunCause.ASKED, recruiter_id=None, now=NOW
    ).id
    message = message_to(session, ana).id
    resume = session.scalars(select(Resume).where(Resume.candidate_id == ana.id)).one()
    resume.file_key = keep_original(home / "resumes", RESUME.encode())
    session.flush()
    number = ana.id
    wanted = look_for(session, [look_up_traces(session, number)])
    things = {thing for _, thing in wanted.quarry.things}
    assert {"ana.r@example.org", "+493012345678", "Ana Ruizdottir", "klagenfurtershofen"} <= things
    assert not prove(session, home, wanted)[number].is_gone

    traces = erase_person(session, number, secret=SECRET, recruiter_id=None, now=NOW)
    originals = [original_path(home / "resumes", key) for key in traces.resume_files]
    assert remove_files(originals) == 1
    later = NOW + timedelta(minutes=1)
    keeper.current(session, now=later)
    keeper.compact(session, now=later)

    proof = prove(session, home, wanted)[number]
    assert proof.found == {}
    assert proof.searched_for == len(things)
    assert "none was found" in proof.in_words()
    assert session.get(Candidate, other) is not None
    assert session.scalars(select(Match.candidate_id).where(Match.run_id == run)).all() == [other]
    assert session.get(Message, message) is None


def test_no_table_keeps_a_row_about_an_erased_person_but_hashes_and_the_trail(
    session: Session, ana: Candidate
) -> None:
    number = ana.id
    message_to(session, ana)
    counted = look_up_traces(session, number).rows
    assert {"candidates", "applications", "notes", "promises", "resumes", "messages"} <= set(counted)
    erase_person(session, number, secret=SECRET, recruiter_id=None, now=NOW)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "candidates":
                about = select(func.count()).select_from(table).where(table.c[key.parent.name] == number)
                assert session.scalar(about) == 0, table.name
    assert session.scalars(select(CandidateChange.candidate_id)).all()[-1] == number


def test_every_address_is_held_back_for_ever(session: Session, ana: Candidate) -> None:
    keys = erased_keys(session, ana.id, SECRET)
    assert len(keys) == 4, "the number here, the address alone, the address and the landline with the name"
    erase_person(session, ana.id, secret=SECRET, recruiter_id=None, now=NOW)
    assert find_suppressed(session, keys, scope=SuppressionScope.ERASED) == set(keys)
    held = session.scalars(select(Suppression).where(Suppression.scope == SuppressionScope.ERASED)).all()
    assert {entry.candidate_id for entry in held} == {None}


def test_faults_47_an_open_access_request_freezes_the_erasure(session: Session, ana: Candidate) -> None:
    hold_contact(session, ana.id, HoldKind.ACCESS_REQUEST, source="letter", now=NOW)
    with pytest.raises(ConflictError, match="not answered yet"):
        erase_person(session, ana.id, secret=SECRET, recruiter_id=None, now=NOW)
    assert session.scalars(select(Note.id)).all()
    lift_holds(session, ana.id, HoldKind.ACCESS_REQUEST, now=NOW)
    erase_person(session, ana.id, secret=SECRET, recruiter_id=None, now=NOW)


def test_faults_46_a_message_on_its_way_is_waited_for(session: Session, ana: Candidate) -> None:
    message_to(session, ana, MessageState.SENDING)
    with pytest.raises(ConflictError, match="being sent this very moment"):
        erase_person(session, ana.id, secret=SECRET, recruiter_id=None, now=NOW)


def test_somebody_who_is_gone_is_not_erased_again(session: Session, ana: Candidate) -> None:
    number = ana.id
    erase_person(session, number, secret=SECRET, recruiter_id=None, now=NOW)
    with pytest.raises(NotFoundError, match="erased already"):
        erase_person(session, number, secret=SECRET, recruiter_id=None, now=NOW)


def test_a_name_that_others_bear_too_is_not_searched_for(session: Session, ana: Candidate) -> None:
    make_candidate(session, "Ana RUIZDOTTIR")
    wanted = look_for(session, [look_up_traces(session, ana.id)])
    assert "Ana Ruizdottir" not in {thing for _, thing in wanted.quarry.things}
    assert wanted.namesakes == {ana.id}
