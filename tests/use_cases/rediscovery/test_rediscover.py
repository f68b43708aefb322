"""A role becomes ranked people: who is in, who is out and why, and what is kept of it."""

import math
from datetime import date, timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from talentpool.candidates.models import Disposition, Promise, Stage
from talentpool.consent.models import SuppressionScope
from talentpool.consent.suppression import suppress
from talentpool.errors import NotFoundError
from talentpool.rediscovery.feedback import dismiss, shortlist, snooze, undo
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import FeedbackScope, Match, MatchRun, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import cards, excluded_page, latest_run, scored_of, view_run
from talentpool.rediscovery.reverse_match import roles_for
from talentpool.rediscovery.why_not import why_not
from talentpool.roles.models import Role, RoleState
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_basis,
    make_candidate,
    make_office,
    make_promise,
    make_reason,
    make_recruiter,
    make_role,
)

PLATFORM = "Ran Kubernetes on AWS for forty teams.\nEverything in Terraform.\nLed incident response."
ACCOUNTS = "Prepared monthly accounts and payroll.\nAudited suppliers in SAP."


def match(session: Session, keeper: IndexKeeper, role: Role) -> MatchRun:
    return rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)


def ranked_ids(session: Session, run: MatchRun) -> list[int]:
    return view_run(session, run, None).ids.tolist()


def rule_of(session: Session, run: MatchRun, candidate_id: int) -> str | None:
    return view_run(session, run, None).rule_of(candidate_id)


def test_whoever_fits_comes_first_and_everybody_is_ranked(session: Session, keeper: IndexKeeper) -> None:
    accountant = make_candidate(session, "Bo Chen", resume=ACCOUNTS)
    engineer = make_candidate(session, "Ana Ruiz", resume=PLATFORM)
    nobody = make_candidate(session, "Cy Dee")
    run = match(session, keeper, make_role(session))
    assert ranked_ids(session, run)[0] == engineer.id
    assert set(ranked_ids(session, run)) == {accountant.id, engineer.id, nobody.id}
    assert (run.pool, run.eligible) == (3, 3)


def test_receipts_add_up_and_come_back_from_the_database_to_the_last_digit(
    session: Session, keeper: IndexKeeper
) -> None:
    make_candidate(session, resume=PLATFORM)
    run = match(session, keeper, make_role(session))
    session.expire_all()
    (stored,) = session.scalars(select(Match).where(Match.run_id == run.id))
    scored = scored_of(stored)
    assert math.fsum(line.value for line in scored.receipt.lines) == stored.score == scored.score
    assert scored.receipt.recomputed() == stored.score


def test_history_raises_and_is_shown_line_by_line(session: Session, keeper: IndexKeeper) -> None:
    plain = make_candidate(session, "Plain", resume=PLATFORM)
    medalist = make_candidate(session, "Medalist", resume=PLATFORM)
    make_application(session, medalist, stage=Stage.FINAL_ROUND, reason_id=make_reason(session).id)
    make_promise(session, medalist)
    run = match(session, keeper, make_role(session))
    assert ranked_ids(session, run) == [medalist.id, plain.id]
    (card, _) = cards(session, keeper, view_run(session, run, None), now=NOW)
    signals = {line.label for line in card.receipt.lines if line.kind == "signal"}
    assert {"stage", "silver_medalist", "promise_open"} <= signals
    assert card.is_silver_medalist


def test_a_change_is_in_the_very_next_match(session: Session, keeper: IndexKeeper) -> None:
    role = make_role(session)
    ana = make_candidate(session, "Ana", resume=ACCOUNTS)
    bo = make_candidate(session, "Bo", resume=ACCOUNTS + " Terraform")
    assert ranked_ids(session, match(session, keeper, role)) == [bo.id, ana.id]
    late = make_candidate(session, "Late", resume=PLATFORM)
    assert ranked_ids(session, match(session, keeper, role))[0] == late.id


def test_somebody_deleted_is_gone_from_the_next_match(session: Session, keeper: IndexKeeper) -> None:
    from talentpool.candidates.changes import record_changes

    role = make_role(session)
    ana = make_candidate(session, "Ana", resume=PLATFORM)
    bo = make_candidate(session, "Bo", resume=PLATFORM)
    match(session, keeper, role)
    session.delete(ana)
    record_changes(session, [ana.id], now=NOW)
    session.flush()
    assert ranked_ids(session, match(session, keeper, role)) == [bo.id]


def test_a_second_process_sees_the_change_too(session: Session, keeper: IndexKeeper) -> None:
    other = IndexKeeper(keeper.folder)
    role = make_role(session)
    make_candidate(session, resume=ACCOUNTS)
    match(session, keeper, role)
    match(session, other, role)
    late = make_candidate(session, "Late", resume=PLATFORM)
    assert ranked_ids(session, match(session, keeper, role))[0] == late.id
    assert ranked_ids(session, match(session, other, role))[0] == late.id


@pytest.mark.parametrize("harm", ["removed", "flipped"])
def test_a_missing_or_damaged_index_is_made_anew(session: Session, keeper: IndexKeeper, harm: str) -> None:
    role = make_role(session)
    ana = make_candidate(session, resume=PLATFORM)
    match(session, keeper, role)
    for path in [path for path in keeper.folder.iterdir() if path.suffix != ".lock"]:
        if harm == "removed":
            path.unlink()
        elif path.stat().st_size:
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)
    assert ranked_ids(session, match(session, IndexKeeper(keeper.folder), role)) == [ana.id]


def test_whoever_objected_is_out_by_a_rule_of_its_own(session: Session, keeper: IndexKeeper) -> None:
    ana = make_candidate(session, resume=PLATFORM)
    suppress(
        session, ["a" * 64], scope=SuppressionScope.PROCESSING, source="mail", candidate_id=ana.id, now=NOW
    )
    run = match(session, keeper, make_role(session))
    assert rule_of(session, run, ana.id) == "objected"
    assert ranked_ids(session, run) == []


def test_a_consent_taken_back_counts_as_an_objection_until_it_is_given_again(
    session: Session, keeper: IndexKeeper
) -> None:
    role = make_role(session)
    ana = make_candidate(session, resume=PLATFORM)
    make_basis(session, ana, withdrawn_on=date(2026, 8, 1))
    assert rule_of(session, match(session, keeper, role), ana.id) == "objected"
    make_basis(session, ana, recorded_on=date(2026, 9, 1))
    assert ranked_ids(session, match(session, keeper, role)) == [ana.id]


def test_an_opt_out_from_mail_stays_in_the_list_marked(session: Session, keeper: IndexKeeper) -> None:
    ana = make_candidate(session, resume=PLATFORM)
    suppress(session, ["a" * 64], scope=SuppressionScope.CONTACT, source="mail", candidate_id=ana.id, now=NOW)
    (card,) = cards(
        session, keeper, view_run(session, match(session, keeper, make_role(session)), None), now=NOW
    )
    assert (card.contact.kind, card.contact.words) == ("no", "Asked not to be contacted")


def test_retention_hides_nobody_before_a_policy_is_chosen(session: Session, keeper: IndexKeeper) -> None:
    ana = make_candidate(session, resume=PLATFORM)
    make_application(session, ana, applied_on=date(2019, 1, 1), ended_on=date(2019, 2, 1))
    role = make_role(session)
    office = make_office(session)
    assert rule_of(session, match(session, keeper, role), ana.id) is None
    office.retention_policy = "DE"
    session.flush()
    assert rule_of(session, match(session, keeper, role), ana.id) == "past_retention"
    make_basis(session, ana)
    assert rule_of(session, match(session, keeper, role), ana.id) is None


@pytest.mark.parametrize(("days", "rule"), [(183, None), (184, "past_retention")])
def test_the_last_day_of_retention_still_counts(
    session: Session, keeper: IndexKeeper, days: int, rule: str | None
) -> None:
    make_office(session, retention_policy="DE")
    ana = make_candidate(session, resume=PLATFORM)
    make_application(session, ana, ended_on=TODAY - timedelta(days=days))
    assert rule_of(session, match(session, keeper, make_role(session)), ana.id) == rule


def test_staff_are_out_and_alumni_are_in(session: Session, keeper: IndexKeeper) -> None:
    staff = make_candidate(session, "Staff", resume=PLATFORM, employed_from=date(2020, 1, 1))
    hired = make_candidate(session, "Hired", resume=PLATFORM)
    make_application(session, hired, stage=Stage.HIRED, disposition=Disposition.HIRED)
    alumna = make_candidate(
        session,
        "Alumna",
        resume=PLATFORM,
        employed_from=date(2018, 1, 1),
        employed_until=date(2025, 1, 1),
    )
    run = match(session, keeper, make_role(session))
    assert ranked_ids(session, run) == [alumna.id]
    assert {rule_of(session, run, staff.id), rule_of(session, run, hired.id)} == {"employed_here"}


@pytest.mark.parametrize(
    ("active_on", "state", "rule"),
    [
        (TODAY - timedelta(days=60), RoleState.OPEN, "active_here"),
        (TODAY - timedelta(days=61), RoleState.OPEN, None),
        (TODAY, RoleState.CLOSED, None),
    ],
)
def test_active_here_means_open_recent_and_on_a_role_not_closed(
    session: Session, keeper: IndexKeeper, active_on: date, state: RoleState, rule: str | None
) -> None:
    other = make_role(session, "Data engineer", state=state)
    ana = make_candidate(session, resume=PLATFORM)
    make_application(session, ana, role=other, disposition=None, ended_on=None, active_on=active_on)
    assert rule_of(session, match(session, keeper, make_role(session)), ana.id) == rule


def test_a_dismissal_reaches_as_far_as_its_scope_and_can_be_undone(
    session: Session, keeper: IndexKeeper
) -> None:
    ana = make_candidate(session, resume=PLATFORM)
    role, twin = make_role(session), make_role(session)
    other = make_role(session, "Site reliability engineer")
    recruiter = make_recruiter(session)
    for scope, reached in [
        (FeedbackScope.THIS_ROLE, {role.id}),
        (FeedbackScope.SIMILAR_ROLES, {role.id, twin.id}),
    ]:
        given = dismiss(
            session, role.id, ana.id, reason="level", scope=scope, recruiter_id=recruiter.id, now=NOW
        )
        out = {
            one.id
            for one in (role, twin, other)
            if rule_of(session, match(session, keeper, one), ana.id) == "dismissed"
        }
        assert out == reached
        undo(session, given.id, recruiter_id=recruiter.id, now=NOW)
    assert rule_of(session, match(session, keeper, role), ana.id) is None


def test_somebody_snoozed_comes_back_after_the_day(session: Session, keeper: IndexKeeper) -> None:
    ana = make_candidate(session, resume=PLATFORM)
    role = make_role(session)
    snooze(session, role.id, ana.id, until=TODAY + timedelta(days=7), recruiter_id=None, now=NOW)
    assert rule_of(session, match(session, keeper, role), ana.id) == "snoozed"
    later = NOW + timedelta(days=7)
    run = rediscover(session, keeper, role.id, cause=RunCause.SCHEDULED, recruiter_id=None, now=later)
    assert rule_of(session, run, ana.id) is None


def test_a_requirement_made_a_filter_counts_who_lacks_only_that(
    session: Session, keeper: IndexKeeper
) -> None:
    both = make_candidate(session, "Both", resume=PLATFORM)
    one = make_candidate(session, "One", resume="Kubernetes only")
    none = make_candidate(session, "None", resume=ACCOUNTS)
    role = make_role(session, must_mention=(("kubernetes", "nomad"), ("terraform",)))
    run = match(session, keeper, role)
    view = view_run(session, run, None)
    assert view.ids.tolist() == [both.id]
    steps = {step.rule: step for step in view.funnel}
    assert (steps["lacks:0"].label, steps["lacks:0"].removed) == ("mention kubernetes or nomad", 1)
    assert (steps["lacks:1"].removed, steps["lacks:1"].lacking_only_this) == (1, 1)
    assert [person.candidate_id for person in excluded_page(session, view, "lacks:1")] == [one.id]
    assert view.rule_of(none.id) == "lacks:0"


def test_why_not_names_the_rank_or_the_rule(session: Session, keeper: IndexKeeper) -> None:
    make_candidate(session, "Best", resume=PLATFORM + " Go")
    weaker = make_candidate(session, "Weaker", resume="Terraform")
    barred = make_candidate(session, "Barred", resume=PLATFORM, employed_from=date(2020, 1, 1))
    view = view_run(session, match(session, keeper, make_role(session)), None)
    answer = why_not(session, keeper, view, weaker.id, now=NOW)
    assert answer.rank == 2
    assert answer.words.startswith("Rank 2 of 2. Not mentioned in the resume: ")
    assert "kubernetes" in answer.words
    assert why_not(session, keeper, view, barred.id, now=NOW).words == "Left out: hired or employed here."
    with pytest.raises(NotFoundError):
        why_not(session, keeper, view, 4711, now=NOW)


def test_restricted_people_are_taken_out_before_anything_is_counted(
    session: Session, keeper: IndexKeeper
) -> None:
    from talentpool.accounts.models import AccountKind
    from talentpool.accounts.permissions import Viewer

    owner, colleague = make_recruiter(session, "Owner"), make_recruiter(session, "Colleague")
    secret = make_candidate(session, "Secret", resume=PLATFORM, is_restricted=True, owner_id=owner.id)
    known = make_candidate(session, "Known", resume=PLATFORM)
    run = match(session, keeper, make_role(session))

    def seen_by(recruiter_id: int) -> tuple[int, set[int]]:
        viewer = Viewer(recruiter_id=recruiter_id, kind=AccountKind.RECRUITER, office_id=None)
        view = view_run(session, run, viewer)
        assert view.pool == view.total + sum(len(ids) for ids in view.excluded.values())
        return view.pool, set(view.ids.tolist())

    assert seen_by(owner.id) == (2, {secret.id, known.id})
    assert seen_by(colleague.id) == (1, {known.id})


def test_people_past_the_stored_receipts_are_accounted_for_on_the_way(
    session: Session, keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.rediscovery.rediscover.RECEIPTS_KEPT", 2)
    for number in range(5):
        make_candidate(session, f"Person {number}", resume=PLATFORM + " Terraform" * number)
    run = match(session, keeper, make_role(session))
    assert len(session.scalars(select(Match).where(Match.run_id == run.id)).all()) == 2
    view = view_run(session, run, None)
    shown = cards(session, keeper, view, now=NOW, per_page=5)
    assert [card.rank for card in shown] == [1, 2, 3, 4, 5]
    assert [card.score for card in shown] == pytest.approx(view.scores.tolist(), abs=1e-6)


def test_equal_people_come_in_the_order_of_their_numbers(session: Session, keeper: IndexKeeper) -> None:
    people = [make_candidate(session, f"Twin {number}", resume=PLATFORM) for number in range(6)]
    assert ranked_ids(session, match(session, keeper, make_role(session))) == [one.id for one in people]


@pytest.mark.parametrize("text", ["", "zzz qqq", "a"])
def test_an_empty_pool_or_a_role_without_words_breaks_nothing(
    session: Session, keeper: IndexKeeper, text: str
) -> None:
    run = match(session, keeper, make_role(session, "Zzz", text))
    assert (run.pool, run.eligible) == (0, 0)
    ana = make_candidate(session, resume=PLATFORM)
    assert ranked_ids(session, match(session, keeper, make_role(session, "Zzz", text))) == [ana.id]


def test_shortlisting_twice_is_once(session: Session, keeper: IndexKeeper) -> None:
    ana, role = make_candidate(session, resume=PLATFORM), make_role(session)
    first = shortlist(session, role.id, ana.id, recruiter_id=None, now=NOW)
    assert shortlist(session, role.id, ana.id, recruiter_id=None, now=NOW).id == first.id


def test_the_newest_run_is_the_latest(session: Session, keeper: IndexKeeper) -> None:
    role = make_role(session)
    match(session, keeper, role)
    second = match(session, keeper, role)
    found = latest_run(session, role.id)
    assert found is not None
    assert found.id == second.id


def test_shortlisting_somebody_ranks_people_like_them_higher_until_it_is_undone(
    session: Session, keeper: IndexKeeper
) -> None:
    first = make_candidate(
        session, "Ana", resume="Ran Kubernetes.\nObservability with Prometheus and Grafana."
    )
    like_her = make_candidate(
        session, "Bo", resume="Terraform.\nObservability: Prometheus, Grafana dashboards."
    )
    for number in range(12):
        make_candidate(
            session, f"Person {number}", resume=f"Kubernetes and Terraform.\nBilling, invoices {number}."
        )
    role = make_role(session)
    before = match(session, keeper, role)
    decision = shortlist(session, role.id, first.id, recruiter_id=None, now=NOW)
    judged = match(session, keeper, role)
    place = view_run(session, judged, None).rank_of(like_her.id)
    assert place < view_run(session, before, None).rank_of(like_her.id)
    (card,) = cards(session, keeper, view_run(session, judged, None), now=NOW, only=[like_her.id])
    assert "prometheus" in {line.label for line in card.receipt.lines if line.kind == "shortlisted"}
    undo(session, decision.id, recruiter_id=None, now=NOW)
    after = match(session, keeper, role)
    assert ranked_ids(session, after) == ranked_ids(session, before)


def test_dismissing_somebody_for_their_skills_counts_against_people_like_them_but_pay_does_not(
    session: Session, keeper: IndexKeeper
) -> None:
    people = [make_candidate(session, f"Person {n}", resume=PLATFORM) for n in range(3)]
    make_candidate(session, "Other", resume="Kubernetes and Terraform for a bank")
    role = make_role(session)
    kinds = []
    for reason, person in (("pay", people[0]), ("skills", people[1])):
        dismiss(
            session,
            role.id,
            person.id,
            reason=reason,
            scope=FeedbackScope.THIS_ROLE,
            recruiter_id=None,
            now=NOW,
        )
        run = match(session, keeper, role)
        (card,) = cards(session, keeper, view_run(session, run, None), now=NOW, only=[people[2].id])
        kinds.append({line.kind for line in card.receipt.lines})
    assert ["dismissed" in one for one in kinds] == [False, True]


def test_somebody_past_the_stored_receipts_is_scored_as_the_run_scored_everybody(
    session: Session, keeper: IndexKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.rediscovery.rediscover.RECEIPTS_KEPT", 1)
    people = [make_candidate(session, f"Person {n}", resume=f"{PLATFORM}\nTool{n}") for n in range(5)]
    run = match(session, keeper, make_role(session))
    view = view_run(session, run, None)
    last = int(view.ids[-1])
    answer = why_not(session, keeper, view, last, now=NOW)
    assert last in {person.id for person in people}
    assert answer.rank == 5
    assert answer.scored is not None
    assert answer.scored.score == pytest.approx(float(view.scores[-1]), rel=1e-6)


def test_a_person_is_told_the_open_roles_they_fit_but_not_those_they_are_left_out_of(
    session: Session, keeper: IndexKeeper
) -> None:
    engineer = make_candidate(session, "Ana", resume=PLATFORM)
    make_candidate(session, "Bo", resume=ACCOUNTS)
    platform = make_role(session)
    ledger = make_role(session, title="Accountant", text="Monthly accounts, payroll and audits in SAP.")
    for role in (platform, ledger):
        match(session, keeper, role)

    def fitting() -> list[int]:
        found = roles_for(session, keeper, engineer.id, seen=true(), now=NOW)
        return [fit.role_id for fit in found]

    assert fitting() == [platform.id]
    decision = dismiss(
        session,
        platform.id,
        engineer.id,
        reason="level",
        scope=FeedbackScope.THIS_ROLE,
        recruiter_id=None,
        now=NOW,
    )
    assert fitting() == []
    undo(session, decision.id, recruiter_id=None, now=NOW)
    assert fitting() == [platform.id]
    assert roles_for(session, keeper, engineer.id, seen=Role.id != platform.id, now=NOW) == []
    platform.state = RoleState.CLOSED
    session.flush()
    assert fitting() == []


def test_a_promise_to_somebody_who_fits_is_due_as_soon_as_the_role_is_matched(
    session: Session, keeper: IndexKeeper
) -> None:
    fits, other = make_candidate(session, resume=PLATFORM), make_candidate(session, resume=ACCOUNTS)
    for person in (fits, other):
        make_promise(session, person, due_on=None)
    role = make_role(session, text=PLATFORM, now=NOW + timedelta(hours=1))
    match(session, keeper, role)
    promises = {one.candidate_id: one.matched_role_id for one in session.scalars(select(Promise))}
    assert promises == {fits.id: role.id, other.id: None}
