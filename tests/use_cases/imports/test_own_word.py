"""What people said to us themselves holds against what another system says again."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from talentpool.candidates.contact_records import load_contact_records
from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import ContactPolicy, ContactRecord
from talentpool.consent.keeping import say_no, say_yes
from talentpool.consent.link_token import Link, LinkScope
from talentpool.consent.models import LawfulBasis
from talentpool.consent.suppression import suppression_key
from talentpool.database import Sessions
from talentpool.imports.undo import undo_import
from talentpool.outreach.unsubscribe import stop_by_link
from tests.use_cases.imports.conftest import SECRET, BringIn

HEADER = "ID,Name,Email,Consent given on,Consent until\n"
DAY = timedelta(days=1)
POLICY = ContactPolicy(cool_down_days=90, basis_required=True, consent_ends_soon_days=30)


def on_record(sessions: Sessions, today: date) -> ContactRecord:
    """Load what is on record for the one person there is."""
    with sessions.reading() as session:
        person = session.scalars(select(Candidate.id)).one()
        return load_contact_records(session, [person], POLICY, today=today)[person]


def say(sessions: Sessions, word: str, now: datetime) -> None:
    """Let the one person there is say yes or no to being kept."""
    with sessions.writing.begin() as session:
        person = session.scalars(select(Candidate.id)).one()
        (say_yes if word == "yes" else say_no)(session, person, now=now)


@pytest.mark.parametrize("again", ["2026-05-01,2027-05-01", "2026-11-24,2028-01-01", "yes,2028-01-01"])
def test_a_withdrawn_consent_does_not_come_back_with_the_next_import(
    bring_in: BringIn, sessions: Sessions, now: datetime, again: str
) -> None:
    bring_in(f"{HEADER}1,Ana Ruiz,ana@example.org,2026-05-01,2027-05-01\n", source="ats")
    say(sessions, "no", now + DAY)
    report = bring_in(f"{HEADER}1,Ana Ruiz,ana@example.org,{again}\n", source="ats", now=now + 2 * DAY)
    assert report.unchanged == 1
    assert on_record(sessions, (now + 2 * DAY).date()).basis_withdrawn


def test_a_consent_given_after_the_withdrawal_counts(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in(f"{HEADER}1,Ana Ruiz,ana@example.org,2026-05-01,2027-05-01\n", source="ats")
    say(sessions, "no", now)
    later = now + 5 * DAY
    bring_in(f"{HEADER}1,Ana Ruiz,ana@example.org,2026-11-25,2027-11-25\n", source="ats", now=later)
    record = on_record(sessions, later.date())
    assert (record.basis_withdrawn, record.basis_until) == (False, date(2027, 11, 25))


def test_a_no_stays_when_the_import_that_brought_the_consent_is_taken_back(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in("ID,Name,Email\n1,Ana Ruiz,ana@example.org\n", source="ats")
    more = bring_in(
        f"{HEADER}1,Ana Ruiz,ana@example.org,2026-05-01,2027-05-01\n", name="more.csv", source="ats"
    )
    say(sessions, "no", now + DAY)
    say(sessions, "no", now + DAY)
    undo_import(sessions, more.import_id or 0, now=now + 2 * DAY)
    assert on_record(sessions, (now + 2 * DAY).date()).basis_withdrawn
    with sessions.reading() as session:
        assert len(session.scalars(select(LawfulBasis)).all()) == 1, "the second press changed nothing"


def test_a_yes_after_a_no_of_the_same_day_holds(bring_in: BringIn, sessions: Sessions, now: datetime) -> None:
    bring_in("ID,Name,Email\n1,Ana Ruiz,ana@example.org\n", source="ats")
    for word in ("yes", "no", "yes"):
        say(sessions, word, now)
    assert not on_record(sessions, now.date()).basis_withdrawn


NAMES, SILENCE = "ID,Name,Email\n", "ID,Name,Email,Do not contact,Updated at\n"
ANA = "1,Ana Ruiz,ana@example.org"


def set_silence(sessions: Sessions, now: datetime, *, is_lifted: bool = False) -> None:
    """Let a recruiter put the one person there is on the list, or take them off it."""
    with sessions.writing.begin() as session:
        person = session.scalars(select(Candidate)).one()
        if is_lifted:
            allow_contact_again(session, person, now=now)
        else:
            stop_contact(session, person, secret=SECRET, now=now)


def test_a_stop_of_their_own_outlives_the_import_that_had_said_it_before(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in(f"{NAMES}{ANA}\n", source="ats")
    more = bring_in(f"{SILENCE}{ANA},yes,\n", name="more.csv", source="ats")
    with sessions.writing.begin() as session:
        hashed = suppression_key(SECRET, "email", "ana@example.org")
        person = session.scalars(select(Candidate.id)).one()
        link = Link(scope=LinkScope.STOP, candidate_id=person, address_hash=hashed, expires_at=now + DAY)
        stop_by_link(session, link, secret=SECRET, now=now)
    undo_import(sessions, more.import_id or 0, now=now + DAY)
    assert on_record(sessions, now.date()).asked_not_to


def test_an_opt_out_there_counts_although_one_of_ours_was_lifted(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in(f"{NAMES}{ANA}\n", source="ats")
    set_silence(sessions, now)
    set_silence(sessions, now, is_lifted=True)
    bring_in(f"{SILENCE}{ANA},yes,\n", source="ats", now=now + DAY)
    assert on_record(sessions, now.date()).asked_not_to


@pytest.mark.parametrize(("said_on", "holds"), [("", False), ("2026-11-20", False), ("2026-11-26", True)])
def test_what_was_lifted_here_is_not_undone_by_the_same_opt_out_but_by_a_newer_one(
    bring_in: BringIn, sessions: Sessions, now: datetime, said_on: str, holds: bool
) -> None:
    bring_in(f"{SILENCE}{ANA},yes,\n", source="ats")
    assert on_record(sessions, now.date()).asked_not_to
    set_silence(sessions, now + DAY, is_lifted=True)
    again = f"{SILENCE}{ANA},yes,{said_on}\n"
    bring_in(again, source="ats", now=now + 4 * DAY)
    assert on_record(sessions, now.date()).asked_not_to is holds
