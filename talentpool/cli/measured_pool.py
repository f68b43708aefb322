"""A made-up pool for the benchmark: as documents for the index, and as an installation with a database."""

from collections.abc import Iterator
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

PEOPLE_AT_A_TIME = 1_000


def crowd_documents(people: int) -> Iterator[PoolDocument]:
    """Give the crowd as the index takes people in; ids from 1 on."""
    for number, text in enumerate(crowd_resumes(people), start=1):
        yield PoolDocument(candidate_id=number, text=text)


def open_crowd(home: Path, people: int, *, now: datetime) -> Installation:
    """Set an installation up in an empty folder, with the crowd in an SQLite database."""
    crowd = Installation(
        {"TALENTPOOL_HOME": str(home), "TALENTPOOL_DATABASE_URL": "", "TALENTPOOL_LOGS_LEVEL": "warning"}
    )
    upgrade_schema(crowd.engine)
    with crowd.sessions.writing() as session:
        install_policies(session, config_folder(), now=now)
        session.commit()
    for batch in many(enumerate(crowd_resumes(people), start=1), at_a_time=PEOPLE_AT_A_TIME):
        with crowd.sessions.writing() as session:
            session.execute(insert(Candidate), [_person(number, now) for number, _ in batch])
            session.execute(insert(Resume), [_resume(number, text, now) for number, text in batch])
            session.execute(
                insert(CandidateChange), [{"candidate_id": number, "at": now} for number, _ in batch]
            )
            session.commit()
    return crowd


def _person(number: int, now: datetime) -> dict[str, object]:
    name = f"Person{number:x} Crowd"
    return {
        "id": number, "full_name": name, "folded_name": name.lower(), "is_restricted": False,
        "source_data": {}, "created_at": now, "updated_at": now,
    }  # fmt: skip


def _resume(number: int, text: str, now: datetime) -> dict[str, object]:
    content = text.encode()
    return {
        "candidate_id": number, "content_hash": sha256(content).hexdigest(), "has_file": False,
        "media_type": "text/plain", "size_bytes": len(content), "visible_text": text,
        "status": ResumeStatus.READABLE, "dated_on": now.date(), "created_at": now,
    }  # fmt: skip
