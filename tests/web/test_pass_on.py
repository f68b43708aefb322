"""“May we pass your name to …?”: asked by letter, answered by the person alone, passed on only with a yes, logged."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.merging import Decision, merge_candidates, unmerge
from talentpool.candidates.models import Candidate, CandidateEmail, Contact, ContactChannel, Direction
from talentpool.clock import current_time
from talentpool.consent.link_token import Link, LinkScope, make_token, own_page_token
from talentpool.consent.models import PassOn
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.erasure.access_export import everything_about
from talentpool.outreach.models import Message
from talentpool.settings import Settings, config_folder
from talentpool.tables import metadata
from talentpool.web.desk import EXTENSION
from talentpool.web.wording import without_links
from tests.builders import forged, make_basis, make_candidate
from tests.web.conftest import Browser, SignIn

FORM = {"to_name": "Jo Park", "to_organisation": "Südwind", "pass_on_why": "They look for a platform lead."}
BY_HAND = FORM | {"how": "by_hand", "said": "on the telephone, to me"}


@pytest.fixture
def settings(settings_with: Callable[..., Settings]) -> Settings:
    """An installation that may write."""
    return settings_with(
        TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example", TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay"
    )


@pytest.fixture
def secret(app: Flask) -> bytes:
    """The key of this installation's links."""
    held: bytes = app.extensions[EXTENSION].secret
    return held


@pytest.fixture
def person(sessions: Sessions, app: Flask) -> Candidate:
    """Somebody with a consent and a resume."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        made = make_candidate(
            session, emails=["ana@example.org"], phones=["+49 30 1"], resume="Terraform and Kubernetes."
        )
        make_basis(session, made)
    return made


@pytest.fixture
def recruiter(signed_in: SignIn) -> Browser:
    """A browser of a recruiter."""
    return signed_in()


@pytest.fixture
def public(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def token(recruiter: Browser, person: Candidate, sessions: Sessions) -> str:
    """The token in the letter that asked."""
    assert recruiter.post(f"/candidates/{person.id}/pass-on", FORM).status_code == 303
    with sessions.reading() as session:
        text = session.scalars(select(Message.text)).one()
    return text.split("/pass-on/")[1].split()[0]


def only(sessions: Sessions) -> PassOn:
    with sessions.reading() as session:
        return session.scalars(select(PassOn)).one()


def counts(sessions: Sessions) -> dict[str, int]:
    with sessions.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


def actions(sessions: Sessions) -> list[str]:
    with sessions.reading() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_letter_names_to_whom_and_why_and_counts_as_a_contact(token: str, sessions: Sessions) -> None:
    with sessions.reading() as session:
        letter, contact = session.scalars(select(Message)).one(), session.scalars(select(Contact)).one()
    for said in ("Jo Park (Südwind)", "They look for a platform lead.", "telephone number"):
        assert said in letter.text
    assert "resume" not in letter.text
    assert "{{" not in letter.subject + letter.text + (letter.html or "")
    assert contact.is_unasked
    assert only(sessions).text_version == "may_we_pass_on/1"


def test_the_letter_is_read_as_it_would_go_out_before_it_is_queued(
    recruiter: Browser, person: Candidate, sessions: Sessions
) -> None:
    before, form = counts(sessions), FORM | {"with_resume": "yes"}
    page = recruiter.post(f"/candidates/{person.id}/pass-on", form | {"how": "preview"})
    assert page.status_code == 200
    assert counts(sessions) == before
    assert "Put into the outbox" in page.text
    assert recruiter.post(f"/candidates/{person.id}/pass-on", form).status_code == 303
    with sessions.reading() as session:
        queued = session.scalars(select(Message)).one()
    text = re.sub(r"https?://\S+/pass-on/\S+", "[the link to say yes or no]", queued.text)
    assert without_links(text) != text
    shown = unescape(page.text)
    assert queued.subject in shown
    assert without_links(text) in shown


def test_a_letter_that_may_not_go_is_shown_with_why_and_cannot_be_queued(
    recruiter: Browser, person: Candidate, token: str, sessions: Sessions
) -> None:
    form = FORM | {"to_name": "Kim Roe", "how": "preview"}
    page = recruiter.post(f"/candidates/{person.id}/pass-on", form)
    assert page.status_code == 200
    for said in ("May not go: ", "rests until", "Kim Roe (Südwind)"):
        assert said in page.text
    assert "Put into the outbox" not in page.text
    assert recruiter.post(f"/candidates/{person.id}/pass-on", FORM | {"how": "preview"}).status_code == 409


def test_without_an_address_there_is_no_letter_to_read(
    recruiter: Browser, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.scalars(select(CandidateEmail)).one().bounced_at = current_time()
    page = recruiter.post(f"/candidates/{person.id}/pass-on", FORM | {"how": "preview"})
    assert page.status_code == 200
    assert "No e-mail address on file that works" in page.text
    assert "Put into the outbox" not in page.text


@pytest.mark.parametrize(
    ("answers", "said"),
    [(["no"], "said no"), (["yes", "no"], "took their yes back"), ([], "did not answer, which means no")],
)
def test_whoever_declined_is_not_asked_again_and_may_still_say_yes_themselves(
    public: FlaskClient,
    recruiter: Browser,
    token: str,
    sessions: Sessions,
    answers: list[str],
    said: str,
) -> None:
    for answer in answers:
        public.post(f"/pass-on/{token}/{answer}")
    with sessions.writing.begin() as session:
        asked = session.scalars(select(PassOn)).one()
        asked.answer_by -= timedelta(days=29)
        session.scalars(select(Contact)).one().at -= timedelta(days=400)
    for how in ("preview", "letter"):
        refused = recruiter.post(f"/candidates/{asked.candidate_id}/pass-on", FORM | {"how": how})
        assert refused.status_code == 409
        assert f"{said}; nobody asks again." in refused.text
    assert recruiter.post(f"/candidates/{asked.candidate_id}/pass-on", BY_HAND).status_code == 303


def test_a_yes_noted_by_mistake_and_taken_back_keeps_nobody_from_being_asked(
    recruiter: Browser, person: Candidate, sessions: Sessions
) -> None:
    recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND)
    recruiter.post(f"/pass-ons/{only(sessions).id}/take-back")
    assert recruiter.post(f"/candidates/{person.id}/pass-on", FORM).status_code == 303


def test_somebody_who_rests_is_not_asked_and_nothing_is_noted(
    recruiter: Browser, person: Candidate, token: str, sessions: Sessions
) -> None:
    again = recruiter.post(f"/candidates/{person.id}/pass-on", FORM | {"to_name": "Kim Roe"})
    assert again.status_code == 409
    assert "rests until" in again.text
    assert only(sessions).to_name == "Jo Park"


def test_in_an_open_conversation_the_question_is_an_answer(
    recruiter: Browser, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.add(
            Contact(
                candidate_id=person.id, at=current_time(), channel=ContactChannel.CALL, direction=Direction.THEIRS,
                is_unasked=False,
            )
        )  # fmt: skip
    recruiter.post(f"/candidates/{person.id}/pass-on", FORM)
    with sessions.reading() as session:
        ours = session.scalars(select(Contact).where(Contact.direction == Direction.OURS)).one()
    assert not ours.is_unasked


def test_the_same_question_is_not_asked_while_it_is_out(
    recruiter: Browser, person: Candidate, token: str
) -> None:
    again = recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND | {"to_name": "jo park"})
    assert again.status_code == 409
    assert "They were asked about jo park" in again.text


def test_faults_45_looking_at_the_question_changes_nothing(
    public: FlaskClient, token: str, sessions: Sessions
) -> None:
    before = counts(sessions)
    page = public.get(f"/pass-on/{token}")
    assert "May we pass your name to Jo Park at Südwind?" in page.text
    assert public.head(f"/pass-on/{token}").status_code == 200
    assert public.get(f"/pass-on/{token}/yes").status_code == 405
    assert public.post(f"/pass-on/{token}/perhaps").status_code == 404
    assert counts(sessions) == before
    assert only(sessions).said_yes is None
    assert not page.headers.getlist("Set-Cookie")


def test_faults_45_answering_again_changes_nothing(
    public: FlaskClient, token: str, sessions: Sessions
) -> None:
    for answer, said in (("yes", "You said yes"), ("no", "You took it back")):
        assert said in public.post(f"/pass-on/{token}/{answer}").text
        first, before = only(sessions), counts(sessions)
        assert said in public.post(f"/pass-on/{token}/{answer}").text
        again = only(sessions)
        assert counts(sessions) == before
        assert (again.answered_at, again.taken_back_at) == (first.answered_at, first.taken_back_at)


def test_faults_45_a_forged_a_foreign_and_an_old_link_learn_nothing(
    public: FlaskClient, token: str, secret: bytes, sessions: Sessions
) -> None:
    hashed, now = suppression_key(secret, "email", "ana@example.org"), current_time()
    old = Link(
        scope=LinkScope.PASS_ON, candidate_id=1, address_hash=hashed, expires_at=now - timedelta(minutes=2)
    )
    bad = [
        forged(token),
        "A" * 82,
        "x",
        make_token(secret, old),
        own_page_token(secret, 1, hashed, now=now),
    ]
    pages = [public.get(f"/pass-on/{each}") for each in bad]
    assert {page.status_code for page in pages} == {403}
    assert len({page.text.split("<main")[1] for page in pages}) == 1
    assert {public.post(f"/pass-on/{each}/yes").status_code for each in bad} == {403}
    assert only(sessions).said_yes is None


def test_a_link_sent_to_an_address_that_is_not_theirs_any_more_shows_nothing(
    public: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        email = session.scalars(select(CandidateEmail)).one()
        email.address = email.address_key = "other@example.org"
    assert "Jo Park" not in public.get(f"/pass-on/{token}").text
    public.post(f"/pass-on/{token}/yes")
    assert only(sessions).said_yes is None


def test_silence_means_no(
    public: FlaskClient, recruiter: Browser, person: Candidate, token: str, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.scalars(select(PassOn)).one().answer_by -= timedelta(days=29)
    assert "This question is over" in public.post(f"/pass-on/{token}/yes").text
    assert recruiter.post(f"/pass-ons/{only(sessions).id}/pass").status_code == 409
    assert "no answer, which means no" in recruiter.get(f"/candidates/{person.id}").text


def test_without_a_yes_nothing_is_passed_on(
    public: FlaskClient, recruiter: Browser, token: str, sessions: Sessions
) -> None:
    number = only(sessions).id
    assert recruiter.post(f"/pass-ons/{number}/pass").status_code == 409
    public.post(f"/pass-on/{token}/no")
    assert recruiter.post(f"/pass-ons/{number}/pass").status_code == 409
    public.post(f"/pass-on/{token}/yes")
    passed = recruiter.post(f"/pass-ons/{number}/pass")
    assert passed.status_code == 200, passed.text
    public.post(f"/pass-on/{token}/no")
    assert recruiter.post(f"/pass-ons/{number}/pass").status_code == 409
    assert "tell Jo Park" in recruiter.get(f"/candidates/{only(sessions).candidate_id}").text
    with sessions.writing.begin() as session:
        asked = session.scalars(select(PassOn)).one()
        asked.taken_back_at, asked.holds_until = None, current_time().date() - timedelta(days=1)
    assert recruiter.post(f"/pass-ons/{number}/pass").status_code == 409


@pytest.mark.parametrize("with_resume", [False, True])
def test_only_what_was_agreed_goes_out_and_it_is_logged(
    recruiter: Browser, person: Candidate, sessions: Sessions, with_resume: bool
) -> None:
    recruiter.post(
        f"/candidates/{person.id}/pass-on", BY_HAND | ({"with_resume": "yes"} if with_resume else {})
    )
    asked = only(sessions)
    assert (asked.answered_how, asked.text_version) == ("on the telephone, to me", None)
    sent = recruiter.post(f"/pass-ons/{asked.id}/pass")
    with ZipFile(io.BytesIO(sent.data)) as packed:
        assert packed.namelist() == ["introduction.txt", *(["resume.txt"] if with_resume else [])]
        words = packed.read("introduction.txt").decode()
    for said in ("Jo Park", "Ana Ruiz", "ana@example.org", "+49 30 1", "They look for a platform lead."):
        assert said in words
    assert "Terraform" not in words
    assert only(sessions).passed_at is not None
    assert [one for one in actions(sessions) if "pass" in one] == ["pass_on_agreed", "name_passed_on"]
    page = recruiter.get(f"/candidates/{person.id}").text
    assert "May we pass the name to Jo Park, Südwind?" in page
    assert "passed on" in page


def test_a_yes_by_word_of_mouth_needs_how_it_was_said(recruiter: Browser, person: Candidate) -> None:
    without = recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND | {"said": ""})
    assert without.status_code == 422
    assert "how they said yes" in without.text
    assert recruiter.post(f"/candidates/{person.id}/pass-on", {}).status_code == 422


def test_whoever_asked_for_silence_is_not_passed_on_whatever_they_agreed_to(
    recruiter: Browser, person: Candidate, sessions: Sessions
) -> None:
    recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND)
    recruiter.post(f"/candidates/{person.id}/do-not-contact")
    refused = recruiter.post(f"/pass-ons/{only(sessions).id}/pass")
    assert refused.status_code == 409
    assert "Asked not to be contacted" in refused.text


def test_the_own_page_shows_it_and_takes_it_back_with_one_press(
    public: FlaskClient, token: str, person: Candidate, secret: bytes, sessions: Sessions
) -> None:
    hashed = suppression_key(secret, "email", "ana@example.org")
    own = own_page_token(secret, person.id, hashed, now=current_time())
    assert "Say yes or no" in public.get(f"/me/{own}").text
    public.post(f"/pass-on/{token}/yes")
    page = public.get(f"/me/{own}").text
    assert "Jo Park" in page
    button = page.split('action="/pass-on/')[1].split('"')[0]
    public.post(f"/pass-on/{button}")
    assert only(sessions).taken_back_at is not None
    assert "you took it back" in public.get(f"/me/{own}").text


def test_a_hiring_manager_neither_asks_nor_takes_out(
    recruiter: Browser, signed_in: SignIn, person: Candidate, sessions: Sessions
) -> None:
    recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND)
    manager = signed_in(AccountKind.HIRING_MANAGER)
    assert manager.post(f"/candidates/{person.id}/pass-on", FORM).status_code == 403
    assert manager.post(f"/pass-ons/{only(sessions).id}/pass").status_code == 403


def test_the_access_export_says_to_whom_the_name_went(
    recruiter: Browser, person: Candidate, secret: bytes, sessions: Sessions
) -> None:
    recruiter.post(f"/candidates/{person.id}/pass-on", BY_HAND)
    recruiter.post(f"/pass-ons/{only(sessions).id}/pass")
    with sessions.reading() as session:
        told = everything_about(session, person.id, secret=secret, now=current_time())
    (line,) = told["passed_on"]
    assert (line["to_name"], line["to_organisation"], line["said_yes"]) == ("Jo Park", "Südwind", True)
    assert line["passed_at"] is not None


def test_whoever_is_gone_finds_nothing_behind_the_link(
    public: FlaskClient, token: str, person: Candidate, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.delete(session.get_one(Candidate, person.id))
    assert "nothing of yours here any more" in public.get(f"/pass-on/{token}").text
    public.post(f"/pass-on/{token}/yes")
    assert counts(sessions)["pass_ons"] == 0


def test_the_question_goes_with_the_person_through_a_merge_and_back(
    public: FlaskClient, token: str, person: Candidate, secret: bytes, sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        other = make_candidate(session, "Ana Ruiz", emails=["ana.r@example.org"]).id
        decision = Decision(now=now, recruiter_id=None, choices={})
        merge = merge_candidates(session, other, person.id, decision, secret=secret).id
    assert "Jo Park" in public.get(f"/pass-on/{token}").text
    assert only(sessions).candidate_id == other
    public.post(f"/pass-on/{token}/yes")
    with sessions.writing.begin() as session:
        unmerge(session, merge, recruiter_id=None, now=now, secret=secret)
    asked = only(sessions)
    assert (asked.candidate_id, asked.said_yes) == (person.id, True)
