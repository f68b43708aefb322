"""Whatever happens in whatever order (silence, imports, merges, erasures, restores), no mail leaves that the rule forbids.

`--long` tries 10,000 orders, and makes sure that a broken rule is found out: each is broken in turn.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import Phase
from hypothesis.stateful import run_state_machine_as_test

from talentpool.candidates import contact_records, merging
from talentpool.consent import eligibility
from talentpool.consent.eligibility import Refusal, Refused, Verdict
from talentpool.erasure import erase
from talentpool.outreach import outbox
from talentpool.settings import Settings
from tests.use_cases.outreach import two_offices
from tests.use_cases.outreach.two_offices import Offices, furnish

STEPS = 30
PARTS = 4  # so that several processes can share the work
SAMPLE, LONG_EXAMPLES = 5, 2_500  # each part
ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def offices(sqlite_template: Path, settings: Settings, tmp_path: Path) -> type[Offices]:
    """Two offices that nothing has happened to yet."""
    Offices.template = Path(shutil.copyfile(sqlite_template, tmp_path / "offices.db"))
    Offices.mail = replace(
        settings.mail, transport="folder", from_address="talent@b.example", postal_address="1 Quay, Hamburg"
    )
    Offices.sent_in_all = 0
    furnish(Offices.template)
    return Offices


def go_through(offices: type[Offices], examples: int, **wanted: Any) -> None:
    """Let things happen, in so many orders."""
    run_state_machine_as_test(
        offices,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            **wanted,
        ),
    )


@ONE_DATABASE
@pytest.mark.parametrize("part", range(PARTS))
def test_no_order_of_events_lets_a_forbidden_mail_leave(
    offices: type[Offices], part: int, rounds: int, database_kind: str
) -> None:
    is_sample = rounds <= 10
    if is_sample:
        offices = hypothesis.seed(part)(type(f"Offices{part}", (offices,), {}))
    go_through(offices, SAMPLE if is_sample else LONG_EXAMPLES, database=None)
    assert Offices.sent_in_all > 0, "nothing was ever sent"


def without(*gone: Refusal) -> Callable[[pytest.MonkeyPatch], None]:
    """Break the rule: some refusals are never found."""
    whole = eligibility.refusals

    def lenient(*record: Any, **today: Any) -> tuple[Refused, ...]:
        return tuple(one for one in whole(*record, **today) if one.refusal not in gone)

    return lambda patch: patch.setattr(eligibility, "refusals", lenient)


def without_unasked_of_the_other(patch: pytest.MonkeyPatch) -> None:
    """Break merging: whom we wrote to under the other record stays there, and goes with it."""
    every = merging.columns_of_candidates

    def all_but_contacts() -> list[Any]:
        return [column for column in every() if column.table.name != "contacts"]

    patch.setattr(merging, "columns_of_candidates", all_but_contacts)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "nothing is asked when it leaves": lambda patch: patch.setattr(
        outbox, "verdict_when_sent", lambda *_, **__: Verdict()
    ),
    "do not contact is ignored": without(Refusal.DO_NOT_CONTACT, Refusal.ERASED),
    "a withdrawn consent is ignored": without(Refusal.CONSENT_WITHDRAWN),
    "an access request is ignored": without(Refusal.ACCESS_REQUEST_OPEN),
    "nobody rests": without(Refusal.RESTING),
    "any letter can be called an answer": lambda patch: patch.setattr(
        eligibility, "_answers", lambda _, purpose: purpose is eligibility.MessagePurpose.ANSWER
    ),
    "a message follows no move": lambda patch: patch.setattr(
        contact_records, "_address_for", lambda candidate, _: contact_records.address_of(candidate)
    ),
    "merging loses the stricter word": lambda patch: patch.setattr(
        merging, "hold_the_stricter", lambda *_, **__: None
    ),
    "merging loses contacts": without_unasked_of_the_other,
    "erasure leaves no hashes": lambda patch: patch.setattr(erase, "erased_keys", lambda *_: []),
    "a restore hears no journal": lambda patch: patch.setattr(two_offices, "replay", lambda *_: 0),
    "a restore erases nobody again": lambda patch: patch.setattr(
        two_offices, "people_erased_before", lambda *_: []
    ),
    "a restore sends what waited": lambda patch: patch.setattr(
        two_offices, "let_nothing_leave_twice", lambda *_, **__: None
    ),
}


QUICKLY_FOUND_OUT = ("nobody rests", "any letter can be called an answer", "erasure leaves no hashes")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Break every rule in turn with `--long`, and a few whose breach shows within seconds otherwise."""
    if "broken" in metafunc.fixturenames:
        names = BROKEN if metafunc.config.getoption("--long") else QUICKLY_FOUND_OUT
        metafunc.parametrize("broken", names)


@ONE_DATABASE
def test_a_broken_rule_is_found_out(
    offices: type[Offices], broken: str, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    BROKEN[broken](monkeypatch)
    with pytest.raises(AssertionError):
        go_through(hypothesis.seed(0)(offices), LONG_EXAMPLES, phases=[Phase.generate], database=None)
