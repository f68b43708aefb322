"""How an application reads on every page."""

from datetime import date

import pytest

from talentpool.candidates.models import (
    Application,
    Disposition,
    ReasonHold,
    ReasonKind,
    RejectionReason,
    Stage,
)
from talentpool.candidates.wording import application_outcome

TODAY = date(2026, 11, 23)


def application(disposition: Disposition | None, label: str | None, until: date | None = None) -> Application:
    reason = label and RejectionReason(
        label=label, kind=ReasonKind.REJECTION, hold=ReasonHold.TIME_BOUND, code="any"
    )
    return Application(
        stage=Stage.INTERVIEWED, disposition=disposition, reason=reason or None, reason_holds_until=until
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (application(None, None), "Interviewed, still open"),
        (application(Disposition.WITHDRAWN, None), "Interviewed, withdrew"),
        (application(Disposition.ROLE_CLOSED, "The role was closed"), "Interviewed, role was closed"),
        (
            application(Disposition.ROLE_CLOSED, "Headcount was frozen"),
            "Interviewed, role was closed: Headcount was frozen",
        ),
        (
            application(Disposition.REJECTED, "Timing", date(2026, 11, 22)),
            "Interviewed, rejected: Timing (no longer applies)",
        ),
        (application(Disposition.REJECTED, "Timing", TODAY), "Interviewed, rejected: Timing"),
    ],
)
def test_an_application_reads_as_how_far_it_got_and_why_it_ended(told: Application, words: str) -> None:
    assert application_outcome(told, today=TODAY) == words
