"""Figures of reports: a funnel never widens, parts add up to their whole, nothing is counted twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.oversight.measures import percent, percentile, share_of
from talentpool.oversight.one_rediscovery import Rediscovery, rediscovery_words
from talentpool.oversight.pool_report import age_label, grown
from talentpool.oversight.promise_report import PromiseCount, PromiseRow, counted, report_of
from talentpool.oversight.scope import ReportScope, month_before
from talentpool.oversight.steps import STEPS, Step, funnel

TODAY = date(2026, 11, 23)
SCOPE = ReportScope(
    viewer=Viewer(recruiter_id=1, kind=AccountKind.RECRUITER, office_id=None), today=TODAY, months=12
)
numbers = st.integers(0, 10_000)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(st.dictionaries(st.sampled_from(STEPS), numbers))
def test_a_funnel_never_widens_and_begins_with_everybody(stopped_at: dict[Step, int]) -> None:
    reached = list(funnel(stopped_at).values())
    assert reached == sorted(reached, reverse=True)
    assert reached[0] == sum(stopped_at.values())
    assert reached[-1] == stopped_at.get(Step.HIRED, 0)


@given(st.lists(st.integers(0, 500), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_percentile_is_one_of_the_values_and_enough_are_no_larger(values: list[int], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_shares_of_nothing_are_no_shares() -> None:
    assert share_of(0, 0) is None
    assert percent(share_of(0, 0)) == "–"
    assert percent(share_of(2, 3)) == "67 %"


rows = st.builds(
    PromiseRow,
    day=days,
    owner=st.sampled_from(["Mara", "Jo", None]),
    is_kept=st.booleans(),
    is_let_go=st.booleans(),
    number=st.integers(1, 50),
)


@given(st.lists(rows))
def test_every_promise_is_exactly_one_of_four_things_and_counts_for_its_owner(
    found: list[PromiseRow],
) -> None:
    for row in found:
        count = counted(row, TODAY)
        assert count.kept + count.let_go + count.overdue + count.waiting == row.number
    report = report_of(found, SCOPE)
    assert sum(report.owners.values(), PromiseCount()) == report.total
    assert all(count.share_kept is None or 0 <= count.share_kept <= 1 for count in report.owners.values())
    inside = [row for row in found if row.day.replace(day=1) in SCOPE.month_starts]
    assert report.total.due + report.total.waiting == sum(row.number for row in inside)


@given(st.lists(st.tuples(days, numbers)))
def test_growth_ends_with_everybody_who_came_by_then(by_day: list[tuple[date, int]]) -> None:
    growth = grown(by_day, SCOPE.month_starts)
    assert [one.month for one in growth] == list(SCOPE.month_starts)
    end = month_before(TODAY, -1)
    assert growth[-1].total == sum(people for day, people in by_day if day < end)
    assert all(
        after.total - before.total == after.came for before, after in zip(growth, growth[1:], strict=False)
    )


@given(st.integers(0, 20_000))
def test_something_never_looks_younger_as_it_ages(age: int) -> None:
    labels = ["within a year", "1 to 2 years", "2 to 3 years", "3 to 5 years", "older"]
    assert labels.index(age_label(age)) <= labels.index(age_label(age + 1))


def test_a_rediscovery_reads_as_one_line() -> None:
    one = Rediscovery(
        role_id=7,
        role_title="Platform engineer",
        posted_on=TODAY,
        furthest=Step.HIRED,
        days={
            Step.SURFACED: TODAY,
            Step.SHORTLISTED: TODAY + timedelta(days=1),
            Step.CONTACTED: TODAY + timedelta(days=1),
            Step.HIRED: TODAY + timedelta(days=60),
        },
        run_id=3,
        rank=4,
        shortlisted_by="Mara Klein",
    )
    assert rediscovery_words(one) == (
        "rank 4 on 23 Nov 2026 · shortlisted 24 Nov 2026 by Mara Klein · "
        "contacted 24 Nov 2026, 1 day after the role was posted · hired 22 Jan 2027"
    )
