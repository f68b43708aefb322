"""An erasure from the first look to the proof: rows, files, index, and the search that finds nothing any more."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.kept_too_long import kept_at_least_until
from talentpool.consent.models import DataRequest, LegalHold, RequestState
from talentpool.database import Sessions
from talentpool.erasure.erase import Traces, erase_person, look_up_traces, remove_files, require_erasable
from talentpool.erasure.mentions import clear_mentions, files_mentioning, write_log_back
from talentpool.erasure.prove import HELD, Proof, prove, things_to_search

FLOOR = "The law wants the record kept until then"
EXPORTS = "exports"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a person is erased: the installation, and what other rooms do for it."""

    sessions: Sessions
    home: Path
    resume_folder: Path
    secret: bytes
    mail_file: Callable[[str], Path]  # of a message in the folder, by its Message-ID
    tidy_index: Callable[[Session], object]  # so that no file of it holds who is gone
    seal: Callable[[Session, int, Path], object]  # writes everything on record into a file, for a hold in law
    clock: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was erased, in numbers, and what the search found afterwards."""

    candidate_id: int
    rows: int
    files: int
    is_sealed: bool
    seconds: float
    proof: Proof = field(default_factory=lambda: Proof(searched_for=0, found={}))

    def as_json(self) -> dict[str, object]:
        """Give it as it is kept with the request: numbers only."""
        return {
            "rows": self.rows,
            "files": self.files,
            "sealed": self.is_sealed,
            "searched_for": self.proof.searched_for,
            "found": self.proof.found,
            "seconds": round(self.seconds, 1),
        }


def carry_out(
    place: Place, candidate_id: int, *, recruiter_id: int | None, request_id: int | None = None
) -> Erased:
    """Erase a person, prove it, and note the proof with the request.

    Under a hold in law everything on record is sealed into one file first, which nothing of ours reads again. Raises
    NotFoundError and ConflictError before anything is changed.
    """
    began = time.monotonic()
    with place.sessions.reading() as session:
        require_erasable(session, candidate_id, now=place.clock())
        things = things_to_search(session, look_up_traces(session, candidate_id))
    sealed = _seal(place, candidate_id)
    with place.sessions.writing() as session:
        traces = erase_person(
            session, candidate_id, secret=place.secret, recruiter_id=recruiter_id, now=place.clock()
        )
        clear_mentions(session, candidate_id, things)
        session.commit()
        write_log_back(session)
    mentioning = files_mentioning(place.home, things)
    others = [*_other_files(place, traces), *mentioning]
    files = remove_files(traces, resume_folder=place.resume_folder, others=others)
    with place.sessions.reading() as session:
        place.tidy_index(session)
    with place.sessions.reading() as session:
        proof = prove(session, place.home, things)
    erased = Erased(
        candidate_id=candidate_id,
        rows=sum(traces.rows.values()),
        files=files,
        is_sealed=sealed is not None,
        seconds=time.monotonic() - began,
        proof=proof,
    )
    if request_id is not None:
        _note(place, request_id, erased)
    return erased


def _seal(place: Place, candidate_id: int) -> Path | None:
    with place.sessions.writing() as session:
        hold = standing_hold(session, candidate_id, now=place.clock())
        hold = hold or _floor(session, candidate_id, now=place.clock())
        if hold is None:
            return None
        hold.copy_key = hold.copy_key or uuid4().hex
        path = sealed_copy(place.home, hold)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.seal(session, candidate_id, path)
        path.chmod(0o400)
        session.commit()
    return path


def _floor(session: Session, candidate_id: int, *, now: datetime) -> LegalHold | None:
    """Hold the copy for as long as the law wants the record kept, where it does; searched and matched it is not."""
    until = kept_at_least_until(session, candidate_id)
    if until is None or until < now.date():
        return None
    hold = LegalHold(person_id=candidate_id, reason=FLOOR, until=until, placed_at=now)
    session.add(hold)
    session.flush()
    return hold


def sealed_copy(home: Path, hold: LegalHold) -> Path:
    """Say where the sealed copy of a hold lies."""
    return home / HELD / f"{hold.copy_key}.zip"


def standing_hold(session: Session, candidate_id: int, *, now: datetime) -> LegalHold | None:
    """Find the hold in law that stands on a person today."""
    standing = select(LegalHold).where(LegalHold.person_id == candidate_id, LegalHold.lifted_at.is_(None))
    holds = session.scalars(standing.order_by(LegalHold.id))
    return next((hold for hold in holds if hold.until is None or hold.until >= now.date()), None)


def _other_files(place: Place, traces: Traces) -> list[Path]:
    mails = [place.mail_file(key) for key in traces.message_keys]
    return mails + [place.home / EXPORTS / f"{key}.zip" for key in traces.export_keys]


def _note(place: Place, request_id: int, erased: Erased) -> None:
    with place.sessions.writing() as session:
        request = session.get(DataRequest, request_id)
        if request is not None:
            request.state, request.answered_at = RequestState.ANSWERED, place.clock()
            request.proof = erased.as_json()
        session.commit()
