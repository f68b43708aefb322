"""An organisation's own weights hold across versions of the program."""

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, save_policy
from talentpool.rediscovery.index_upkeep import IndexKeeper
from tests.builders import NOW


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
