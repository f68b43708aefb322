"""How each match went on: when somebody was viewed, shortlisted, contacted, answered, interviewed, hired.

All of it is derived from what is kept anyway (runs, opened matches, short lists, contacts, applications). An
application counts for a rediscovery only if the person was on the role's list before they applied for it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from talentpool.candidates.models import Application, Contact, Direction, Disposition, Stage
from talentpool.oversight.scope import day_of
from talentpool.oversight.steps import STEPS, Step
from talentpool.rediscovery.models import FeedbackKind, Match, MatchFeedback, MatchRun

DATED_STEPS = STEPS[1:]
AFTER_INTERVIEW = [stage for stage in Stage if stage.rank >= Stage.INTERVIEWED.rank]


def went_on(
    roles: CTE, *, candidate_id: BindParameter[int] | None = None, dated: Sequence[Step] = DATED_STEPS
) -> Subquery:
    """Give a row for each role (`roles.c.role_id`) and candidate that went beyond the list.

    Columns: `role_id`, `candidate_id`, the first day of each step (`viewed_on` to `hired_on`, empty where it
    was passed over) and `furthest`, the rank of the last step that was reached.
    """
    steps = _steps(roles, candidate_id).subquery()
    days = {
        step: func.min(case((steps.c.step == step.rank, steps.c.on_day))).label(f"{step}_on")
        for step in dated
    }
    furthest = func.max(steps.c.step).label("furthest")
    pairs = select(steps.c.role_id, steps.c.candidate_id, furthest, *days.values())
    return pairs.group_by(steps.c.role_id, steps.c.candidate_id).subquery()


def _steps(roles: CTE, candidate_id: BindParameter[int] | None) -> CompoundSelect[Any, Any, int, Any]:
    """List everything that happened to these roles' people: role, candidate, rank of the step, day."""
    return union_all(
        *(_of(one, candidate_id) for one in (*_on_the_list(roles), *_in_touch(roles), *_applied(roles)))
    )


def _of(
    rows: Select[Any, Any, int, Any], candidate_id: BindParameter[int] | None
) -> Select[Any, Any, int, Any]:
    return rows if candidate_id is None else rows.where(rows.selected_columns.candidate_id == candidate_id)


def _on_the_list(roles: CTE) -> Sequence[Select[Any, Any, int, Any]]:
    viewed = _rows(Step.VIEWED, MatchRun.role_id, Match.candidate_id, day_of(Match.opened_at))
    shortlisted = _rows(
        Step.SHORTLISTED, MatchFeedback.role_id, MatchFeedback.candidate_id, day_of(MatchFeedback.created_at)
    )
    return (
        viewed.join(MatchRun, MatchRun.id == Match.run_id).where(
            Match.opened_at.is_not(None), MatchRun.role_id.in_(_ids(roles))
        ),
        shortlisted.where(is_shortlisted(), MatchFeedback.role_id.in_(_ids(roles))),
    )


def _in_touch(roles: CTE) -> Sequence[Select[Any, Any, int, Any]]:
    ours = _rows(Step.CONTACTED, Contact.role_id, Contact.candidate_id, day_of(Contact.at))
    theirs = _rows(Step.REPLIED, Contact.role_id, Contact.candidate_id, day_of(Contact.at))
    about = Contact.role_id.in_(_ids(roles))
    return (
        ours.where(about, Contact.direction == Direction.OURS, Contact.is_unasked),
        theirs.where(about, Contact.direction == Direction.THEIRS, _was_contacted_before()),
    )


def _was_contacted_before() -> ColumnElement[bool]:
    ours = aliased(Contact)
    return (
        select(ours.id)
        .where(
            ours.candidate_id == Contact.candidate_id,
            ours.role_id == Contact.role_id,
            ours.direction == Direction.OURS,
            ours.is_unasked,
            ours.at <= Contact.at,
        )
        .exists()
    )


def _applied(roles: CTE) -> Sequence[Select[Any, Any, int, Any]]:
    began = func.coalesce(Application.applied_on, day_of(Application.created_at))
    known = func.coalesce(Application.active_on, Application.applied_on, day_of(Application.updated_at))
    ended = func.coalesce(Application.ended_on, Application.active_on, day_of(Application.updated_at))
    is_hired = or_(
        Application.stage == Stage.HIRED,
        func.coalesce(Application.disposition, "") == Disposition.HIRED.value,
    )
    far = Application.stage.in_(AFTER_INTERVIEW)
    interviewed = _rows(Step.INTERVIEWED, Application.role_id, Application.candidate_id, known)
    hired = _rows(Step.HIRED, Application.role_id, Application.candidate_id, ended)
    is_of_role = Application.role_id == roles.c.role_id
    after = and_(far, Application.role_id.in_(_ids(roles)), began >= roles.c.posted_on, _was_listed_by(began))
    return (
        interviewed.join(roles, is_of_role).where(after, ~is_hired),
        hired.join(roles, is_of_role).where(after, is_hired),
    )


def _was_listed_by(began: ColumnElement[date]) -> ColumnElement[bool]:
    listed = (
        select(Match.run_id)
        .join(MatchRun, MatchRun.id == Match.run_id)
        .where(
            Match.candidate_id == Application.candidate_id,
            MatchRun.role_id == Application.role_id,
            day_of(MatchRun.ran_at) <= began,
        )
    )
    shortlisted = select(MatchFeedback.id).where(
        MatchFeedback.candidate_id == Application.candidate_id,
        MatchFeedback.role_id == Application.role_id,
        is_shortlisted(),
        day_of(MatchFeedback.created_at) <= began,
    )
    return or_(listed.exists(), shortlisted.exists())


def is_shortlisted() -> ColumnElement[bool]:
    """Give the condition on `MatchFeedback` that leaves short lists that stand."""
    return and_(MatchFeedback.kind == FeedbackKind.SHORTLISTED, MatchFeedback.undone_at.is_(None))


def _rows(
    step: Step,
    role_id: ColumnElement[Any] | InstrumentedAttribute[Any],
    candidate_id: InstrumentedAttribute[int],
    on_day: ColumnElement[date],
) -> Select[Any, Any, int, Any]:
    return select(
        role_id.label("role_id"),
        candidate_id.label("candidate_id"),
        literal(step.rank, Integer).label("step"),
        on_day.label("on_day"),
    )


def _ids(roles: CTE) -> Select[int]:
    return select(roles.c.role_id)
