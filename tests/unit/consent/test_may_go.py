"""May this message go now? Each refusal by its name, and what holds whatever else is on record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.consent.eligibility import (
    ANSWER_IGNORES,
    NEVER_OVERRIDDEN,
    SERVICE_HEEDS,
    ContactPolicy,
    ContactRecord,
    MessagePurpose,
    Refusal,
    contact_state,
    may_go,
    refusals,
)
from talentpool.consent.models import Basis, HoldKind

TODAY = date(2026, 11, 23)
POLICY = ContactPolicy(
    cool_down_days=90,
    basis_required=True,
    consent_ends_soon_days=30,
    overridable=frozenset({Refusal.RESTING, Refusal.SNOOZED}),
)
GOOD = ContactRecord(basis=Basis.CONSENT, basis_until=date(2027, 8, 14))

# One record for each refusal, and the words a recruiter reads.
TABLE = {
    Refusal.ERASED: (replace(GOOD, erased=True), "Asked to be erased"),
    Refusal.DO_NOT_CONTACT: (replace(GOOD, asked_not_to=True), "Asked not to be contacted"),
    Refusal.CONSENT_WITHDRAWN: (replace(GOOD, basis_withdrawn=True), "Consent was withdrawn"),
    Refusal.ACCESS_REQUEST_OPEN: (
        replace(GOOD, held={HoldKind.ACCESS_REQUEST: None}),
        "Asked to see the own data",
    ),
    Refusal.RESTING: (replace(GOOD, last_unasked_on=date(2026, 11, 22)), "rests until 20 Feb 2027"),
    Refusal.NO_BASIS: (ContactRecord(), "No legal basis recorded"),
    Refusal.CONSENT_EXPIRED: (replace(GOOD, basis_until=date(2026, 11, 22)), "Consent ended 22 Nov 2026"),
    Refusal.NOTICE_REQUIRED: (replace(GOOD, held={HoldKind.NOTICE_REQUIRED: TODAY}), "told first"),
    Refusal.FEE_PROTECTED: (
        replace(GOOD, held={HoldKind.FEE_PROTECTED: TODAY}),
        "protected until 23 Nov 2026",
    ),
    Refusal.IN_PROCESS_ELSEWHERE: (replace(GOOD, in_process_for="Tester"), "In process now for Tester"),
    Refusal.ASKED_THIS_ROUND: (replace(GOOD, asked_for_role_on=date(2026, 5, 2)), "asked about this role"),
    Refusal.SNOOZED: (replace(GOOD, snoozed_until=date(2026, 11, 24)), "Snoozed until 24 Nov 2026"),
    Refusal.ANSWERED: (replace(GOOD, has_answered=True), "nothing to remind of"),
    Refusal.NO_ADDRESS: (replace(GOOD, has_address=False), "No e-mail address"),
}


def test_the_table_names_every_refusal_there_is() -> None:
    assert set(TABLE) == set(Refusal)


def test_nothing_stands_against_somebody_with_consent() -> None:
    assert may_go(GOOD, POLICY, today=TODAY).may_go


@pytest.mark.parametrize("refusal", Refusal)
def test_each_refusal_holds_back_an_unasked_message_under_its_name(refusal: Refusal) -> None:
    record, words = TABLE[refusal]
    verdict = may_go(record, POLICY, today=TODAY)
    assert [one.refusal for one in verdict.refused] == [refusal]
    assert words in verdict.refused[0].words


@pytest.mark.parametrize("refusal", Refusal)
def test_the_list_says_the_same_as_the_composer(refusal: Refusal) -> None:
    assert contact_state(TABLE[refusal][0], POLICY, today=TODAY).refusal is refusal


@pytest.mark.parametrize("refusal", Refusal)
def test_a_service_mail_heeds_only_what_forbids_any_mail(refusal: Refusal) -> None:
    verdict = may_go(TABLE[refusal][0], POLICY, today=TODAY, purpose=MessagePurpose.SERVICE)
    assert verdict.may_go is (refusal not in SERVICE_HEEDS)


@pytest.mark.parametrize("refusal", Refusal)
def test_nobody_is_asked_whether_we_may_keep_them_after_a_no(refusal: Refusal) -> None:
    record, service = TABLE[refusal][0], MessagePurpose.SERVICE
    verdict = may_go(record, POLICY, today=TODAY, purpose=service, asks_to_keep=True)
    assert verdict.may_go is (refusal not in SERVICE_HEEDS | {Refusal.CONSENT_WITHDRAWN})


@pytest.mark.parametrize("purpose", MessagePurpose)
def test_nothing_goes_while_somebody_asks_to_stop_and_nobody_has_seen_to_it(purpose: MessagePurpose) -> None:
    asking = replace(GOOD, asks_to_stop=True, in_conversation=True)
    verdict = may_go(asking, POLICY, today=TODAY, purpose=purpose)
    assert [one.refusal for one in verdict.refused] == [Refusal.DO_NOT_CONTACT]
    assert "nobody has seen to" in verdict.refused[0].words


@pytest.mark.parametrize("refusal", Refusal)
def test_an_answer_is_free_only_in_an_open_conversation(refusal: Refusal) -> None:
    record = TABLE[refusal][0]
    answer = MessagePurpose.ANSWER
    assert not may_go(record, POLICY, today=TODAY, purpose=answer).may_go
    talking = replace(record, in_conversation=True)
    assert may_go(talking, POLICY, today=TODAY, purpose=answer).may_go is (refusal in ANSWER_IGNORES)


@pytest.mark.parametrize("refusal", Refusal)
def test_what_the_policy_allows_is_overridden_and_the_rest_is_not(refusal: Refusal) -> None:
    verdict = may_go(TABLE[refusal][0], POLICY, today=TODAY, overriding=frozenset({refusal}))
    assert verdict.may_go is (refusal in POLICY.overridable)
    assert bool(verdict.overridden) is (refusal in POLICY.overridable)


@pytest.mark.parametrize("refusal", sorted(NEVER_OVERRIDDEN))
def test_no_policy_lets_a_persons_own_word_be_overridden(refusal: Refusal) -> None:
    lax = replace(POLICY, overridable=frozenset(Refusal))
    assert not may_go(TABLE[refusal][0], lax, today=TODAY, overriding=frozenset(Refusal)).may_go


def test_an_address_at_the_employer_warns_and_holds_nothing_back() -> None:
    verdict = may_go(replace(GOOD, works_at="Nordwind"), POLICY, today=TODAY)
    assert verdict.may_go
    assert "Nordwind" in verdict.warnings[0]


def test_a_fee_without_an_end_is_said_without_a_day() -> None:
    verdict = may_go(replace(GOOD, held={HoldKind.FEE_PROTECTED: None}), POLICY, today=TODAY)
    assert verdict.refused[0].words == "An agency's fee is protected"


DAYS = st.none() | st.dates(TODAY - timedelta(days=200), TODAY + timedelta(days=200))
RECORDS = st.builds(
    ContactRecord,
    asked_not_to=st.booleans(),
    basis=st.none() | st.sampled_from(Basis),
    basis_until=DAYS,
    basis_withdrawn=st.booleans(),
    last_unasked_on=DAYS,
    erased=st.booleans(),
    has_address=st.booleans(),
    held=st.dictionaries(st.sampled_from(HoldKind), DAYS),
    snoozed_until=DAYS,
    in_process_for=st.none() | st.just("Tester"),
    asked_for_role_on=DAYS,
    in_conversation=st.booleans(),
)
PURPOSES = st.sampled_from(MessagePurpose)
OVERRIDES = st.frozensets(st.sampled_from(Refusal))


@given(record=RECORDS, purpose=PURPOSES, overriding=OVERRIDES)
def test_nothing_ever_goes_to_somebody_who_said_no(
    record: ContactRecord, purpose: MessagePurpose, overriding: frozenset[Refusal]
) -> None:
    verdict = may_go(record, POLICY, today=TODAY, purpose=purpose, overriding=overriding)
    if record.asked_not_to or record.erased or not record.has_address:
        assert not verdict.may_go


@given(record=RECORDS, purpose=PURPOSES, overriding=OVERRIDES)
def test_an_override_never_adds_a_refusal_and_takes_only_what_it_names(
    record: ContactRecord, purpose: MessagePurpose, overriding: frozenset[Refusal]
) -> None:
    plain = may_go(record, POLICY, today=TODAY, purpose=purpose)
    over = may_go(record, POLICY, today=TODAY, purpose=purpose, overriding=overriding)
    assert {*over.refused, *over.overridden} == set(plain.refused)
    assert {one.refusal for one in over.overridden} <= overriding & POLICY.overridable


@given(record=RECORDS)
def test_the_list_is_green_only_where_an_unasked_message_may_go(record: ContactRecord) -> None:
    state = contact_state(record, POLICY, today=TODAY)
    assert (state.refusal is None) is may_go(record, POLICY, today=TODAY).may_go
    assert [one.refusal for one in refusals(record, POLICY, today=TODAY)][:1] == (
        [state.refusal] if state.refusal else []
    )
