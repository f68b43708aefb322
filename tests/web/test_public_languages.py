"""The pages behind links speak the language the browser asks for, in every state, and English where we have none of it."""

import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.link_token import own_page_token, pass_on_token, stop_token
from talentpool.consent.pass_on import Recipient, note_pass_on_asked
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.settings import config_folder
from talentpool.web.desk import EXTENSION
from talentpool.web.page_words import page_languages
from tests.builders import make_application, make_candidate, make_promise, make_recruiter

LANGUAGES = list(page_languages())


@pytest.fixture
def secret(app: Flask) -> bytes:
    """The key of this installation's links."""
    held: bytes = app.extensions[EXTENSION].secret
    return held


@pytest.fixture
def person(sessions: Sessions) -> Candidate:
    """Somebody with an application and a promise, who is asked whether their name may be passed on."""
    now = current_time()
    to = Recipient(name="Jo Park", organisation="Südwind", why="They look.", with_resume=False)
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        made = make_candidate(session, emails=["ana@example.org"])
        make_application(session, made)
        make_promise(session, made)
        note_pass_on_asked(session, made.id, to, recruiter_id=make_recruiter(session).id, now=now)
    return made


@pytest.fixture
def addresses(person: Candidate, secret: bytes) -> dict[str, str]:
    """The links in letters to this person."""
    hashed, now = suppression_key(secret, "email", "ana@example.org"), current_time()
    return {
        "stop": f"/u/{stop_token(secret, person.id, hashed, now=now)}",
        "own": f"/me/{own_page_token(secret, person.id, hashed, now=now)}",
        "pass_on": f"/pass-on/{pass_on_token(secret, 1, hashed, now=now)}",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_button_answers_in_the_language_asked_for(
    client: FlaskClient, addresses: dict[str, str], language: str
) -> None:
    words, asks = page_languages()[language], {"Accept-Language": f"{language}-XX,{language};q=0.9"}
    own = addresses["own"]
    said = [
        (client.get(addresses["stop"], headers=asks), "stop_ask"),
        (client.get(addresses["pass_on"], headers=asks), "pass_title"),
        (client.post(f"{addresses['pass_on']}/yes", headers=asks), "pass_yes"),
        (client.get(own, headers=asks), "own_lead"),
        *[(client.post(f"{own}/{act}", headers=asks), f"done_{act}") for act in ("interested", "no", "copy")],
        (client.post(f"{own}/resume", headers=asks), "file_choose"),
        (client.post(f"{own}/erase", headers=asks), "done_erase"),
        (client.post(addresses["stop"], headers=asks), "stop_done_words"),
    ]
    for page, name in said:
        assert f'<html lang="{language}">' in page.text
        assert words.sentences[name].replace("'", "&#39;") in page.text
        assert "{" not in page.text.split("<main")[1]


def test_a_link_that_does_not_work_says_so_in_the_language_asked_for_and_not_what_is_wrong_with_it(
    client: FlaskClient, person: Candidate, secret: bytes
) -> None:
    hashed, long_ago = suppression_key(secret, "email", "ana@example.org"), datetime(2001, 1, 1, tzinfo=UTC)
    ways = (("/u", stop_token, person.id), ("/me", own_page_token, person.id), ("/pass-on", pass_on_token, 1))
    late = [f"{way}/{make(secret, number, hashed, now=long_ago)}" for way, make, number in ways]
    forged = [f"{way}/{make(b'another', number, hashed, now=current_time())}" for way, make, number in ways]
    cut = [f"{way}/abc" for way, *_ in ways]
    for language, words in page_languages().items():
        asked = [client.get(one, headers={"Accept-Language": language}) for one in late + forged + cut]
        assert {answer.status_code for answer in asked} == {403}
        [page] = {answer.text for answer in asked}
        assert f'<html lang="{language}">' in page
        assert words.sentences["refused"] in page
        assert words.sentences["refused_words"] in page


def test_a_browser_that_asks_for_none_of_our_languages_gets_english(
    client: FlaskClient, addresses: dict[str, str]
) -> None:
    for asked in ("fi", "", "*"):
        page = client.get(addresses["own"], headers={"Accept-Language": asked}).text
        assert "Your data with us" in page
        assert '<html lang="en">' in page


def test_a_file_nobody_can_read_is_refused_in_the_language_asked_for(
    client: FlaskClient, addresses: dict[str, str]
) -> None:
    sent = {"file": (io.BytesIO(b"\x00\x01\x02"), "cv.pdf")}
    page = client.post(f"{addresses['own']}/resume", data=sent, headers={"Accept-Language": "nl"})
    assert page.status_code == 422
    assert "Dit is geen cv dat we kunnen lezen." in page.text
