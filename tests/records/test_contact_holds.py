"""What holds contact with somebody back: entries that stand, and an agency's fee on their own record."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from talentpool.candidates.contact_holds import load_holds
from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.models import HoldKind
from tests.builders import NOW, TODAY, make_candidate

TOMORROW, IN_A_MONTH = TODAY + timedelta(days=1), TODAY + timedelta(days=30)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("recorded", "entries", "held"),
    [
        (None, [], {}),
        (YESTERDAY, [YESTERDAY], {}),
        (TODAY, [], {HoldKind.FEE_PROTECTED: TODAY}),
        (IN_A_MONTH, [TOMORROW], {HoldKind.FEE_PROTECTED: IN_A_MONTH}),
        (TOMORROW, [TODAY, IN_A_MONTH], {HoldKind.FEE_PROTECTED: IN_A_MONTH}),
        (IN_A_MONTH, [None], {HoldKind.FEE_PROTECTED: None}),
    ],
)
def test_a_fee_counts_as_long_as_the_record_or_an_entry_says(
    session: Session, recorded: date | None, entries: list[date | None], held: dict[HoldKind, date | None]
) -> None:
    person = make_candidate(session, fee_until=recorded)
    for until in entries:
        hold_contact(session, person.id, HoldKind.FEE_PROTECTED, source="agency", until=until, now=NOW)
    assert load_holds(session, [person.id], today=TODAY).get(person.id, {}) == held


def test_each_person_has_their_own_holds_by_kind(session: Session) -> None:
    ana, bea, cem = (make_candidate(session, name) for name in ("Ana", "Bea", "Cem"))
    for person in (ana, cem):
        hold_contact(session, person.id, HoldKind.ACCESS_REQUEST, source="letter", now=NOW)
    hold_contact(session, ana.id, HoldKind.NOTICE_REQUIRED, source="policy", until=TODAY, now=NOW)
    lift_holds(session, cem.id, HoldKind.ACCESS_REQUEST, now=NOW)
    assert load_holds(session, [ana.id, bea.id, cem.id], today=TODAY) == {
        ana.id: {HoldKind.ACCESS_REQUEST: None, HoldKind.NOTICE_REQUIRED: TODAY}
    }
