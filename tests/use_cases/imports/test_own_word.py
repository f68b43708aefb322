"""What people said to us themselves holds against what another system says again."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from talentpool.candidates.contact_records import load_contact_records
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import ContactPolicy, ContactRecord
from talentpool.consent.keeping import say_no, say_yes
from talentpool.consent.models import LawfulBasis
from talentpool.database import Sessions
from talentpool.imports.undo import undo_import
from tests.use_cases.imports.conftest import BringIn

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
