"""Finding people in the pool: by name, by words, by how things stand, each within what a viewer may see."""

from datetime import date

import numpy as np
from sqlalchemy import event, select, true
from sqlalchemy.orm import Session

from talentpool.candidates.duplicates import keep_apart, let_be_compared
from talentpool.candidates.models import Candidate, Disposition, PossibleDuplicate, Stage
from talentpool.candidates.pool_matches import Mentioned
from talentpool.candidates.pool_rows import load_rows
from talentpool.candidates.search import (
    Freshness,
    Lacking,
    PoolQuery,
    countries_in_pool,
    find_candidates,
    pool_health,
)
from talentpool.candidates.visibility import PoolSight
from tests.builders import NOW, TODAY, make_application, make_basis, make_candidate, make_reason

ALL = PoolSight(people=true(), roles=true())


def names(session: Session, **asked: object) -> list[str]:
    page = find_candidates(session, PoolQuery(**asked), seen=ALL, today=TODAY)  # type: ignore[arg-type]
    return [row.name for row in page.rows]


def test_a_name_is_found_without_its_accents_and_in_any_case(session: Session) -> None:
    make_candidate(session, "José Núñez")
    make_candidate(session, "Bo Chen")
    assert names(session, words="NUNEZ jose") == ["José Núñez"]


def test_a_sign_with_a_meaning_in_patterns_is_only_a_sign(session: Session) -> None:
    make_candidate(session, "Ana Ruiz")
    assert names(session, words="%") == []
    assert names(session, words="_na") == []


def test_every_word_has_to_be_in_the_name_or_in_the_resume(session: Session) -> None:
    ana = make_candidate(session, "Ana Ruiz")
    make_candidate(session, "Ana Blum")
    mentioned = {"kubernetes": Mentioned(ids=np.array([ana.id]))}
    page = find_candidates(
        session,
        PoolQuery(words="ana kubernetes"),
        seen=ALL,
        today=TODAY,
        mentioning=lambda word: mentioned.get(word),
    )
    assert [row.name for row in page.rows] == ["Ana Ruiz"]


def test_a_stage_means_that_far_or_further(session: Session) -> None:
    for name, stage in (("Far", Stage.FINAL_ROUND), ("Near", Stage.APPLIED)):
        make_application(session, make_candidate(session, name), stage=stage)
    assert names(session, stage=Stage.SCREENED) == ["Far"]


def test_freshness_goes_by_the_newest_resume(session: Session) -> None:
    make_candidate(session, "Fresh", resume="Kubernetes", resume_on=date(2026, 10, 1))
    make_candidate(session, "Stale", resume="Terraform", resume_on=date(2021, 10, 1))
    make_candidate(session, "None at all")
    assert names(session, freshness=Freshness.FRESH) == ["Fresh"]
    assert names(session, freshness=Freshness.OLDER) == ["Stale"]
    assert names(session, freshness=Freshness.NONE) == ["None at all"]


def test_every_number_of_the_pool_has_its_list(session: Session) -> None:
    reason = make_reason(session)
    kept = make_candidate(session, "Kept", resume="Kubernetes", emails=["same@example.org"])
    make_basis(session, kept)
    make_application(session, kept, reason_id=reason.id)
    vague = make_candidate(session, "Vague", emails=["same@example.org"])
    make_application(session, vague, disposition=Disposition.REJECTED, reason_text="Other")
    keep_apart(session, kept.id, vague.id, recruiter_id=None, now=NOW)
    let_be_compared(session, session.scalars(select(PossibleDuplicate)).one())
    health = pool_health(session, seen=true(), today=TODAY)
    assert (health.candidates, health.with_basis, health.fresh) == (2, 1, 1)
    assert (health.without_reason, health.possible_duplicates) == (1, 1)
    assert names(session, has_basis=True) == ["Kept"]
    assert names(session, lacking=Lacking.BASIS) == ["Vague"]
    assert names(session, lacking=Lacking.REASON) == ["Vague"]
    assert names(session, lacking=Lacking.DUPLICATES) == ["Kept", "Vague"]


def test_people_whom_the_viewer_may_not_see_are_not_counted_either(session: Session) -> None:
    make_candidate(session, "Open", country="PT")
    make_candidate(session, "Restricted", is_restricted=True, country="DE")
    seen = ~Candidate.is_restricted
    page = find_candidates(session, PoolQuery(), seen=PoolSight(people=seen, roles=true()), today=TODAY)
    assert [row.name for row in page.rows] == ["Open"]
    assert page.total == pool_health(session, seen=seen, today=TODAY).candidates == 1
    assert countries_in_pool(session, seen=seen) == ["PT"]


def test_everybody_is_reached_by_paging_on(session: Session) -> None:
    for number in range(120):
        make_candidate(session, f"Person {number:03}")
    pages = [
        find_candidates(session, PoolQuery(), seen=ALL, today=TODAY, page=number) for number in (1, 2, 3)
    ]
    listed = [row.name for page in pages for row in page.rows]
    assert listed == sorted(listed)
    assert len(set(listed)) == 120
    assert {page.pages for page in pages} == {3}


def test_a_line_tells_of_the_last_application(session: Session) -> None:
    ana = make_candidate(session, "Ana Ruiz", city="Lisbon", country="PT")
    make_application(session, ana, role_title="Old role", applied_on=date(2020, 1, 1))
    make_application(session, ana, role_title="Platform engineer", stage=Stage.FINAL_ROUND)
    row = next(load_rows(session, [ana.id], seen=ALL, today=TODAY))
    assert (row.last_role, row.outcome, row.place) == (
        "Platform engineer",
        "Final round, rejected",
        "Lisbon, PT",
    )


def test_a_page_costs_as_many_queries_for_fifty_people_as_for_one(session: Session) -> None:
    counts = []
    for people in (1, 49):
        for number in range(people):
            make_application(session, make_candidate(session, f"Person {people} {number}", resume="Go"))
        session.flush()
        session.expunge_all()
        asked: list[str] = []
        listener = lambda *call, asked=asked: asked.append(call[2])  # noqa: E731 - it is removed below
        event.listen(session.get_bind(), "before_cursor_execute", listener)
        find_candidates(session, PoolQuery(), seen=ALL, today=TODAY)
        event.remove(session.get_bind(), "before_cursor_execute", listener)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7
