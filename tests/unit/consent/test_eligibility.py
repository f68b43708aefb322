"""May this person be written to today? One test for each answer."""

from dataclasses import replace
from datetime import date

from talentpool.consent.eligibility import (
    ContactKind,
    ContactPolicy,
    ContactRecord,
    ContactState,
    Refusal,
    contact_state,
)
from talentpool.consent.models import Basis

TODAY = date(2026, 11, 23)
POLICY = ContactPolicy(cool_down_days=90, basis_required=True, consent_ends_soon_days=30)
CONSENTED = ContactRecord(basis=Basis.CONSENT, basis_until=date(2027, 8, 14))


def state(record: ContactRecord, policy: ContactPolicy = POLICY) -> ContactState:
    return contact_state(record, policy, today=TODAY)


def test_somebody_with_consent_may_be_written_to_and_the_consent_is_named() -> None:
    answer = state(CONSENTED)
    assert (answer.kind, answer.refusal) == (ContactKind.OK, None)
    assert answer.words == "OK to contact: consent until 14 Aug 2027"


def test_whoever_asked_not_to_be_contacted_never_is() -> None:
    answer = state(replace(CONSENTED, asked_not_to=True))
    assert (answer.kind, answer.refusal) == (ContactKind.NO, Refusal.DO_NOT_CONTACT)


def test_a_consent_taken_back_counts_no_more() -> None:
    assert state(replace(CONSENTED, basis_withdrawn=True)).refusal is Refusal.CONSENT_WITHDRAWN


def test_after_a_contact_a_person_rests() -> None:
    answer = state(replace(CONSENTED, last_unasked_on=date(2026, 11, 11), last_unasked_by="MK"))
    assert (answer.kind, answer.refusal) == (ContactKind.WAIT, Refusal.RESTING)
    assert answer.words == "Contacted 12 days ago by MK, rests until 9 Feb 2027"


def test_the_rest_ends_on_its_last_day() -> None:
    assert state(replace(CONSENTED, last_unasked_on=date(2026, 8, 26))).refusal is Refusal.RESTING
    assert state(replace(CONSENTED, last_unasked_on=date(2026, 8, 25))).refusal is None


def test_without_a_basis_nobody_is_written_to_unless_the_policy_allows_it() -> None:
    assert state(ContactRecord()).refusal is Refusal.NO_BASIS
    lenient = replace(POLICY, basis_required=False)
    answer = state(ContactRecord(), lenient)
    assert (answer.kind, answer.refusal, answer.words) == (
        ContactKind.UNKNOWN,
        None,
        "No legal basis recorded",
    )


def test_a_consent_that_has_ended_says_when() -> None:
    answer = state(replace(CONSENTED, basis_until=date(2026, 11, 22)))
    assert (answer.refusal, answer.words) == (Refusal.CONSENT_EXPIRED, "Consent ended 22 Nov 2026")


def test_a_consent_that_ends_soon_warns_and_still_holds() -> None:
    answer = state(replace(CONSENTED, basis_until=date(2026, 12, 2)))
    assert (answer.kind, answer.refusal, answer.words) == (ContactKind.WAIT, None, "Consent ends in 9 days")
