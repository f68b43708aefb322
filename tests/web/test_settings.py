"""The settings: who gets there, what a save does, how it is taken back, and what the second of two is told."""

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.accounts.policies import load_policy
from talentpool.candidates.models import RejectionReason
from talentpool.database import Sessions
from talentpool.rediscovery.models import MatchRun
from talentpool.web.navigation import SETTINGS_PAGES
from tests.builders import make_reason
from tests.web.conftest import Browser, SignIn
from tests.web.pool_of_people import ADVERT, fill_pool

SHOWN = [address for _, address in SETTINGS_PAGES]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mara(sessions: Sessions, signed_in: SignIn) -> Browser:
    """The browser of an administrator, over a pool with two reasons."""
    fill_pool(sessions)
    with sessions.writing.begin() as session:
        make_reason(session, "timing", label="The timing did not work", hold_months=6)
    browser: Browser = signed_in(AccountKind.ADMINISTRATOR)
    return browser


def form_of(page: str) -> dict[str, Any]:
    """Read what a form would send as it stands: the fields of the last form of the settings."""
    text = page[page.index('class="setting"') :]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = 'type="checkbox"' in tag and " checked" not in tag
        if name and not is_off and name[1] not in ("csrf_token", "q", "file"):
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
        fields[name] = html.unescape(value)
    return fields


def read(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return html.unescape(answer.get_data(as_text=True))


def policy(sessions: Sessions, name: str) -> Any:
    with sessions.reading() as session:
        return load_policy(session, name).value


def undo_of(browser: Browser, address: str) -> str:
    found = re.search(r'action="(/settings/history/[^"]+/restore[^"]*)"', browser.get(address).text)
    assert found is not None, "the save offers no way back"
    return html.unescape(found[1])


def test_the_way_in_leads_to_the_first_and_every_page_lists_them_all(mara: Browser) -> None:
    assert mara.get("/settings").location == SHOWN[0]
    for address in SHOWN:
        text = read(mara, address)
        side = text.partition('class="settings-ways"')[2].partition("</nav>")[0]
        listed = re.findall(r'<a href="(/settings/\w+)"( aria-current="page")?>', side)
        assert [one for one, _ in listed] == SHOWN
        assert [one for one, here in listed if here] == [address]


@pytest.mark.parametrize("kind", [AccountKind.RECRUITER, AccountKind.HIRING_MANAGER])
def test_nobody_but_administrators_gets_there(signed_in: SignIn, mara: Browser, kind: AccountKind) -> None:
    browser = signed_in(kind)
    for address in ("/settings", *SHOWN, "/settings/history/matching"):
        assert browser.get(address).status_code == 403
    assert 'href="/settings"' not in browser.get("/account").text
    assert 'href="/settings"' in mara.get("/account").text


def test_a_reason_that_holds_longer_is_saved_and_taken_back(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/reasons").text)
    answer = mara.post("/settings/reasons", {**form, "months-timing": "9", "against-timing": "yes"})
    assert answer.status_code == 303
    undo = undo_of(mara, "/settings/reasons")
    with sessions.reading() as session:
        row = session.scalars(select(RejectionReason).where(RejectionReason.code == "timing")).one()
        assert (row.hold_months, row.against_candidate) == (9, True)
    history = read(mara, "/settings/history/reasons")
    assert re.search(r"timing › hold months:</span> <del>6</del> → <ins>9</ins>", history)
    assert mara.recruiter.name in history
    assert mara.post(undo).location == "/settings/reasons"
    with sessions.reading() as session:
        row = session.scalars(select(RejectionReason).where(RejectionReason.code == "timing")).one()
        assert (row.hold_months, row.against_candidate) == (6, False)
        details = session.scalars(select(AuditEvent.details).where(AuditEvent.action == "policy_changed"))
        assert ["timing.hold_months", "6", "9"] in next(iter(details))["changes"]


def test_saving_what_holds_already_says_so_and_offers_no_way_back(mara: Browser) -> None:
    for address in ("/settings/reasons", "/settings/weights", "/settings/contact"):
        page = mara.get(address).text
        ticked = re.findall(r'name="overridable" value="(\w+)" checked', page)
        form = {**form_of(page), "overridable": ticked, "save": "yes"}
        assert mara.post(address, form).status_code == 303
        text = read(mara, address)
        assert "Nothing differs from what holds already." in text, address
        assert "/restore" not in text


def test_a_new_reason_is_offered_from_then_on(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/reasons").text)
    new = {
        "label-new": "No driving licence",
        "hold-new": "time_bound",
        "months-new": "24",
        "kind-new": "rejection",
    }
    assert mara.post("/settings/reasons", {**form, **new}).status_code == 303
    assert 'value="No driving licence"' in mara.get("/settings/reasons").text
    with sessions.reading() as session:
        row = session.scalars(select(RejectionReason).order_by(RejectionReason.id.desc())).first()
        assert row is not None
        assert (row.code, row.hold_months, row.retired_at) == ("no_driving_licence", 24, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("label-timing", ""), ("months-timing", ""), ("months-timing", "-2"), ("months-timing", "x"), ("hold-timing", "y"),
     ("label-timing", "Stronger candidate hired"), ("label-timing", "x" * 400)],
)  # fmt: skip
def test_a_reason_that_cannot_be_is_refused_where_it_is(
    mara: Browser, sessions: Sessions, field: str, value: str
) -> None:
    form = form_of(mara.get("/settings/reasons").text)
    answer = mara.post("/settings/reasons", {**form, field: value})
    assert answer.status_code == 422
    assert (
        f'<a href="#{field}">' in answer.text or '<a href="#label-stronger_candidate_hired">' in answer.text
    )
    with sessions.reading() as session:
        assert not session.scalars(select(AuditEvent).where(AuditEvent.action == "policy_changed")).all()


def test_the_second_of_two_administrators_is_told_and_may_save_again(
    mara: Browser, signed_in: SignIn, sessions: Sessions
) -> None:
    tom = signed_in(AccountKind.ADMINISTRATOR)
    form = form_of(mara.get("/settings/weights").text)
    theirs = form_of(tom.get("/settings/weights").text)
    assert tom.post("/settings/weights", {**theirs, "signals.stage": "0.5", "save": "yes"}).status_code == 303
    answer = mara.post("/settings/weights", {**form, "signals.rating": "0.4", "save": "yes"})
    assert answer.status_code == 409
    assert f"{tom.recruiter.name} changed this while you had it open (stage is now 0.5)" in html.unescape(
        answer.text
    )
    assert 'value="0.4"' in answer.text
    assert policy(sessions, "matching")["signals"]["rating"] != 0.4
    assert mara.post("/settings/weights", {**form_of(answer.text), "save": "yes"}).status_code == 303
    assert policy(sessions, "matching")["signals"]["rating"] == 0.4


def test_an_undo_does_not_take_anothers_change_along(
    mara: Browser, signed_in: SignIn, sessions: Sessions
) -> None:
    form = form_of(mara.get("/settings/weights").text)
    mara.post("/settings/weights", {**form, "signals.stage": "0.5", "save": "yes"})
    undo = undo_of(mara, "/settings/weights")
    tom = signed_in(AccountKind.ADMINISTRATOR)
    form = form_of(tom.get("/settings/weights").text)
    tom.post("/settings/weights", {**form, "signals.rating": "0.4", "save": "yes"})
    assert mara.post(undo).status_code == 409
    assert policy(sessions, "matching")["signals"]["stage"] == 0.5


def post_role(browser: Browser) -> int:
    answer = browser.post("/roles/new", {"title": "Platform engineer", "text": ADVERT})
    return int(answer.location.rsplit("/", 1)[1])


def test_weights_are_tried_on_a_role_before_they_are_saved(mara: Browser, sessions: Sessions) -> None:
    role_id = post_role(mara)
    form = form_of(mara.get("/settings/weights").text)
    assert form["role"] == str(role_id)
    tried = {**form, "role.title_weight": "0", "feedback.weight": "0"}
    answer = mara.client.post("/settings/weights", data={**tried, "csrf_token": token(mara)}, headers=HTMX)
    assert answer.text.lstrip().startswith('<section id="trial"')
    assert "Ana Ruiz" in answer.text
    whole = mara.post("/settings/weights", {**tried, "try": "yes"})
    assert whole.status_code == 200
    assert 'name="role.title_weight" value="0"' in whole.text
    assert policy(sessions, "matching")["role"]["title_weight"] != 0
    with sessions.reading() as session:
        assert len(session.scalars(select(MatchRun)).all()) == 1


def token(browser: Browser) -> str:
    found = re.search(r'csrf-token" content="([^"]+)"', browser.get("/account").text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("value", ["", "-1", "lots", "nan", "1e400"])
def test_a_weight_that_is_none_is_refused(mara: Browser, sessions: Sessions, value: str) -> None:
    form = {**form_of(mara.get("/settings/weights").text), "signals.stage": value}
    answer = mara.post("/settings/weights", {**form, "save": "yes"})
    assert answer.status_code == 422
    assert '<a href="#signals.stage">' in answer.text
    assert mara.post("/settings/weights", {**form, "try": "yes"}).status_code == 422
    assert load_version(sessions, "matching") == 1


def load_version(sessions: Sessions, name: str) -> int:
    with sessions.reading() as session:
        return load_policy(session, name).version


def test_the_shipped_weights_can_be_had_back(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/weights").text)
    mara.post("/settings/weights", {**form, "signals.stage": "0.7", "save": "yes"})
    shipped = form_of(mara.get("/settings/weights?shipped=yes").text)
    assert shipped["signals.stage"] == form["signals.stage"]
    mara.post("/settings/weights", {**shipped, "save": "yes"})
    assert policy(sessions, "matching")["signals"]["stage"] == float(form["signals.stage"])


def test_a_wording_is_added_found_and_taken_out(mara: Browser, sessions: Sessions) -> None:
    assert "1 skill with “terraform”" in read(mara, "/settings/skills?q=terraform")
    added = {"name": "Terraform", "alias": "Infra Former", "version": "1"}
    assert mara.post("/settings/skills", added).status_code == 303
    assert policy(sessions, "skills")["own"] == {"terraform": ["infra former"]}
    assert "infra former" in read(mara, "/settings/skills?q=infra+former")
    out = {"name": "terraform", "wording": "infra former", "version": "2"}
    assert mara.post("/settings/skills/remove", out).status_code == 303
    assert "infra former" not in str(policy(sessions, "skills"))
    mara.post(undo_of(mara, "/settings/skills"))
    assert policy(sessions, "skills")["own"] == {"terraform": ["infra former"]}


def test_a_whole_skill_goes_with_its_wordings(mara: Browser, sessions: Sessions) -> None:
    mara.post("/settings/skills/remove", {"name": "kubernetes", "wording": "kubernetes", "version": "1"})
    assert not any("kubernetes" in names for names in policy(sessions, "skills").values())
    gone = {"name": "kubernetes", "wording": "k8s", "version": "2"}
    assert mara.post("/settings/skills/remove", gone).status_code == 404


@pytest.mark.parametrize(
    ("name", "alias", "words"),
    [("", "", "Enter the name"), ("python", "k8s", "means another skill here already"), ("python", "x", "too short"),
     ("python", "experience", "adverts use everywhere"), ("kubernetes", "k8s", "known already"),
     ("x" * 90, "", "Shorten this")],
)  # fmt: skip
def test_a_wording_that_would_spoil_lists_is_refused_with_the_reason(
    mara: Browser, name: str, alias: str, words: str
) -> None:
    answer = mara.post("/settings/skills", {"name": name, "alias": alias, "version": "1"})
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)


def upload(browser: Browser, name: str, text: str) -> Any:
    sent = {"file": (io.BytesIO(text.encode()), name), "version": "1"}
    return browser.post("/settings/skills/import", sent, content_type="multipart/form-data")


def test_a_list_is_brought_in_and_says_what_was_left_out(mara: Browser, sessions: Sessions) -> None:
    listed = "SourceTagName,TargetTagName\ninfra-former,terraform\nk8s,python\n"
    assert upload(mara, "synonyms.csv", listed).status_code == 303
    text = read(mara, "/settings/skills?q=infra")
    assert "1 wordings added" in text or "wordings added" in text
    assert "means another skill here already (k8s)" in text
    assert policy(sessions, "skills")["imported_stack_exchange"]["terraform"] == ["infra former"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("", "", "Choose a file"), ("a.csv", "x,y\n1,2\n", "a.csv begins with"), ("a.toml", "x = [", "cannot be read"),
     ("a.csv", "", "is empty")],
)  # fmt: skip
def test_a_file_that_is_no_list_says_so(mara: Browser, name: str, text: str, words: str) -> None:
    answer = upload(mara, name, text)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert str(Path("/tmp")) not in answer.text  # noqa: S108 - where the file lay is nobody's business


def test_a_history_that_is_none_is_not_found(mara: Browser) -> None:
    for address in ("/settings/history/installation", "/settings/history/sending", "/settings/history/x"):
        assert mara.get(address).status_code == 404
    assert mara.post("/settings/history/matching/99/restore").status_code == 404
