"""The posting page and whatever is put into it: an answer or one clear sentence, in time."""

import re
import time

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.web.pool_of_people import fill_pool

HTMX = {"HX-Request": "true"}
LARGE = "Kubernetes and Terraform must be known. " * 25_000
ODD = ("java", "the and of", "zzqx", "1234", "a\0b", "\U0001f600" * 200, "\u202ejava", "x" * 99_000)


@pytest.fixture
def desk(sessions: Sessions, signed_in):
    fill_pool(sessions)
    return signed_in(AccountKind.RECRUITER)


def shown(answer, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def test_a_role_of_a_million_signs_is_answered_within_two_seconds_and_says_what_to_do(desk) -> None:
    fields = {"title": "Platform engineer", "text": LARGE}
    shown(desk.post("/roles/preview", {"title": "a", "text": "b"}, headers=HTMX))
    started = time.perf_counter()
    preview = shown(desk.post("/roles/preview", fields, headers=HTMX))
    preview_seconds = time.perf_counter() - started
    posted = shown(desk.post("/roles/new", fields), 422)
    post_seconds = time.perf_counter() - started - preview_seconds
    for text in (preview, posted):
        assert "The description is longer than 100,000 characters; shorten it." in text
    assert "Type a title or paste the advert" not in preview
    assert max(preview_seconds, post_seconds) < 2


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_previewed_and_posted_with_everybody_in_the_list(desk, text: str) -> None:
    fields = {"title": "Platform engineer", "text": text}
    assert "4 of 6" in shown(desk.post("/roles/preview", fields, headers=HTMX))
    posted = desk.post("/roles/new", fields)
    assert "Ana Ruiz" in shown(desk.get(posted.location))


@pytest.mark.parametrize(
    "fields", [{"title": "", "text": ""}, {"title": "  ", "text": "java"}, {"title": "\0"}]
)
def test_a_role_without_a_title_is_refused_in_a_sentence(desk, fields: dict[str, str]) -> None:
    assert "Give the role a title." in shown(desk.post("/roles/new", fields), 422)
    desk.post("/roles/preview", fields, headers=HTMX)


def test_over_an_empty_pool_every_page_says_so_and_what_to_do(sessions: Sessions, signed_in) -> None:
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
    desk = signed_in(AccountKind.ADMINISTRATOR)
    fields = {"title": "Platform engineer", "text": "Kubernetes"}
    assert "The pool is empty" in shown(desk.post("/roles/preview", fields, headers=HTMX))
    posted = shown(desk.get(desk.post("/roles/new", fields).location))
    assert "The pool is empty" in posted
    assert "Import your history" in posted


def test_when_a_filter_leaves_nobody_the_page_says_which_and_how_many(desk) -> None:
    fields = {"title": "Engineer", "text": "Kubernetes", "added_words": "zzqx", "added_choice": "filter"}
    text = shown(desk.post("/roles/preview", fields, headers=HTMX))
    assert "Nobody is left" in text
    assert "4 left out: zzqx: not mentioned (4 lack only that)." in text
    assert "Nobody is left in this list" in shown(desk.get(desk.post("/roles/new", fields).location))
