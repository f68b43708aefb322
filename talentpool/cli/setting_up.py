"""What makes a folder and a database into an installation; doing it twice changes nothing.

Tables, editable policy, reasons, one office and the secret. Accounts get a one-time link, never a password.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import LinkPurpose, Office, Recruiter
from talentpool.accounts.policies import install_policies, load_policy
from talentpool.accounts.same_secret import note_secret
from talentpool.accounts.sign_in import make_one_time_link
from talentpool.candidates.reasons import install_reasons
from talentpool.cli.installation import Installation
from talentpool.errors import InvalidInputError
from talentpool.outreach.letters import install_letters
from talentpool.schema import schema_revision, upgrade_schema
from talentpool.secret import installation_secret
from talentpool.settings import config_folder

OFFICE = "Head office"
SET_UP_HOURS = 72
SIGN_IN_HOURS = 12


def set_up(installation: Installation, *, country: str | None, now: datetime) -> bool:
    """Make the home, the tables and what is kept in them from the start; says whether the home was empty.

    Raises ConflictError for tables of another version, which `talentpool upgrade` brings up.
    """
    if country is not None:
        require_country(country)
    installation.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = schema_revision(installation.engine) is None
    if is_new:
        upgrade_schema(installation.engine)
    installation.require_ready()
    secret = installation_secret(installation.settings)  # made now, by the one who owns the home
    with installation.sessions.writing() as session:
        note_secret(session, secret, now=now)
        install_policies(session, config_folder(), now=now)
        install_reasons(session, config_folder())
        install_letters(session, config_folder(), now=now)
        _open_office(session, country, now)
        session.commit()
    return is_new


def require_country(code: str) -> None:
    """Refuse what is not the two letters of a country."""
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        raise InvalidInputError(f"{code!r} is not a country; write its two letters, for instance DE.")


def default_office(session: Session) -> Office | None:
    """Find the office that roles and accounts belong to unless somebody says otherwise."""
    return session.scalars(select(Office).order_by(Office.id).limit(1)).first()


def set_up_link(installation: Installation, session: Session, recruiter: Recruiter, *, now: datetime) -> str:
    """Make the address under which somebody chooses a password, once, within three days."""
    token = make_one_time_link(session, recruiter.id, LinkPurpose.SET_UP, now=now, hours=SET_UP_HOURS)
    return f"{installation.settings.web.public_url.rstrip('/')}/set-up/{token}"


def sign_in_link(installation: Installation, session: Session, recruiter: Recruiter, *, now: datetime) -> str:
    """Make the address that signs somebody in, once, from this machine only."""
    token = make_one_time_link(session, recruiter.id, LinkPurpose.SIGN_IN, now=now, hours=SIGN_IN_HOURS)
    return f"{installation.settings.web.public_url.rstrip('/')}/sign-in/{token}"


def _open_office(session: Session, country: str | None, now: datetime) -> None:
    office = default_office(session)
    if office is None:
        office = Office(name=OFFICE, created_at=now)
        session.add(office)
    if country is None:
        return
    office.country = country
    rules = load_policy(session, "retention").value
    office.retention_policy = country if country in rules else None
