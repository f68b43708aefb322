"""Totals add up whatever the pool, the policy, the viewer and the filters; and a number keeps its word."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.accounts.policies import load_policy, save_policy
from talentpool.candidates.contact_standings import contact_standings, standing_of
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction, Disposition, Stage
from talentpool.consent.holds import hold_contact
from talentpool.consent.models import Basis, HoldKind, Suppression, SuppressionScope
from talentpool.rediscovery.feedback import Decision, decide
from talentpool.rediscovery.filtered_list import FilteredList, filtered_list
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_filters import FILTERS, Chosen, toggled
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import RunView, cards, view_run
from talentpool.rediscovery.standing import note_look, with_decisions
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_reason,
    make_recruiter,
    make_role,
)
from tests.use_cases.rediscovery.test_query_counts import counted

WORDS = ("kubernetes", "terraform", "kafka", "golang", "accounting", "incident response", "python")
CITIES = ("Lisbon", "Porto", None)
CLICKS = 8  # as a page would be loaded again; that all numbers are right is shown without a database
SEEDS = st.integers(0, 2**32)
EVERY_EXAMPLE_ITS_POOL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def person(session: Session, chance: Random, owners: list[int], reasons: list[int]) -> int:
    """Make somebody of whom everything, something or nothing is on record."""
    words = chance.sample(WORDS, chance.randint(0, 4))
    candidate = make_candidate(
        session,
        f"Person {chance.random()}",
        resume=" ".join(words) if words else None,
        resume_on=TODAY - timedelta(days=chance.randint(0, 900)),
        city=chance.choice(CITIES),
        country=chance.choice(("PT", "DE", None)),
        source=chance.choice(("greenhouse", None)),
        owner_id=chance.choice([*owners, None]),
        is_restricted=chance.random() < 0.2,
        employed_from=date(2020, 1, 1) if chance.random() < 0.1 else None,
    )
    for _ in range(chance.randint(0, 2)):
        make_application(
            session,
            candidate,
            stage=chance.choice(list(Stage)[:5]),
            disposition=chance.choice((Disposition.REJECTED, Disposition.WITHDRAWN, None)),
            reason_id=chance.choice([*reasons, None]),
            rating=chance.choice((None, 0.5, 1.0)),
            applied_on=TODAY - timedelta(days=chance.randint(1, 900)),
            ended_on=None,
        )
    _contact_matters(session, chance, candidate)
    if chance.random() < 0.2:
        make_promise(session, candidate, due_on=chance.choice((None, TODAY, TODAY + timedelta(days=90))))
    return candidate.id


def _contact_matters(session: Session, chance: Random, candidate: Candidate) -> None:
    for _ in range(chance.randint(0, 2)):
        make_basis(
            session,
            candidate,
            basis=chance.choice(list(Basis)),
            recorded_on=TODAY - timedelta(days=chance.randint(-5, 500)),
            expires_on=chance.choice((None, TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=300))),
            withdrawn_on=TODAY if chance.random() < 0.1 else None,
        )
    for _ in range(chance.randint(0, 2)):
        contact = Contact(
            candidate_id=candidate.id,
            at=NOW - timedelta(days=chance.randint(0, 500)),
            channel=ContactChannel.CALL,
            direction=chance.choice(list(Direction)),
            is_unasked=chance.random() < 0.7,
        )
        session.add(contact)
    if chance.random() < 0.15:
        until = chance.choice((None, TODAY, TODAY - timedelta(days=1)))
        hold_contact(
            session, candidate.id, chance.choice(list(HoldKind)), source="test", now=NOW, until=until
        )
    if chance.random() < 0.15:
        scope = chance.choice((SuppressionScope.CONTACT, SuppressionScope.PROCESSING))
        asked = Suppression(
            key_hash=str(candidate.id), scope=scope, candidate_id=candidate.id, source="test", created_at=NOW,
            lifted_at=NOW if chance.random() < 0.2 else None,
        )  # fmt: skip
        session.add(asked)


def a_pool(session: Session, chance: Random) -> tuple[list[Viewer], list[int]]:
    """Make a pool of up to fourteen people, and three who look at it: two recruiters and an administrator."""
    kinds = (AccountKind.RECRUITER, AccountKind.RECRUITER, AccountKind.ADMINISTRATOR)
    accounts = [make_recruiter(session, kind=kind) for kind in kinds]
    reasons = [make_reason(session, code).id for code in ("pay_expectation", "stronger_candidate_hired")]
    _other_policy(session, chance)
    owners = [account.id for account in accounts]
    people = [person(session, chance, owners, reasons) for _ in range(chance.randint(0, 14))]
    viewers = [
        Viewer(recruiter_id=account.id, kind=account.kind, office_id=None, name=account.name)
        for account in accounts
    ]
    return viewers, people


def _other_policy(session: Session, chance: Random) -> None:
    value = {
        **load_policy(session, "contact").value,
        "basis_required": chance.random() < 0.5,
        "cool_down_days": 200,
    }
    save_policy(session, "contact", value, recruiter_id=None, now=NOW)


def a_view(session: Session, keeper: IndexKeeper, chance: Random) -> tuple[RunView, Viewer]:
    """Match a role, decide about some, and look at it as one of the viewers."""
    viewers, people = a_pool(session, chance)
    must = chance.choice(((), (("terraform", "pulumi"),), (("kubernetes",), ("kafka",))))
    role = make_role(session, must_mention=must)
    viewer = chance.choice(viewers)
    run = rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
    if chance.random() < 0.5:
        note_look(session, run, recruiter_id=viewer.recruiter_id, now=NOW)
        people += [person(session, chance, [], []) for _ in range(3)]
        later = NOW + timedelta(hours=1)
        run = rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=later)
    for kind in (FeedbackKind.DISMISSED, FeedbackKind.SNOOZED):
        decision = Decision(
            kind=kind,
            reason="pay" if kind is FeedbackKind.DISMISSED else None,
            scope=FeedbackScope.UNTIL if kind is FeedbackKind.SNOOZED else FeedbackScope.THIS_ROLE,
            until=TODAY + timedelta(days=9) if kind is FeedbackKind.SNOOZED else None,
        )
        some = chance.sample(people, min(len(people), 2))
        decide(session, role.id, some, decision, recruiter_id=viewer.recruiter_id, now=NOW)
    session.flush()
    return with_decisions(session, view_run(session, run, viewer), today=TODAY), viewer


def some_filters(found: FilteredList, chance: Random) -> Chosen:
    chosen: Chosen = {}
    for one in chance.sample(FILTERS, chance.randint(0, 3)):
        for value in chance.sample(list(found.sieve.choices(one.key)) or ["nowhere"], 1):
            chosen = toggled(chosen, one.key, value)
    return chosen


def narrowed(
    session: Session, keeper: IndexKeeper, view: RunView, viewer: Viewer, chosen: Chosen
) -> FilteredList:
    return filtered_list(session, keeper, view, chosen, viewer=viewer, now=NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where each example's index lies, in a folder of its own."""
    return tmp_path


@EVERY_EXAMPLE_ITS_POOL
@given(seed=SEEDS)
def test_totals_add_up_and_numbers_keep_their_word(session: Session, folder: Path, seed: int) -> None:
    with session.begin_nested() as example:
        keeper, chance = IndexKeeper(folder / f"{seed}-{len(list(folder.iterdir()))}"), Random(seed)
        view, viewer = a_view(session, keeper, chance)
        excluded = np.concatenate([np.empty(0, np.int64), *view.excluded.values()])
        everybody = [*view.ids.tolist(), *excluded.tolist()]
        assert len(everybody) == len(set(everybody)) == view.pool  # shown once, or left out once
        chosen = some_filters(narrowed(session, keeper, view, viewer, {}), chance)
        found = narrowed(session, keeper, view, viewer, chosen)
        assert found.total + found.set_aside + len(excluded) == view.pool
        numbers = [(one.key, count) for one in FILTERS for count in found.counts(one.key)]
        for key, count in chance.sample(numbers, min(len(numbers), CLICKS)):
            clicked = toggled(chosen, key, count.value)
            assert count.left == narrowed(session, keeper, view, viewer, clicked).total, (key, count)
        for on in found.filters_on():
            without = toggled(chosen, on.filter.key, on.value)
            assert on.left_without == narrowed(session, keeper, view, viewer, without).total
        pages = [found.page(number, per_page=4) for number in range(1, found.total // 4 + 3)]
        assert [one for page in pages for one in page] == found.ids.tolist()  # everybody exactly once
        example.rollback()
    session.expunge_all()


@EVERY_EXAMPLE_ITS_POOL
@given(seed=SEEDS)
def test_filters_say_of_everybody_what_the_cards_say(session: Session, folder: Path, seed: int) -> None:
    with session.begin_nested() as example:
        keeper, chance = IndexKeeper(folder / f"{seed}-{len(list(folder.iterdir()))}"), Random(seed)
        view, viewer = a_view(session, keeper, chance)
        found = narrowed(session, keeper, view, viewer, {})
        shown = cards(session, keeper, view, now=NOW, only=view.ids.tolist())
        states = contact_states(session, view.ids.tolist(), today=TODAY)

        def people(key: str, value: str) -> set[int]:
            choice = found.sieve.choices(key).get(value)
            return set(view.ids[choice.places].tolist()) if choice else set()

        for card in shown:
            one = card.candidate_id
            assert one in people("band", card.band)
            assert (one in people("silver", "yes")) == card.is_silver_medalist
            assert (one in people("new", "yes")) == card.is_new
            assert one in people("contact", standing_of(states[one].kind, states[one].refusal))
            last = card.last_application
            reason = last.reason.code if last is not None and last.reason is not None else None
            assert {code for code in ("pay_expectation", "stronger_candidate_hired") if one in people("reason", code)} == {reason} - {None}  # fmt: skip
        example.rollback()
    session.expunge_all()


def test_everybody_stands_somewhere_as_to_contact_and_nowhere_twice(session: Session) -> None:
    _viewers, people = a_pool(session, Random(5))
    ids = np.array(sorted(people), np.int64)
    found = contact_standings(session, ids, today=TODAY)
    assert sorted(np.concatenate(list(found.values())).tolist()) == ids.tolist()


def test_filters_cost_the_same_number_of_queries_whatever_the_list(
    session: Session, keeper: IndexKeeper
) -> None:
    counts, chance = [], Random(7)
    account = make_recruiter(session)
    viewer = Viewer(recruiter_id=account.id, kind=account.kind, office_id=None, name=account.name)
    reason, role = make_reason(session).id, make_role(session)
    for people in (5, 60):
        for _ in range(people):
            person(session, chance, [account.id], [reason])
        run = rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
        session.flush()
        found = narrowed(session, keeper, view_run(session, run, viewer), viewer, {})
        found.counts("band")  # the index is there
        session.expire_all()
        with counted(session) as said:
            for one in FILTERS:
                found.counts(one.key)
            counts.append(len(said))
    assert counts[0] == counts[1] <= 20
