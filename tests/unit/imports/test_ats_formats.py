"""The forms of other systems: their own headers, and every value in the place that is meant for it."""

import csv
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.ats_formats import Outgoing, get_format, left_behind, load_formats, row_of
from talentpool.settings import config_folder

FORMATS = load_formats(config_folder())
HEADERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ats_headers"
VALUES = {
    *("full_name", "first_name", "last_name", "email", "email_2", "emails", "phone", "phone_2", "phone_3"),
    *("phones", "link", "link_2", "links", "headline", "skills", "summary", "street", "city", "region"),
    *("postcode", "country", "location", "address", "role", "requisition", "source", "opt_out", "resume"),
    *("external_id", ""),
}


def person(**fields: object) -> Outgoing:
    plain = dict.fromkeys(
        ("headline", "skills", "summary", "street", "postcode", "city", "region", "country"), ""
    )
    return Outgoing(
        **{  # type: ignore[arg-type]  # fields by name
            "candidate_id": 7,
            "full_name": "Ana Lucía Ruiz",
            "emails": ("ana@example.org",),
            "phones": ("+34 612 345 678",),
            "links": (),
            "external_id": "talentpool-7",
            "opt_out": False,
            "resume": "Ana Ruiz 7.pdf",
            **fields,
            "plain": plain | dict(fields.get("plain", {})),  # type: ignore[call-overload]  # pairs
        }
    )


def test_every_system_asked_for_has_a_format() -> None:
    assert set(FORMATS) == {
        *("greenhouse", "lever", "workable", "bullhorn", "recruitee", "zoho", "opencats", "csv")
    }


@pytest.mark.parametrize("code", FORMATS)
def test_a_format_names_only_values_there_are_and_says_where_people_come_from(code: str) -> None:
    form = FORMATS[code]
    assert {value for value in form.values if not value.startswith("=")} <= VALUES
    assert len(set(form.header)) == len(form.header)
    row = row_of(person(), form, role="Engineer", requisition="R-7")
    assert "Rediscovered" in row


@pytest.mark.parametrize(
    ("code", "file"),
    [
        ("greenhouse", "greenhouse_candidate_import_template.csv"),
        ("recruitee", "recruitee_csv_importer.csv"),
    ],
)
def test_a_header_is_the_systems_own(code: str, file: str) -> None:
    if not HEADERS.exists():
        pytest.skip("the systems' own headers are not beside the checkout")
    with (HEADERS / file).open(encoding="utf-8-sig", newline="") as lines:
        assert [cell.strip() for cell in next(csv.reader(lines))] == FORMATS[code].header


def test_greenhouse_has_the_columns_of_its_template() -> None:
    assert FORMATS["greenhouse"].header == [
        *("First Name", "Last Name", "Company", "Title", "Notes", "Email", "Phone", "Social Media"),
        *("Website", "Address", "Source", "Who gets credit", "Job", "Milestone"),
    ]


@pytest.mark.parametrize("code", FORMATS)
@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"])
def test_no_cell_is_run_by_a_spreadsheet(code: str, text: str) -> None:
    hostile = person(full_name=f"Ana {text}", plain={"headline": text, "summary": text}, links=(text,))
    for cell in row_of(hostile, FORMATS[code], role=text, requisition=text):
        assert not str(cell).startswith(("=", "+cmd", "-", "@", "\t", "\r"))


def test_a_number_stays_one_that_can_be_dialled() -> None:
    row = row_of(person(), FORMATS["greenhouse"], role="", requisition="")
    assert "+34 612 345 678" in row


def test_what_has_no_column_is_counted() -> None:
    rich = person(
        emails=("a@b.org", "c@d.org", "e@f.org"), phones=(), plain={"skills": "Go", "city": "Bilbao"}
    )
    assert left_behind([rich], FORMATS["greenhouse"]) == {"email": 2, "skills": 1}
    assert left_behind([rich], FORMATS["csv"]) == {}


def test_an_unknown_format_is_told_with_those_there_are() -> None:
    with pytest.raises(InvalidInputError, match="'taleo'; there are greenhouse, lever"):
        get_format(FORMATS, "taleo")
