"""`talentpool init`: an installation, and a link with which its administrator chooses a password."""

import sys
from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.same_secret import note_secret
from talentpool.accounts.sign_in import create_account, email_key
from talentpool.candidates.do_not_contact import suppress_again
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import say
from talentpool.cli.setting_up import SET_UP_HOURS, default_office, set_up, set_up_link
from talentpool.clock import current_time
from talentpool.errors import ConflictError

DEFAULT_NAME = "Administrator"
DEFAULT_EMAIL = "administrator@example.org"


@click.command(epilog="Example: talentpool init --country DE --name 'Mara Klein' --email mara@example.org")
@click.option("--country", type=str.upper, help="Two letters; chooses that country's retention rules.")
@click.option("--name", help="The administrator's name.")
@click.option("--email", help="The administrator's e-mail address, with which they sign in.")
@click.option(
    "--accept-new-secret",
    is_flag=True,
    help="Go on although the secret is lost; who is here is put on the lists anew.",
)
@pass_installation
def command(
    installation: Installation,
    *,
    country: str | None,
    name: str | None,
    email: str | None,
    accept_new_secret: bool,
) -> None:
    """Set up an installation and print a link for its administrator.

    Makes the home, the database and the settings kept in it. Running it again changes nothing that is there;
    it prints a new link while the administrator has no password yet.
    """
    now = current_time()
    if accept_new_secret:
        _accept_secret(installation, now)
    is_new = set_up(installation, country=country, now=now)
    with installation.sessions.writing() as session:
        administrator = _administrator(session, name=name, email=email, now=now)
        link = None
        if administrator.password_hash is None:
            link = set_up_link(installation, session, administrator, now=now)
        session.commit()
        office = default_office(session)
    _tell(installation, administrator, link, is_new=is_new)
    if country is not None and office is not None and office.retention_policy is None:
        say(f"No retention rules ship for {country}: nobody is hidden or erased until you choose some.")


def _accept_secret(installation: Installation, now: datetime) -> None:
    installation.require_whole()
    with installation.sessions.writing() as session:
        again, unknown = suppress_again(session, installation.secret, now=now)
        note_secret(session, installation.secret, now=now)
        record_event(
            session,
            "secret_accepted",
            object_kind="installation",
            object_id=None,
            recruiter_id=None,
            now=now,
            details={"people": again, "entries": unknown},
        )
        session.commit()
    say(f"The new secret holds. On the do-not lists again: {again:,} of the people on record.")
    if unknown:
        say(f"Entries about people no longer on record, which recognise nobody now: {unknown:,}.")


def _administrator(session: Session, *, name: str | None, email: str | None, now: datetime) -> Recruiter:
    known = session.scalars(
        select(Recruiter).where(Recruiter.kind == AccountKind.ADMINISTRATOR).order_by(Recruiter.id)
    ).all()
    if known and email is None:
        return next((one for one in known if one.password_hash is None), known[0])
    if known:
        same = next((one for one in known if one.email_key == email_key(email or "")), None)
        if same is None:
            raise ConflictError(
                f"There is an administrator already; add another with `talentpool create-recruiter --email {email} "
                "--name NAME --kind administrator`."
            )
        return same
    chosen = email or _ask("E-mail address of the administrator", DEFAULT_EMAIL)
    office = default_office(session)
    return create_account(
        session,
        name or DEFAULT_NAME,
        chosen,
        AccountKind.ADMINISTRATOR,
        office_id=office.id if office else None,
        now=now,
    )


def _ask(question: str, default: str) -> str:
    if not sys.stdin.isatty():
        return default
    answer: str = click.prompt(question, default=default, err=True)
    return answer


def _tell(installation: Installation, administrator: Recruiter, link: str | None, *, is_new: bool) -> None:
    say(f"{'Set up' if is_new else 'Already set up'} in {installation.settings.home}.")
    if link is None:
        say(f"{administrator.email} signs in with their password; start with `talentpool up`.")
        return
    say(f"{administrator.email} chooses a password here, once, within {SET_UP_HOURS} hours:")
    say(link)
    say("Start the pages with `talentpool up`, and bring your history in with `talentpool import FILE.csv`.")
