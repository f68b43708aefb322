"""Accounts, links, sessions and counted tries, in the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.login_sessions import (
    Lifetimes,
    count_sessions,
    end_all_sessions,
    find_signed_in,
    start_session,
)
from talentpool.accounts.models import AccountKind, LinkPurpose, LoginSession
from talentpool.accounts.sign_in import create_account, find_link_owner, make_one_time_link, use_link
from talentpool.accounts.throttle import forget_attempts, take_attempt
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from tests.builders import make_recruiter

ALIVE = Lifetimes(whole=timedelta(hours=12), idle=timedelta(hours=2))
WINDOW = timedelta(minutes=15)


def test_an_account_starts_without_a_password(session: Session, now: datetime) -> None:
    account = create_account(
        session, " Mara Klein ", "Mara@Example.org", AccountKind.RECRUITER, office_id=None, now=now
    )
    assert (account.name, account.email_key, account.password_hash) == (
        "Mara Klein",
        "mara@example.org",
        None,
    )


def test_a_second_account_for_an_address_is_refused_whatever_its_case(
    session: Session, now: datetime
) -> None:
    create_account(session, "Mara", "mara@example.org", AccountKind.RECRUITER, office_id=None, now=now)
    with pytest.raises(ConflictError, match="already"):
        create_account(session, "M.", "MARA@example.org", AccountKind.RECRUITER, office_id=None, now=now)


@pytest.mark.parametrize(
    ("name", "email"), [("", "a@example.org"), ("Mara", "mara@"), ("Mara", ""), ("M" * 400, "m@example.org")]
)
def test_an_account_needs_a_name_and_an_address(
    session: Session, now: datetime, name: str, email: str
) -> None:
    with pytest.raises(InvalidInputError):
        create_account(session, name, email, AccountKind.RECRUITER, office_id=None, now=now)


def test_a_link_is_used_once_by_the_one_it_was_made_for(session: Session, now: datetime) -> None:
    account = make_recruiter(session)
    session.flush()
    token = make_one_time_link(session, account.id, LinkPurpose.SET_UP, now=now, hours=2)
    assert find_link_owner(session, token, LinkPurpose.SET_UP, now=now) is account
    assert use_link(session, token, LinkPurpose.SET_UP, now=now) is account
    with pytest.raises(NotFoundError):
        use_link(session, token, LinkPurpose.SET_UP, now=now)


def test_a_link_is_not_good_for_longer_than_was_said(session: Session, now: datetime) -> None:
    account = make_recruiter(session)
    session.flush()
    token = make_one_time_link(session, account.id, LinkPurpose.SET_UP, now=now, hours=2)
    assert find_link_owner(session, token, LinkPurpose.SET_UP, now=now + timedelta(minutes=119))
    assert find_link_owner(session, token, LinkPurpose.SET_UP, now=now + timedelta(hours=2)) is None


def test_a_session_is_found_by_its_token_while_it_is_alive(session: Session, now: datetime) -> None:
    account = make_recruiter(session, kind=AccountKind.ADMINISTRATOR)
    session.flush()
    token = start_session(session, account.id, lifetimes=ALIVE, now=now)
    session.flush()
    found = find_signed_in(session, token, lifetimes=ALIVE, now=now + timedelta(minutes=119))
    assert found is not None
    assert found.viewer.recruiter_id == account.id
    assert found.is_seen_due
    assert find_signed_in(session, token, lifetimes=ALIVE, now=now + timedelta(minutes=120)) is None
    assert find_signed_in(session, "made up", lifetimes=ALIVE, now=now) is None


def test_signing_in_clears_the_accounts_dead_sessions_away(session: Session, now: datetime) -> None:
    account = make_recruiter(session)
    session.flush()
    for _ in range(3):
        start_session(session, account.id, lifetimes=ALIVE, now=now - timedelta(days=2))
    session.flush()
    start_session(session, account.id, lifetimes=ALIVE, now=now)
    assert len(session.scalars(select(LoginSession)).all()) == 1
    assert count_sessions(session, account.id, lifetimes=ALIVE, now=now) == 1
    end_all_sessions(session, account.id, now=now)
    session.expire_all()
    assert count_sessions(session, account.id, lifetimes=ALIVE, now=now) == 0


def test_tries_are_counted_until_the_window_has_passed(session: Session, now: datetime) -> None:
    limits = {"account": 2, "address": 5}
    allowed = [take_attempt(session, limits, window=WINDOW, now=now) for _ in range(3)]
    assert allowed == [True, True, False]
    assert not take_attempt(session, limits, window=WINDOW, now=now + timedelta(minutes=15))
    assert take_attempt(session, limits, window=WINDOW, now=now + timedelta(minutes=16))


def test_each_key_has_its_own_places(session: Session, now: datetime) -> None:
    answers = [
        take_attempt(session, {f"account {n}": 2, "address": 3}, window=WINDOW, now=now) for n in range(4)
    ]
    assert answers == [True, True, True, False]
    forget_attempts(session, "address")
    assert take_attempt(session, {"account 9": 2, "address": 3}, window=WINDOW, now=now)
