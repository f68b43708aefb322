"""Policies are changed by somebody, from a version they saw, and can always be brought back."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import (
    ChangedMeanwhileError,
    Edit,
    change_policy,
    load_policy,
    policy_history,
    save_policy,
)
from talentpool.candidates.models import ReasonHold, RejectionReason
from talentpool.candidates.reason_list import change_reasons, reasons_value
from talentpool.database import Sessions
from tests.builders import NOW, make_reason, make_recruiter

FIRST = {"days": 90, "words": ["a"]}


def edit(seen: int, recruiter_id: int | None = None) -> Edit:
    return Edit(recruiter_id=recruiter_id, seen_version=seen, now=NOW)


def test_a_change_is_a_version_with_its_author_and_an_event(session: Session) -> None:
    save_policy(session, "contact", FIRST, recruiter_id=None, now=NOW)
    mara = make_recruiter(session)
    made = change_policy(session, "contact", {"days": 60, "words": ["a"]}, edit(1, mara.id))
    assert (made.version, load_policy(session, "contact").value["days"]) == (2, 60)
    newest, oldest = policy_history(session, "contact")
    assert (newest.by, [(one.place, one.before, one.after) for one in newest.changes]) == (
        mara.name,
        [(("days",), "90", "60")],
    )
    assert oldest.is_first
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "policy_changed")).one()
    assert event.details == {"policy": "contact", "count": 1, "changes": [["days", "90", "60"]]}


def test_saving_what_holds_already_makes_no_version(session: Session) -> None:
    save_policy(session, "contact", FIRST, recruiter_id=None, now=NOW)
    assert change_policy(session, "contact", dict(FIRST), edit(1)).version == 1


def test_whoever_saves_over_anothers_change_is_told(session: Session) -> None:
    save_policy(session, "contact", FIRST, recruiter_id=None, now=NOW)
    change_policy(session, "contact", {**FIRST, "days": 60}, edit(1))
    with pytest.raises(ChangedMeanwhileError) as caught:
        change_policy(session, "contact", {**FIRST, "days": 30}, edit(1))
    assert caught.value.newest == 2
    assert load_policy(session, "contact").value["days"] == 60


def test_of_two_who_save_at_once_one_is_told(sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        save_policy(session, "contact", FIRST, recruiter_id=None, now=NOW)
    start, answers = threading.Barrier(2), list[str]()

    def change(days: int) -> None:
        start.wait()
        try:
            with sessions.writing.begin() as session:
                change_policy(session, "contact", {**FIRST, "days": days}, edit(1))
            answers.append("saved")
        except ChangedMeanwhileError:
            answers.append("told")

    threads = [threading.Thread(target=change, args=(days,)) for days in (60, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(answers) == ["saved", "told"]


def test_a_history_is_read_a_page_at_a_time(session: Session) -> None:
    for days in range(5):
        save_policy(session, "contact", {"days": days}, recruiter_id=None, now=NOW)
    page = policy_history(session, "contact", most=2)
    assert [line.version for line in page] == [5, 4]
    assert [line.version for line in policy_history(session, "contact", before=4, most=9)] == [3, 2, 1]
    assert all(len(line.changes) == 1 for line in page)


def test_reasons_are_kept_in_versions_and_come_back_from_them(session: Session) -> None:
    make_reason(session, "timing", hold_months=6)
    before = reasons_value(session)
    first = change_reasons(
        session, {"timing": {**before["timing"], "hold_months": 3, "label": "Timing"}}, edit(0)
    )
    assert first.version == 2  # the list as it stood is the first
    row = session.scalars(select(RejectionReason)).one()
    assert (row.label, row.hold_months) == ("Timing", 3)
    fresh = {
        **before["timing"], "label": "No licence", "hold": ReasonHold.PERMANENT.value, "hold_months": None,
    }  # fmt: skip
    second = change_reasons(session, {**first.value, "no_licence": fresh}, edit(2))
    assert [one.code for one in session.scalars(select(RejectionReason))] == ["timing", "no_licence"]
    change_reasons(session, before, edit(second.version))
    after = reasons_value(session)
    assert after["timing"] == before["timing"]
    assert after["no_licence"]["retired"], "what applications may point at is retired, not deleted"


def test_reasons_that_came_in_otherwise_are_brought_level_first(session: Session) -> None:
    make_reason(session, "timing")
    change_reasons(session, {**reasons_value(session)}, edit(0))
    make_reason(session, "pay")
    value = reasons_value(session)
    value["pay"]["label"] = "Pay band"
    made = change_reasons(session, value, edit(1))
    assert made.version == 3
    assert [line.by for line in policy_history(session, "reasons")] == [None, None, None]
