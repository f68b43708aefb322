"""`talentpool create-recruiter`: an account, and the link with which its owner chooses a password."""

from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.sign_in import create_account, email_key
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.setting_up import SET_UP_HOURS, default_office, set_up_link
from talentpool.clock import current_time
from talentpool.errors import InvalidInputError, NotFoundError


@click.command(epilog="Example: talentpool create-recruiter --name 'Jo Marsh' --email jo@example.org")
@click.option("--email", required=True, help="The address with which they sign in.")
@click.option("--name", help="The name others see; needed for a new account.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in AccountKind]),
    default=AccountKind.RECRUITER.value,
    show_default=True,
    help="What they may do.",
)
@click.option(
    "--new-link", is_flag=True, help="Print a new link for an account that exists: a lost password."
)
@JSON_OPTION
@pass_installation
def command(
    installation: Installation, *, email: str, name: str | None, kind: str, new_link: bool, as_json: bool
) -> None:
    """Add somebody who signs in, and print the link with which they choose a password."""
    installation.require_ready()
    now = current_time()
    with installation.sessions.writing() as session:
        recruiter = (
            _known(session, email) if new_link else _created(session, email, name=name, kind=kind, now=now)
        )
        link = set_up_link(installation, session, recruiter, now=now)
        record_event(
            session,
            "set_up_link_made" if new_link else "account_made",
            object_kind="recruiter",
            object_id=recruiter.id,
            recruiter_id=None,
            now=now,
        )
        session.commit()
    if as_json:
        print_json({"recruiter_id": recruiter.id, "kind": recruiter.kind.value, "link": link})
        return
    say(f"{recruiter.name} chooses a password here, once, within {SET_UP_HOURS} hours:")
    say(link)


def _created(session: Session, email: str, *, name: str | None, kind: str, now: datetime) -> Recruiter:
    if name is None:
        raise InvalidInputError("A new account needs a name; add --name.")
    office = default_office(session)
    office_id = office.id if office else None
    return create_account(session, name, email, AccountKind(kind), office_id=office_id, now=now)


def _known(session: Session, email: str) -> Recruiter:
    found = session.scalar(select(Recruiter).where(Recruiter.email_key == email_key(email)))
    if found is None or found.disabled_at is not None:
        raise NotFoundError(f"There is no open account for {email}.")
    return found
