"""Reasons: where they lack, what the history says instead, and an action that can be taken back as a whole."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import (
    Application,
    CandidateChange,
    Disposition,
    Note,
    RejectionReason,
    Stage,
)
from talentpool.candidates.notes import add_note
from talentpool.candidates.reasons import install_reasons
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.oversight.label_check import load_label_check
from talentpool.oversight.pool_report import load_endings, load_pool
from talentpool.oversight.reason_changes import (
    ReasonAction,
    change_reasons,
    get_reason,
    seen_applications,
    take_back,
)
from talentpool.oversight.reason_filling import Filling, load_filling
from talentpool.oversight.reason_proposals import Ground
from talentpool.oversight.reasons_health import NO_ROLE, load_reasons_health, vague_codes
from talentpool.oversight.scope import ReportScope
from talentpool.roles.models import RoleState
from talentpool.settings import config_folder
from tests.builders import NOW, TODAY, make_application, make_candidate, make_recruiter, make_role
from tests.web.pool_of_people import counted_queries

RECENTLY = TODAY - timedelta(days=20)


@pytest.fixture
def mara(session: Session) -> Recruiter:
    """A recruiter of an installation with the shipped reasons."""
    install_reasons(session, config_folder())
    return make_recruiter(session)


def scope_of(recruiter: Recruiter) -> ReportScope:
    viewer = Viewer(recruiter_id=recruiter.id, kind=AccountKind.RECRUITER, office_id=None)
    return ReportScope(viewer=viewer, today=TODAY)


def reason_id(session: Session, code: str) -> int:
    return session.scalars(select(RejectionReason.id).where(RejectionReason.code == code)).one()


def ended(
    session: Session, *, name: str = "Ana Ruiz", restricted: bool = False, **fields: object
) -> Application:
    candidate = make_candidate(session, name, is_restricted=restricted)
    return make_application(session, candidate, **{"ended_on": RECENTLY, **fields})  # type: ignore[arg-type]


def filling(session: Session, recruiter: Recruiter) -> Filling:
    vague = vague_codes(config_folder())
    codes = set(session.scalars(select(RejectionReason.code))) - vague
    vocabulary = load_vocabulary(config_folder())
    return load_filling(session, scope_of(recruiter), vocabulary, vague=vague, telling=codes)


def proposals(session: Session, recruiter: Recruiter) -> dict[int, tuple[str, Ground]]:
    return {
        one.application_id: (group.code, group.ground)
        for group in filling(session, recruiter).groups
        for one in group.endings
    }


def test_blank_and_vague_reasons_are_counted_by_role_and_recruiter(session: Session, mara: Recruiter) -> None:
    role = make_role(session, "Nurse", owner_id=mara.id)
    for code in (None, "other", "not_a_fit", "lacks_skill"):
        ended(session, role=role, reason_id=reason_id(session, code) if code else None)
    ended(session)
    ended(session, disposition=Disposition.ROLE_CLOSED)
    ended(session, ended_on=TODAY - timedelta(days=800))
    report = load_reasons_health(session, scope_of(mara), vague=vague_codes(config_folder()))
    by_role = {one.name: (one.ended, one.blank, one.vague, one.telling) for one in report.roles}
    assert by_role == {"Nurse": (4, 1, 2, 1), NO_ROLE: (1, 1, 0, 0)}
    assert [(one.name, one.blank + one.vague) for one in report.recruiters] == [(mara.name, 3), ("nobody", 1)]
    assert (report.total.ended, report.total.telling) == (5, 1)


def test_a_reason_is_proposed_from_what_the_history_holds_with_its_ground(
    session: Session, mara: Recruiter
) -> None:
    closed = make_role(session, "Closed", state=RoleState.CLOSED, closed_on=TODAY)
    filled = make_role(session, "Filled", state=RoleState.CLOSED, closed_on=TODAY)
    ended(session, role=filled, stage=Stage.HIRED, disposition=Disposition.HIRED)
    said = ended(session, reason_text="Hiring freeze since May")
    cell = ended(session, source_data={"Comment": "work permit missing"})
    interviewed = ended(
        session, interviewer_words="Pleasant talk. Clear lack of experience with large teams."
    )
    noted = ended(session, role=make_role(session))
    add_note(session, noted.candidate_id, words="Salary expectation too high", recruiter_id=mara.id, now=NOW)
    session.flush()
    session.scalars(select(Note)).one().role_id = noted.role_id
    second = ended(session, role=filled, stage=Stage.FINAL_ROUND)
    early = ended(session, role=filled, stage=Stage.APPLIED)
    left_over = ended(session, role=closed, stage=Stage.APPLIED)
    silent = ended(session, interviewer_words="Experience with Go.", reason_text="n/a")
    theirs = ended(session, disposition=Disposition.WITHDRAWN, reason_text="accepted another offer")
    session.flush()
    found = proposals(session, mara)
    assert found[said.id] == ("headcount_frozen", Ground.SOURCE)
    assert found[cell.id] == ("work_permit", Ground.SOURCE)
    assert found[interviewed.id] == ("not_enough_experience", Ground.INTERVIEWERS)
    assert found[noted.id] == ("pay_expectation", Ground.NOTE)
    assert found[second.id] == ("stronger_candidate_hired", Ground.HIRED_OTHER)
    assert found[left_over.id] == ("role_closed", Ground.ROLE_CLOSED)
    assert found[theirs.id] == ("accepted_other_offer", Ground.SOURCE)
    assert early.id not in found
    assert silent.id not in found


def test_a_group_is_filled_and_taken_back_as_a_whole(session: Session, mara: Recruiter) -> None:
    vague = reason_id(session, "other")
    endings = [
        ended(session, reason_text="hiring freeze", reason_id=vague if place else None) for place in range(3)
    ]
    endings[1].reason_holds_until = date(2027, 1, 1)
    theirs = ended(session, disposition=Disposition.WITHDRAWN)
    viewer = scope_of(mara).viewer
    [group] = filling(session, mara).groups
    reason = get_reason(session, group.code)
    changes = len(session.scalars(select(CandidateChange)).all())
    applications = seen_applications(session, viewer, [*(one.id for one in endings), theirs.id])
    done = change_reasons(session, applications, reason, action=ReasonAction.FILLED, viewer=viewer, now=NOW)
    assert done.changed == 3
    assert theirs.reason_id is None
    assert {(one.reason_id, one.reason_holds_until) for one in endings} == {
        (reason.id, reason.holds_until(RECENTLY))
    }
    assert filling(session, mara).groups == ()
    session.flush()
    assert len(session.scalars(select(CandidateChange)).all()) == changes + 3
    endings[2].reason_id = reason_id(session, "lacks_skill")
    assert take_back(session, done.event_id, viewer=viewer, now=NOW) == 2
    assert [one.reason_id for one in endings[:2]] == [None, vague]
    assert endings[1].reason_holds_until == date(2027, 1, 1)
    with pytest.raises(NotFoundError):
        take_back(session, done.event_id, viewer=viewer, now=NOW)


def test_only_what_one_did_and_sees_can_be_changed_or_taken_back(session: Session, mara: Recruiter) -> None:
    colleague = scope_of(make_recruiter(session, "Jo")).viewer
    open_one, hidden = ended(session), ended(session, restricted=True)
    secret = ended(session, role=make_role(session, is_confidential=True, owner_id=mara.id))
    ids = [open_one.id, hidden.id, secret.id]
    assert [one.id for one in seen_applications(session, colleague, ids)] == [open_one.id]
    done = change_reasons(
        session,
        [open_one],
        get_reason(session, "location"),
        action=ReasonAction.FILLED,
        viewer=colleague,
        now=NOW,
    )
    with pytest.raises(NotFoundError):
        take_back(session, done.event_id, viewer=scope_of(mara).viewer, now=NOW)
    with pytest.raises(InvalidInputError):
        get_reason(session, "bad_hair")


def test_the_monthly_check_draws_the_same_few_and_counts_who_agreed(
    session: Session, mara: Recruiter
) -> None:
    skill = reason_id(session, "lacks_skill")
    for _ in range(14):
        ended(session, reason_id=skill)
    ended(session)
    ended(session, restricted=True, reason_id=skill)
    scope = scope_of(mara)
    check = load_label_check(session, scope)
    assert (len(check.left), check.checked, check.agreement) == (10, 0, None)
    assert check == load_label_check(session, scope)
    for one, code in ((check.left[0], "lacks_skill"), (check.left[1], "location")):
        details = {"application_id": one.id, "agreed": code == "lacks_skill"}
        done = change_reasons(
            session, [one], get_reason(session, code), action=ReasonAction.CHECKED, viewer=scope.viewer, now=NOW,
            details=details,
        )  # fmt: skip
    after = load_label_check(session, scope)
    assert (len(after.left), after.checked, after.agreement) == (8, 2, 0.5)
    take_back(session, done.event_id, viewer=scope.viewer, now=NOW)
    assert load_label_check(session, scope).agreement == 1.0


def test_the_pool_report_adds_up_over_what_the_viewer_may_see(session: Session, mara: Recruiter) -> None:
    seen = make_candidate(
        session, resume="Go", resume_on=TODAY - timedelta(days=400), came_through="Referral"
    )
    make_candidate(session, collected_on=TODAY - timedelta(days=40), source="greenhouse")
    make_candidate(session, resume="Go", is_restricted=True)
    make_application(session, seen, ended_on=RECENTLY, reason_id=reason_id(session, "timing"))
    report = load_pool(session, scope_of(mara))
    assert report.candidates == 2
    assert dict(report.sources) == {"Referral": 1, "greenhouse": 1}
    assert {one.label: one.resumes for one in report.ages if one.resumes} == {
        "1 to 2 years": 1,
        "none on record": 1,
    }
    assert [one.came for one in report.growth][-2:] == [1, 1]
    assert sum(one.contacts for one in report.ages) == 2
    [line] = load_endings(session, scope_of(mara))
    assert (line.code, line.by_stage) == ("timing", {Stage.INTERVIEWED: 1})


def test_reports_take_the_same_few_queries_whatever_they_count(
    session: Session, engine: Engine, mara: Recruiter
) -> None:
    for _ in range(6):
        ended(session, reason_text="hiring freeze", role=make_role(session))
    session.flush()
    scope = scope_of(mara)
    session.expire_all()
    with counted_queries(engine) as count:
        load_pool(session, scope)
        load_endings(session, scope)
        load_reasons_health(session, scope, vague={"other"})
    assert count() == 8 + 2 + 1
    with counted_queries(engine) as count:
        filling(session, mara)
    assert count() == 9
