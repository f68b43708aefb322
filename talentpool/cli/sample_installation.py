"""The demonstration's own installation: sample people, one posted role, and an account to look with.

It lives in a folder of its own below the home and never touches what is in it. Whatever is there already is
used again.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.sign_in import create_account
from talentpool.candidates.duplicate_scan import scan_pool
from talentpool.candidates.models import Candidate
from talentpool.cli.installation import Installation
from talentpool.cli.setting_up import default_office, set_up
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.matching.requirements import propose_requirements
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import latest_run
from talentpool.roles.models import RequirementImportance, Role, RoleState
from talentpool.roles.posting import RequirementDraft, RoleDraft, post_role
from talentpool.sample_pool.generate import write_sample_csv
from talentpool.sample_pool.material import countries
from talentpool.sample_pool.roles import SampleRole, sample_roles
from talentpool.schema import upgrade_schema

FOLDER = "demo"
WHO = ("Mara Klein", "mara.klein@example.org")
SOURCE = "sample pool"


def sample_environ(installation: Installation, port: int) -> dict[str, str]:
    """Give what the demonstration changes in the environment: its own home, pages for this machine only."""
    return {
        "TALENTPOOL_HOME": str(installation.settings.home / FOLDER),
        "TALENTPOOL_DATABASE_URL": "",
        "TALENTPOOL_WEB_HOST": "127.0.0.1",
        "TALENTPOOL_WEB_PORT": str(port),
        "TALENTPOOL_WEB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TALENTPOOL_WEB_TRUSTED_PROXIES": "0",
        "TALENTPOOL_SECURITY_MODE": "development",
        "TALENTPOOL_LOGS_LEVEL": installation.environ.get("TALENTPOOL_LOGS_LEVEL", "warning"),
    }


def fill(sample: Installation, *, now: datetime) -> int:
    """Set the demonstration up and bring its people in; gives how many rows came in, 0 when they were there."""
    if not sample.is_missing:
        upgrade_schema(sample.engine)  # sample data of an older version needs no backup
    set_up(sample, country=None, now=now)
    with sample.sessions.writing() as session:
        open_account(session, now=now)
        session.commit()
        if session.scalar(select(Candidate.id).limit(1)) is not None:
            return 0
    export = sample.settings.home / "sample-pool.csv"
    write_sample_csv(export, now.date())
    _write_adverts(sample.settings.home / "adverts")
    options = ImportOptions(source=SOURCE)
    report = import_file(sample.sessions, export, options, secret=sample.secret, now=now)
    scan_pool(sample.sessions.writing.begin, now=lambda: now)
    return report.rows


def open_account(session: Session, *, now: datetime) -> Recruiter:
    """Give the account of the demonstration, made when it is missing."""
    name, email = WHO
    known = session.scalars(select(Recruiter).where(Recruiter.email == email)).first()
    if known is not None:
        return known
    office = default_office(session)
    office_id = office.id if office else None
    return create_account(session, name, email, AccountKind.ADMINISTRATOR, office_id=office_id, now=now)


def post_first_role(session: Session, keeper: IndexKeeper, *, now: datetime) -> MatchRun:
    """Post the first sample role and rank the people for it; gives the newest run when it is there already."""
    sample = sample_roles()[0]
    posted = select(Role).where(
        Role.title == sample.title, Role.state == RoleState.OPEN, Role.source.is_(None)
    )
    role = session.scalars(posted).first()
    if role is None:
        draft = _draft(session, sample, keeper.settings(session))
        role = post_role(session, draft, owner_id=open_account(session, now=now).id, now=now)
    run = latest_run(session, role.id)
    if run is not None:
        return run
    return rediscover(session, keeper, role.id, cause=RunCause.POSTED, recruiter_id=role.owner_id, now=now)


def _draft(session: Session, sample: SampleRole, settings: MatchingSettings) -> RoleDraft:
    office = default_office(session)
    proposed = propose_requirements(sample.text, settings)
    codes = {country.name: code for code, country in countries().items()}
    return RoleDraft(
        title=sample.title,
        text=sample.text,
        place=sample.location,
        country=codes.get(sample.country),
        office_id=office.id if office else None,
        requirements=tuple(
            RequirementDraft(any_of=one.any_of, importance=RequirementImportance(one.importance.value))
            for one in proposed
        ),
    )


def _write_adverts(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for role in sample_roles():
        name = f"{role.title.lower().replace(' ', '-')}.txt"
        with suppress(FileExistsError), (folder / name).open("x", encoding="utf-8") as file:
            file.write(f"{role.title}\n\n{role.text}\n")
