"""Whoever had somebody's data from us is to be told that it is erased, and nothing of the person is kept for that."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.database import Sessions
from talentpool.erasure.answer_words import answer_languages, answer_words
from talentpool.erasure.carry_out import Place, carry_out
from talentpool.erasure.models import GivenHow, RecipientToTell, ToldOf
from talentpool.erasure.recipients import (
    count_to_tell,
    load_given,
    load_to_tell,
    note_to_tell,
    note_told,
    take_told_back,
    words_to_recipient,
)
from talentpool.errors import ConflictError, NotFoundError
from talentpool.rediscovery.models import ShortlistLink, ShortlistLinkPerson
from tests.builders import NOW, TODAY, make_candidate, make_recruiter, make_role

NAME, EMAIL = "Ana Ruizdottir", "ana.r@example.org"
RESUME = "Ran Kubernetes for forty teams at Brunnenkressenkontor."


@pytest.fixture
def ana(sessions: Sessions, place: Place) -> int:
    """Somebody whose name was passed on, who was shown to a manager, and twice handed over to another system."""
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        person = make_candidate(session, NAME, resume=RESUME, emails=[EMAIL]).id
        to = Recipient(name="Jo Park", organisation="Südwind", why=f"{NAME} fits.", with_resume=True)
        asked = note_pass_on_agreed(session, person, to, how="by phone", recruiter_id=own, now=NOW)
        note_passed_on(asked, recruiter_id=own, now=NOW)
        other = Recipient(name="Kim Nobody", organisation="Westwind", why="Asked only.", with_resume=True)
        note_pass_on_agreed(session, person, other, how="by phone", recruiter_id=own, now=NOW)
        link = ShortlistLink(
            role_id=make_role(session).id, address="head@nordwind.example", address_key="head@nordwind.example",
            words=None, without_names=False, created_at=NOW, expires_at=NOW,
        )  # fmt: skip
        link.people.append(ShortlistLinkPerson(candidate_id=person, position=1))
        session.add(link)
        for day in (9, 2):
            record_event(
                session, "candidate_handed_over", object_kind="candidate", object_id=person, recruiter_id=own,
                now=NOW - timedelta(days=day), details={"label": "Greenhouse", "with_resume": True, "role_id": 1},
            )  # fmt: skip
        return person


def rows(sessions: Sessions) -> list[RecipientToTell]:
    with sessions.reading() as session:
        return load_to_tell(session)


def test_recipients_are_read_off_what_is_on_record(sessions: Sessions, ana: int) -> None:
    with sessions.reading() as session:
        given = load_given(session, ana)
    assert [(one.how, one.to_whom, one.given_on) for one in given] == [
        (GivenHow.HANDED_OVER, "Greenhouse", TODAY - timedelta(days=2)),
        (GivenHow.PASSED_ON, "Jo Park, Südwind", TODAY),
        (GivenHow.SHOWN, "head@nordwind.example", TODAY),
    ]


def test_gdpr_19_recipients_of_somebody_erased_are_kept_and_nothing_of_the_person_is(
    place: Place, sessions: Sessions, ana: int
) -> None:
    erased = carry_out(place, ana, recruiter_id=None)
    assert erased.proof.found == {}
    kept = rows(sessions)
    assert [one.to_whom for one in kept] == ["Greenhouse", "Jo Park, Südwind", "head@nordwind.example"]
    assert {(one.person_id, one.told_of, one.told_at) for one in kept} == {(ana, ToldOf.ERASURE, None)}
    values = " ".join(str(value) for one in kept for value in _values(one))
    assert not [said for said in ("Ruizdottir", EMAIL, "fits") if said in values]


def _values(row: RecipientToTell) -> list[Any]:
    return [getattr(row, column.name) for column in RecipientToTell.__table__.columns]


@pytest.mark.parametrize("language", answer_languages())
def test_the_words_name_the_person_only_while_we_know_the_name(
    sessions: Sessions, ana: int, language: str
) -> None:
    words = answer_words(language)
    with sessions.reading() as session:
        given = load_given(session, ana)
    for one in given:
        for told_of in ToldOf:
            named = words_to_recipient(words, one, told_of, (ana, NAME))
            unnamed = words_to_recipient(words, one, told_of, (ana, None))
            assert "{" not in named + unnamed
            assert NAME in named
            assert "Ruiz" not in unnamed
            assert words.day(one.given_on) in unnamed
    passed = next(one for one in given if one.how is GivenHow.PASSED_ON)
    said = words_to_recipient(words, passed, ToldOf.ERASURE, (ana, None))
    assert f"introduction-{passed.reference}.zip" in said


def test_that_a_recipient_was_told_is_noted_once_and_can_be_taken_back(sessions: Sessions, ana: int) -> None:
    with sessions.writing.begin() as session:
        assert note_to_tell(session, ana, ToldOf.CORRECTION, now=NOW) == 3
        own = make_recruiter(session).id
        first = load_to_tell(session, person_id=ana)[0].id
        note_told(session, first, recruiter_id=own, now=NOW)
        assert count_to_tell(session) == 2
        assert load_to_tell(session)[-1].id == first
        with pytest.raises(ConflictError, match="noted already"):
            note_told(session, first, recruiter_id=own, now=NOW)
        assert take_told_back(session, first).told_by is None
        assert count_to_tell(session) == 3
        with pytest.raises(NotFoundError):
            note_told(session, 10_000, recruiter_id=own, now=NOW)


def test_whoever_waits_to_be_told_is_not_written_down_twice(sessions: Sessions, ana: int) -> None:
    with sessions.writing.begin() as session:
        assert note_to_tell(session, ana, ToldOf.CORRECTION, now=NOW) == 3
        assert note_to_tell(session, ana, ToldOf.CORRECTION, now=NOW) == 0
        first = load_to_tell(session, person_id=ana)[0].id
        note_told(session, first, recruiter_id=make_recruiter(session).id, now=NOW)
        assert note_to_tell(session, ana, ToldOf.CORRECTION, now=NOW) == 1, "corrected again since"


def test_nobody_is_to_be_told_of_somebody_whose_data_stayed_here(place: Place, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        alone = make_candidate(session, "Bo Chen").id
    carry_out(place, alone, recruiter_id=None)
    with sessions.reading() as session:
        assert session.scalars(select(RecipientToTell)).all() == []
