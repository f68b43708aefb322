"""The CSV of the sample pool, as an applicant-tracking system would export it."""

import csv
from datetime import date
from pathlib import Path

import pytest

from talentpool.sample_pool.generate import COLUMNS, sample_rows, write_sample_csv

TODAY = date(2026, 11, 23)
DATES = [column for column in COLUMNS if column.endswith((" on", " due", " until", "contacted", " date"))]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(sample_rows(TODAY))


def test_every_row_has_exactly_the_columns_and_names_a_person_and_a_job(rows: list[dict[str, str]]) -> None:
    assert all(tuple(row) == COLUMNS for row in rows)
    assert all(row["Candidate ID"] and row["First Name"] and row["Last Name"] and row["Job"] for row in rows)


def test_a_person_in_many_rows_repeats_their_cells_and_the_resume_stands_on_the_first(
    rows: list[dict[str, str]],
) -> None:
    first_row: dict[str, dict[str, str]] = {}
    for row in rows:
        first = first_row.setdefault(row["Candidate ID"], row)
        if row is not first:
            assert row["Resume text"] == ""
            assert all(
                row[column] == first[column] for column in ("Email", "Phone", "Last Name", "Consent until")
            )

    assert sum(bool(row["Resume text"]) for row in first_row.values()) >= 420


def test_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    written = write_sample_csv(tmp_path / "one.csv", TODAY)
    write_sample_csv(tmp_path / "other.csv", TODAY)

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == list(sample_rows(TODAY))
    assert written == len(list(sample_rows(TODAY))) >= 600


def test_another_day_gives_another_file(tmp_path: Path) -> None:
    write_sample_csv(tmp_path / "one.csv", TODAY)
    write_sample_csv(tmp_path / "other.csv", date(2027, 3, 1))

    assert (tmp_path / "one.csv").read_bytes() != (tmp_path / "other.csv").read_bytes()


def test_dates_are_iso_and_only_promises_and_consent_reach_into_the_future(
    rows: list[dict[str, str]],
) -> None:
    for row in rows:
        for column in DATES:
            if row[column] and column not in ("Promise due", "Consent until"):
                assert date.fromisoformat(row[column]) <= TODAY
            elif row[column]:
                date.fromisoformat(row[column])


def test_words_are_those_of_an_applicant_tracking_system(rows: list[dict[str, str]]) -> None:
    assert {row["Stage"] for row in rows} == {
        "Applied",
        "Phone screen",
        "Interview",
        "Final round",
        "Offer",
        "Hired",
    }
    assert {row["Disposition"] for row in rows} == {"Rejected", "Withdrawn", "Hired", "Role closed", ""}
    assert {row["Rejection reason"] for row in rows} == {
        "Stronger candidate hired",
        "Lacks required skill",
        "Pay expectation too high",
        "Position closed",
        "Headcount frozen",
        "Timing",
        "Location",
        "Not enough experience",
        "Overqualified",
        "No work permit",
        "Failed assessment",
        "Other",
        "Not a fit",
        "",
    }
    assert {row["Do not contact"] for row in rows} == {"yes", ""}
    assert {row["Rating"] for row in rows} == {"1", "2", "3", "4", "5", ""}


def test_people_without_a_permit_are_marked_so_and_pay_is_given_by_many(rows: list[dict[str, str]]) -> None:
    refused = [row for row in rows if row["Rejection reason"] == "No work permit"]

    assert refused
    assert all(row["Work permit"] == f"{row['Country']}: no" for row in refused)
    assert sum(bool(row["Desired salary"]) for row in rows) > len(rows) / 3


def test_rows_about_rejection_say_when_and_others_do_not(rows: list[dict[str, str]]) -> None:
    assert all(bool(row["Rejected on"]) == (row["Disposition"] == "Rejected") for row in rows)
    assert all(
        not row["Rejection reason"] for row in rows if row["Disposition"] in ("Hired", "Withdrawn", "")
    )


def test_some_emails_hold_two_addresses_and_some_none(rows: list[dict[str, str]]) -> None:
    assert any(";" in row["Email"] for row in rows)
    assert any(row["Email"] == "" for row in rows)
