"""What may be recorded as the end of an application, and what is."""

from datetime import date

import pytest

from talentpool.candidates.models import Disposition, ReasonHold, ReasonKind, Stage
from talentpool.candidates.reasons import KnownReason
from talentpool.closing.endings import Wanted, ending_of, why_not_recordable

TODAY = date(2026, 11, 23)


def reason(code: str, **fields: object) -> KnownReason:
    return KnownReason(
        **{  # type: ignore[arg-type]  # fields by name
            "id": 7,
            "code": code,
            "kind": ReasonKind.REJECTION,
            "hold": ReasonHold.TIME_BOUND,
            "hold_months": 6,
            "label": code.replace("_", " ").capitalize(),
            **fields,
        }
    )


REASONS = {
    one.code: one
    for one in (
        reason("timing"),
        reason("role_closed"),
        reason("other"),
        reason("lost_interest", kind=ReasonKind.WITHDRAWAL),
        reason("do_not_rehire", hold=ReasonHold.PERMANENT, hold_months=None),
    )
}


def wanted(outcome: str, **fields: object) -> Wanted:
    return Wanted(application_id=1, outcome=outcome, stage=Stage.INTERVIEWED, **fields)  # type: ignore[arg-type]  # fields by name


def test_nobody_is_ended_without_a_reason_and_the_answer_names_those_there_are() -> None:
    said = why_not_recordable(wanted(""), REASONS)
    assert said is not None
    assert "no reason yet" in said
    assert "Timing" in said


def test_not_selected_is_no_reason() -> None:
    said = why_not_recordable(wanted("not selected"), REASONS)
    assert said is not None
    assert said.startswith("'not selected' is no reason; choose one of: Timing")


@pytest.mark.parametrize("words", ["", "Not selected", "not a fit.", "n/a", "-", "OTHER"])
def test_a_vague_reason_needs_words_that_say_something(words: str) -> None:
    assert why_not_recordable(wanted("other", words=words), REASONS)


def test_a_vague_reason_with_words_is_recorded() -> None:
    assert why_not_recordable(wanted("other", words="wants to lead, we need a builder"), REASONS) is None


@pytest.mark.parametrize("holds", ["0", "121", "six", "-1", "٣", "1" * 60])
def test_a_hold_that_is_no_number_of_months_is_refused(holds: str) -> None:
    assert why_not_recordable(wanted("timing", holds=holds), REASONS)


def test_a_reason_holds_as_long_as_it_says_unless_somebody_says_otherwise() -> None:
    held = [
        ending_of(wanted("timing", holds=holds), REASONS, today=TODAY).reason_holds_until
        for holds in ("usual", "12", "open")
    ]
    assert held == [date(2027, 5, 23), date(2027, 11, 23), None]
    assert ending_of(wanted("do_not_rehire"), REASONS, today=TODAY).reason_holds_until is None


@pytest.mark.parametrize(
    ("outcome", "disposition"),
    [
        ("timing", Disposition.REJECTED),
        ("role_closed", Disposition.ROLE_CLOSED),
        ("lost_interest", Disposition.WITHDRAWN),
        ("hired", Disposition.HIRED),
    ],
)
def test_the_reason_says_whose_decision_it_was(outcome: str, disposition: Disposition) -> None:
    assert ending_of(wanted(outcome), REASONS, today=TODAY).disposition is disposition


def test_whoever_is_hired_reached_that_stage_and_is_strong_here_not_elsewhere() -> None:
    ended = ending_of(wanted("hired", is_strong_elsewhere=True), REASONS, today=TODAY)
    assert (ended.stage, ended.reason_id, ended.is_strong_elsewhere) == (Stage.HIRED, None, False)
