"""The pool: browse and search everybody we may keep, and take the list out as a table."""

import io
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Searched
from talentpool.accounts.permissions import Permission
from talentpool.accounts.saved_searches import saved_searches
from talentpool.candidates.models import Stage
from talentpool.candidates.pool_fields import POOL_FIELDS
from talentpool.candidates.pool_matches import Mentioned, Mentioning, PoolOrder
from talentpool.candidates.pool_query import LONGEST_QUERY, UnreadableQueryError, read_query, written
from talentpool.candidates.pool_rows import PoolRow, load_rows
from talentpool.candidates.search import (
    Freshness,
    Lacking,
    PoolQuery,
    countries_in_pool,
    find_candidates,
    matching_ids,
    stage_choices,
)
from talentpool.candidates.timeline import RATING_STEPS
from talentpool.candidates.visibility import PoolSight, visible_pool
from talentpool.rediscovery.pool_words import people_mentioning
from talentpool.sheets import write_table
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.selection import asked_ids
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
    "Rating, 1 to 5",
    "Last contact",
    "Source",
    "In the pool since",
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


class PoolColumn(StrEnum):
    """A column somebody may add to the list."""

    RATING = "rating"
    CONTACT = "contact"
    SOURCE = "source"
    ADDED = "added"


COLUMN_WORDS = {
    PoolColumn.RATING: "Rating",
    PoolColumn.CONTACT: "Last contact",
    PoolColumn.SOURCE: "Source",
    PoolColumn.ADDED: "In the pool since",
}
ORDER_CHOICES = (
    (PoolOrder.NAME.value, "Name"),
    (PoolOrder.APPLIED.value, "Last application"),
    (PoolOrder.ADDED.value, "Newest in the pool"),
)
EXAMPLES = (
    "kubernetes (terraform OR ansible) -java",
    '"machine learning" stage:final_round',
    "reason:pay applied>=2025",
    "C++ place:Lisbon rating>=4",
)

SUGGESTED = (
    ("Reached the final round", {"stage": "final_round"}),
    ("With an open promise", {"q": "has:promise"}),
    ("Good ratings, resume within a year", {"q": "rating>=4", "resume": "fresh"}),
    ("No legal basis recorded", {"lacking": "basis"}),
)


@pages.get("/candidates")
@requires(Permission.SEE_CANDIDATES)
def show_pool() -> ResponseReturnValue:
    """Show one page of the people who match what was asked; what cannot be read is shown again, with why."""
    session, query = request_session(), asked_query()
    sight = visible_pool(current_viewer())
    shown = _shown_beside(query, sight)
    try:
        found = find_candidates(
            session,
            query,
            seen=sight,
            today=request_time().date(),
            page=request.args.get("page", 1, type=int),
            mentioning=mentioning(query),
        )
    except UnreadableQueryError as problem:
        return render_template("candidates/pool.html", found=None, problem=str(problem), **shown), 422
    understood = written(read_query(query.words))
    return render_template("candidates/pool.html", found=found, problem=None, understood=understood, **shown)


def _shown_beside(query: PoolQuery, sight: PoolSight) -> dict[str, object]:
    """Give what the page shows beside the people found: what was asked, and what can be."""
    session, columns = request_session(), asked_columns(request.args)
    own = current_viewer().recruiter_id
    return {
        "query": query,
        "words": query.words[:LONGEST_QUERY],
        "asked": _asked_arguments(query, columns),
        "columns": columns,
        "column_words": COLUMN_WORDS,
        "countries": countries_in_pool(session, seen=sight.people),
        "stages": stage_choices(),
        "freshness": FRESHNESS_CHOICES,
        "orders": ORDER_CHOICES,
        "lacking_words": LACKING_WORDS,
        "fields": POOL_FIELDS,
        "examples": EXAMPLES,
        "saved": saved_searches(session, Searched.POOL, viewer_id=own),
        "suggested": SUGGESTED,
        "all_chosen": request.args.get("choose") == "page",
    }


@pages.get("/candidates.csv")
@requires(Permission.EXPORT)
def export_pool() -> ResponseReturnValue:
    """Take out everybody who matches, or of them those chosen, as a table; the trail keeps who did, and how many."""
    session, query, today = request_session(), asked_query(), request_time().date()
    sight = visible_pool(current_viewer())
    ids, _notes = matching_ids(session, query, seen=sight, today=today, mentioning=mentioning(query))
    if chosen := set(asked_ids()):
        ids = [one for one in ids if one in chosen]
    table = pool_table(load_rows(session, ids, seen=sight, today=today))
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


def asked_query(sent: MultiDict[str, str] | None = None) -> PoolQuery:
    """Read what was asked from the address; a value we do not know asks for nothing."""
    asked = request.args if sent is None else sent
    return PoolQuery(
        words=cleaned(asked.get("q", "")).strip(),
        stage=_member(Stage, asked.get("stage")),
        country=cleaned(asked.get("country", "")).strip()[:2].upper() or None,
        freshness=_member(Freshness, asked.get("resume")),
        has_basis=asked.get("basis") == "yes",
        lacking=_member(Lacking, asked.get("lacking")),
        order=_member(PoolOrder, asked.get("order")) or PoolOrder.NAME,
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
                rated(row.rating),
                row.contact_on,
                row.source,
                row.added_on,
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
    remembered = dict[str, Mentioned | None]()

    def mentioning(wording: str) -> Mentioned | None:
        if wording not in remembered:
            remembered[wording] = people_mentioning(index, wording, settings)
        return remembered[wording]

    return mentioning


def asked_arguments(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Give what a query in words of an address asks for, the way `url_for` takes it."""
    return _asked_arguments(asked_query(sent), asked_columns(sent))


def asked_columns(sent: MultiDict[str, str]) -> list[PoolColumn]:
    """Read which further columns were asked for."""
    return [column for column in PoolColumn if column.value in sent.getlist("show")]


def _asked_arguments(query: PoolQuery, columns: list[PoolColumn]) -> dict[str, str | list[str]]:
    asked = {
        "q": query.words,
        "stage": query.stage,
        "country": query.country,
        "resume": query.freshness,
        "basis": "yes" if query.has_basis else None,
        "lacking": query.lacking,
        "order": None if query.order is PoolOrder.NAME else query.order,
    }
    told: dict[str, str | list[str]] = {name: str(value) for name, value in asked.items() if value}
    return {**told, "show": [column.value for column in columns]} if columns else told


@pages.app_template_filter("rated")
def rated(rating: float | None) -> int | None:
    """Say a rating of 0..1 as the steps it was given in."""
    return None if rating is None else 1 + round(rating * (RATING_STEPS - 1))


def _member(kind: type[Kind], value: str | None) -> Kind | None:
    return kind(value) if value in list(kind) else None
