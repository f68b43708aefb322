"""What filters of a role's list cost: `python -m tests.benchmarks.list_filters HOME`, on a copy of an installation.

Where nobody has a history yet it makes one up: applications, legal bases, contacts, promises, places. Prints one JSON
document: people in the list, and in milliseconds of processor time, the median of seven, what a page of the list
costs without filters, what the choices of each group with their numbers add, and what two filters that are on add.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    ContactChannel,
    Direction,
    Disposition,
    Promise,
    RejectionReason,
    Stage,
)
from talentpool.cli.installation import Installation
from talentpool.clock import current_time
from talentpool.consent.models import Basis, LawfulBasis
from talentpool.database import many
from talentpool.matching.accounts import Accounts
from talentpool.rediscovery.filtered_list import FilteredList, filtered_list
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_filters import FILTERS, FilterGroup
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.results import cards, view_run
from talentpool.rediscovery.weighed_roles import weighed_role
from tests.builders import make_reason, make_recruiter

ROUNDS = 7
CITIES = ("Lisbon", "Porto", "Berlin", "Lyon", "Brno", "Ghent", None)
TWO = {"band": ("good",), "contact": ("ok", "no_basis")}


def make_histories(session: Session) -> None:
    """Give everybody in a pool without applications a past, by number so that every run is the same."""
    now = current_time()
    today = now.date()
    reasons = list(session.scalars(select(RejectionReason.id))) or [
        make_reason(session, code).id for code in ("pay", "level", "stronger")
    ]
    stages = list(Stage)[:5]
    for batch in many(session.scalars(select(Candidate.id)).all(), at_a_time=5_000):
        made: dict[type, list[dict[str, object]]] = {
            Application: [],
            LawfulBasis: [],
            Contact: [],
            Promise: [],
        }
        for n in batch:
            ended = today - timedelta(days=n % 1500)
            made[Application].append({
                "candidate_id": n, "role_title": "Engineer", "stage": stages[n % 5], "source_data": {},
                "disposition": Disposition.REJECTED, "reason_id": reasons[n % len(reasons)],
                "applied_on": ended, "ended_on": ended, "created_at": now, "updated_at": now,
            })  # fmt: skip
            if n % 5 < 3:
                made[LawfulBasis].append({
                    "candidate_id": n, "basis": Basis.CONSENT, "recorded_on": today - timedelta(days=n % 700),
                    "expires_on": today + timedelta(days=n % 700 - 100), "created_at": now,
                })  # fmt: skip
            if n % 5 == 0:
                made[Contact].append({
                    "candidate_id": n, "at": now - timedelta(days=n % 600), "channel": ContactChannel.EMAIL,
                    "direction": Direction.OURS, "is_unasked": True,
                })  # fmt: skip
            if n % 10 == 0:
                due_on = today + timedelta(days=n % 90)
                made[Promise].append(
                    {"candidate_id": n, "words": "write", "due_on": due_on, "created_at": now}
                )
        for table, rows in made.items():
            session.execute(insert(table), rows)
    for place, city in enumerate(CITIES):
        mine = Candidate.id % len(CITIES) == place
        session.execute(update(Candidate).where(mine).values(city=city, country="PT", source=city))
    session.flush()


def processor_ms(act: Callable[[], object]) -> float:
    """Measure what one act takes of the processor: the median, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        act()
        spent.append((time.process_time() - started) * 1000)
    return round(statistics.median(spent), 1)


def main(home: str) -> None:
    """Measure one list of the installation and print what it cost."""
    opened = Installation({"TALENTPOOL_HOME": home, "TALENTPOOL_LOGS_LEVEL": "warning"})
    with opened.sessions.writing.begin() as session:
        if not session.scalar(select(func.count()).select_from(Application)):
            make_histories(session)
        owner = session.scalars(select(Recruiter).where(Recruiter.kind == AccountKind.RECRUITER)).first()
        owner = owner or make_recruiter(session)
        viewer = Viewer(recruiter_id=owner.id, kind=owner.kind, office_id=None, name=owner.name)
    with opened.sessions.reading() as session:
        sys.stdout.write(
            json.dumps(measured(session, IndexKeeper(opened.settings.index_folder), viewer), indent=1)
        )
    opened.close()


def measured(session: Session, keeper: IndexKeeper, viewer: Viewer) -> dict[str, object]:
    """Measure the longest list there is."""
    run = session.scalars(select(MatchRun).order_by(MatchRun.eligible.desc(), MatchRun.id.desc())).first()
    assert run is not None, "no role of this installation has been matched"
    now = current_time()
    view = view_run(session, run, viewer)

    def narrowed(chosen: dict[str, tuple[str, ...]] | None = None) -> FilteredList:
        return filtered_list(session, keeper, view, chosen or {}, viewer=viewer, now=now)

    def counted(group: FilterGroup) -> None:
        found = narrowed()
        for one in FILTERS:
            if one.group is group:
                found.counts(one.key)

    index, settings = keeper.current(session, now=now), keeper.settings(session)
    role = weighed_role(run, settings)
    counted(FilterGroup.QUALITY)  # the compiled loops are there, and the bands of this list are known
    return {
        "people": view.total,
        "bands_of_everybody": processor_ms(lambda: Accounts(index, role, settings, today=now.date()).bands()),
        "page_without_filters": processor_ms(lambda: cards(session, keeper, view_run(session, run, viewer), now=now)),
        **{f"choices_of_{group}": processor_ms(lambda group=group: counted(group)) for group in FilterGroup},
        "two_filters_on": processor_ms(lambda: narrowed(TWO)),
        "left_with_two": narrowed(TWO).total,
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
