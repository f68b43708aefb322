"""Reports as sections: each a chart with the table of its numbers, which is also what leaves as CSV. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from talentpool.candidates.models import Stage
from talentpool.candidates.wording import STAGE_WORDS
from talentpool.oversight.measures import percent, percentile
from talentpool.oversight.pool_report import PoolReport, ReasonLine
from talentpool.oversight.promise_report import PromiseCount, PromiseReport
from talentpool.oversight.reasons_health import ReasonHealth, ReasonsReport
from talentpool.oversight.rediscovery_report import RediscoveryReport, RoleFunnel
from talentpool.oversight.steps import STEPS
from talentpool.web.charts import SHADES as COLOURS
from talentpool.web.charts import Series, bars, funnel, line, lying_bars
from talentpool.web.wording import day, month

ROWS_SHOWN = 20
SOURCES_DRAWN = 8
NO_REASON = "No reason recorded"
SHADES = 5  # of a heat table

Cell = str | int | None
Address = Callable[[str, object], str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One question of a report, answered by a chart (or a shaded table) and by its numbers."""

    key: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Markup | None = None
    addresses: tuple[str | None, ...] = ()  # of what stands behind each row
    legend: tuple[tuple[str, str], ...] = ()  # (shade, words) where colours stand for something
    heat: tuple[tuple[int | None, ...], ...] = ()  # how dark each cell of a row is, 0 to SHADES

    @property
    def shown(self) -> list[tuple[tuple[Cell, ...], str | None, tuple[int | None, ...]]]:
        """Give the rows of the page, each with its address and shades."""
        return [
            (
                row,
                self.addresses[place] if self.addresses else None,
                self.heat[place] if self.heat else (None,) * len(row),
            )
            for place, row in enumerate(self.rows[:ROWS_SHOWN])
        ]

    @property
    def more(self) -> int:
        """Count the rows that only the CSV has."""
        return max(0, len(self.rows) - ROWS_SHOWN)


def rediscovery_sections(report: RediscoveryReport, *, role_address: Callable[[int], str]) -> list[Section]:
    """Answer how far rediscovered people came, and how soon they heard from us."""
    reached = report.reached
    rows = []
    before = None
    for step in STEPS:
        share = percent(reached[step] / before) if before else "–"
        rows.append((step.value.capitalize(), reached[step], share))
        before = reached[step]
    labels = [step.value.capitalize() for step in STEPS]
    return [
        Section(
            key="funnel",
            title="From surfaced to hired",
            words="Surfaced is whoever stands on a role’s list within its first 200 places, or went further from an earlier one. Whoever came to a step counts for every step before it.",
            headings=("Step", "People", "Of the step before"),
            rows=tuple(rows),
            chart=funnel("From surfaced to hired", labels, list(reached.values())),
        ),
        _contact_days(report),
        Section(
            key="roles",
            title="Role by role",
            words="The newest first. Days are from posting the role to the first contact with each person.",
            headings=("Role", "Posted", "Recruiter", *labels, "Median days", "Nine in ten within"),
            rows=tuple(_role_row(role) for role in report.roles),
            addresses=tuple(role_address(role.role_id) for role in report.roles),
        ),
    ]


def _contact_days(report: RediscoveryReport) -> Section:
    bounds = ((0, "the same day"), (2, "1–2 days"), (7, "3–7 days"), (14, "8–14 days"), (30, "15–30 days"))
    counts = dict.fromkeys([label for _most, label in bounds] + ["later"], 0)
    for days in report.contact_days:
        counts[next((label for most, label in bounds if days <= most), "later")] += 1
    middle, slow = percentile(report.contact_days, 0.5), percentile(report.contact_days, 0.9)
    words = "Nobody has been contacted from these lists yet."
    if middle is not None:
        words = f"Half of those contacted heard from us within {_days(middle)} of the role being posted, nine in ten within {_days(slow or 0)}."
    labels = tuple(counts)
    return Section(
        key="days-to-contact",
        title="Days from posting to first contact",
        words=words,
        headings=("First contact", "People"),
        rows=tuple(counts.items()),
        chart=lying_bars(
            "Days from posting to first contact",
            labels,
            [Series(name="people", values=tuple(counts.values()))],
        ),
    )


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"


def _role_row(role: RoleFunnel) -> tuple[Cell, ...]:
    middle, slow = percentile(role.contact_days, 0.5), percentile(role.contact_days, 0.9)
    return (role.title, day(role.posted_on), role.owner, *role.reached.values(), middle, slow)


def pool_sections(report: PoolReport, *, address: Address) -> list[Section]:
    """Answer how the pool grew, how fresh it is, and where people came from."""
    return [*_growth(report), _freshness(report, address), _sources(report, address)]


def _growth(report: PoolReport) -> list[Section]:
    months = [month(one.month) for one in report.growth]
    came, total = tuple(one.came for one in report.growth), tuple(one.total for one in report.growth)
    return [
        Section(
            key="growth",
            title="People in the pool",
            words="By the day they came to us: the day on record, else the day they were added here.",
            headings=("Month", "Came", "In the pool at its end"),
            rows=tuple(zip(months, came, total, strict=True)),
            chart=line("People in the pool", months, Series(name="people in the pool", values=total)),
        ),
        Section(
            key="new-people",
            title="New people by month",
            words="How many came in each month.",
            headings=("Month", "Came"),
            rows=tuple(zip(months, came, strict=True)),
            chart=bars("New people by month", months, [Series(name="new people", values=came)]),
        ),
    ]


def _freshness(report: PoolReport, address: Address) -> Section:
    resumes = Series(name="newest resumes", values=tuple(one.resumes for one in report.ages))
    return Section(
        key="freshness",
        title="Freshness",
        words="How old the newest resume is, and how long ago the last contact was. Somebody whose resume is old is worth a question before a search.",
        headings=("Age", "Newest resume", "Last contact"),
        rows=tuple((one.label, one.resumes, one.contacts) for one in report.ages),
        addresses=tuple(address("age", one.label) for one in report.ages),
        chart=lying_bars("Freshness of resumes", [one.label for one in report.ages], [resumes]),
    )


def _sources(report: PoolReport, address: Address) -> Section:
    drawn = [(source or "not recorded", people) for source, people in report.sources[:SOURCES_DRAWN]]
    rest = sum(people for _source, people in report.sources[SOURCES_DRAWN:])
    drawn += [("all others", rest)] if rest else []
    return Section(
        key="sources",
        title="Where people came from",
        words="The channel on record, else the system or file they were imported from.",
        headings=("Source", "People", "Share"),
        rows=tuple(
            (source or "not recorded", people, percent(people / report.candidates))
            for source, people in report.sources
        ),
        addresses=tuple(address("source", source) for source, _people in report.sources),
        chart=lying_bars(
            "Where people came from",
            [source for source, _people in drawn],
            [Series(name="people", values=tuple(people for _source, people in drawn))],
        ),
    )


def promise_sections(report: PromiseReport, *, address: Address) -> list[Section]:
    """Answer how many promises were kept, by month and by owner."""
    months, counts = [month(one) for one in report.months], list(report.months.values())
    owners = report.owners
    by_owner = _promise_series(list(owners.values())[:ROWS_SHOWN])
    return [
        Section(
            key="by-month",
            title="Promises by the month they fall due",
            words="Kept, let go with a word, or overdue. The share kept is of those whose day has come.",
            headings=("Month", *PROMISE_HEADINGS),
            rows=tuple((label, *_promise_row(count)) for label, count in zip(months, counts, strict=True)),
            chart=bars("Promises by the month they fall due", months, _promise_series(counts)),
            legend=legend_of(_promise_series(counts)),
        ),
        Section(
            key="by-owner",
            title="By owner",
            words="Who has most due comes first.",
            headings=("Owner", *PROMISE_HEADINGS),
            rows=tuple((owner, *_promise_row(count)) for owner, count in owners.items()),
            addresses=tuple(address("owner", owner) for owner in owners),
            chart=lying_bars("Promises by owner", list(owners)[:ROWS_SHOWN], by_owner),
            legend=legend_of(by_owner),
        ),
    ]


PROMISE_HEADINGS = ("Due", "Kept", "Let go", "Overdue", "Still to come", "Share kept")


def _promise_row(count: PromiseCount) -> tuple[Cell, ...]:
    return (count.due, count.kept, count.let_go, count.overdue, count.waiting, percent(count.share_kept))


def _promise_series(counts: Sequence[PromiseCount]) -> list[Series]:
    return [
        Series(name="kept", values=tuple(one.kept for one in counts)),
        Series(name="let go", values=tuple(one.let_go for one in counts)),
        Series(name="overdue", values=tuple(one.overdue for one in counts)),
        Series(name="still to come", values=tuple(one.waiting for one in counts)),
    ]


def reason_sections(
    endings: Iterable[ReasonLine], health: ReasonsReport, *, address: Address
) -> list[Section]:
    """Answer why applications ended, and where the reasons say too little."""
    lines = list(endings)
    most = max((number for one in lines for number in one.by_stage.values()), default=0)
    stages = [stage for stage in Stage if stage is not Stage.HIRED]
    return [
        Section(
            key="endings",
            title="Why applications ended, by the stage they had reached",
            words="Rejections and withdrawals. The stronger the colour, the more.",
            headings=("Reason", *(STAGE_WORDS[stage].capitalize() for stage in stages), "In all"),
            rows=tuple(
                (one.label or NO_REASON, *(one.by_stage.get(stage, 0) for stage in stages), one.total)
                for one in lines
            ),
            addresses=tuple(address("reason", one.code) for one in lines),
            heat=tuple(
                (None, *(shade(one.by_stage.get(stage, 0), most) for stage in stages), None) for one in lines
            ),
        ),
        _health("roles", "Reasons by role", "Role", health.roles, address),
        _health("recruiters", "Reasons by recruiter", "Recruiter", health.recruiters, address),
    ]


def _health(key: str, title: str, noun: str, lines: Sequence[ReasonHealth], address: Address) -> Section:
    drawn = lines[:SOURCES_DRAWN]
    series = [
        Series(name="with a telling reason", values=tuple(one.telling for one in drawn)),
        Series(name="with a vague reason", values=tuple(one.vague for one in drawn)),
        Series(name="without a reason", values=tuple(one.blank for one in drawn)),
    ]
    return Section(
        key=key,
        title=title,
        words="Whose endings lack a reason most often comes first. A vague one, such as “Another reason”, tells the next recruiter nothing.",
        headings=(noun, "Ended", "No reason", "Vague reason", "Telling"),
        rows=tuple((one.name, one.ended, one.blank, one.vague, percent(one.share_telling)) for one in lines),
        addresses=tuple(address("role", one.role_id) for one in lines),
        chart=lying_bars(title, [one.name for one in drawn], series),
        legend=legend_of(series),
    )


def legend_of(series: Sequence[Series]) -> tuple[tuple[str, str], ...]:
    """Say which colour is which row of numbers."""
    return tuple(zip(COLOURS, (one.name for one in series), strict=False))


def shade(number: int, most: int) -> int:
    """Say how dark a cell of a heat table is, 0 (nothing) to 5 (the most there is).

    >>> shade(0, 10), shade(1, 10), shade(10, 10)
    (0, 1, 5)
    """
    return 0 if not number else -(-SHADES * number // most)
