"""Old lists are thinned out: what nobody looks at any more goes, what somebody saw or relies on stays.

Of each role the first and the newest list stay whole, and those that somebody knows last: what is new is told since
them. Of the others stay the receipts that were opened or decided by, and everybody's first place in the lists of the
role, by which the reports know who was found again. A list with none of these goes altogether.
"""

from datetime import datetime

import numpy as np
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    delete,
    exists,
    func,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from talentpool.rediscovery.models import (
    Digest,
    DigestState,
    Match,
    MatchFeedback,
    MatchRun,
    RoleDigest,
    RoleLook,
)
from talentpool.rediscovery.packed import pack_excluded, pack_ranked

LISTS_AT_A_TIME = 10
"""In one transaction: with everybody's places and 200 receipts each, so that nobody who writes waits for long."""
NOBODY = {
    "ranked": pack_ranked(np.empty(0, np.int64), np.empty(0)),
    "excluded": pack_excluded({}, []),
    "role_weights": [],
}


def roles_to_thin_out(session: Session, *, before: datetime) -> list[int]:
    """List the roles with lists from before a moment that are not thinned out yet and need not stay whole."""
    roles = select(MatchRun.role_id).where(*_can_go(session, before)).distinct()
    return list(session.scalars(roles.order_by(MatchRun.role_id)))


def thin_out(session: Session, role_id: int, *, before: datetime, now: datetime) -> int:
    """Thin out the oldest such lists of a role, a few at a time; gives how many that were, 0 when none is left."""
    oldest = select(MatchRun.id).where(MatchRun.role_id == role_id, *_can_go(session, before))
    run_ids = list(session.scalars(oldest.order_by(MatchRun.ran_at, MatchRun.id).limit(LISTS_AT_A_TIME)))
    if not run_ids:
        return 0
    place = tuple_(Match.run_id, Match.candidate_id)
    is_theirs = MatchRun.id.in_(run_ids)
    for statement in (
        delete(Match).where(Match.run_id.in_(run_ids), place.not_in(_places_kept(role_id))),
        delete(MatchRun).where(is_theirs, ~exists().where(Match.run_id == MatchRun.id)),
        update(MatchRun).where(is_theirs).values(thinned_at=now, **NOBODY),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    return len(run_ids)


def _can_go(session: Session, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions on a list that is old, neither the first nor the newest, and known last by nobody."""
    told = session.scalars(select(Digest.told).where(Digest.state == DigestState.SENDING))
    about_to_be_told = [part["run_id"] for parts in told for part in parts if part["run_id"] is not None]
    earlier, later = aliased(MatchRun), aliased(MatchRun)
    moment = tuple_(MatchRun.ran_at, MatchRun.id)
    is_earlier = tuple_(earlier.ran_at, earlier.id) < moment
    is_later = tuple_(later.ran_at, later.id) > moment
    newest = select(func.max(MatchRun.id)).group_by(MatchRun.role_id)  # a clock may have been set back
    return (
        MatchRun.ran_at < before,
        MatchRun.thinned_at.is_(None),
        exists().where(earlier.role_id == MatchRun.role_id, is_earlier),
        exists().where(later.role_id == MatchRun.role_id, is_later),
        MatchRun.id.not_in(newest),
        MatchRun.id.not_in(select(RoleLook.run_id).where(RoleLook.run_id.is_not(None))),
        MatchRun.id.not_in(_seen_last()),
        MatchRun.id.not_in(select(RoleDigest.told_run_id).where(RoleDigest.told_run_id.is_not(None))),
        MatchRun.id.not_in(about_to_be_told),
    )


def _places_kept(role_id: int) -> CompoundSelect[int, int]:
    """Name list and candidate of the places that stay: opened, decided by, or somebody's first in this role."""
    places = (
        select(Match.run_id, Match.candidate_id)
        .join(MatchRun, MatchRun.id == Match.run_id)
        .where(MatchRun.role_id == role_id)
    )
    opened = places.where(Match.opened_at.is_not(None))
    return union(opened, _first_places(places), _decided_by(role_id))


def _first_places(places: Select[int, int]) -> Select[int, int]:
    in_order = func.row_number().over(
        partition_by=Match.candidate_id, order_by=(MatchRun.ran_at, MatchRun.id)
    )
    numbered = places.add_columns(in_order.label("number")).subquery()
    return select(numbered.c.run_id, numbered.c.candidate_id).where(numbered.c.number == 1)


def _seen_last() -> Select[int]:
    """Find for each look the list that was the newest then."""
    shown = _newest_then(RoleLook.role_id, RoleLook.looked_at)
    return select(shown).where(shown.is_not(None))


def _decided_by(role_id: int) -> Select[int, int]:
    """Find for each decision the list that was the newest then."""
    shown = _newest_then(MatchFeedback.role_id, MatchFeedback.created_at)
    decided = select(shown.label("run_id"), MatchFeedback.candidate_id)
    return decided.where(MatchFeedback.role_id == role_id, shown.is_not(None))


def _newest_then(
    role_id: InstrumentedAttribute[int], moment: InstrumentedAttribute[datetime]
) -> ScalarSelect[int]:
    """Give the newest list of a role at a moment, both named by columns of one table."""
    then = aliased(MatchRun)
    newest = select(then.id).where(then.role_id == role_id, then.ran_at <= moment)
    newest = newest.order_by(then.ran_at.desc(), then.id.desc()).limit(1)
    return newest.correlate(role_id.class_).scalar_subquery()
