"""Columns are recognised by what they mean, in formats and languages nobody prepared for."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.columns import ColumnMapping, Use, recognise_columns
from talentpool.imports.fields import Field
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.sample_pool.generate import COLUMNS

SHARED_HEADERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ats_headers"
Recognise = Callable[..., ColumnMapping]


@pytest.fixture(scope="module")
def recognise(checkout: Path) -> Recognise:
    """Recognise a header: `recognise(["Name", "Email"], ["Ana", "ana@example.org"])`."""
    vocabulary = load_vocabulary(checkout / "config")

    def call(header: list[str], *rows: list[str], **chosen: str) -> ColumnMapping:
        return recognise_columns(header, rows, vocabulary, chosen=chosen)

    return call


def meanings(mapping: ColumnMapping) -> dict[str, str | None]:
    return {column.header: column.field.value if column.field else None for column in mapping.columns}


def test_every_column_of_the_sample_pool_is_taken(recognise: Recognise) -> None:
    assert [column.header for column in recognise(list(COLUMNS)).columns if column.use is not Use.TAKEN] == []


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("E-Mail", "email"),
        ("*Candidate_Email", "email"),
        ("email1", "email"),
        ("Contact: E-mail address", "email"),
        ("Full-Name", "full_name"),
        ("candidate.firstName", "first_name"),
        ("  Last   Name ", "last_name"),
        ("Custom: Rejection Reason [4711]", "reason"),
        ("Archive-Reason", "reason"),
        ("massMailOptOut", "do_not_contact"),
        ("Mass Mail Opt Out", "do_not_contact"),
        ("Email Opt-out", "do_not_contact"),
        ("Unsubscribed", "do_not_contact"),
        ("ResumeText", "resume_text"),
        ("LinkedIn URL", "link"),
        ("Nachname", "last_name"),
        ("Vorname", "first_name"),
        ("PLZ", "postcode"),
        ("Straße", "street"),
        ("Absagegrund", "reason"),
        ("Beworben am", "applied_on"),
        ("Gehaltsvorstellung", "pay_expectation"),
        ("Einwilligung gültig bis", "consent_until"),
        ("Prénom", "first_name"),
        ("Nom de famille", "last_name"),
        ("Téléphone", "phone"),
        ("Motif de refus", "reason"),
        ("Date de candidature", "applied_on"),
        ("Prétentions salariales", "pay_expectation"),
        ("Correo electrónico", "email"),
        ("Apellidos", "last_name"),
        ("Motivo de rechazo", "reason"),
        ("Efternamn", "last_name"),
        ("E-post", "email"),
        ("Löneanspråk", "pay_expectation"),
        ("Senaste kontakt", "last_contact"),
    ],
)
def test_a_header_is_known_in_many_spellings_and_languages(
    header: str, meaning: str, recognise: Recognise
) -> None:
    assert meanings(recognise([header])) == {header: meaning}


@pytest.mark.parametrize(
    "header",
    ["Gender", "Date of Birth", "dateOfBirth", "Geburtsdatum", "Ethnicity", "Nationality", "Nationalité", "Photo URL",
     "Religion", "Familienstand", "Current Pay", "Current salary", "Salary", "ssn", "veteran", "Disability"],
)  # fmt: skip
def test_protected_attributes_and_current_pay_are_refused(header: str, recognise: Recognise) -> None:
    (column,) = recognise([header]).columns
    assert column.use is Use.REFUSED
    assert column.refused_as


@pytest.mark.parametrize(
    "header", ["Shoe size", "Question 1", "Answer 1", "customText7", "Candidate Owner", "Salutation"]
)
def test_what_nobody_knows_is_kept_as_source_data(header: str, recognise: Recognise) -> None:
    assert recognise([header]).columns[0].use is Use.KEPT


def test_values_have_to_agree_with_the_header(recognise: Recognise) -> None:
    mapping = recognise(["Name", "Email", "Phone"], ["Ana", "yes", "Nokia"], ["Ben", "no", "Samsung"])
    assert meanings(mapping) == {"Name": "full_name", "Email": None, "Phone": None}


def test_a_typo_and_a_nameless_column_of_addresses_are_recognised(recognise: Recognise) -> None:
    rows = [["2024-01-13", f"p{n}@example.org"] for n in range(3)]
    assert meanings(recognise(["Aplication date", "Z1"], *rows)) == {
        "Aplication date": "applied_on",
        "Z1": "email",
    }


def test_job_title_is_the_persons_beside_an_employer_and_the_openings_beside_a_stage(
    recognise: Recognise,
) -> None:
    assert meanings(recognise(["Job title", "Company", "Stage"]))["Job title"] == "headline"
    assert meanings(recognise(["Job title", "Headline", "Stage"]))["Job title"] == "role_title"
    assert meanings(recognise(["Name", "Job title"]))["Job title"] == "headline"


def test_what_a_person_has_once_is_taken_from_one_column(recognise: Recognise) -> None:
    mapping = recognise(["City", "Home city", "Email", "Email 2"])
    assert meanings(mapping) == {"City": "city", "Home city": None, "Email": "email", "Email 2": "email"}


def test_what_somebody_chose_goes_before_what_is_recognised(recognise: Recognise) -> None:
    mapping = recognise(["Email", "Foo", "Bar"], Email="keep", Foo="city", Bar="refuse")
    assert [(column.use, column.field) for column in mapping.columns] == [
        (Use.KEPT, None),
        (Use.TAKEN, Field.CITY),
        (Use.REFUSED, None),
    ]


@pytest.mark.parametrize(
    ("chosen", "says"), [({"Nope": "email"}, "none of that name"), ({"Email": "colour"}, "it can be one of")]
)
def test_a_choice_that_cannot_be_is_refused_in_one_sentence(
    chosen: dict[str, str], says: str, recognise: Recognise
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        recognise(["Email"], **chosen)


WANTED = {
    "bullhorn_dataloader_Candidate.csv": {
        "external_id", "first_name", "last_name", "email", "phone", "street", "city", "region", "postcode", "country",
        "company", "headline", "skills", "experience", "resume_text", "do_not_contact", "is_deleted", "status", "notes",
    },
    "bullhorn_dataloader_JobSubmission.csv": {"external_id", "requisition", "status", "applied_on", "came_through"},
    "greenhouse_candidate_import_template.csv": {
        "first_name", "last_name", "company", "headline", "notes", "email", "phone", "link", "street", "came_through",
        "role_title", "stage",
    },
    "greenhouse_prospect_import_template.csv": {"first_name", "last_name", "email", "phone", "role_title", "stage"},
    "lever_selfservice_migration_PARTIAL.csv": {"full_name", "email", "added_on", "stage", "reason", "ended_on", "came_through"},
    "linkedin_recruiter_import.csv": {"first_name", "last_name", "email", "phone", "headline", "company", "location", "stage", "notes"},
    "opencats_datagrid_export_labels.csv": {
        "first_name", "last_name", "email", "phone", "street", "city", "region", "postcode", "notes", "link", "skills",
        "status", "came_through", "notice", "company", "pay_expectation", "added_on", "updated_on",
    },
    "opencats_import_labels.csv": {"full_name", "first_name", "last_name", "email", "phone", "street", "city", "skills"},
    "recruitee_csv_importer.csv": {"full_name", "role_title", "email", "phone", "came_through", "link", "summary"},
    "workable_candidates_export.csv": {
        "full_name", "role_title", "headline", "added_on", "stage", "came_through", "summary", "skills", "experience",
        "is_rejected", "ended_on", "reason", "reason_category", "reason_note",
    },
    "zoho_recruit_standard_fields_PARTIAL.csv": {
        "first_name", "last_name", "came_through", "phone", "email", "link", "status", "rating", "do_not_contact", "street",
    },
}  # fmt: skip


@pytest.mark.skipif(
    not SHARED_HEADERS.is_dir(), reason="the header files of other systems are not part of the project"
)
@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_headers_other_systems_really_write_are_recognised(name: str, recognise: Recognise) -> None:
    with (SHARED_HEADERS / name).open(encoding="utf-8-sig", newline="") as file:
        header = [cell.strip() for cell in next(csv.reader(file))]
    taken = {column.field.value for column in recognise(header).columns if column.field}
    assert WANTED[name] <= taken
