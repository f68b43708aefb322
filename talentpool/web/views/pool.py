"""The pool: browse and search everybody we may keep, and take the list out as a table."""

import io
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Stage
from talentpool.candidates.search import (
    Freshness,
    Lacking,
    Mentioning,
    PoolQuery,
    PoolRow,
    countries_in_pool,
    find_candidates,
    load_rows,
    matching_ids,
    stage_choices,
)
from talentpool.candidates.visibility import visible_candidates
from talentpool.rediscovery.pool_words import people_mentioning
from talentpool.sheets import write_table
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.transaction import own_transaction, request_session

Kind = TypeVar("Kind", bound=StrEnum)

pages = Blueprint("pool", __name__)

CSV_HEADERS = (
    "Candidate ID",
    "Name",
    "Headline",
    "Place",
    "Last role",
    "Outcome",
    "Last application",
    "Resume date",
)
FRESHNESS_CHOICES = (
    (Freshness.FRESH.value, "Resume within a year"),
    (Freshness.OLDER.value, "Resume older than a year"),
    (Freshness.NONE.value, "No resume"),
)
LACKING_WORDS = {
    Lacking.BASIS: "no legal basis recorded",
    Lacking.REASON: "a rejection without a reason",
    Lacking.DUPLICATES: "possibly in the pool twice",
}


@pages.get("/candidates")
@requires(Permission.SEE_CANDIDATES)
def show_pool() -> ResponseReturnValue:
    """Show one page of the people who match what was asked."""
    session, query = request_session(), asked_query()
    seen = visible_candidates(current_viewer())
    found = find_candidates(
        session,
        query,
        seen=seen,
        today=request_time().date(),
        page=request.args.get("page", 1, type=int),
        mentioning=mentioning(query),
    )
    return render_template(
        "candidates/pool.html",
        query=query,
        found=found,
        asked=_asked_arguments(query),
        countries=countries_in_pool(session, seen=seen),
        stages=stage_choices(),
        freshness=FRESHNESS_CHOICES,
        lacking_words=LACKING_WORDS,
    )


@pages.get("/candidates.csv")
@requires(Permission.EXPORT)
def export_pool() -> ResponseReturnValue:
    """Take out everybody who matches as a table; the trail keeps who did, and how many."""
    session, query, today = request_session(), asked_query(), request_time().date()
    seen = visible_candidates(current_viewer())
    ids = matching_ids(session, query, seen=seen, today=today, mentioning=mentioning(query))
    table = pool_table(load_rows(session, ids, today=today))
    session.rollback()
    with own_transaction() as trail:
        record_event(
            trail,
            "pool_exported",
            object_kind="pool",
            object_id=None,
            recruiter_id=current_viewer().recruiter_id,
            now=request_time(),
            details={"people": len(ids)},
        )
    response = make_response(table)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="pool-{today.isoformat()}.csv"'
    return response


def asked_query() -> PoolQuery:
    """Read what was asked from the address; a value we do not know asks for nothing."""
    asked = request.args
    return PoolQuery(
        words=" ".join(cleaned(asked.get("q", "")).split())[:200],
        stage=_member(Stage, asked.get("stage")),
        country=cleaned(asked.get("country", "")).strip()[:2].upper() or None,
        freshness=_member(Freshness, asked.get("resume")),
        has_basis=asked.get("basis") == "yes",
        lacking=_member(Lacking, asked.get("lacking")),
    )


def pool_table(rows: Iterable[PoolRow]) -> str:
    """Write people as CSV; a cell that a spreadsheet would run as a formula starts with a quote."""
    text = io.StringIO()
    write_table(
        text,
        CSV_HEADERS,
        (
            (
                row.candidate_id,
                row.name,
                row.headline,
                row.place,
                row.last_role,
                row.outcome,
                row.last_on,
                row.resume_on,
            )
            for row in rows
        ),
    )
    return text.getvalue()


def mentioning(query: PoolQuery) -> Mentioning | None:
    """Give the look-up of who mentions a word, where words were asked for."""
    if not query.words:
        return None
    keeper, session, now = desk().keeper, request_session(), request_time()
    index, settings = keeper.current(session, now=now), keeper.settings(session)
    return lambda word: people_mentioning(index, word, settings)


def _asked_arguments(query: PoolQuery) -> dict[str, str]:
    asked = {
        "q": query.words,
        "stage": query.stage,
        "country": query.country,
        "resume": query.freshness,
        "basis": "yes" if query.has_basis else None,
        "lacking": query.lacking,
    }
    return {name: str(value) for name, value in asked.items() if value}


def _member(kind: type[Kind], value: str | None) -> Kind | None:
    return kind(value) if value in list(kind) else None
