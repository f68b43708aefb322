"""How long it takes to erase people and to prove it: `python -m tests.benchmarks.erasure_speed HOME [PEOPLE]`.

Works on the installation it is given, so give it a copy: everybody gets an address, a number and an application, some
get notes, messages and a history of imports, and beside the database lie mails and an upload. Then one person is erased,
and PEOPLE (20) together. Prints one JSON document: what is there, and seconds by the clock and of the processor for
each, with what the two searches alone take, and writing SQLite's file anew.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, insert, select

from jobs.place_of_erasure import place_of_erasure
from jobs.workplace import Workplace, open_workplace
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Application, Candidate, CandidateEmail, CandidatePhone, Note, Stage
from talentpool.cli.installation import Installation
from talentpool.clock import current_time
from talentpool.consent.eligibility import MessagePurpose
from talentpool.database import Base, many
from talentpool.erasure.carry_out import Place, carry_out_together
from talentpool.erasure.erase import look_up_traces
from talentpool.erasure.free_space import write_anew
from talentpool.erasure.prove import look_for, prove
from talentpool.imports.models import Import, ImportChange, ImportState
from talentpool.logs import configure_logs
from talentpool.outreach.models import Message, MessageState
from talentpool.settings import config_folder

TOGETHER = 20
EACH_NOTED, EACH_WRITTEN_TO, EACH_IMPORTED = 5, 20, 2
ROWS_AT_A_TIME = 2_000
MAILS, UPLOADED_LINES = 500, 200_000
Done = TypeVar("Done")


def furnish(workplace: Workplace, now: datetime) -> None:
    """Give people what makes a search long, unless they have it already."""
    with workplace.sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        if session.scalar(select(CandidateEmail.id).limit(1)) is not None:
            return
        batch = Import(
            file_name="history.csv", content_hash="0" * 64, source="ats", mapping={}, state=ImportState.DONE,
            started_at=now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        ids = session.scalars(select(Candidate.id).order_by(Candidate.id)).all()
        for some in many(ids, at_a_time=ROWS_AT_A_TIME):
            for model, rows in furniture(some, batch.id, now).items():
                if rows:
                    session.execute(insert(model), rows)
    lay_files(workplace.settings.home)


def furniture(ids: list[int], import_id: int, now: datetime) -> dict[type[Base], list[dict[str, Any]]]:
    """Make the rows of some people."""
    return {
        CandidateEmail: [
            {"candidate_id": n, "address": f"Person.{n:x}@example.org", "address_key": f"person.{n:x}@example.org"}
            for n in ids
        ],
        CandidatePhone: [
            {"candidate_id": n, "number": f"+49 30 {55000000 + n}", "number_key": f"+4930{55000000 + n}"}
            for n in ids
        ],
        Application: [
            {
                "candidate_id": n, "role_title": "Platform engineer", "stage": Stage.SCREENED, "source_data": {},
                "created_at": now, "updated_at": now,
            }
            for n in ids
        ],
        Note: [
            {"candidate_id": n, "words": f"Person{n:x} was calm and clear. " * 8, "created_at": now}
            for n in ids[::EACH_NOTED]
        ],
        Message: [
            {
                "message_key": f"<{n}@b.example>", "candidate_id": n, "purpose": MessagePurpose.FIRST_CONTACT,
                "to_address": f"person.{n:x}@example.org", "subject": "A role", "text": "Hello! " * 150,
                "state": MessageState.SENT, "created_at": now, "due_at": now,
            }
            for n in ids[::EACH_WRITTEN_TO]
        ],
        ImportChange: [
            {
                "import_id": import_id, "record": "candidates", "record_id": n, "candidate_id": n,
                "before": {"headline": None}, "after": {"headline": f"Engineer {n}"},
            }
            for n in ids[::EACH_IMPORTED]
        ],
    }  # fmt: skip


def lay_files(home: Path) -> None:
    """Put mails and an upload beside the database."""
    (home / "mail").mkdir(exist_ok=True)
    for number in range(MAILS):
        text = f"Subject: =?utf-8?q?A_role_for_you?=\n\nHello Person{number:x}!\n" + "We look for you. " * 60
        (home / "mail" / f"{number}.eml").write_text(text)
    (home / "uploads").mkdir(exist_ok=True)
    with (home / "uploads" / "left.csv").open("w") as file:
        for number in range(UPLOADED_LINES):
            file.write(f"Nobody{number:x} Here,nobody.{number:x}@example.net,+49 40 {number:08d},Engineer\n")


def timed(act: Callable[[], Done]) -> tuple[Done, dict[str, float]]:
    """Do something, and tell how long it took by the clock and of the processor."""
    began, at_work = time.perf_counter(), time.process_time()
    done = act()
    took = {"seconds": time.perf_counter() - began, "processor_seconds": time.process_time() - at_work}
    return done, {name: round(value, 2) for name, value in took.items()}


def erased(place: Place, ids: list[int]) -> dict[str, Any]:
    """Erase people together, and tell how long that took and whether all are gone."""
    (gone, refused), took = timed(lambda: carry_out_together(place, ids, recruiter_id=None))
    assert not refused
    found = sum(not one.proof.is_gone for one in gone.values())
    searched = sum(one.proof.searched_for for one in gone.values())
    return {"people": len(gone), **took, "searched_for": searched, "still_found": found}


def searches(place: Place, ids: list[int]) -> dict[str, Any]:
    """Time the two searches alone, without erasing anybody."""
    with place.sessions.reading() as session:
        people = [look_up_traces(session, each) for each in ids]
        wanted, before = timed(lambda: look_for(session, people))
        _, after = timed(lambda: prove(session, place.home, wanted))
    return {"people": len(ids), "before": before, "after": after}


def written_anew(place: Place) -> dict[str, Any]:
    """Time writing SQLite's file anew and emptying its log, alone."""
    with place.sessions.reading() as session:
        is_anew, took = timed(lambda: write_anew(session))
    return {"is_anew": is_anew, **took}


def main() -> int:
    """Measure, and print what was found."""
    home, together = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else TOGETHER
    environ = {"TALENTPOOL_HOME": str(home), "TALENTPOOL_LOGS_LEVEL": "warning"}
    installation = Installation(environ)
    installation.require_ready()
    configure_logs(json_lines=False, level="warning")
    workplace, now = open_workplace(installation.settings, installation.engine), current_time()
    furnish(workplace, now)
    place = place_of_erasure(workplace)
    with workplace.sessions.reading() as session:
        _, index = timed(lambda: workplace.keeper.current(session, now=now))
        people = session.scalar(select(func.count(Candidate.id))) or 0
        ids = list(
            session.scalars(select(Candidate.id).order_by(Candidate.id.desc()).limit(2 * together + 2))
        )
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    told: dict[str, Any] = {"people": people, "home_mb": round(size / 1e6), "index_ready": index}
    others = ids[1 : 1 + together]
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "searches_for_one": lambda: searches(place, ids[:1]),
        "searches_together": lambda: searches(place, others),
        "file_anew": lambda: written_anew(place),
        "one": lambda: erased(place, ids[:1]),
        "together": lambda: erased(place, others),
    }
    for name, step in steps.items():
        told[name] = step()
        sys.stderr.write(f"{name}: {told[name]}\n")
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
