"""The ready answer says what is on record in the language that is asked for, and whole sentences only."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.policies import install_policies
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.models import CameBy, RequestKind
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.erasure.answer_words import answer_languages
from talentpool.erasure.ready_answer import ready_answer
from talentpool.settings import config_folder
from tests.builders import NOW, TODAY, make_application, make_basis, make_candidate, make_recruiter


def answer(session: Session, language: str, kind: RequestKind = RequestKind.QUESTION) -> str:
    """Write the answer to somebody about whom something of every kind is on record."""
    install_policies(session, config_folder(), now=NOW)
    own = make_recruiter(session).id
    person = make_candidate(session, "Ana Ruiz", collected_on=date(2025, 3, 1), came_through="a fair")
    make_application(session, person)
    make_basis(session, person, text_version="keep_in_touch/2")
    to = Recipient(name="Jo Park", organisation="Südwind", why="They look.", with_resume=False)
    asked = note_pass_on_agreed(session, person.id, to, how="by phone", recruiter_id=own, now=NOW)
    note_passed_on(asked, recruiter_id=own, now=NOW)
    for action in ("candidate_viewed", "candidate_viewed", "candidate_handed_over"):
        details = {"label": "Greenhouse", "with_resume": True}
        record_event(
            session, action, object_kind="candidate", object_id=person.id, recruiter_id=own, now=NOW,
            details=details,
        )  # fmt: skip
    new = NewRequest(kind=kind, came_by=CameBy.MAIL, candidate_id=person.id, received_on=TODAY)
    request = receive_request(session, new, now=NOW)
    return ready_answer(session, request, today=TODAY, language=language)


@pytest.mark.parametrize("language", answer_languages())
def test_an_answer_is_whole_in_every_language(session: Session, language: str) -> None:
    written = answer(session, language)
    assert "{" not in written
    for said in ("Ana", "a fair", "Platform engineer", "keep_in_touch/2", "Jo Park, Südwind"):
        assert said in written
    assert len(written.split("\n\n")) == 7


def test_an_answer_in_english_says_what_is_on_record(session: Session) -> None:
    written = answer(session, "en")
    for said in (
        "Hello Ana,",
        "You asked why we have your data. Your request reached us on 23 November 2026.",
        "We have had your data since 1 March 2025. It came to us through a fair.",
        "The basis is consent, recorded on 1 May 2026 (text keep_in_touch/2), until 1 November 2027.",
        "One of our recruiting staff opened your record, 2 times in all.",
        "No hiring manager was shown it. It was taken out as a file once.",
        "With your yes it was passed on to: Jo Park, Südwind (23 November 2026).",
        "No message was sent to you from here.",
    ):
        assert said in written


def test_an_answer_in_french_is_dated_as_the_french_do(session: Session) -> None:
    assert "depuis le 1er mars 2025" in answer(session, "fr")


def test_of_somebody_erased_nothing_is_said_but_that(session: Session) -> None:
    new = NewRequest(
        kind=RequestKind.ACCESS,
        came_by=CameBy.MAIL,
        candidate_id=make_candidate(session).id,
        received_on=TODAY,
    )
    request = receive_request(session, new, now=NOW)
    request.candidate_id = None
    written = ready_answer(session, request, today=TODAY, language="de")
    assert written == "Wir haben nichts mehr über Sie gespeichert."
