"""Reports: how rediscovery works, how the pool stands, which promises are kept; each number with its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, Office, Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.errors import NotFoundError
from talentpool.oversight.measures import percentile
from talentpool.oversight.pool_report import NEVER, load_endings, load_pool
from talentpool.oversight.promise_report import load_promise_report
from talentpool.oversight.reasons_health import load_reasons_health, vague_codes
from talentpool.oversight.rediscovery_report import load_rediscovery
from talentpool.oversight.scope import ReportScope
from talentpool.oversight.steps import Step
from talentpool.roles.models import Role
from talentpool.roles.visibility import visible_roles
from talentpool.settings import config_folder
from talentpool.sheets import write_table
from talentpool.web.access import asked_number, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.report_sections import (
    Section,
    pool_sections,
    promise_sections,
    reason_sections,
    rediscovery_sections,
)
from talentpool.web.transaction import request_session

pages = Blueprint("reports", __name__)

PERIODS = ((3, "3 months"), (6, "6 months"), (12, "12 months"), (24, "2 years"))
USUAL_PERIOD = 12
ROLES_OFFERED = 100
YEAR_LABEL = "within a year"


Figure = dict[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One page of the reports: the figures at its top and its sections; no sections where nothing is on record."""

    figures: Sequence[Figure]
    sections: tuple[Section, ...]


@pages.get("/reports")
@requires(Permission.SEE_REPORTS)
def show_reports() -> ResponseReturnValue:
    """Show how far rediscovered people came."""
    return _page("rediscovery")


@pages.get("/reports/pool")
@requires(Permission.SEE_REPORTS)
def show_pool() -> ResponseReturnValue:
    """Show how the pool grew, how fresh it is and where people came from."""
    return _page("pool")


@pages.get("/reports/promises")
@requires(Permission.SEE_REPORTS)
def show_promises() -> ResponseReturnValue:
    """Show which promises were kept."""
    return _page("promises")


@pages.get("/reports/reasons")
@requires(Permission.SEE_REPORTS)
def show_reasons() -> ResponseReturnValue:
    """Show why applications ended, and where that is not said."""
    return _page("reasons")


@pages.get("/reports/<name>/<key>.csv")
@requires(Permission.SEE_REPORTS)
def show_table(name: str, key: str) -> ResponseReturnValue:
    """Give one table of a report as CSV, whole."""
    load = REPORTS.get(name)
    sections = load(asked_scope()).sections if load else ()
    section = next((one for one in sections if one.key == key), None)
    if section is None:
        raise NotFoundError(f"There is no table {key!r} in a report {name!r}.")
    written = StringIO()
    write_table(written, section.headings, section.rows)
    answer = Response(written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{key}.csv"'
    return answer


def asked_scope() -> ReportScope:
    """Read which months, office, recruiter and role are asked for; anything unreadable counts as not asked."""
    months = request.args.get("months", USUAL_PERIOD, type=int)
    return ReportScope(
        viewer=current_viewer(),
        today=request_time().date(),
        months=months if months in dict(PERIODS) else USUAL_PERIOD,
        office_id=asked_number("office"),
        recruiter_id=asked_number("recruiter"),
        role_id=asked_number("role"),
    )


def kept_filters() -> dict[str, str]:
    """Give the filters of this address, to be carried on to another page of the reports."""
    names = ("months", "office", "recruiter", "role")
    return {name: value for name in names if (value := request.args.get(name, ""))}


def _page(name: str) -> str:
    scope = asked_scope()
    report = REPORTS[name](scope)
    return render_template(
        "reports/report.html",
        name=name,
        report=report,
        scope=scope,
        filters=kept_filters(),
        periods=PERIODS,
        **_choices(name),
    )


def _choices(name: str) -> dict[str, object]:
    """List what a report can be narrowed to."""
    session = request_session()
    recruiters = select(Recruiter.id, Recruiter.name).where(
        Recruiter.kind != AccountKind.HIRING_MANAGER, Recruiter.disabled_at.is_(None)
    )
    roles = select(Role.id, Role.title).where(visible_roles(current_viewer()), Role.posted_at.is_not(None))
    newest = roles.order_by(Role.posted_at.desc(), Role.id.desc()).limit(ROLES_OFFERED)
    return {
        "offices": session.execute(select(Office.id, Office.name).order_by(Office.name)).all(),
        "recruiters": session.execute(recruiters.order_by(Recruiter.name, Recruiter.id)).all(),
        "roles": session.execute(newest).all() if name in ("rediscovery", "reasons") else [],
    }


def _rediscovery(scope: ReportScope) -> Report:
    report = load_rediscovery(request_session(), scope)
    reached, middle = report.reached, percentile(report.contact_days, 0.5)
    figures: list[Figure] = [
        {"count": len(report.roles), "label": "roles matched", "one": "role matched"},
        {"count": reached[Step.SURFACED], "label": "people surfaced", "one": "person surfaced"},
        {"count": reached[Step.CONTACTED], "label": "contacted"},
        {"count": reached[Step.HIRED], "label": "hired"},
        *([{"count": middle, "label": "days to first contact (median)"}] if middle is not None else []),
    ]
    sections = rediscovery_sections(
        report, role_address=lambda role_id: url_for("roles.show_role", role_id=role_id)
    )
    return Report(figures=figures, sections=tuple(sections) if report.roles else ())


def _pool(scope: ReportScope) -> Report:
    report = load_pool(request_session(), scope)
    fresh = next(one.resumes for one in report.ages if one.label == YEAR_LABEL)
    figures: list[Figure] = [
        {"count": report.candidates, "label": "past candidates", "address": url_for("pool.show_pool")},
        {"count": sum(one.came for one in report.growth), "label": "came in these months"},
        {"count": fresh, "label": "resumes within a year", "address": _pool_address("age", YEAR_LABEL)},
    ]
    if scope.is_narrowed:
        figures = [{**figure, "address": None} for figure in figures]
    address = _nowhere if scope.is_narrowed else _pool_address
    sections = pool_sections(report, address=address) if report.candidates else []
    return Report(figures=figures, sections=tuple(sections))


def _promises(scope: ReportScope) -> Report:
    report = load_promise_report(request_session(), scope)
    total, address = report.total, url_for("promises.show_promises", whose="all")
    share = total.share_kept
    figures: list[Figure] = [
        {"count": total.due, "label": "due in these months", "address": address},
        {"count": total.kept, "label": "kept", "address": address},
        {
            "count": total.overdue,
            "label": "overdue",
            "address": address,
            "kind": "warn" if total.overdue else "",
        },
        *([{"count": round(100 * share), "label": "% kept"}] if share is not None else []),
    ]
    sections = promise_sections(report, address=_nowhere) if report.owners else []
    return Report(figures=figures, sections=tuple(sections))


def _reasons(scope: ReportScope) -> Report:
    session = request_session()
    health = load_reasons_health(session, scope, vague=vague_codes(config_folder()))
    total = health.total
    figures: list[Figure] = [
        {"count": total.ended, "label": "ended without a hire"},
        {"count": total.blank, "label": "without a reason", "kind": "warn" if total.blank else ""},
        {"count": total.vague, "label": "with a vague reason", "kind": "warn" if total.vague else ""},
    ]
    sections = reason_sections(load_endings(session, scope), health, address=_reason_address)
    return Report(figures=figures, sections=tuple(sections) if total.ended else ())


def _nowhere(_kind: str, _value: object) -> None:
    return None


def _pool_address(kind: str, value: object) -> str | None:
    if kind == "age":
        resume = {YEAR_LABEL: "fresh", NEVER: "none"}.get(str(value))
        return url_for("pool.show_pool", resume=resume) if resume else None
    return url_for("pool.show_pool", q=f'source:"{value}"') if value and '"' not in str(value) else None


def _reason_address(kind: str, value: object) -> str | None:
    if kind == "role":
        return url_for("roles.show_role", role_id=value) if value else None
    if kind == "reason":
        asked = {"q": f'reason:"{value}"'} if value else {"lacking": "reason"}
        return url_for("pool.show_pool", **asked)  # type: ignore[arg-type]
    return None


REPORTS: dict[str, Callable[[ReportScope], Report]] = {
    "rediscovery": _rediscovery,
    "pool": _pool,
    "promises": _promises,
    "reasons": _reasons,
}
