"""An organisation's own weights hold across versions of the program."""

from datetime import timedelta

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, save_policy
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Contact, ContactChannel, Direction
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import cards, view_run
from tests.builders import NOW, make_candidate, make_role


def test_a_weight_that_was_changed_holds_from_the_next_match_on(
    session: Session, keeper: IndexKeeper
) -> None:
    assert keeper.settings(session).signals.silver_medalist > 0
    value = load_policy(session, "matching").value
    changed = {**value, "signals": {**value["signals"], "silver_medalist": 0.0}}
    save_policy(session, "matching", changed, recruiter_id=None, now=NOW)
    assert keeper.settings(session).signals.silver_medalist == 0


def test_weights_kept_by_another_version_are_read_with_what_this_one_adds(
    session: Session, keeper: IndexKeeper
) -> None:
    older = {"signals": {"stage": 0.5, "handwriting": 1.0}, "horoscope": {"weight": 1.0}}
    save_policy(session, "matching", older, recruiter_id=None, now=NOW)
    settings = keeper.settings(session)
    assert settings.signals.stage == 0.5
    assert settings.role.title_weight > 0


def test_rapport_weighs_nothing_until_an_administrator_says_so(session: Session, keeper: IndexKeeper) -> None:
    """An answer moves nobody as shipped, and stands in no receipt; with a weight it does both."""
    silent, wrote = (make_candidate(session, resume="Java and Kotlin for banks.") for _ in range(2))
    approach = Contact(
        candidate_id=wrote.id, at=NOW, channel=ContactChannel.EMAIL, direction=Direction.THEIRS, is_unasked=False
    )  # fmt: skip
    session.add(approach)
    record_changes(session, [wrote.id], now=NOW)
    role_id = make_role(session, text="java kotlin").id
    session.commit()

    def ranked(after: timedelta) -> list[tuple[int, float, bool]]:
        now = NOW + after
        run = rediscover(session, keeper, role_id, cause=RunCause.ASKED, recruiter_id=None, now=now)
        shown = cards(session, keeper, view_run(session, run, None), now=now)
        return [
            (one.candidate_id, one.score, any(line.label == "replied" for line in one.receipt.lines))
            for one in shown
        ]

    (first, first_score, said), (second, second_score, _) = ranked(timedelta())
    assert (first, second) == (silent.id, wrote.id)
    assert first_score == second_score
    assert not said
    value = load_policy(session, "matching").value
    weighed = {**value, "signals": {**value["signals"], "replied": 0.05}}
    save_policy(session, "matching", weighed, recruiter_id=None, now=NOW)
    (first, higher, said), (second, lower, unsaid) = ranked(timedelta(minutes=1))
    assert (first, second) == (wrote.id, silent.id)
    assert (said, unsaid) == (True, False)
    assert round(higher - lower, 6) == 0.05
