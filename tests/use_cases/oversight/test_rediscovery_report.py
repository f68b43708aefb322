"""From surfaced to hired, derived from what is stored: every step, whose numbers, and one person's line."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate, Direction, Disposition, Stage
from talentpool.oversight.one_rediscovery import rediscoveries_of
from talentpool.oversight.rediscovery_report import load_rediscovery
from talentpool.oversight.scope import ReportScope
from talentpool.oversight.steps import Step
from talentpool.rediscovery.feedback import shortlist, undo
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_candidate,
    make_office,
    make_recruiter,
    make_role,
)
from tests.use_cases.oversight.listed_people import put_on_list, speak
from tests.web.pool_of_people import counted_queries

DAY = timedelta(days=1)


@pytest.fixture
def mara(session: Session) -> Recruiter:
    """A recruiter."""
    return make_recruiter(session)


def scope_of(
    recruiter: Recruiter, *, kind: AccountKind = AccountKind.RECRUITER, **narrowed: int
) -> ReportScope:
    viewer = Viewer(recruiter_id=recruiter.id, kind=kind, office_id=None)
    return ReportScope(viewer=viewer, today=TODAY + 90 * DAY, **narrowed)


def people(session: Session, number: int, **fields: object) -> list[Candidate]:
    return [make_candidate(session, f"Person {place}", **fields) for place in range(number)]


def test_everybody_counts_for_the_step_they_came_to_and_all_before_it(
    session: Session, mara: Recruiter
) -> None:
    role = make_role(session, owner_id=mara.id)
    listed = people(session, 7)
    put_on_list(session, role, listed, opened=tuple(listed[1:3]))
    for one in listed[2:4]:
        shortlist(session, role.id, one.id, recruiter_id=mara.id, now=NOW + DAY)
    for place, one in enumerate(listed[3:]):
        speak(session, one, role, at=NOW + (2 + place) * DAY)
    speak(session, listed[4], role, at=NOW + 9 * DAY, direction=Direction.THEIRS)
    for one, stage in ((listed[5], Stage.FINAL_ROUND), (listed[6], Stage.HIRED)):
        make_application(
            session, one, role=role, stage=stage, applied_on=TODAY + 10 * DAY, ended_on=TODAY + 40 * DAY,
            disposition=Disposition.HIRED if stage is Stage.HIRED else Disposition.REJECTED,
        )  # fmt: skip
    report = load_rediscovery(session, scope_of(mara))
    assert list(report.reached.values()) == [7, 6, 5, 4, 3, 2, 1]
    assert report.contact_days == (2, 3, 4, 5)
    assert report.roles[0].owner == mara.name


def test_an_answer_counts_only_after_we_wrote_and_an_application_only_after_the_list(
    session: Session, mara: Recruiter
) -> None:
    role = make_role(session)
    asked, applied = people(session, 2)
    put_on_list(session, role, [asked, applied])
    speak(session, asked, role, at=NOW - DAY, direction=Direction.THEIRS)
    make_application(
        session, applied, role=role, stage=Stage.HIRED, applied_on=TODAY - DAY, disposition="hired"
    )
    assert list(load_rediscovery(session, scope_of(mara)).reached.values()) == [2, 0, 0, 0, 0, 0, 0]


def test_a_short_list_taken_back_and_a_service_mail_are_no_steps(session: Session, mara: Recruiter) -> None:
    role = make_role(session)
    [one] = people(session, 1)
    put_on_list(session, role, [one])
    undo(
        session,
        shortlist(session, role.id, one.id, recruiter_id=mara.id, now=NOW).id,
        recruiter_id=mara.id,
        now=NOW,
    )
    assert load_rediscovery(session, scope_of(mara)).reached[Step.SHORTLISTED] == 0


def test_whoever_left_the_newest_list_still_counts_if_they_went_further(
    session: Session, mara: Recruiter
) -> None:
    role = make_role(session)
    hired, stayed, gone = people(session, 3)
    put_on_list(session, role, [hired, stayed, gone])
    shortlist(session, role.id, hired.id, recruiter_id=mara.id, now=NOW)
    put_on_list(session, role, [stayed], at=NOW + DAY)
    reached = load_rediscovery(session, scope_of(mara)).reached
    assert (reached[Step.SURFACED], reached[Step.SHORTLISTED]) == (2, 1)


def test_confidential_roles_and_restricted_people_are_in_nobody_elses_numbers(
    session: Session, mara: Recruiter
) -> None:
    colleague = make_recruiter(session, "Jo Colleague")
    seen, secret = make_role(session), make_role(session, is_confidential=True, owner_id=mara.id)
    [plain] = people(session, 1)
    [restricted] = people(session, 1, is_restricted=True, owner_id=mara.id)
    [ownerless] = people(session, 1, is_restricted=True)
    for role in (seen, secret):
        put_on_list(session, role, [restricted, plain, ownerless])
        for one in (restricted, plain, ownerless):
            shortlist(session, role.id, one.id, recruiter_id=mara.id, now=NOW)
    counts = {
        who.name: (report.reached[Step.SURFACED], report.reached[Step.SHORTLISTED], len(report.roles))
        for who in (mara, colleague)
        if (report := load_rediscovery(session, scope_of(who)))
    }
    assert counts == {mara.name: (4, 4, 2), colleague.name: (1, 1, 1)}
    everything = load_rediscovery(session, scope_of(colleague, kind=AccountKind.ADMINISTRATOR))
    assert everything.reached[Step.SURFACED] == 6
    viewer = scope_of(colleague).viewer
    assert rediscoveries_of(session, viewer, restricted.id) == ()
    assert [one.role_id for one in rediscoveries_of(session, viewer, plain.id)] == [seen.id]


def test_a_report_is_narrowed_to_an_office_a_recruiter_or_a_role(session: Session, mara: Recruiter) -> None:
    office = make_office(session)
    here, hers, other = (
        make_role(session, office_id=office.id),
        make_role(session, owner_id=mara.id),
        make_role(session),
    )
    for role in (here, hers, other):
        put_on_list(session, role, people(session, 1))

    def roles(**narrowed: int) -> set[int]:
        return {one.role_id for one in load_rediscovery(session, scope_of(mara, **narrowed)).roles}

    assert roles() == {here.id, hers.id, other.id}
    assert roles(office_id=office.id) == {here.id}
    assert roles(recruiter_id=mara.id) == {hers.id}
    assert roles(role_id=other.id) == {other.id}
    assert roles(months=2) == set()


def test_a_hire_is_traced_to_the_list_it_came_from(session: Session, mara: Recruiter) -> None:
    role = make_role(session, "Platform engineer")
    first, hired = people(session, 2)
    run = put_on_list(session, role, [first, hired])
    put_on_list(session, role, [hired, first], at=NOW + DAY)
    shortlist(session, role.id, hired.id, recruiter_id=mara.id, now=NOW + DAY)
    speak(session, hired, role, at=NOW + 3 * DAY)
    make_application(
        session, hired, role=role, stage=Stage.HIRED, applied_on=TODAY + 4 * DAY, ended_on=TODAY + 30 * DAY,
        disposition=Disposition.HIRED,
    )  # fmt: skip
    [one] = rediscoveries_of(session, scope_of(mara).viewer, hired.id)
    assert (one.run_id, one.rank, one.shortlisted_by, one.days_to_contact) == (run.id, 2, mara.name, 3)
    assert (one.furthest, one.days[Step.HIRED]) == (Step.HIRED, TODAY + 30 * DAY)
    assert rediscoveries_of(session, scope_of(mara).viewer, first.id) == ()


def test_the_number_of_queries_does_not_grow_with_the_roles(
    session: Session, engine: Engine, mara: Recruiter
) -> None:
    for _ in range(5):
        put_on_list(session, make_role(session), people(session, 2))
    with counted_queries(engine) as count:
        load_rediscovery(session, scope_of(mara))
    assert count() == 4
