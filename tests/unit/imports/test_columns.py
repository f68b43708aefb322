"""Columns are recognised by what they mean, in formats and languages nobody prepared for."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.columns import ColumnMapping, Use
from talentpool.imports.fields import Field
from talentpool.imports.mapping_file import ChosenMapping
from talentpool.imports.presets import choose_preset, load_presets, with_preset
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.sample_pool.generate import COLUMNS
from talentpool.settings import config_folder

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
        ("Agency", "introduced_by"),
        ("Agency fee protected until", "fee_until"),
        ("Vermittelt durch", "introduced_by"),
        ("Honorarschutz bis", "fee_until"),
        ("Cabinet de recrutement", "introduced_by"),
        ("Honoraires dus jusqu'au", "fee_until"),
        ("Presentado por", "introduced_by"),
        ("Honorarios protegidos hasta", "fee_until"),
        ("Rekryteringsbyrå", "introduced_by"),
        ("Arvode skyddat t.o.m.", "fee_until"),
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
    "header",
    ["!!!", "#", "…", "Shoe size", "Question 1", "Answer 1", "customText7", "Candidate Owner", "Salutation"],
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


# Headers as other systems and home-made tables write them, none of them listed word for word anywhere; what each
# must be taken for, "refused", or "kept".
WRITTEN_ELSEWHERE = {
    "reports of an applicant tracking system": {
        "Primary Email Address": "email", "Home Phone Number": "phone", "Current Interview Stage": "stage",
        "Job Requisition ID": "requisition", "Archived At Date": "ended_on", "Candidate Created At": "added_on",
        "Last Interaction At": "active_on", "Consent Expires At": "consent_until", "Credited To": "introduced_by",
        "Posting Title": "role_title", "Job Requisition Status": "kept", "Average Rating": "rating",
        "Years of Experience": "kept", "Submission Completed Date": "applied_on", "Candidate Identifier": "external_id",
        "Unsubscribed from all email": "do_not_contact", "Off Limit": "do_not_contact", "EEO_race": "refused",
        "candidate_eeoc_code": "refused", "Candidate gender (self-reported)": "refused", "Lead Status": "kept",
        "Internal notes": "notes", "Ideal Salary": "pay_expectation", "Salary (current) p.a.": "refused",
        "Referral agency": "introduced_by", "Referrer (name)": "introduced_by", "Created by": "kept",
        "Fee protection end date": "fee_until", "Candidate ownership expires": "fee_until", "Agency email": "kept",
        "Question: Are you willing to travel?": "kept", "Hiring Manager": "kept", "Source Type": "kept",
    },
    "exports of more systems": {
        "Application Created Date": "applied_on", "Archive Reason": "reason", "Hiring Step": "stage",
        "Reason for Withdrawal": "withdrawal_reason", "Consent Expiration Date": "consent_until", "Last Job Title": "headline",
        "Current Motive(s)": "reason", "Submission Completed Date": "applied_on", "Requisition Title": "role_title",
        "Recruitment Source": "came_through", "Minimum Annual Salary": "pay_expectation", "Last Employer": "company",
        "Full Name: First Last": "full_name", "Resume: Plain Text": "resume_text", "Employee Referrer": "introduced_by",
        "Right to work in UK?": "work_permit", "GDPR: retain until": "consent_until", "Do Not Contact?": "do_not_contact",
        "How did you hear about us?": "came_through", "May we contact you about future opportunities?": "may_contact",
        "Status Changed": "active_on", "Job Opening": "role_title", "Date Available": "notice", "Salary Expectation": "pay_expectation",
        "Channel Source": "came_through", "Do Not Hire": "kept", "Talent Pools": "kept", "Person Types": "kept",
    },
    "columns of a database": {
        "cand_no": "external_id", "cand_fname": "first_name", "cand_lname": "last_name", "email_addr": "email",
        "tel_no": "phone", "addr1": "street", "applied_dt": "applied_on", "vacancy_ref": "requisition",
        "app_status": "status", "reject_reason_desc": "reason", "reject_dt": "ended_on", "cv_txt": "resume_text",
        "gdpr_consent_dt": "consent_given", "optout_flag": "do_not_contact", "current_sal": "refused",
        "expected_sal": "pay_expectation", "last_contact_dt": "last_contact", "prospect_middle_name": "middle_name",
    },
    "Prefix : Label": {
        "Person : System ID": "external_id", "Person : Full Name: Last, First": "full_name",
        "Person : Mobile Phone": "phone", "Requisition : Job ID": "requisition",
        "Requisition : Job Title": "role_title", "Recruiting Workflow Profile : Status": "status",
        "Recruiting Workflow Profile : Reject Reason": "reason", "Custom: Notice period [4711]": "notice",
        "*Candidate_Last_Name": "last_name", "  address.city  ": "city",
    },
    "German": {
        "Vor- und Nachname": "full_name", "Telefon mobil": "phone", "Straße/Hausnr.": "street",
        "Eingang am": "applied_on", "Status der Bewerbung": "status", "Absage am": "ended_on",
        "Gehaltswunsch brutto/Jahr": "pay_expectation", "Notiz intern": "notes", "Geburtsjahr": "refused",
        "Datenschutz-Einwilligung vom": "consent_given", "Qualifikationen": "skills", "Löschen am": "kept",
        "Name des Vermittlers": "introduced_by", "Provision geschützt bis": "fee_until", "Provision": "kept",
        "Derzeitiges Gehalt": "refused", "Anrede": "kept", "Nicht mehr kontaktieren": "do_not_contact",
        "Ausgeschriebene Position": "role_title", "Statusgrund": "reason", "Bewerbung über": "came_through",
        "Datenschutz zugestimmt am": "consent_given", "Löschdatum": "kept", "Frühestes Eintrittsdatum": "notice",
        "DSGVO-Einwilligung Talentpool bis": "consent_until", "Letzte Statusänderung": "active_on",
    },
    "French": {
        "Tél. portable": "phone", "Motif du refus": "reason", "Date de la candidature": "applied_on",
        "Date du refus": "ended_on", "Prétentions": "pay_expectation", "Ne plus contacter": "do_not_contact",
        "Consentement valable jusqu'au": "consent_until", "Source de la candidature": "came_through",
        "Recommandé par": "introduced_by", "Honoraires agence jusqu'au": "fee_until", "Civilité": "kept", "Lieu de naissance": "refused",
        "Date de fin de conservation": "consent_until", "Comment avez-vous connu notre entreprise ?": "came_through",
    },
    "Spanish": {
        "Primer apellido": "last_name", "Motivo del rechazo": "reason", "Fecha de la solicitud": "applied_on",
        "Fecha del rechazo": "ended_on", "Fecha nacimiento": "refused", "Pretensiones salariales": "pay_expectation",
        "Comisión de agencia hasta": "fee_until", "Referido por": "introduced_by", "Notas internas": "notes", "No volver a contactar": "do_not_contact",
        "Fecha de inscripción": "applied_on", "Acepta ser contactado para otras ofertas": "may_contact", "Motivo del descarte": "reason",
    },
    "Swedish": {
        "Mejl": "email", "Postnr": "postcode", "Sökt jobb": "role_title", "Ansökt datum": "applied_on",
        "Orsak": "reason", "Lönekrav": "pay_expectation", "Vill ej bli kontaktad": "do_not_contact",
        "Tipsad av": "introduced_by", "Arvode till byrån giltigt till": "fee_until", "Samtycke t.o.m.": "consent_until", "Senast uppdaterad": "updated_on", "Avdelning": "kept",
        "Annonsrubrik": "role_title", "Ansökan inkom": "applied_on", "Avslutad": "ended_on", "Gallringsdatum": "kept",
        "Varifrån fick du info om tjänsten": "came_through", "Godkänner sparande av uppgifter": "consent_given",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "meaning"), [pair for each in WRITTEN_ELSEWHERE.values() for pair in each.items()]
)
def test_a_wording_nobody_listed_is_understood_by_its_words(
    header: str, meaning: str, recognise: Recognise
) -> None:
    (column,) = recognise([header]).columns
    assert (column.field.value if column.field else column.use.value) == meaning


def test_a_header_with_one_unknown_word_is_taken_for_nothing(recognise: Recognise) -> None:
    assert recognise(["Rejection reason zebra"]).columns[0].use is Use.KEPT


def test_a_resume_column_of_file_names_says_where_resumes_are(recognise: Recognise) -> None:
    assert meanings(recognise(["Resume"], ["ana.pdf"], ["https://example.org/r/7"])) == {
        "Resume": "resume_file"
    }
    assert meanings(recognise(["Resume"], ["Nurse for nine years."])) == {"Resume": "resume_text"}


def test_a_name_beside_a_first_name_is_the_last_name_where_the_values_say_so(recognise: Recognise) -> None:
    assert meanings(recognise(["Name", "Vorname"], ["Meier", "Lena"])) == {
        "Name": "last_name",
        "Vorname": "first_name",
    }
    assert meanings(recognise(["Name", "Vorname"], ["Lena Meier", "Lena"]))["Name"] == "full_name"


@pytest.mark.parametrize("header", ["Nom", "Nombre", "Surname"])
def test_a_lone_part_of_a_name_that_holds_whole_names_is_the_full_name(
    header: str, recognise: Recognise
) -> None:
    assert meanings(recognise([header], ["Chloé Durand"], ["Paul Martin"])) == {header: "full_name"}
    assert meanings(recognise([header], ["Durand"], ["Martin"]))[header] in ("last_name", "first_name")


def test_what_no_header_says_is_taken_from_the_values(recognise: Recognise) -> None:
    said = recognise(
        ["Xyzzy", "Plugh", "Frob"],
        ["Ines Roth", "Abgelehnt", "Gehaltsvorstellung"],
        ["Kai Lau", "Interview", "Fehlende Kenntnisse"],
    )
    assert meanings(said) == {"Xyzzy": "full_name", "Plugh": "status", "Frob": "reason"}
    assert all(0 < column.confidence < 1 for column in said.columns)


def test_values_fill_no_gap_that_a_header_has_filled(recognise: Recognise) -> None:
    said = recognise(["Name", "Buddy", "Status"], ["Ines Roth", "Jo Lund", "Abgelehnt"])
    assert meanings(said)["Buddy"] is None


@pytest.mark.parametrize("header", ["Current Base Salary", "Last drawn gross pay (USD)", "RQTH"])
def test_pay_and_protected_facts_are_refused_in_any_wording(header: str, recognise: Recognise) -> None:
    assert recognise([header]).columns[0].use is Use.REFUSED


def test_a_column_of_notes_that_are_grades_is_a_rating(recognise: Recognise) -> None:
    assert meanings(recognise(["Note"], ["4/5"], ["3,5 / 5"])) == {"Note": "rating"}
    assert meanings(recognise(["Note"], ["4/5"], ["motivée"])) == {"Note": "notes"}


def test_a_column_of_yes_and_no_introduces_nobody(recognise: Recognise) -> None:
    assert meanings(recognise(["Referral"], ["yes"], ["no"])) == {"Referral": None}
    assert meanings(recognise(["Referral"], ["Northwind Recruiting"])) == {"Referral": "introduced_by"}


def test_a_column_of_yes_and_no_is_nobodys_name(recognise: Recognise) -> None:
    assert meanings(recognise(["Internal applicant"], ["yes"], ["no"])) == {"Internal applicant": None}


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


# What becomes of the columns of each file by their meaning alone: columns, taken, refused, kept as source data.
COUNTED = {
    "bullhorn_dataloader_Candidate.csv": (222, 38, 16, 168),
    "bullhorn_dataloader_JobSubmission.csv": (63, 9, 3, 51),
    "greenhouse_candidate_import_template.csv": (14, 14, 0, 0),
    "greenhouse_prospect_import_template.csv": (17, 14, 0, 3),
    "lever_selfservice_migration_PARTIAL.csv": (8, 7, 0, 1),
    "linkedin_recruiter_import.csv": (11, 9, 0, 2),
    "opencats_datagrid_export_labels.csv": (24, 21, 1, 2),
    "opencats_import_labels.csv": (16, 16, 0, 0),
    "recruitee_csv_importer.csv": (9, 8, 0, 1),
    "workable_candidates_export.csv": (34, 16, 0, 18),
    "zoho_recruit_standard_fields_PARTIAL.csv": (20, 12, 0, 8),
}
PROTECTED = "birth|ethnic|gender|disab|veteran|ssn|taxID|FilingStatus|salary|pay|rate|Pay"
NEVER_TAKEN = "^custom|Witholding|Exemptions|^fax|pager|Owner|GUID|^is(?!Deleted)|Question|Answer|Created By"


@pytest.mark.skipif(
    not SHARED_HEADERS.is_dir(), reason="the header files of other systems are not part of the project"
)
@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_headers_other_systems_really_write_are_recognised(name: str, recognise: Recognise) -> None:
    with (SHARED_HEADERS / name).open(encoding="utf-8-sig", newline="") as file:
        header = [cell.strip() for cell in next(csv.reader(file))]
    for chosen in (ChosenMapping(), _by_preset(header)):
        columns = recognise(header, **chosen.columns).columns
        taken = {column.field.value for column in columns if column.field}
        refused = [column.header for column in columns if column.use is Use.REFUSED]
        assert WANTED[name] <= taken
        assert not [header for header in refused if not re.search(PROTECTED, header, re.IGNORECASE)]
        assert not [one.header for one in columns if one.field and re.search(NEVER_TAKEN, one.header)]


@pytest.mark.skipif(
    not SHARED_HEADERS.is_dir(), reason="the header files of other systems are not part of the project"
)
@pytest.mark.parametrize("name", sorted(COUNTED))
def test_as_many_columns_of_other_systems_are_recognised_as_we_say(name: str, recognise: Recognise) -> None:
    with (SHARED_HEADERS / name).open(encoding="utf-8-sig", newline="") as file:
        header = [cell.strip() for cell in next(csv.reader(file))]
    found = recognise(header)
    uses = (Use.TAKEN, Use.REFUSED, Use.KEPT)
    counted = (len(header), *(len(found.used_as(use)) for use in uses))
    assert counted == COUNTED[name]


def _by_preset(header: list[str]) -> ChosenMapping:
    preset = choose_preset(header, load_presets(config_folder()), asked_for=None)
    return with_preset(preset, ChosenMapping(), header)
