"""A made-up pool for the benchmark: as documents for the index, and as an installation with a database."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, CandidateChange, Resume, ResumeStatus
from talentpool.cli.installation import Installation
from talentpool.database import many
from talentpool.matching.documents import PoolDocument
from talentpool.sample_pool.crowd import crowd_resumes
from talentpool.schema import upgrade_schema
from talentpool.settings import config_folder

PEOPLE_AT_A_TIME, BYTES_AT_A_TIME = 1_000, 1 << 20
END = b"\0"


def write_crowd(path: Path, people: int, report: Callable[[int], None]) -> None:
    """Write the crowd's resumes to a file, so that making them up is not measured; tells how many are written."""
    with path.open("wb") as file:
        for number, text in enumerate(crowd_resumes(people), start=1):
            file.write(text.encode() + END)
            if number % PEOPLE_AT_A_TIME == 0 or number == people:
                report(number)


def read_crowd(path: Path) -> Iterator[str]:
    """Read the resumes back, one after another."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BYTES_AT_A_TIME):
            *texts, rest = (rest + block).split(END)
            yield from (text.decode() for text in texts)


def crowd_documents(path: Path) -> Iterator[PoolDocument]:
    """Give the crowd as the index takes people in; ids from 1 on."""
    for number, text in enumerate(read_crowd(path), start=1):
        yield PoolDocument(candidate_id=number, text=text)


def open_crowd(home: Path, resumes: Path, *, now: datetime) -> Installation:
    """Set an installation up in an empty folder, with the crowd in an SQLite database."""
    crowd = Installation(
        {"TALENTPOOL_HOME": str(home), "TALENTPOOL_DATABASE_URL": "", "TALENTPOOL_LOGS_LEVEL": "warning"}
    )
    upgrade_schema(crowd.engine)
    with crowd.sessions.writing() as session:
        install_policies(session, config_folder(), now=now)
        session.commit()
    for batch in many(enumerate(read_crowd(resumes), start=1), at_a_time=PEOPLE_AT_A_TIME):
        with crowd.sessions.writing() as session:
            session.execute(insert(Candidate), [person_row(number, now) for number, _ in batch])
            session.execute(insert(Resume), [resume_row(number, text, now) for number, text in batch])
            changes = [{"candidate_id": number, "at": now} for number, _ in batch]
            session.execute(insert(CandidateChange), changes)
            session.commit()
    return crowd


def person_row(number: int, now: datetime) -> dict[str, object]:
    """Give a made-up person the way the table keeps people."""
    name = f"Person{number:x} Crowd"
    return {
        "id": number, "full_name": name, "folded_name": name.lower(), "is_restricted": False,
        "source_data": {}, "created_at": now, "updated_at": now,
    }  # fmt: skip


def resume_row(number: int, text: str, now: datetime) -> dict[str, object]:
    """Give a resume the way the table keeps it, as if it had come as text."""
    content = text.encode()
    return {
        "candidate_id": number, "content_hash": sha256(content).hexdigest(), "has_file": False,
        "media_type": "text/plain", "size_bytes": len(content), "visible_text": text,
        "status": ResumeStatus.READABLE, "dated_on": now.date(), "created_at": now,
    }  # fmt: skip
