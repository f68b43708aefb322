"""The check of an import says how many people their policy would not let us keep."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Office
from talentpool.accounts.policies import install_policies
from talentpool.database import Sessions
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.rehearsal import rehearse_files
from tests.builders import make_office
from tests.use_cases.imports.conftest import SECRET, BringIn

HEADER = (
    "Candidate ID,Name,Email,Job,Applied on,Stage,Disposition,Rejected on,Consent given on,Consent until\n"
)
LONG_AGO = "1,Ana Ruiz,ana@example.org,Nurse,2020-01-05,Interview,Rejected,2020-02-01,,\n"
LATELY = "2,Ben Weiss,ben@example.org,Nurse,2020-01-05,Interview,Rejected,2026-11-01,,\n"
AGREED = "3,Cem Kaya,cem@example.org,Nurse,2020-01-05,Interview,Rejected,2020-02-01,2020-02-01,2030-02-01\n"
AGAIN = "1,Ana Ruiz,ana@example.org,Cook,2026-10-05,Interview,Rejected,2026-11-01,,\n"


@pytest.fixture
def policy(session: Session, checkout: Path, now: datetime) -> None:
    """An office in Germany, which keeps nobody longer than some months without a basis."""
    install_policies(session, checkout / "config", now=now)
    make_office(session, retention_policy="DE")
    session.commit()


@pytest.mark.usefixtures("policy")
def test_only_whose_last_event_is_too_long_ago_and_who_did_not_agree_counts(bring_in: BringIn) -> None:
    checked = bring_in(HEADER + LONG_AGO + LATELY + AGREED, dry_run=True)
    assert checked.details["past_retention"] == 1


@pytest.mark.parametrize(
    ("country", "given", "past"), [("DE", "2020-02-01", 0), ("NL", "2020-02-01", 1), ("NL", "2026-02-01", 0)]
)
@pytest.mark.usefixtures("policy")
def test_a_consent_without_an_end_counts_as_long_as_the_policy_says(
    country: str, given: str, past: int, bring_in: BringIn, session: Session
) -> None:
    session.scalars(select(Office)).one().retention_policy = country
    session.commit()
    endless = AGREED.replace("2020-02-01,2030-02-01", f"{given},")
    assert bring_in(HEADER + endless, dry_run=True).details["past_retention"] == past


@pytest.mark.usefixtures("policy")
def test_a_later_application_in_the_pool_or_in_the_file_counts(bring_in: BringIn) -> None:
    assert bring_in(HEADER + LONG_AGO + AGAIN, dry_run=True).details["past_retention"] == 0
    bring_in(HEADER + AGAIN, source="ats")
    assert bring_in(HEADER + LONG_AGO, source="ats", dry_run=True).details["past_retention"] == 0


@pytest.mark.usefixtures("policy", "bring_in")
def test_a_later_file_of_the_same_export_takes_somebody_out_of_the_count(
    sessions: Sessions, tmp_path: Path, now: datetime
) -> None:
    files = []
    for name, text in (("old.csv", HEADER + LONG_AGO), ("new.csv", HEADER + AGAIN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        files.append((tmp_path / name, ImportOptions(source="ats", dry_run=True)))
    told = [
        report.details["past_retention"] for report in rehearse_files(sessions, files, secret=SECRET, now=now)
    ]
    assert sum(told) == 0


def test_nobody_is_counted_where_no_policy_is_chosen(bring_in: BringIn, session: Session) -> None:
    make_office(session)
    session.commit()
    assert "past_retention" not in bring_in(HEADER + LONG_AGO, dry_run=True).details
