"""Promises by urgency, kept with one click and taken back with another."""

from datetime import timedelta

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.candidates.promises import (
    keep_promise,
    let_go_of_promise,
    load_promises,
    make_promise,
    mark_matched,
    reopen_promise,
)
from talentpool.errors import InvalidInputError
from talentpool.roles.models import Role, RoleState
from tests.builders import NOW, TODAY, make_candidate, make_recruiter, make_role


def due(session: Session, days: int | None, *, owner_id: int, candidate: Candidate | None = None) -> int:
    promise = make_promise(
        session,
        (candidate or make_candidate(session)).id,
        words="write when a platform role opens",
        due_on=None if days is None else TODAY + timedelta(days=days),
        owner_id=owner_id,
        now=NOW,
    )
    return promise.id


def ids(lines: tuple) -> list[int]:  # type: ignore[type-arg]
    return [line.promise.id for line in lines]


def test_promises_are_listed_by_how_soon_they_are_due(session: Session) -> None:
    mara = make_recruiter(session)
    overdue, today, week, later, whenever = (
        due(session, days, owner_id=mara.id) for days in (-1, 0, 7, 8, None)
    )
    found = load_promises(session, today=TODAY, seen=true(), seen_roles=true())
    assert ids(found.overdue) == [overdue]
    assert ids(found.due_soon) == [today, week]
    assert set(ids(found.later)) == {later, whenever}
    assert found.waiting == 3


def test_a_kept_promise_is_open_again_after_undo(session: Session) -> None:
    promise_id = due(session, 0, owner_id=make_recruiter(session).id)
    promise = load_promises(session, today=TODAY, seen=true(), seen_roles=true()).due_soon[0].promise
    keep_promise(session, promise, now=NOW)
    session.flush()
    found = load_promises(session, today=TODAY, seen=true(), seen_roles=true())
    assert (ids(found.due_soon), ids(found.kept)) == ([], [promise_id])
    let_go_of_promise(session, promise, now=NOW)
    session.flush()
    assert ids(load_promises(session, today=TODAY, seen=true(), seen_roles=true()).kept) == []
    reopen_promise(session, promise, now=NOW)
    session.flush()
    assert ids(load_promises(session, today=TODAY, seen=true(), seen_roles=true()).due_soon) == [promise_id]


def test_only_ones_own_are_listed_when_asked(session: Session) -> None:
    mara, ole = make_recruiter(session, "Mara"), make_recruiter(session, "Ole")
    mine = due(session, 0, owner_id=mara.id)
    due(session, 0, owner_id=ole.id)
    assert ids(
        load_promises(session, today=TODAY, seen=true(), seen_roles=true(), owner_id=mara.id).due_soon
    ) == [mine]


def test_promises_to_people_a_viewer_may_not_see_are_not_listed(session: Session) -> None:
    restricted = make_candidate(session, is_restricted=True)
    due(session, 0, owner_id=make_recruiter(session).id, candidate=restricted)
    assert not load_promises(session, today=TODAY, seen=~Candidate.is_restricted, seen_roles=true()).due_soon


@pytest.mark.parametrize("words", ["", "  ", "x" * 501])
def test_a_promise_needs_words_and_not_too_many(session: Session, words: str) -> None:
    with pytest.raises(InvalidInputError, match="promise"):
        make_promise(session, 1, words=words, due_on=None, owner_id=1, now=NOW)


def test_a_role_posted_since_makes_a_promise_due_at_once_while_it_is_open(session: Session) -> None:
    ana, mara = make_candidate(session), make_recruiter(session)
    promise_id = due(session, 90, owner_id=mara.id, candidate=ana)
    role = make_role(session, now=NOW + timedelta(days=1))
    assert mark_matched(session, [ana.id], role) == 1
    found = load_promises(session, today=TODAY, seen=true(), seen_roles=true())
    assert (ids(found.matched), ids(found.later), found.waiting) == ([promise_id], [], 1)
    assert found.matched[0].fits is not None
    role.state = RoleState.CLOSED
    session.flush()
    assert ids(load_promises(session, today=TODAY, seen=true(), seen_roles=true()).later) == [promise_id]


def test_a_role_that_was_there_before_the_promise_makes_nothing_due(session: Session) -> None:
    ana = make_candidate(session)
    role = make_role(session, now=NOW - timedelta(days=1))
    due(session, None, owner_id=make_recruiter(session).id, candidate=ana)
    assert mark_matched(session, [ana.id], role) == 0


def test_the_first_role_that_fits_is_the_one_named(session: Session) -> None:
    ana = make_candidate(session)
    due(session, None, owner_id=make_recruiter(session).id, candidate=ana)
    first, second = (make_role(session, now=NOW + timedelta(days=days)) for days in (1, 2))
    assert [mark_matched(session, [ana.id], role) for role in (first, second)] == [1, 0]


def test_a_promise_whose_role_was_closed_is_due_again_with_the_next_that_fits(session: Session) -> None:
    ana = make_candidate(session)
    promise_id = due(session, None, owner_id=make_recruiter(session).id, candidate=ana)
    first, second = (make_role(session, now=NOW + timedelta(days=days)) for days in (1, 2))
    mark_matched(session, [ana.id], first)
    first.state = RoleState.CLOSED
    session.flush()
    assert mark_matched(session, [ana.id], second) == 1
    matched = load_promises(session, today=TODAY, seen=true(), seen_roles=true()).matched
    assert [(line.promise.id, line.fits) for line in matched] == [(promise_id, second)]


def test_a_role_a_viewer_may_not_see_is_not_named(session: Session) -> None:
    ana = make_candidate(session)
    promise_id = due(session, None, owner_id=make_recruiter(session).id, candidate=ana)
    mark_matched(session, [ana.id], make_role(session, is_confidential=True, now=NOW + timedelta(days=1)))
    found = load_promises(session, today=TODAY, seen=true(), seen_roles=~Role.is_confidential)
    assert (ids(found.matched), ids(found.later)) == ([], [promise_id])
