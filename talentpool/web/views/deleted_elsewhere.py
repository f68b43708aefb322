"""What other systems have deleted: very many at once as one question, and every proposal to erase answered together.

What is decided here can be taken back with one click; only an erasure cannot, and asks first.
"""

import io
from collections.abc import Iterator

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AuditEvent
from talentpool.accounts.permissions import Permission
from talentpool.erasure.proposed import (
    ask_to_erase,
    count_proposed,
    load_proposed,
    refuse_proposed,
    take_refusals_back,
)
from talentpool.errors import ConflictError, NotFoundError
from talentpool.imports.deletions import (
    in_question,
    let_through,
    load_questions,
    refuse_all,
    shipped_brake,
    take_back,
)
from talentpool.sheets import write_table
from talentpool.web.access import asked_number, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import own_transaction, request_session
from talentpool.web.wording import counted

pages = Blueprint("deleted_elsewhere", __name__)

A_PAGE = 100
NAMED_MOST = 25
MOST_EXPORTED = 200_000
LET_THROUGH, HELD_REFUSED, REFUSED = "deletions_let_through", "deletions_refused", "proposals_refused"
ERASING, UNDONE = "proposals_erased", "deletions_decision_undone"
STAY = "They were deleted in another system without asking for it; what is on record here stays."
HEADINGS = ("Request", "Candidate ID", "Name", "State", "Answer due", "What the other system says")


@pages.get("/requests/deleted-elsewhere")
@requires(Permission.SEE_ALL_REQUESTS)
def show() -> ResponseReturnValue:
    """Show what waits as one question for each source, and the proposals nobody has answered."""
    return _page(Entry({"answer": STAY}))


@pages.post("/requests/deleted-elsewhere/question")
@requires(Permission.SEE_ALL_REQUESTS)
def decide() -> ResponseReturnValue:
    """Take all that a source says as requests, or let all of them stay."""
    session, entry, now = request_session(), Entry(request.form), request_time()
    source, people = entry["source"], entry.whole_number("people", "how many people", least=1) or 0
    if entry["act"] == "ask":
        number = let_through(session, source, people, now=now)
        words, action = (
            f"{counted(number, 'person is', 'people are')} proposed for erasure below.",
            LET_THROUGH,
        )
    elif entry["act"] == "refuse":
        number = refuse_all(session, source, people, now=now)
        words, action = f"{counted(number, 'person stays', 'people stay')} as they are.", HELD_REFUSED
    else:
        raise NotFoundError("Say whether they are to be asked about, or stay.")
    event = _record(action, {"source": source, "people": number})
    return _done(words, event)


@pages.post("/requests/deleted-elsewhere")
@requires(Permission.SEE_ALL_REQUESTS)
def answer() -> ResponseReturnValue:
    """Refuse the proposals that are ticked, or have the people erased."""
    entry, chosen = Entry(request.form), _chosen()
    if not chosen:
        notify("Nobody was chosen: tick the box beside a name first.")
        return go_to(url_for("deleted_elsewhere.show"))
    if entry["act"] == "erase":
        return _erase(entry, chosen)
    return _refuse(entry, chosen)


@pages.post("/requests/deleted-elsewhere/undo/<int:event_id>")
@requires(Permission.SEE_ALL_REQUESTS)
def undo(event_id: int) -> ResponseReturnValue:
    """Take one such decision back as a whole, except where somebody has worked on since."""
    session, event = request_session(), request_session().get(AuditEvent, event_id)
    if event is None or event.action not in (LET_THROUGH, HELD_REFUSED, REFUSED):
        raise NotFoundError("There is no such decision to take back.")
    if event.action == REFUSED:
        number = take_refusals_back(session, event.at, now=request_time())
    else:
        number = take_back(session, str(event.details["source"]), event.at)
    if not number:
        raise ConflictError("This has been taken back already, or somebody has worked on since.")
    _record(UNDONE, {"event": event.id, "people": number})
    notify(f"Taken back: {counted(number, 'person waits', 'people wait')} as before.")
    return go_to(url_for("deleted_elsewhere.show"))


@pages.get("/requests/deleted-elsewhere.csv")
@requires(Permission.SEE_ALL_REQUESTS)
def export() -> ResponseReturnValue:
    """Take out as a table who is proposed for erasure, and who waits; the trail keeps who did, and how many."""
    rows = list(_rows())
    table = io.StringIO()
    write_table(table, HEADINGS, rows)
    request_session().rollback()
    with own_transaction() as trail:
        record_event(
            trail,
            "proposals_exported",
            object_kind="installation",
            object_id=None,
            recruiter_id=current_viewer().recruiter_id,
            now=request_time(),
            details={"people": len(rows)},
        )
    response = make_response(table.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"deleted-elsewhere-{request_time().date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refuse(entry: Entry, chosen: list[int]) -> ResponseReturnValue:
    words = entry.text("answer", "why they stay", longest=2_000)
    if entry.problems:
        return _page(entry), 422
    refused = refuse_proposed(request_session(), chosen, words, now=request_time())
    event = _record(REFUSED, {"people": len(refused)})
    return _done(f"{counted(len(refused), 'proposal is', 'proposals are')} refused.", event)


def _erase(entry: Entry, chosen: list[int]) -> ResponseReturnValue:
    words = entry.line("how_known", "how you know that they want it")
    if not entry.is_ticked("sure"):
        entry.refuse("sure", "Tick that you are sure: nobody can bring these people back.")
    if entry.problems:
        return _page(entry), 422
    own = current_viewer().recruiter_id
    asked = ask_to_erase(request_session(), chosen, words, asked_by=own, now=request_time())
    _record(ERASING, {"people": len(asked)})
    notify(
        f"{counted(len(asked), 'person is', 'people are')} being erased; the proof stands with each request."
    )
    return go_to(url_for("deleted_elsewhere.show"))


def _chosen() -> list[int]:
    """Read which proposals are ticked; `all` stands for every one there is, as many as were shown."""
    session, entry = request_session(), Entry(request.form)
    if shown := entry.whole_number("all", "how many proposals", required=False):
        if count_proposed(session) > shown:
            raise ConflictError(f"There are more than {shown:,} proposals by now; look at the list again.")
        return [one.id for one, _name in load_proposed(session)]
    sent = entry.all_of("proposals")
    return [int(value) for value in sent if value.isascii() and value.isdecimal() and len(value) < 19]


def _page(entry: Entry) -> str:
    session, number = request_session(), max(1, asked_number("page") or 1)
    questions = load_questions(session)
    return render_template(
        "requests/deleted_elsewhere.html",
        entry=entry,
        questions=[(one, in_question(session, one.source, most=NAMED_MOST)) for one in questions],
        percent=shipped_brake().percent,
        proposals=load_proposed(session, first=(number - 1) * A_PAGE, most=A_PAGE),
        total=count_proposed(session),
        number=number,
        per_page=A_PAGE,
        all_chosen=request.args.get("choose") == "page",
        chosen=set(entry.all_of("proposals")),
    )


def _rows() -> Iterator[tuple[object, ...]]:
    session = request_session()
    for one, name in load_proposed(session, most=MOST_EXPORTED):
        yield one.id, one.candidate_id, name, "proposed", one.due_on, one.words
    for question in load_questions(session):
        for candidate_id, name, there in in_question(session, question.source, most=MOST_EXPORTED):
            yield (
                "",
                candidate_id,
                name,
                "waits for a yes",
                "",
                f"deleted in {question.source} (there: {there})",
            )


def _done(words: str, event: AuditEvent) -> ResponseReturnValue:
    notify(words, undo=url_for("deleted_elsewhere.undo", event_id=event.id))
    return go_to(url_for("deleted_elsewhere.show"))


def _record(action: str, details: dict[str, object]) -> AuditEvent:
    event = record_event(
        request_session(),
        action,
        object_kind="installation",
        object_id=None,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
        details=details,
    )
    request_session().flush()
    return event
