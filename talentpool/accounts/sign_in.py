"""Accounts and the ways into them: made by hand, opened by a one-time link, then by password.

There is no default account and no default password. Nothing here says whether an address has an account.
"""

from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.login_sessions import end_all_sessions
from talentpool.accounts.models import AccountKind, LinkPurpose, OneTimeLink, Recruiter
from talentpool.accounts.passwords import hash_password, is_outdated, is_password, require_good_password
from talentpool.accounts.tokens import new_token, token_hash
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError

LONGEST_NAME = 320


def email_key(email: str) -> str:
    """Give the form in which addresses of accounts are compared: case makes no second account."""
    return email.strip().casefold()


def create_account(
    session: Session, name: str, email: str, kind: AccountKind, *, office_id: int | None, now: datetime
) -> Recruiter:
    """Make an account without a password; a set-up link lets its owner choose one.

    Raises InvalidInputError for an empty name or no e-mail address, ConflictError for a second account.
    """
    name, email = name.strip(), email.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInputError(f"A name of 1 to {LONGEST_NAME} characters is needed.")
    require_address(email)
    if session.scalar(select(Recruiter.id).where(Recruiter.email_key == email_key(email))) is not None:
        raise ConflictError(
            f"There is an account for {email} already; sign in, or ask for a new set-up link."
        )
    recruiter = Recruiter(
        name=name, email=email, email_key=email_key(email), kind=kind, office_id=office_id, created_at=now
    )
    session.add(recruiter)
    session.flush()
    return recruiter


def make_one_time_link(
    session: Session, recruiter_id: int, purpose: LinkPurpose, *, now: datetime, hours: int
) -> str:
    """Make a token that works once within `hours`; an older unused one for the same purpose stops working."""
    session.execute(
        delete(OneTimeLink).where(OneTimeLink.recruiter_id == recruiter_id, OneTimeLink.purpose == purpose)
    )
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            purpose=purpose,
            recruiter_id=recruiter_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def find_link_owner(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> Recruiter | None:
    """Find whose link this is, without using it up; None when it is unknown, used, too old or disabled."""
    return session.scalar(
        select(Recruiter)
        .join(OneTimeLink, OneTimeLink.recruiter_id == Recruiter.id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            Recruiter.disabled_at.is_(None),
        )
    )


def use_link(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> Recruiter:
    """Use a one-time link up and give its owner; of two at the same time only one gets in.

    Raises NotFoundError when it does not work (any more).
    """
    owner = find_link_owner(session, token, purpose, now=now)
    used = session.scalar(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeLink.id)
    )
    if owner is None or used is None:
        raise NotFoundError("This link has been used or is too old; ask for a new one.")
    return owner


def set_password(session: Session, recruiter: Recruiter, password: str, *, now: datetime) -> None:
    """Give an account a new password and sign it out everywhere.

    Raises InvalidInputError when the password is one that others would guess.
    """
    require_good_password(password, personal=(recruiter.name, recruiter.email))
    recruiter.password_hash = hash_password(password)
    end_all_sessions(session, recruiter.id, now=now)


def find_by_password(session: Session, email: str, password: str) -> Recruiter | None:
    """Find the account that an address and a password open; takes as long when there is none."""
    recruiter = session.scalar(select(Recruiter).where(Recruiter.email_key == email_key(email)))
    is_right = is_password(password, recruiter.password_hash if recruiter else None)
    if recruiter is None or not is_right or recruiter.disabled_at is not None:
        return None
    return recruiter


def renew_hash(recruiter: Recruiter, password: str) -> None:
    """Hash a password again that was just found right, when our parameters have grown since."""
    if recruiter.password_hash is not None and is_outdated(recruiter.password_hash):
        recruiter.password_hash = hash_password(password)


def require_address(email: str) -> None:
    """Raise InvalidInputError for what is not an e-mail address."""
    try:
        validate_email(email, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidInputError(f"“{email}” is not an e-mail address: {error}") from error
