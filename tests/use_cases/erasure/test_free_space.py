"""Nothing of an erased person is left in the bytes of SQLite's file, be it in free pages, old copies, or the log."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from talentpool.candidates.models import Candidate, CandidateEmail, Note, Resume, ResumeStatus
from talentpool.database import Base, Sessions, folded, open_engine, open_sessions
from talentpool.erasure.carry_out import Place, carry_out_together
from talentpool.erasure.free_space import write_anew
from tests.builders import NOW, make_candidate

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

CROWD, GONE = 1_000, 20


def traces_of(number: int) -> tuple[str, str, str, str]:
    """Give what only one person has: name, address, a sentence of the resume, and one of a note."""
    return (
        f"Ottilie Querfurth{number:04d}",
        f"ottilie{number:04d}@querfurth.example",
        f"Kept the {number:04d} looms of Brunnenkressen running at night.",
        f"Plays the {number:04d}th bassoon in town.",
    )


def bring_in_a_crowd(sessions: Sessions, engine: Engine) -> list[int]:
    """Let people come in any order and records grow, so that SQLite splits pages; gives who has most copies first.

    Some entries then stand a second time in the free space of a page, where deleting does not reach them.
    """
    chance = random.Random(7)
    with sessions.writing.begin() as session:
        for number in chance.sample(range(1, CROWD + 1), CROWD):
            for model, row in rows_of(number).items():
                session.execute(insert(model), row)
    with sessions.writing.begin() as session:
        for number in chance.sample(range(1, CROWD + 1), CROWD // 3):
            grown = update(Candidate).where(Candidate.id == number).values(summary="Grew. " * 80)
            session.execute(grown)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytes_of(engine)
    copies = {
        number: sum(raw.count(trace.lower().encode()) for trace in traces_of(number))
        for number in range(1, CROWD + 1)
    }
    return sorted(copies, key=lambda number: (-copies[number], number))


def rows_of(number: int) -> dict[type[Base], dict[str, object]]:
    """Make the rows of one person."""
    name, address, sentence, words = traces_of(number)
    made = {"created_at": NOW}
    return {
        Candidate: made
        | {"id": number, "full_name": name, "folded_name": folded(name), "updated_at": NOW, "is_restricted": False},
        CandidateEmail: {"candidate_id": number, "address": address, "address_key": address, "position": 0},
        Resume: made
        | {
            "candidate_id": number, "content_hash": f"{number:064x}", "size_bytes": 60, "visible_text": sentence,
            "status": ResumeStatus.READABLE,
        },
        Note: made | {"candidate_id": number, "words": words},
    }  # fmt: skip


def bytes_of(engine: Engine) -> bytes:
    """Read the file of the database and its log as they lie on the disk."""
    path = Path(engine.url.database or "")
    log = path.with_name(path.name + "-wal")
    return (path.read_bytes() + (log.read_bytes() if log.exists() else b"")).lower()


def test_no_name_address_or_sentence_of_people_erased_is_left_in_the_bytes_of_the_file(
    place: Place, engine: Engine, sessions: Sessions
) -> None:
    leaving = bring_in_a_crowd(sessions, engine)[:GONE]
    gone, refused = carry_out_together(place, leaving, recruiter_id=None)
    assert not refused
    raw = bytes_of(engine)
    left = [trace for number in leaving for trace in traces_of(number) if trace.lower().encode() in raw]
    assert left == []
    words = gone[leaving[0]].proof.in_words()
    assert "none was found" in words
    assert "written anew" in words


def test_who_stays_is_still_there_after_the_file_was_written_anew(
    place: Place, engine: Engine, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        ids = [make_candidate(session, resume=f"Looms {number}").id for number in range(3)]
    carry_out_together(place, ids[:1], recruiter_id=None)
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT id FROM candidates").fetchall() == [(one,) for one in ids[1:]]


def test_a_file_that_cannot_be_written_anew_is_said_to_be_so(
    place: Place, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.database.BUSY_SECONDS", 0.05)
    impatient = open_engine(str(engine.url))
    blocker = sqlite3.connect(str(engine.url.database), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with open_sessions(impatient).reading() as session:
        assert write_anew(session) is False
        blocker.execute("ROLLBACK")
        assert write_anew(session) is True
    blocker.close()
    impatient.dispose()


def test_a_log_that_a_reader_holds_on_to_is_said_to_be_so(
    place: Place, engine: Engine, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.database.BUSY_SECONDS", 0.05)
    impatient = open_engine(str(engine.url))
    reader = sqlite3.connect(str(engine.url.database), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM candidates").fetchone()
    with sessions.writing.begin() as session:
        make_candidate(session)
    with open_sessions(impatient).reading() as session:
        assert write_anew(session) is False
        reader.execute("COMMIT")
        assert write_anew(session) is True
    reader.close()
    impatient.dispose()
