"""People who might be in the pool twice: pairs, side by side, made one field by field, kept apart, taken back."""

import io

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Office, Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.duplicates import (
    PER_PAGE,
    count_pairs,
    find_pair,
    keep_apart,
    let_be_compared,
    load_lines,
    load_pairs,
    merge_by_rule,
    pair_ids,
    seen_pairs,
)
from talentpool.candidates.merge_fields import FIELDS, Choice
from talentpool.candidates.merging import Decision, Unmerged, merge_candidates, unmerge
from talentpool.candidates.models import (
    Application,
    Candidate,
    Merge,
    PairState,
    PairVerdict,
    PossibleDuplicate,
)
from talentpool.candidates.pool_query import plain_query
from talentpool.candidates.pool_rows import load_rows
from talentpool.candidates.search import PoolQuery, matching_ids
from talentpool.candidates.visibility import visible_candidates, visible_pool
from talentpool.errors import NotFoundError
from talentpool.roles.visibility import hidden_role_ids
from talentpool.sheets import write_table
from talentpool.web.access import LARGEST_ID, asked_number, local_address, requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.field_lines import field_line
from talentpool.web.forms.entry import cleaned
from talentpool.web.notices import go_to, notify
from talentpool.web.pair_table import CSV_HEADERS, csv_row, sign_words, tie_words
from talentpool.web.transaction import own_transaction, request_session

pages = Blueprint("duplicates", __name__)
pages.add_app_template_filter(sign_words)
pages.add_app_template_filter(tie_words)

MOST_AT_ONCE = 200  # certain pairs merged with one click: a request must not hold the database for long
MOST_FOUND = 20


@pages.app_template_global("told_applications")
def told_applications(person: Candidate) -> list[Application]:
    """List somebody's applications without those to confidential roles of other teams."""
    if "hidden_roles" not in g:
        g.hidden_roles = hidden_role_ids(request_session(), current_viewer())
    return [one for one in person.applications if one.role_id not in g.hidden_roles]


@pages.get("/candidates/duplicates")
@requires(Permission.SEE_CANDIDATES)
def show_duplicates() -> ResponseReturnValue:
    """Show one page of pairs: those that wait, or with `?show=apart` those that are kept apart."""
    session, seen = request_session(), visible_candidates(current_viewer())
    state = _asked_state()
    found = load_pairs(session, seen=seen, state=state, page=request.args.get("page", 1, type=int))
    return render_template(
        "candidates/duplicates.html",
        found=found,
        counts=count_pairs(session, seen=seen),
        is_apart=state is PairState.KEPT_APART,
        per_page=PER_PAGE,
    )


@pages.get("/candidates/duplicates.csv")
@requires(Permission.EXPORT)
def export_duplicates() -> ResponseReturnValue:
    """Take the pairs out as a table; the trail keeps who did, and how many."""
    session, state = request_session(), _asked_state()
    ids = pair_ids(session, seen=visible_candidates(current_viewer()), state=state)
    table = io.StringIO()
    write_table(table, CSV_HEADERS, (csv_row(line) for line in load_lines(session, ids)))
    session.rollback()
    with own_transaction() as trail:
        record_event(
            trail,
            "duplicates_exported",
            object_kind="pool",
            object_id=None,
            recruiter_id=current_viewer().recruiter_id,
            now=request_time(),
            details={"pairs": len(ids)},
        )
    response = make_response(table.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"duplicates-{request_time().date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/candidates/<int:candidate_id>/merge")
@requires(Permission.CHANGE_CANDIDATES)
def show_merge(candidate_id: int) -> ResponseReturnValue:
    """Show two records side by side, or, without `?with=`, whom this one could be merged with."""
    other_id = asked_number("with")
    if other_id is None:
        return _choose_other(candidate_id)
    survivor, other = _person(candidate_id), _person(other_id)
    session = request_session()
    names = {row.id: row.name for row in session.execute(select(Recruiter.id, Recruiter.name))}
    offices = {row.id: row.name for row in session.execute(select(Office.id, Office.name))}
    return render_template(
        "candidates/merge.html",
        survivor=survivor,
        other=other,
        pair=find_pair(session, candidate_id, other_id),
        lines=[
            field_line(field, survivor, other, {"owner_id": names, "office_id": offices}) for field in FIELDS
        ],
        contact=contact_states(session, [candidate_id, other_id], today=request_time().date()),
        Choice=Choice,
    )


@pages.post("/candidates/<int:candidate_id>/merge")
@requires(Permission.CHANGE_CANDIDATES)
def merge(candidate_id: int) -> ResponseReturnValue:
    """Make two records one, as chosen field by field."""
    survivor, other = _person(candidate_id), _person(_posted_number("other"))
    choices = {
        field.name: Choice(chosen)
        for field in FIELDS
        if (chosen := request.form.get(field.name, "")) in list(Choice)
    }
    decision = Decision(now=request_time(), recruiter_id=current_viewer().recruiter_id, choices=choices)
    words = f"{_name(other)} and {_name(survivor)} are one now."
    done = merge_candidates(request_session(), survivor.id, other.id, decision, secret=desk().secret)
    notify(words, undo=url_for("duplicates.undo_merge", merge_id=done.id))
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate_id))


@pages.post("/merges/<int:merge_id>/undo")
@requires(Permission.CHANGE_CANDIDATES)
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Take a merge back; says what stays with the one who was kept."""
    session = request_session()
    known = session.get(Merge, merge_id)
    if known is None:
        raise NotFoundError(f"There is no merge {merge_id}; the person may have been erased.")
    _person(known.survivor_id)
    own, secret = current_viewer().recruiter_id, desk().secret
    undone = unmerge(session, merge_id, recruiter_id=own, now=request_time(), secret=secret)
    notify(_undone_words(undone))
    return go_to(url_for("candidates.show_candidate", candidate_id=undone.survivor_id))


@pages.post("/candidates/duplicates/merge-certain")
@requires(Permission.CHANGE_CANDIDATES)
def merge_certain() -> ResponseReturnValue:
    """Make the pairs one of which the rule is certain, some hundred at a time."""
    session, seen, merged = request_session(), visible_candidates(current_viewer()), 0
    ids = pair_ids(session, seen=seen, state=PairState.OPEN, verdict=PairVerdict.CERTAIN)
    for pair_id in ids[:MOST_AT_ONCE]:
        pair = session.get(PossibleDuplicate, pair_id)
        if pair is None:
            continue
        own = current_viewer().recruiter_id
        done = merge_by_rule(session, pair, secret=desk().secret, recruiter_id=own, now=request_time())
        merged += done is not None
    pairs = "1 pair is" if merged == 1 else f"{merged:,} pairs are"
    notify(f"{pairs} one now; each can be taken apart on the person’s page.")
    return go_to(url_for("duplicates.show_duplicates"))


@pages.post("/candidates/duplicates/apart")
@requires(Permission.CHANGE_CANDIDATES)
def say_apart() -> ResponseReturnValue:
    """Say that two people are two; the pair does not come up again."""
    one, other = _person(_posted_number("one")), _person(_posted_number("other"))
    own = current_viewer().recruiter_id
    pair = keep_apart(request_session(), one.id, other.id, recruiter_id=own, now=request_time())
    _record("pair_kept_apart", pair)
    undo = url_for("duplicates.compare_again", pair_id=pair.id)
    notify(f"{_name(one)} and {_name(other)} stay two people.", undo=undo)
    return go_to(_back())


@pages.post("/candidates/duplicates/<int:pair_id>/compare-again")
@requires(Permission.CHANGE_CANDIDATES)
def compare_again(pair_id: int) -> ResponseReturnValue:
    """Take back that two people are two."""
    session, seen = request_session(), visible_candidates(current_viewer())
    wanted = select(PossibleDuplicate).where(PossibleDuplicate.id == pair_id, *seen_pairs(seen))
    pair = session.scalar(wanted)
    if pair is None:
        raise NotFoundError(f"There is no pair {pair_id}.")
    let_be_compared(session, pair)
    _record("pair_compared_again", pair)
    notify("The two may be one person again.")
    return go_to(_back())


def _choose_other(candidate_id: int) -> str:
    session, person, sight = request_session(), _person(candidate_id), visible_pool(current_viewer())
    words = " ".join(cleaned(request.args.get("q", "")).split())[:200]
    today = request_time().date()
    named = PoolQuery(words=plain_query(words))
    found, _notes = matching_ids(session, named, seen=sight, today=today) if words else ([], None)
    ids = [each for each in found if each != candidate_id]
    concerns = (PossibleDuplicate.first_id == candidate_id) | (PossibleDuplicate.second_id == candidate_id)
    pairs = select(PossibleDuplicate.id).where(
        concerns, PossibleDuplicate.state == PairState.OPEN, *seen_pairs(sight.people)
    )
    waiting = list(load_lines(session, list(session.scalars(pairs.order_by(PossibleDuplicate.score.desc())))))
    return render_template(
        "candidates/merge_with.html",
        person=person,
        words=words,
        found=list(load_rows(session, ids[:MOST_FOUND], seen=sight, today=today)),
        more=max(0, len(ids) - MOST_FOUND),
        waiting=waiting,
    )


def _person(candidate_id: int) -> Candidate:
    wanted = select(Candidate).where(Candidate.id == candidate_id, visible_candidates(current_viewer()))
    kinds = (Candidate.emails, Candidate.phones, Candidate.links, Candidate.applications, Candidate.resumes)
    kinds += (Candidate.notes, Candidate.promises)  # type: ignore[assignment] # one tuple of relationships
    person = request_session().scalars(wanted.options(*(selectinload(kind) for kind in kinds))).first()
    if person is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return person


def _posted_number(name: str) -> int:
    number = request.form.get(name, type=int) or 0
    if not 0 < number <= LARGEST_ID:
        raise NotFoundError("There is nothing with such a number.")
    return number


def _asked_state() -> PairState:
    return PairState.KEPT_APART if request.args.get("show") == "apart" else PairState.OPEN


def _name(person: Candidate) -> str:
    return person.full_name or f"Candidate {person.id}"


def _undone_words(undone: Unmerged) -> str:
    words = "The merge is undone: these are two people again."
    if undone.stays:
        came = ", ".join(
            f"{count} {table.replace('_', ' ')}" for table, count in sorted(undone.stays.items())
        )
        words += f" What came since stays here: {came}."
    if undone.left:
        left = sorted({each.column or each.table for each in undone.left})
        words += f" Changed since and left as it is: {', '.join(each.replace('_', ' ') for each in left)}."
    return words


def _record(action: str, pair: PossibleDuplicate) -> None:
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=pair.first_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details={"pair_id": pair.id, "other_id": pair.second_id},
    )


def _back() -> str:
    asked = request.form.get("back")
    return local_address(asked) if asked else url_for("duplicates.show_duplicates")
