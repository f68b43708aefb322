"""People on a role's list, as a stored run has them, without ranking anybody."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.roles.models import Role
from tests.builders import NOW


def put_on_list(
    session: Session,
    role: Role,
    people: list[Candidate],
    *,
    at: datetime = NOW,
    opened: tuple[Candidate, ...] = (),
) -> MatchRun:
    """Store a run with these people in this order; some of them opened an hour later."""
    run = MatchRun(
        role_id=role.id, cause=RunCause.POSTED, ran_at=at, seconds=0.1, brief={}, policy_version=1,
        index_generation="", pool=len(people), eligible=len(people), funnel=[], role_weights=[], ranked=b"",
        excluded=b"",
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add_all(
        Match(
            run_id=run.id, candidate_id=one.id, rank=place, score=1.0, band="good", receipt={},
            opened_at=at + timedelta(hours=1) if one in opened else None,
        )
        for place, one in enumerate(people, start=1)
    )  # fmt: skip
    session.flush()
    return run


def speak(
    session: Session, candidate: Candidate, role: Role, *, at: datetime, direction: Direction = Direction.OURS
) -> None:
    """Record that we wrote to somebody about a role, unasked, or that they answered."""
    session.add(
        Contact(
            candidate_id=candidate.id, at=at, channel=ContactChannel.EMAIL, direction=direction,
            is_unasked=direction is Direction.OURS, role_id=role.id,
        )
    )  # fmt: skip
    session.flush()
