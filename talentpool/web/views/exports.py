"""Taking people out as files: everything on record, which an import brings back, or a role's list to read.

A file is written beside the database and sent piece by piece; the trail keeps who took out how many.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import and_
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.candidates.profiles import all_candidate_ids
from talentpool.candidates.search import matching_ids
from talentpool.candidates.visibility import visible_candidates, visible_pool
from talentpool.errors import NotFoundError
from talentpool.imports.own_export import exported_ids, write_people
from talentpool.rediscovery.match_table import HEADINGS, match_rows
from talentpool.rediscovery.results import cards
from talentpool.sheets import write_file
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.match_filters import asked_list
from talentpool.web.selection import asked_people
from talentpool.web.transaction import own_transaction, request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.pool import asked_query, mentioning
from talentpool.web.views.roles import load_role_page

pages = Blueprint("exports", __name__)

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_MATCHES = 1_000


@pages.get("/candidates/export.<ending>")
@requires(Permission.EXPORT)
def export_people(ending: str) -> ResponseReturnValue:
    """Take out everything about everybody who matches what was asked, to be imported again."""
    session, query = request_session(), asked_query()
    sight, today = visible_pool(current_viewer()), request_time().date()
    ids, _notes = matching_ids(session, query, seen=sight, today=today, mentioning=mentioning(query))
    return _whole_people(session, ids, ending, name=f"pool-{today.isoformat()}")


@pages.get("/candidates/<int:candidate_id>/export.<ending>")
@requires(Permission.EXPORT)
def export_candidate(candidate_id: int, ending: str) -> ResponseReturnValue:
    """Take out everything about one person."""
    session = request_session()
    seen = and_(visible_candidates(current_viewer()), Candidate.id == candidate_id)
    ids = list(exported_ids(session, seen))
    if not ids:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    if closed := closed_page(ids, act="Taking the record out"):
        return closed
    return _whole_people(session, ids, ending, name=f"candidate-{candidate_id}")


@pages.get("/roles/<int:role_id>/matches.<ending>")
@requires(Permission.EXPORT)
def export_matches(role_id: int, ending: str) -> ResponseReturnValue:
    """Take out the best of a role's list as a table to read, as the filters leave it, or those chosen."""
    page = load_role_page(role_id)
    if page.view is None:
        raise NotFoundError(f"Role {role_id} has not been matched yet.")
    only = asked_people(page.view) or asked_list(page.view)[0].page(1, per_page=MOST_MATCHES)
    shown = cards(request_session(), desk().keeper, page.view, now=request_time(), only=only)
    answer = sent(
        lambda path: write_file(path, HEADINGS, match_rows(shown)), f"role-{role_id}-matches.{ending}"
    )
    leave_trail("matches_exported", "role", role_id, {"people": len(shown)})
    return answer


def _whole_people(session: Session, ids: list[int], ending: str, *, name: str) -> ResponseReturnValue:
    secret = desk().secret
    roles = visible_pool(current_viewer()).roles
    answer = sent(
        lambda path: write_people(session, ids, path, secret=secret, roles=roles), f"{name}.{ending}"
    )
    session.rollback()  # to see the pool as it is by now
    here = set(all_candidate_ids(session))
    if not here.issuperset(ids):  # somebody was erased while the file was written
        answer.close()
        return _whole_people(session, [each for each in ids if each in here], ending, name=name)
    leave_trail("pool_exported", "pool", None, {"people": len(ids), "whole": True})
    return answer


def sent(write: Callable[[Path], object], name: str) -> Response:
    """Send a file that is gone from the disk as soon as it is sent; raises NotFoundError for another format."""
    ending = name.rpartition(".")[2]
    if ending not in MEDIA_TYPES:
        raise NotFoundError(f"People are exported as {' or '.join(MEDIA_TYPES)}, not as {ending}.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        file = path.open("rb")  # stays readable after its name is gone
    return send_file(file, mimetype=MEDIA_TYPES[ending], as_attachment=True, download_name=name)


def leave_trail(action: str, kind: str, object_id: int | None, details: dict[str, Any]) -> None:
    """Write down who took what out, in a transaction of its own, once it has been read."""
    viewer, now = current_viewer(), request_time()
    request_session().rollback()
    with own_transaction() as trail:
        record_event(
            trail,
            action,
            object_kind=kind,
            object_id=object_id,
            recruiter_id=viewer.recruiter_id,
            now=now,
            details=details,
        )
