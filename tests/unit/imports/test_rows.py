"""What the cells of a row say: ratings, countries, consents, stages and endings in the words of others."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from talentpool.candidates.models import Disposition, Stage
from talentpool.errors import InvalidInputError
from talentpool.imports.cells import make_reading
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.dates import DateOrder
from talentpool.imports.mapping_file import make_mapping, read_mapping_file
from talentpool.imports.preparation import default_source
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.row import ParsedRow, parse_row
from talentpool.imports.survey import survey_rows
from talentpool.imports.values import (
    RatingScale,
    read_languages,
    read_notice,
    read_pay,
    read_rating,
    scale_of,
)
from talentpool.imports.vocabulary import Vocabulary, load_vocabulary

TODAY = date(2026, 11, 23)
Read = Callable[..., ParsedRow]


@pytest.fixture(scope="module")
def words(checkout: Path) -> Vocabulary:
    return load_vocabulary(checkout / "config")


@pytest.fixture(scope="module")
def read(words: Vocabulary) -> Read:
    """Read one row: `read(Name="Ana", Stage="Interview")`; underscores in headers are spaces."""

    def call(**cells: str) -> ParsedRow:
        header = [name.replace("_", " ") for name in cells]
        row = NumberedRow(line=2, cells=list(cells.values()))
        mapping = recognise_columns(header, [row.cells], words, chosen={})
        survey = survey_rows([row], mapping, date_order=None)
        return parse_row(row, make_reading(words, mapping, survey, today=TODAY, country=None), source="test")

    return call


@pytest.mark.parametrize(
    ("cells", "stage", "ending", "reason"),
    [
        ({"Stage": "Phone screen", "Disposition": "Rejected"}, "screened", "rejected", None),
        ({"Stage": "2nd Interview (on site)", "Archive_Reason": "Underqualified"}, "interviewed", "rejected", "not_enough_experience"),
        ({"Status": "Rejected – Position closed"}, "applied", "role_closed", "role_closed"),
        ({"Status": "Rejected - Not enough experience"}, "applied", "rejected", "not_enough_experience"),
        ({"Status": "Interview-Scheduled"}, "interviewed", "unknown", None),
        ({"Status": "Offer-Declined"}, "offered", "withdrawn", None),
        ({"Status": "Archived", "Archive reason": "Withdrew"}, "applied", "withdrawn", "lost_interest"),
        ({"Status": "Absage", "Statusgrund": "Bewerber/in hat zurückgezogen"}, "applied", "withdrawn", None),
        ({"Status": "Rejected", "Reason": "Position filled"}, "applied", "rejected", "role_closed"),
        ({"Status": "Has Declined", "Reason": "Accepted another job"}, "applied", "withdrawn", "accepted_other_offer"),
        ({"Status": "Not Hired - Not Qualified"}, "applied", "rejected", "lacks_skill"),
        ({"Status": "Rejected: Salary expectations too high"}, "applied", "rejected", "pay_expectation"),
        ({"Status": "Placed"}, "hired", "hired", None),
        ({"Stage": "Hired"}, "hired", "hired", None),
        ({"Stage": "Technical interview", "Disqualified": "true", "Disqualification_reason": "Skills"}, "interviewed", "rejected", "lacks_skill"),
        ({"Stage": "Review", "Disqualified": "false"}, "applied", "unknown", None),
        ({"Stage": "Vorstellungsgespräch", "Absagegrund": "Zu wenig Erfahrung"}, "interviewed", "rejected", "not_enough_experience"),
        ({"Étape": "Entretien", "Motif_de_refus": "Prétentions salariales"}, "interviewed", "rejected", "pay_expectation"),
        ({"Stage": "Offer", "Withdrawal_reason": "Took another job"}, "offered", "withdrawn", "accepted_other_offer"),
        ({"Stage": "Final round", "Disposition": "Withdrawn", "Reason": "Salary too low"}, "final_round", "withdrawn", "pay_too_low"),
    ],
)  # fmt: skip
def test_stages_endings_and_reasons_come_apart(
    cells: dict[str, str], stage: str, ending: str, reason: str | None, read: Read
) -> None:
    application = read(Name="Ana Ruiz", Job="Nurse", **cells).application
    assert application is not None
    assert (application.stage, application.disposition, application.reason_code) == (
        Stage(stage),
        Disposition(ending),
        reason,
    )


def test_a_candidates_own_status_is_no_application(read: Read) -> None:
    assert read(Name="Ana Ruiz", Status="Active").application is None


def test_a_reason_nobody_knows_stays_in_its_words(read: Read) -> None:
    application = read(
        Name="Ana", Job="Nurse", Rejection_reason="Wore the wrong hat", Reason_note="red"
    ).application
    assert application is not None
    assert (application.reason_code, application.reason_text) == (None, "Wore the wrong hat: red")


def test_an_unknown_stage_is_noted_with_its_remedy(read: Read) -> None:
    (problem,) = read(Name="Ana", Job="Nurse", Stage="Limbo").problems
    assert (problem.column, problem.value) == ("Stage", "Limbo")
    assert "[stage]" in problem.remedy


@pytest.mark.parametrize(
    ("header", "answer", "asked_not_to"),
    [
        ("Do_not_contact", "yes", True),
        ("Do_not_contact", "", False),
        ("Do_not_contact", "no", False),
        ("massMailOptOut", "1", True),
        ("massMailOptOut", "0", False),
        ("Email_Opt_out", "TRUE", True),
        ("Unsubscribed", "x", True),
        ("May_contact", "no", True),
        ("May_contact", "yes", False),
        ("Kontaktsperre", "ja", True),
    ],
)
def test_a_wish_to_be_left_alone_is_heard_in_any_form(
    header: str, answer: str, asked_not_to: bool, read: Read
) -> None:
    assert read(Name="Ana", **{header: answer}).asked_not_to is asked_not_to


def test_consent_is_a_date_or_a_plain_yes(read: Read) -> None:
    dated = read(Name="Ana", Consent_given="2024-05-01", Consent_until="2026-05-01").consent
    plain = read(Name="Ana", GDPR_consent="yes", Application_date="2024-04-30").consent
    assert dated is not None
    assert plain is not None
    assert (dated.given_on, dated.until) == (date(2024, 5, 1), date(2026, 5, 1))
    assert plain.given_on == date(2024, 4, 30)
    assert read(Name="Ana", GDPR_consent="no").consent is None


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"First_Name": "Ana", "Last_Name": "Ruiz", "Name": "x"}, "Ana Ruiz"),
        ({"Name": "Ruiz, Ana"}, "Ana Ruiz"),
        ({"Vorname": "Ana", "Nachname": "Ruiz  Vega"}, "Ana Ruiz Vega"),
        ({"Email": "ana@example.org"}, ""),
    ],
)
def test_a_name_is_put_together(cells: dict[str, str], name: str, read: Read) -> None:
    assert read(**cells).person.full_name == name


def test_a_place_in_one_cell_comes_apart(read: Read) -> None:
    person = read(Name="Ana", Location="Berlin, Germany").person
    assert (person.city, person.country) == ("Berlin", "DE")
    assert read(Name="Ana", Location="Berlin").person.city == "Berlin"


def test_a_column_rates_on_the_scale_of_its_values() -> None:
    assert read_rating("3", scale_of(1, 5)) == 0.5
    assert read_rating("3", scale_of(0, 10)) == 0.3
    assert read_rating("30", scale_of(10, 90)) == 0.3
    assert read_rating("Strong yes", None) == 1
    assert read_rating("7", RatingScale(lowest=1, highest=5)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("85k EUR", {"amount": 85000, "currency": "EUR", "period": "year"}),
        ("€ 4.500 per month", {"amount": 4500, "currency": "EUR", "period": "month"}),
        ("CHF 120'000", {"amount": 120000, "currency": "CHF", "period": "year"}),
        ("55 USD/hour", {"amount": 55, "currency": "USD", "period": "hour"}),
        ("negotiable", {}),
        ("9" * 400, {}),
    ],
)
def test_pay_is_read_as_it_is_said(text: str, value: dict[str, object]) -> None:
    assert read_pay(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("6 Wochen", {"weeks": 6}), ("asap", {"weeks": 0}), ("ask me", {})]
)
def test_notice_is_read_in_weeks(text: str, value: dict[str, float]) -> None:
    assert read_notice(text) == value


def test_languages_keep_their_words_where_they_are_not_known(words: Vocabulary) -> None:
    spoken = read_languages("Deutsch (Muttersprache), Klingon", words.languages, words.levels)
    assert spoken == [("Deutsch (Muttersprache)", {"language": "de", "level": "native"}), ("Klingon", {})]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[columns", "not TOML"),
        ("[colours]\na = 'b'\n", "section"),
        ("[stage]\nLimbo = 'nowhere'\n", "Stages: applied"),
        ("[columns]\na = 1\n", "must hold lines"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_in_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=says):
        read_mapping_file(path)


def test_a_mapping_goes_before_the_shipped_words() -> None:
    chosen = make_mapping(
        {"columns": {"Z": "email"}, "stage": {"HM Chat": "interviewed"}, "reason": {"Hat": "other"}}
    )
    assert (dict(chosen.stages), dict(chosen.reasons)) == ({"hm chat": Stage.INTERVIEWED}, {"hat": "other"})


def test_next_months_export_has_the_same_source() -> None:
    assert default_source("Greenhouse_2026-11-01.csv") == default_source("greenhouse 2026-12-01 (3).csv")


def test_each_column_decides_its_own_date_order_and_the_one_given_is_for_the_others(
    words: Vocabulary,
) -> None:
    header = ["Name", "Applied on", "Rejected on", "Last contacted"]
    cells = [
        ["Ana", "13/02/2024", "02/25/2024", "03/04/2024"],
        ["Bo", "01/02/2024", "01/02/2024", "01/02/2024"],
    ]
    rows = [NumberedRow(line=line, cells=row) for line, row in enumerate(cells, start=2)]
    mapping = recognise_columns(header, cells, words, chosen={})
    dmy, mdy = DateOrder.DMY, DateOrder.MDY
    for chosen in (dmy, mdy):
        assert survey_rows(rows, mapping, date_order=chosen).orders == {1: dmy, 2: mdy, 3: chosen}
    with pytest.raises(InvalidInputError, match="'Last contacted' are ambiguous"):
        survey_rows(rows, mapping, date_order=None)
