"""A score can be worked out again from what the database keeps of it, and from nothing else."""

import json
import math

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.packed import unpack_ranked
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.weighed_roles import role_terms
from tests.builders import NOW, make_application, make_candidate, make_promise, make_reason, make_role
from tests.personas import TOOLS, make_twins


def test_every_stored_receipt_gives_its_score_again_on_both_databases(
    session: Session, keeper: IndexKeeper
) -> None:
    reason = make_reason(session)
    for number in range(40):
        (who, resume), _other = make_twins(number)
        person = make_candidate(session, who.name, resume=resume)
        if number % 3 == 0:
            make_application(session, person, reason_id=reason.id, rating=0.7)
        if number % 5 == 0:
            make_promise(session, person)
    role = make_role(session, text=" ".join(TOOLS))
    run = rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
    session.commit()
    ids, scores = unpack_ranked(run.ranked)
    score_by_id = dict(zip(ids.tolist(), scores.tolist(), strict=True))
    weights = {(term.label, term.kind): term.weight for term in role_terms(run)}
    rows = session.execute(text("SELECT candidate_id, score, receipt FROM matches")).all()
    assert len(rows) == 40
    for candidate_id, score, stored in rows:
        receipt = json.loads(stored) if isinstance(stored, str) else stored
        again = math.fsum(role_weight * resume_weight for *_, role_weight, resume_weight in receipt["lines"])
        assert again == pytest.approx(receipt["total"], abs=1e-9)
        assert score == pytest.approx(again, abs=1e-9)
        assert score_by_id[candidate_id] == pytest.approx(again, rel=1e-6)
        for kind, label, _written, _value, role_weight, _resume_weight in receipt["lines"]:
            if kind != "signal":
                assert role_weight == weights[label, kind], "the receipt uses the run's final role weights"
