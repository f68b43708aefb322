"""Who nearly got the role for no fault of theirs, and when a reason stops holding."""

from datetime import date

import pytest

from talentpool.candidates.models import Disposition, Stage
from talentpool.candidates.silver_medalists import PastApplication, is_silver_medalist, reason_lapses_on


def past(**fields: object) -> PastApplication:
    told: dict[str, object] = {
        "stage": Stage.FINAL_ROUND,
        "disposition": Disposition.REJECTED,
        "counts_against": False,
        "reason_holds_until": None,
        "ended_on": date(2026, 3, 1),
        "rating": None,
    }
    return PastApplication(**{**told, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        (past(), True),
        (past(stage=Stage.OFFERED, disposition=Disposition.WITHDRAWN), True),
        (past(stage=Stage.INTERVIEWED), False),
        (past(counts_against=True), False),
        (past(counts_against=None), False),
        (past(counts_against=None, disposition=Disposition.ROLE_CLOSED), True),
        (past(disposition=Disposition.HIRED), False),
        (past(disposition=None), False),
    ],
)
def test_nearly_hired_for_a_reason_that_says_nothing_against_them(
    application: PastApplication, expected: bool
) -> None:
    assert is_silver_medalist([application]) is expected


def test_the_reason_of_the_latest_rejection_decides_when_it_lapses() -> None:
    older = past(ended_on=date(2024, 1, 1), reason_holds_until=date(2025, 1, 1))
    newer = past(ended_on=date(2026, 1, 1), reason_holds_until=date(2026, 7, 1))
    assert reason_lapses_on([newer, older]) == date(2026, 7, 1)
    assert reason_lapses_on([past(disposition=Disposition.WITHDRAWN)]) is None
