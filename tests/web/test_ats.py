"""Out to the ATS from a page, and the way to a person in the system they came from."""

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.errors import InvalidInputError
from talentpool.imports.ats_formats import load_formats
from talentpool.rediscovery.feedback import shortlist
from talentpool.roles.models import Role
from talentpool.settings import ats_links, config_folder
from tests.builders import make_candidate, make_role
from tests.web.conftest import MakeSettings, SignIn, StartApp
from tests.web.pool_of_people import fill_pool


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that knows where its people are."""
    links = "greenhouse=https://app.greenhouse.io/people/{id} old_system=https://old.example/{id}"
    return start_app(settings_with(TALENTPOOL_WEB_ATS_LINKS=links))


@pytest.fixture
def role(sessions: Sessions) -> Role:
    """A role with two on its short list."""
    ids = fill_pool(sessions)
    with sessions.writing.begin() as session:
        role = make_role(session)
        for name in ("Ana Ruiz", "Bo Chen"):
            shortlist(session, role.id, ids[name], recruiter_id=None, now=current_time())
        return role


def test_the_short_list_is_downloaded_in_a_systems_form(signed_in: SignIn, role: Role) -> None:
    with signed_in().get(f"/roles/{role.id}/shortlist/export?format=zoho") as answer:
        assert answer.headers["Content-Type"] == "application/zip"
        packed = answer.data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        table = archive.read("zoho.csv").decode("utf-8-sig")
        assert len(archive.namelist()) == 3
    assert "Rediscovered" in table
    assert "Ruiz" in table


def test_the_trail_says_of_each_person_to_which_system_they_went(
    signed_in: SignIn, role: Role, sessions: Sessions
) -> None:
    with signed_in().get(f"/roles/{role.id}/shortlist/export?format=zoho") as answer:
        assert answer.data
    with sessions.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "candidate_handed_over")).all()
    assert len({one.object_id for one in events}) == 2
    assert {one.details["label"] for one in events} == {load_formats(config_folder())["zoho"].label}


def test_a_selection_goes_out_alone(signed_in: SignIn, role: Role) -> None:
    with signed_in().get(f"/roles/{role.id}/shortlist/export?candidates=2") as answer:
        packed = answer.data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert len(archive.read("csv.csv").decode().splitlines()) == 2


@pytest.mark.parametrize("chosen", ["987654321", "nobody", "1" * 5000])
def test_a_selection_of_nobody_takes_nobody_out(signed_in: SignIn, role: Role, chosen: str) -> None:
    refused = signed_in().get(f"/roles/{role.id}/shortlist/export?candidates={chosen}")
    assert refused.status_code == 422
    assert "None of those chosen is on the short list" in refused.text


def test_an_unknown_format_is_refused_and_a_manager_takes_nothing_out(signed_in: SignIn, role: Role) -> None:
    assert signed_in().get(f"/roles/{role.id}/shortlist/export?format=taleo").status_code == 422
    manager = signed_in(AccountKind.HIRING_MANAGER)
    assert manager.get(f"/roles/{role.id}/shortlist/export").status_code == 403


@pytest.mark.parametrize(
    ("source", "external_id", "url", "shown"),
    [
        ("Greenhouse", "12/3?x", None, "https://app.greenhouse.io/people/12%2F3%3Fx"),
        ("Old system", "7", None, "https://old.example/7"),
        ("Greenhouse", "7", "https://told.example/7", "https://told.example/7"),
        ("Elsewhere", "7", None, None),
        ("Greenhouse", None, None, None),
        ("Elsewhere", "7", "javascript:alert(1)", None),
    ],
)
def test_a_person_is_opened_where_they_came_from(
    signed_in: SignIn, sessions: Sessions, role: Role, source: str, external_id: str | None, url: str | None, shown: str | None
) -> None:  # fmt: skip
    with sessions.writing.begin() as session:
        person = make_candidate(
            session, "Zoe Adams", source=source, external_id=external_id, external_url=url, now=current_time()
        )
    page = signed_in().get(f"/candidates/{person.id}").text
    assert ("Open in ATS" in page) is (shown is not None)
    if shown:
        assert f'href="{shown}"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        *("greenhouse=http://app.greenhouse.io/{id}", "greenhouse=javascript:alert({id})", "greenhouse"),
        *("greenhouse=https://app.greenhouse.io/people", "greenhouse=https://{id}.example.org/"),
        "greenhouse=https://user:word@example.org/{id}",
    ],
)
def test_a_template_that_is_not_https_is_refused_at_the_start(
    settings_with: MakeSettings, wrong: str
) -> None:
    with pytest.raises(InvalidInputError, match="web.ats_links says"):
        settings_with(TALENTPOOL_WEB_ATS_LINKS=wrong)


def test_a_source_with_spaces_is_written_with_underscores() -> None:
    assert ats_links("Old_System=https://old.example/{id}") == {"old system": "https://old.example/{id}"}
