"""One list of everything that passed between us and a candidate, without what a viewer may not read."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.models import Contact, ContactChannel, Direction, Stage
from talentpool.candidates.notes import add_note, remove_note
from talentpool.candidates.person_record import find_person
from talentpool.candidates.timeline import EntryKind, Sight, Tone, timeline_of
from talentpool.consent.models import Suppression, SuppressionScope
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_reason,
    make_recruiter,
)

EVERYTHING = Sight(notes=True, interviewer_words=True)
NO_WORDS = Sight(notes=False, interviewer_words=False)


def entries_of(session: Session, candidate_id: int, sight: Sight = EVERYTHING) -> list:  # type: ignore[type-arg]
    session.expire_all()
    person = find_person(session, candidate_id)
    assert person is not None
    return list(timeline_of(person, sight=sight, today=TODAY))


def test_nobody_is_found_under_an_id_that_is_not_there(session: Session) -> None:
    assert find_person(session, 4711) is None


def test_open_promises_come_first_then_the_newest(session: Session) -> None:
    ana = make_candidate(session, resume="Kubernetes", resume_on=date(2026, 3, 1))
    make_application(session, ana, ended_on=date(2025, 10, 1))
    make_application(session, ana, applied_on=date(2019, 1, 1), ended_on=date(2019, 2, 1))
    make_promise(session, ana, due_on=date(2026, 1, 1))
    kinds = [entry.kind for entry in entries_of(session, ana.id)]
    assert kinds == [EntryKind.PROMISE, EntryKind.RESUME, EntryKind.APPLICATION, EntryKind.APPLICATION]


def test_a_reason_that_has_lapsed_says_so(session: Session) -> None:
    ana = make_candidate(session)
    make_application(
        session,
        ana,
        stage=Stage.FINAL_ROUND,
        rating=0.75,
        reason_id=make_reason(session).id,
        reason_holds_until=date(2026, 3, 1),
    )
    [entry] = entries_of(session, ana.id)
    assert (
        entry.detail == "Final round, rejected: Stronger candidate hired (no longer applies) · rated 4 of 5"
    )


def test_who_may_not_read_our_words_does_not_get_them(session: Session) -> None:
    mara = make_recruiter(session)
    ana = make_candidate(session)
    make_application(session, ana, interviewer_words="clear and calm")
    add_note(session, ana.id, words="prefers mail", recruiter_id=mara.id, now=NOW)
    assert {entry.words for entry in entries_of(session, ana.id)} == {"clear and calm", "prefers mail"}
    assert {entry.words for entry in entries_of(session, ana.id, NO_WORDS)} == {None}


def test_a_note_is_taken_back_by_who_wrote_it(session: Session) -> None:
    mara, ana = make_recruiter(session), make_candidate(session)
    note = add_note(session, ana.id, words="prefers mail", recruiter_id=mara.id, now=NOW)
    assert remove_note(session, note.id, recruiter_id=mara.id) == ana.id
    session.flush()
    assert entries_of(session, ana.id) == []


def test_contacts_and_consents_are_told_with_who_and_until_when(session: Session) -> None:
    mara, ana = make_recruiter(session, "Mara Klein"), make_candidate(session)
    session.add(
        Contact(
            candidate_id=ana.id,
            at=NOW,
            channel=ContactChannel.CALL,
            direction=Direction.OURS,
            is_unasked=True,
            recruiter_id=mara.id,
        )
    )
    make_basis(session, ana, expires_on=date(2027, 11, 1))
    contact, consent = entries_of(session, ana.id)
    assert (contact.title, contact.by) == ("Call from us", "Mara Klein")
    assert (consent.detail, consent.tone) == ("until 1 Nov 2027", Tone.OK)


def test_asking_not_to_be_contacted_is_on_the_list_until_it_is_taken_back(session: Session) -> None:
    ana = make_candidate(session, phones=["+351910000000"])
    stop_contact(session, ana, secret=b"secret", now=NOW)
    session.flush()
    assert [entry.kind for entry in entries_of(session, ana.id)] == [EntryKind.DO_NOT_CONTACT]
    standing = select(Suppression.candidate_id).where(
        Suppression.scope == SuppressionScope.CONTACT, Suppression.lifted_at.is_(None)
    )
    assert set(session.scalars(standing)) == {ana.id}
    allow_contact_again(session, ana, now=NOW)
    session.flush()
    assert entries_of(session, ana.id) == []
