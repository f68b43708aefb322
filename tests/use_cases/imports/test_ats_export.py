"""A short list out to another system and back by our own importer: everybody whole, in every format."""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.policies import install_policies
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Application, Candidate, CandidateEmail, CandidateLink, Resume, Stage
from talentpool.candidates.reasons import install_reasons
from talentpool.consent.models import Suppression
from talentpool.database import Base, Sessions, open_engine, open_sessions
from talentpool.imports.ats_export import HandOver, hand_over
from talentpool.imports.ats_formats import AtsFormat, load_formats
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.settings import config_folder
from tests.builders import make_basis, make_candidate, make_role

FORMATS = load_formats(config_folder())
SECRET = b"a secret of these tests"
PEOPLE = {
    "Ana Lucía Ruiz": {
        "emails": ["ana@example.org", "ana.ruiz@example.com"],
        "phones": ["+34612345678", "+34911234567"],
        "headline": "=Platform engineer, on-call lead",
        "skills": "Kubernetes, Terraform",
        "summary": "Runs platforms; calm.",
        "street": "Calle Mayor 5",
        "postcode": "48001",
        "city": "Bilbao",
        "country": "ES",
    },
    "Wei Chen": {"emails": ["wei@example.org"], "phones": ["+4930901820"], "headline": "Nurse"},
    "Bo O'Neill-Åkesson": {"emails": ["bo@example.org"], "skills": 'Say "no", go; Go'},
    "王伟": {"emails": ["wang@example.org"], "headline": "=1+1", "summary": 'He said "hi",\nthen; left'},
}


@pytest.fixture
def there(tmp_path: Path) -> Sessions:
    """Another installation, empty."""
    engine: Engine = open_engine(f"sqlite:///{tmp_path / 'there.db'}")
    Base.metadata.create_all(engine)
    sessions = open_sessions(engine)
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
    return sessions


def fill(session: Session, now: datetime) -> list[int]:
    install_policies(session, config_folder(), now=now)
    ids = []
    for name, fields in PEOPLE.items():
        one = make_candidate(session, name, resume=f"Resume of {name}. Kubernetes, wards, sales.", **fields)
        one.links = [CandidateLink(url=f"https://example.org/{one.id}", url_key=f"example.org/{one.id}")]
        ids.append(one.id)
    return ids


def go(session: Session, ids: list[int], path: Path, form: AtsFormat, now: datetime) -> HandOver:
    role = make_role(session, "Platform engineer", requisition_code="R-77")
    return hand_over(session, role, ids, path, form, resume_folder=path.parent, today=now.date())


def come_back(there: Sessions, path: Path, form: AtsFormat, now: datetime) -> dict[str, Candidate]:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent / "unpacked")
    folder = path.parent / "unpacked"
    options = ImportOptions(preset=form.preset, resumes=folder / "resumes", resume_folder=folder / "store")
    import_file(there, folder / f"{form.code}.csv", options, secret=SECRET, now=now)
    with there.reading() as session:
        wanted = select(Candidate).options(
            *(
                selectinload(each)
                for each in (Candidate.emails, Candidate.phones, Candidate.links, Candidate.applications, Candidate.resumes)
            )
        )  # fmt: skip
        return {person.full_name: person for person in session.scalars(wanted)}


@pytest.mark.parametrize("code", FORMATS)
def test_a_short_list_comes_back_whole_from_every_format(
    session: Session, there: Sessions, tmp_path: Path, now: datetime, code: str
) -> None:
    form, path = FORMATS[code], tmp_path / "out.zip"
    done = go(session, fill(session, now), path, form, now)
    assert (done.people, done.resumes, done.stayed) == (4, 4, ())
    found = come_back(there, path, form, now)
    assert set(found) == set(PEOPLE)
    for name, fields in PEOPLE.items():
        back, values = found[name], form.values
        assert [one.address for one in back.emails] == fields["emails"][: places(form, "email")]
        assert [one.number for one in back.phones] == fields.get("phones", [])[: places(form, "phone")]
        assert [one.url.startswith("https://example.org/") for one in back.links] == [True] * min(
            1, places(form, "link")
        )
        assert back.came_through == "Rediscovered"
        for each in ("headline", "skills", "summary", "street", "postcode", "city", "country"):
            if each in values:
                assert getattr(back, each) == fields.get(each), each
        if "address" in values and "street" in fields:
            assert back.street == "Calle Mayor 5, 48001 Bilbao, ES"
        if "role" in values:
            assert [(one.role_title, one.stage) for one in back.applications] == [
                ("Platform engineer", Stage.APPLIED)
            ]
        assert [one.visible_text.strip() for one in back.resumes] == [
            f"Resume of {name}. Kubernetes, wards, sales."
        ]


@pytest.mark.parametrize("code", FORMATS)
def test_each_of_two_namesakes_keeps_their_own_resume(
    session: Session, there: Sessions, tmp_path: Path, now: datetime, code: str
) -> None:
    install_policies(session, config_folder(), now=now)
    addresses = ["ana@example.org", "ana.ruiz@example.com"]
    ids = [make_candidate(session, "Ana Ruiz", emails=[one], resume=f"Of {one}.").id for one in addresses]
    go(session, ids, tmp_path / "out.zip", FORMATS[code], now)
    come_back(there, tmp_path / "out.zip", FORMATS[code], now)
    with there.reading() as session_there:
        wanted = select(CandidateEmail.address, Resume.visible_text).join(
            Resume, Resume.candidate_id == CandidateEmail.candidate_id
        )
        found = {address: text.strip() for address, text in session_there.execute(wanted)}
    assert found == {one: f"Of {one}." for one in addresses}


def places(form: AtsFormat, name: str) -> int:
    if f"{name}s" in form.values:
        return 99
    return sum(value == name or value.startswith(f"{name}_") for value in form.values)


@pytest.mark.parametrize("code", ["bullhorn", "greenhouse"])
def test_whoever_asked_not_to_be_contacted_goes_only_where_that_goes_along(
    session: Session, there: Sessions, tmp_path: Path, now: datetime, code: str
) -> None:
    ids = fill(session, now)
    stop_contact(session, session.get_one(Candidate, ids[0]), secret=SECRET, now=now)
    done = go(session, ids, tmp_path / "out.zip", FORMATS[code], now)
    found = come_back(there, tmp_path / "out.zip", FORMATS[code], now)
    if code == "greenhouse":
        assert done.stayed == (("Ana Lucía Ruiz", "Asked not to be contacted"),)
        assert "Ana Lucía Ruiz" not in found
        return
    with there.reading() as session_there:
        barred = session_there.scalars(select(Suppression.candidate_id)).all()
    assert set(barred) == {found["Ana Lucía Ruiz"].id}


def test_whoever_took_consent_back_stays_here(session: Session, tmp_path: Path, now: datetime) -> None:
    ids = fill(session, now)
    make_basis(session, session.get_one(Candidate, ids[1]), withdrawn_on=now.date())
    done = go(session, ids, tmp_path / "out.csv", FORMATS["csv"], now)
    assert done.stayed == (("Wei Chen", "Consent was withdrawn"),)
    assert "Wei Chen" not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_the_table_alone_is_written_where_no_archive_is_asked_for(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    done = go(session, fill(session, now), tmp_path / "out.csv", FORMATS["lever"], now)
    lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
    assert (done.resumes, len(lines)) == (0, 5)
    assert lines[0].startswith("Full-Name,Email,Phone")


def test_nothing_of_ours_but_the_person_goes_out(session: Session, tmp_path: Path, now: datetime) -> None:
    ids = fill(session, now)
    ana = session.get_one(Candidate, ids[0])
    session.add(
        Application(
            candidate_id=ana.id, role_title="Secret role", stage=Stage.OFFERED, disposition=None,
            interviewer_words="brilliant", created_at=now, updated_at=now,
        )
    )  # fmt: skip
    session.flush()
    go(session, ids, tmp_path / "out.csv", FORMATS["csv"], now)
    written = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert "brilliant" not in written
    assert "Secret role" not in written
    assert session.scalars(select(Resume)).first() is not None
