"""Following another system: what is unchanged is passed over, its newer word holds, and ours stays ours."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import Application, Candidate, Disposition, Stage
from talentpool.candidates.reasons import load_reasons
from talentpool.closing.close import By, decide, take_back
from talentpool.closing.endings import Wanted
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.database import Base, Sessions
from talentpool.errors import InvalidInputError
from talentpool.imports.models import DeletionThere, Import, SourceRow
from talentpool.imports.undo import undo_import
from talentpool.rediscovery.exclusions import Rule, left_out_of_all
from tests.builders import make_recruiter, make_role
from tests.use_cases.imports.conftest import SECRET, BringIn

HEADER = "Candidate ID,Application ID,Name,Email,City,Job,Requisition,Stage,Status,Applied on,Rejection reason,Deleted\n"
ANA = "c1,a1,Ana Ruiz,ana@example.org,Madrid,Nurse,R-7,Interview,Active,2026-11-02,,\n"
BEN = "c2,a2,Ben Weiß,ben@example.org,Berlin,Nurse,R-7,Applied,Active,2026-11-02,,\n"
GONE_ANA, GONE_BEN = (row.replace(",,\n", ",,yes\n") for row in (ANA, BEN))
HOUR = timedelta(hours=1)
Follow = Callable[..., object]


@pytest.fixture
def follow(bring_in: BringIn, now: datetime) -> BringIn:
    """Bring in what the system says at an hour: `follow(ANA + BEN, hours=2)`."""

    def call(rows: str, *, hours: float = 0, **options: object):  # type: ignore[no-untyped-def]
        at = now + hours * HOUR
        return bring_in(HEADER + rows, source="ats", now=options.pop("now", at), said_at=at, **options)

    return call


def the_application(sessions: Sessions, external_id: str = "a1") -> Application:
    with sessions.reading() as session:
        return session.scalars(select(Application).where(Application.external_id == external_id)).one()


def test_an_export_that_says_nothing_new_is_counted_and_leaves_no_trace_but_its_time(
    follow: BringIn, sessions: Sessions, count: Callable[[type[Base]], int], now: datetime
) -> None:
    assert follow(ANA + BEN).created == 2
    again = follow(ANA + BEN, hours=5)
    assert (again.rows, again.unchanged, again.import_id) == (2, 2, None)
    assert (count(Import), count(SourceRow), count(Candidate)) == (1, 2, 2)
    assert the_application(sessions).as_of == now + 5 * HOUR


def test_what_an_export_does_not_tell_of_is_not_confirmed(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    other = "c1,a9,Ana Ruiz,ana@example.org,Madrid,Doctor,,Applied,Active,2026-11-03,,\n"
    follow(ANA + other)
    follow(ANA, hours=5)
    assert [the_application(sessions, one).as_of for one in ("a1", "a9")] == [now + 5 * HOUR, now]
    follow(ANA.replace("Madrid", "Sevilla"), hours=6)
    assert [the_application(sessions, one).as_of for one in ("a1", "a9")] == [now + 6 * HOUR, now]
    follow(other, hours=7)
    assert the_application(sessions, "a9").as_of == now + 7 * HOUR


def test_of_a_thousand_rows_only_the_changed_one_is_read_anew(follow: BringIn, sessions: Sessions) -> None:
    rows = [
        f"c{n},a{n},Person {n},p{n}@example.org,Bonn,Nurse,,Applied,Active,2026-11-02,,\n" for n in range(600)
    ]
    follow("".join(rows))
    rows[300] = rows[300].replace("Bonn", "Köln")
    report = follow("".join(rows), hours=1)
    assert (report.updated, report.unchanged) == (1, 599)
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city).where(Candidate.external_id == "c300")).one() == "Köln"


def test_another_way_to_read_the_columns_reads_every_row_again(follow: BringIn, sessions: Sessions) -> None:
    from talentpool.imports.mapping_file import ChosenMapping

    follow(ANA)
    report = follow(ANA, hours=1, mapping=ChosenMapping(columns={"City": "region"}))
    assert report.updated == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.region)).one() == "Madrid"


def test_an_older_export_says_nothing_against_a_newer_one(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    follow(ANA)
    follow(ANA.replace("Madrid", "Sevilla"), hours=2)
    late = follow(ANA.replace("Madrid", "Toledo"), hours=1, now=now + 3 * HOUR)
    assert late.unchanged == 1
    again = follow(ANA.replace("Madrid", "Sevilla"), hours=4)
    assert again.unchanged == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Sevilla"


def test_what_the_system_says_back_and_forth_ends_with_its_last_word(
    follow: BringIn, sessions: Sessions
) -> None:
    for hours, city in enumerate(("Madrid", "Sevilla", "Madrid")):
        follow(ANA.replace("Madrid", city), hours=hours)
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Madrid"


def test_interviewed_and_hired_there_is_read_back_and_the_person_leaves_the_lists(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    follow(BEN)
    follow(BEN.replace("Applied,Active", "Interview,Active"), hours=1)
    moved = the_application(sessions, "a2")
    assert (moved.stage, moved.disposition, moved.active_on) == (Stage.INTERVIEWED, None, now.date())
    with sessions.reading() as session:
        assert moved.candidate_id in left_out_of_all(session, today=now.date())[Rule.ACTIVE_HERE]
    follow(BEN.replace("Applied,Active", "Hired,Hired"), hours=2)
    hired = the_application(sessions, "a2")
    assert (hired.stage, hired.disposition, hired.as_of) == (Stage.HIRED, Disposition.HIRED, now + 2 * HOUR)
    with sessions.reading() as session:
        assert hired.candidate_id in left_out_of_all(session, today=now.date())[Rule.EMPLOYED_HERE]


def test_an_ending_there_is_replaced_by_a_later_one_and_opened_again(
    follow: BringIn, sessions: Sessions
) -> None:
    rejected = ANA.replace(
        "Interview,Active,2026-11-02,", "Interview,Rejected,2026-11-02,Not enough experience"
    )
    follow(rejected)
    assert the_application(sessions).reason_text == "Not enough experience"
    follow(ANA.replace("Active,2026-11-02,", "Withdrawn,2026-11-02,Took another job"), hours=1)
    withdrawn = the_application(sessions)
    assert (withdrawn.disposition, withdrawn.reason_text) == (Disposition.WITHDRAWN, "Took another job")
    follow(ANA, hours=2)
    assert (the_application(sessions).disposition, the_application(sessions).reason_text) == (None, None)


def test_an_ending_entered_here_stays_until_the_system_says_that_they_are_hired(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    with sessions.writing.begin() as session:
        role, by = make_role(session, title="Nurse", requisition_code="R-7"), make_recruiter(session)
    follow(ANA)
    with sessions.writing.begin() as session:
        own = By(recruiter_id=by.id, now=now)
        wanted = Wanted(
            application_id=the_application(sessions).id, stage=Stage.INTERVIEWED, outcome="lacks_skill"
        )
        decision = decide(session, role, [wanted], load_reasons(session), own)[0]
    assert the_application(sessions).as_of is None
    follow(ANA.replace("Interview,Active", "Interview,Withdrawn"), hours=1)
    assert (the_application(sessions).disposition, the_application(sessions).as_of) == (
        Disposition.REJECTED,
        None,
    )
    with sessions.writing.begin() as session:
        take_back(session, [session.merge(decision)], own)
    assert (the_application(sessions).disposition, the_application(sessions).as_of) == (None, now)
    with sessions.writing.begin() as session:
        decide(session, role, [wanted], load_reasons(session), own)
    follow(ANA.replace("Interview,Active", "Hired,Hired"), hours=2)
    hired = the_application(sessions)
    assert (hired.disposition, hired.reason_id, hired.as_of) == (Disposition.HIRED, None, now + 2 * HOUR)


def test_an_application_for_a_role_of_ours_is_one_of_that_role(follow: BringIn, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        role = make_role(session, title="Ward nurse", requisition_code="R-7")
    follow(ANA)
    assert the_application(sessions).role_id == role.id


def test_a_deletion_there_is_proposed_here_once_and_erases_nobody(
    follow: BringIn, sessions: Sessions, count: Callable[[type[Base]], int]
) -> None:
    follow(ANA + BEN)
    gone = ANA.rstrip(",\n") + ",,yes\n"
    report = follow(gone + BEN, hours=1)
    assert (report.left_out, report.unchanged, report.details["erasures_proposed"]) == (1, 1, 1)
    with sessions.reading() as session:
        request = session.scalars(select(DataRequest)).one()
        assert (request.kind, request.came_by, request.state) == (
            RequestKind.ERASURE,
            CameBy.SYSTEM,
            RequestState.OPEN,
        )
        assert request.identity_checked_on is None
        assert "ats says that this person was deleted there (there: c1)" in (request.words or "")
    again = follow(gone + BEN, hours=2)
    assert again.details.get("erasures_proposed", 0) == 0
    assert (count(Candidate), count(DataRequest)) == (2, 1)


def test_the_deletion_of_one_of_two_ids_is_said_and_proposes_nobody(
    follow: BringIn, count: Callable[[type[Base]], int]
) -> None:
    other = "c9,a9,Ana Ruiz,ana@example.org,Madrid,Doctor,,Applied,Active,2026-11-03,,\n"
    follow(ANA + other)
    report = follow(ANA + other.replace(",,\n", ",,yes\n"), hours=1)
    assert (report.cells_to_fix, count(DataRequest)) == (1, 0)
    problem = report.problems[0].problem
    assert (problem.value, "one of two ids" in problem.message) == ("c9; still c1", True)
    assert follow(ANA + other.replace(",,\n", ",,yes\n"), hours=2).cells_to_fix == 0


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("has_changed", [True, False])
def test_the_deletion_of_the_first_of_two_ids_proposes_nobody_while_the_other_is_told_of(
    follow: BringIn, count: Callable[[type[Base]], int], *, in_order: bool, has_changed: bool
) -> None:
    other = "c9,a9,Ana Ruiz,ana@example.org,Madrid,Doctor,,Applied,Active,2026-11-03,,\n"
    follow(ANA + other)
    rows = [ANA.replace(",,\n", ",,yes\n"), other.replace("Applied", "Interview") if has_changed else other]
    for hours in (1, 2):
        report = follow("".join(rows if in_order else rows[::-1]), hours=hours)
        assert report.details.get("erasures_proposed", 0) == 0
    assert count(DataRequest) == 0
    both = follow(rows[0] + rows[1].replace(",,\n", ",,yes\n"), hours=3)
    assert both.details["erasures_proposed"] == 1
    assert count(DataRequest) == 1


def test_the_first_of_two_ids_deleted_after_the_other_proposes_them(
    follow: BringIn, count: Callable[[type[Base]], int]
) -> None:
    other = "c9,a9,Ana Ruiz,ana@example.org,Madrid,Doctor,,Applied,Active,2026-11-03,,\n"
    follow(ANA + other)
    gone = other.replace(",,\n", ",,yes\n")
    follow(ANA + gone, hours=1)
    assert follow(ANA.replace(",,\n", ",,yes\n") + gone, hours=2).details["erasures_proposed"] == 1
    assert count(DataRequest) == 1


@pytest.fixture
def merged(follow: BringIn, sessions: Sessions, now: datetime) -> None:
    """Ana and Ben are one person here, and two there."""
    follow(ANA + BEN)
    with sessions.writing.begin() as session:
        ana, ben = session.scalars(select(Candidate.id).order_by(Candidate.id))
        merge_candidates(session, ana, ben, Decision(recruiter_id=None, now=now, choices={}), secret=SECRET)


@pytest.mark.parametrize(("row", "still"), [(GONE_ANA, "still c2"), (GONE_BEN, "still c1")])
def test_the_deletion_of_one_of_two_records_merged_here_proposes_nobody(
    follow: BringIn, count: Callable[[type[Base]], int], merged: None, row: str, still: str
) -> None:
    for hours, cells in ((1, 1), (2, 0)):
        report = follow(row, hours=hours)
        assert (report.rows, report.cells_to_fix) == (1, cells)
        assert [each.problem.value.endswith(still) for each in report.problems] == [True] * cells
        assert count(DataRequest) == 0


@pytest.mark.parametrize("rows_between", [None, 0, 300], ids=["in two exports", "together", "far apart"])
def test_two_records_merged_here_are_proposed_once_both_are_deleted_there(
    follow: BringIn, count: Callable[[type[Base]], int], merged: None, rows_between: int | None
) -> None:
    others = "".join(f"c{n},a{n},Person {n},,,Doctor,,Applied,Active,2026-11-03,,\n" for n in range(10, 10 + (rows_between or 0)))  # fmt: skip
    if rows_between is None:
        follow(GONE_BEN + ANA, hours=1)
        assert count(DataRequest) == 0
        follow(ANA, hours=2)
    report = follow((GONE_BEN if rows_between is not None else "") + others + GONE_ANA, hours=3)
    assert (report.details["erasures_proposed"], count(DataRequest)) == (1, 1)
    assert follow(GONE_BEN + others + GONE_ANA, hours=4).details.get("erasures_proposed", 0) == 0


def test_what_is_set_aside_counts_no_more_once_it_is_told_of_again(
    follow: BringIn, sessions: Sessions, count: Callable[[type[Base]], int], merged: None, now: datetime
) -> None:
    follow(GONE_BEN, hours=1)
    follow(ANA.replace("Madrid", "Bilbao"), hours=2)
    assert the_application(sessions).as_of == now + 2 * HOUR, (
        "of whoever is still there the state is confirmed"
    )
    assert count(DeletionThere) == 1
    follow(BEN.replace("Ben Weiß", "Ana Ruiz"), hours=3)
    assert count(DeletionThere) == 0
    report = follow(GONE_ANA, hours=4)
    assert (report.cells_to_fix, count(DataRequest)) == (1, 0)


@pytest.mark.parametrize("name", ["[deleted]", "Anonymous", ""])
def test_somebody_anonymised_while_deleted_there_is_proposed_by_the_id_alone(
    follow: BringIn, count: Callable[[type[Base]], int], name: str
) -> None:
    follow(ANA + BEN)
    report = follow(f"c1,a1,{name},,,Nurse,R-7,Interview,Active,2026-11-02,,yes\n" + BEN, hours=1)
    assert report.details["erasures_proposed"] == 1
    assert count(DataRequest) == 1
    unknown = follow("c7,a7,Ben Weiß,ben@example.org,,Nurse,,Applied,Active,,,yes\n", hours=2)
    assert unknown.details.get("erasures_proposed", 0) == 0, (
        "an id that nobody has here says nothing about Ben"
    )


def test_the_same_person_under_two_ids_is_one_person_and_is_said_once(
    follow: BringIn, count: Callable[[type[Base]], int]
) -> None:
    twice = ANA + "c9,a9,Ana Ruiz,ana@example.org,Madrid,Doctor,,Applied,Active,2026-11-03,,\n"
    report = follow(twice)
    assert (report.created, report.updated, report.cells_to_fix) == (1, 1, 1)
    problem = report.problems[0].problem
    assert (problem.value, "two ids" in problem.message) == ("c1 and c9", True)
    assert (count(Candidate), count(Application)) == (1, 2)
    assert follow(twice, hours=1).cells_to_fix == 0
    moved = follow(
        twice.replace("c9,a9,Ana Ruiz,ana@example.org", "c9,a9,Ana Ruiz,ruiz@example.org"), hours=2
    )
    assert (moved.created, moved.updated, count(Candidate)) == (0, 1, 1)


def test_a_status_nobody_knows_is_one_problem_and_the_row_is_taken(
    follow: BringIn, sessions: Sessions
) -> None:
    report = follow(ANA.replace("Active", "Hibernating") + BEN.replace("Active", "Hibernating"))
    assert (report.created, report.cells_to_fix) == (2, 1)
    assert report.problems[0].problem.value == "Hibernating"
    assert the_application(sessions).stage is Stage.INTERVIEWED


def test_a_file_half_written_is_refused_whole_and_taken_once_it_is_whole(
    follow: BringIn, count: Callable[[type[Base]], int]
) -> None:
    with pytest.raises(InvalidInputError, match="only half written. Nothing was taken"):
        follow(ANA + BEN[:20])
    assert (count(Candidate), count(Import)) == (0, 0)
    assert follow(ANA + BEN).created == 2


def test_a_clock_ahead_of_ours_is_said_once_and_never_stops_what_comes_later(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    header = "Candidate ID,Name,City,Last updated\n"
    report = bring_in(
        header + "c1,Ana Ruiz,Madrid,2026-12-24\nc2,Ben Weiß,Bonn,2026-12-24\n",
        source="ats",
        said_at=now + 9 * HOUR,
    )
    assert (report.created, report.cells_to_fix) == (2, 1)
    assert "has not come yet" in report.problems[0].problem.message
    with sessions.reading() as session:
        assert set(session.scalars(select(Candidate.as_of))) == {now}
    later = now + timedelta(days=1)
    bring_in(header + "c1,Ana Ruiz,Sevilla,2026-11-24\n", source="ats", said_at=later, now=later)
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city).where(Candidate.external_id == "c1")).one() == "Sevilla"


def test_an_import_that_was_taken_back_is_read_again(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    first = follow(ANA)
    assert undo_import(sessions, first.import_id or 0, now=now).people == 1
    assert follow(ANA, hours=1).created == 1


def test_taking_back_one_that_moved_an_application_on_puts_it_back_after_later_looks(
    follow: BringIn, sessions: Sessions, now: datetime
) -> None:
    follow(BEN)
    moved = follow(BEN.replace("Applied,Active", "Interview,Active"), hours=1)
    follow(BEN.replace("Applied,Active", "Interview,Active"), hours=2)
    report = undo_import(sessions, moved.import_id or 0, now=now + 3 * HOUR)
    assert report.kept_count == 0
    assert the_application(sessions, "a2").stage is Stage.APPLIED


def test_an_erased_person_is_blocked_and_nothing_of_the_row_is_kept(
    follow: BringIn, sessions: Sessions, count: Callable[[type[Base]], int], now: datetime
) -> None:
    from talentpool.erasure.erase import erase_person

    follow(ANA)
    with sessions.writing.begin() as session:
        candidate_id = session.scalars(select(Candidate.id)).one()
        erase_person(session, candidate_id, secret=SECRET, recruiter_id=None, now=now)
    assert follow(ANA, hours=1).blocked == 1
    assert (count(Candidate), count(SourceRow)) == (0, 0)


def test_a_plain_import_still_only_fills_in(bring_in: BringIn, sessions: Sessions) -> None:
    bring_in(HEADER + ANA, source="ats")
    report = bring_in(HEADER + ANA.replace("Madrid", "Sevilla"), source="ats")
    assert report.unchanged == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Madrid"
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 0


def test_a_system_followed_after_a_plain_import_says_the_last_word_from_then_on(
    follow: BringIn, bring_in: BringIn, sessions: Sessions
) -> None:
    bring_in(HEADER + ANA, source="ats")
    assert follow(ANA).unchanged == 1
    assert follow(ANA.replace("Madrid", "Sevilla"), hours=1).updated == 1
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.city)).one() == "Sevilla"


def test_rows_without_any_id_are_known_by_all_they_say(bring_in: BringIn, now: datetime) -> None:
    text = "Name,Email,Applied on,Job\nAna Ruiz,ana@example.org,2024-05-01,Nurse\n"
    assert bring_in(text, source="box", said_at=now).created == 1
    assert bring_in(text, source="box", said_at=now + HOUR, now=now + HOUR).unchanged == 1
    assert date(2024, 5, 1) < now.date()


def test_an_export_cut_anywhere_within_its_last_row_is_refused_in_one_sentence(
    follow: BringIn, count: Callable[[type[Base]], int]
) -> None:
    row = 'c3,a3,Cleo Park,cleo@example.org,"Bonn\nBeuel, by the ""Rhine""\n",Nurse,R-7,Applied,Active,2026-11-02,,\n'
    for cut in range(1, row.rindex(",")):
        with pytest.raises(InvalidInputError, match="only half written") as refused:
            follow(ANA + row[:cut])
        assert str(refused.value).count("\n") == 0
    assert (count(Candidate), count(Import)) == (0, 0)
    assert follow(ANA + row).created == 2
