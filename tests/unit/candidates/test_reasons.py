"""The shipped reasons are whole, and a reason holds for as long as it says."""

from datetime import date
from pathlib import Path

import pytest

from talentpool.candidates.models import ReasonHold, ReasonKind
from talentpool.candidates.reasons import KnownReason, months_later, read_reasons
from talentpool.errors import InvalidInputError


def test_there_are_reasons_of_every_kind_and_hold(checkout: Path) -> None:
    reasons = read_reasons(checkout / "config")
    assert len(reasons) >= 18
    assert {reason.kind for reason in reasons} == set(ReasonKind)
    assert {reason.hold for reason in reasons} == set(ReasonHold)
    assert all(reason.hold_months for reason in reasons if reason.hold is ReasonHold.TIME_BOUND)
    assert len({reason.code for reason in reasons}) == len(reasons)


@pytest.mark.parametrize(
    ("hold", "months", "until"),
    [
        (ReasonHold.TIME_BOUND, 6, date(2024, 8, 29)),
        (ReasonHold.CONDITIONAL, None, None),
        (ReasonHold.PERMANENT, None, None),
    ],
)
def test_a_reason_holds_as_long_as_it_says(hold: ReasonHold, months: int | None, until: date | None) -> None:
    reason = KnownReason(id=1, code="x", kind=ReasonKind.REJECTION, hold=hold, hold_months=months)
    assert reason.holds_until(date(2024, 2, 29)) == until
    assert reason.holds_until(None) is None


def test_months_end_where_the_shorter_month_ends() -> None:
    assert months_later(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert months_later(date(2024, 12, 15), 1) == date(2025, 1, 15)


def test_a_reason_that_is_not_whole_is_named(tmp_path: Path) -> None:
    (tmp_path / "reasons.toml").write_text('[odd]\nlabel = "Odd"\nkind = "rejection"\n', encoding="utf-8")
    with pytest.raises(InvalidInputError, match="'odd'"):
        read_reasons(tmp_path)
