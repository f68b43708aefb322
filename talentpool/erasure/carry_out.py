"""An erasure from the first look to the proof: rows, files, index, and the search that finds nothing any more."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from talentpool.candidates.kept_too_long import kept_at_least_until
from talentpool.consent.legal_holds import lift_hold, load_holds_of, load_sealed
from talentpool.consent.models import DataRequest, LegalHold
from talentpool.database import Sessions
from talentpool.erasure.erase import Traces, erase_person, look_up_traces, remove_files, require_erasable
from talentpool.erasure.free_space import write_anew
from talentpool.erasure.mentions import clear_mentions, files_mentioning
from talentpool.erasure.prove import HELD, Proof, Wanted, look_for, prove
from talentpool.errors import TalentPoolError
from talentpool.resumes.store import original_path

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
    seconds: float  # for everybody who was erased with them
    requests: tuple[int, ...] = ()  # of the person, which ended with it
    proof: Proof = field(default_factory=lambda: Proof(searched_for=0))

    def as_json(self) -> dict[str, object]:
        """Give it as it is kept with the request: numbers, places, and one sentence, and nothing of the person."""
        return {
            "rows": self.rows,
            "files": self.files,
            "sealed": self.is_sealed,
            "searched_for": self.proof.searched_for,
            "found": dict(self.proof.found),
            "mentions": [asdict(one) for one in self.proof.mentions],
            "says": self.proof.in_words(),
            "seconds": round(self.seconds, 1),
        }


def carry_out(place: Place, candidate_id: int, *, recruiter_id: int | None) -> Erased:
    """Erase a person, prove it, and note the proof with the requests that end with it.

    Under a hold in law everything on record is sealed into one file first, which nothing of ours reads again. Raises
    NotFoundError and ConflictError before anything is changed.
    """
    with place.sessions.reading() as session:
        require_erasable(session, candidate_id, now=place.clock())
    erased, refused = carry_out_together(place, [candidate_id], recruiter_id=recruiter_id)
    if candidate_id in refused:
        raise refused[candidate_id]
    return erased[candidate_id]


def carry_out_together(
    place: Place, candidate_ids: Sequence[int], *, recruiter_id: int | None
) -> tuple[dict[int, Erased], dict[int, TalentPoolError]]:
    """Erase people, each in a transaction of their own, and prove it for all in one search; gives who could not go.

    What mentions them elsewhere goes first: whoever takes up what a crash has left half-done finds the person here,
    and does all of it.
    """
    began = time.monotonic()
    people, refused = _gather(place, candidate_ids)
    if not people:
        return {}, refused
    with place.sessions.reading() as session:
        wanted = look_for(session, people)
    sealed = {one.candidate_id for one in people if _seal(place, one.candidate_id) is not None}
    with place.sessions.writing() as session:
        clear_mentions(session, wanted.seen, list(wanted.things))
        session.commit()
    files = remove_files(files_mentioning(place.home, wanted.quarry))
    gone: dict[int, Erased] = {}
    for person in people:
        try:
            gone[person.candidate_id] = _erase(place, person.candidate_id, sealed, recruiter_id)
        except TalentPoolError as error:
            refused[person.candidate_id] = error
    proven = _proven(place, gone, wanted, more_files=files, began=began)
    _note_proofs(place, proven.values())
    return proven, refused


def _gather(place: Place, candidate_ids: Sequence[int]) -> tuple[list[Traces], dict[int, TalentPoolError]]:
    people, refused = list[Traces](), dict[int, TalentPoolError]()
    with place.sessions.reading() as session:
        for candidate_id in dict.fromkeys(candidate_ids):
            try:
                require_erasable(session, candidate_id, now=place.clock())
                people.append(look_up_traces(session, candidate_id))
            except TalentPoolError as error:
                refused[candidate_id] = error
    return people, refused


def _erase(place: Place, candidate_id: int, sealed: Collection[int], recruiter_id: int | None) -> Erased:
    """Erase one person; files go before the rows that name them are gone for good, so that none is left behind."""
    with place.sessions.writing() as session:
        traces = erase_person(
            session, candidate_id, secret=place.secret, recruiter_id=recruiter_id, now=place.clock()
        )
        files = remove_files(_files(place, traces))
        session.commit()
    rows = sum(traces.rows.values())
    return Erased(
        candidate_id=candidate_id,
        rows=rows,
        files=files,
        is_sealed=candidate_id in sealed,
        seconds=0,
        requests=traces.requests,
    )


def _proven(
    place: Place, gone: Mapping[int, Erased], wanted: Wanted, *, more_files: int, began: float
) -> dict[int, Erased]:
    with place.sessions.reading() as session:
        is_file_anew = write_anew(session)
    with place.sessions.reading() as session:
        place.tidy_index(session)
    with place.sessions.reading() as session:
        proofs = prove(session, place.home, wanted)
    seconds = time.monotonic() - began
    return {
        each: replace(
            one,
            files=one.files + more_files,
            seconds=seconds,
            proof=replace(proofs[each], is_file_anew=is_file_anew),
        )
        for each, one in gone.items()
    }


def _note_proofs(place: Place, gone: Iterable[Erased]) -> None:
    with place.sessions.writing() as session:
        for one in gone:
            ended = update(DataRequest).where(DataRequest.id.in_(one.requests))
            session.execute(ended.values(proof=one.as_json()))
        session.commit()


def _seal(place: Place, candidate_id: int) -> Path | None:
    """Seal everything on record into one file, which all holds that stand keep together: it goes with the last."""
    with place.sessions.writing() as session:
        today = place.clock().date()
        _note_floor(session, candidate_id, now=place.clock())
        holds = load_holds_of(session, candidate_id, today=today)
        if not holds:
            return None
        copy_key = next((hold.copy_key for hold in holds if hold.copy_key), uuid4().hex)
        for hold in holds:
            hold.copy_key = copy_key
        path = sealed_copy(place.home, copy_key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.seal(session, candidate_id, path)
        path.chmod(0o400)
        session.commit()
    return path


def _note_floor(session: Session, candidate_id: int, *, now: datetime) -> None:
    """Hold the copy for as long as the law wants the record kept, where it does; searched and matched it is not."""
    until = kept_at_least_until(session, candidate_id)
    if until is None or until < now.date():
        return
    known = load_holds_of(session, candidate_id, today=now.date())
    if not any(hold.reason == FLOOR and hold.until == until for hold in known):
        session.add(LegalHold(person_id=candidate_id, reason=FLOOR, until=until, placed_at=now))
        session.flush()


def end_hold(session: Session, home: Path, hold_id: int, *, now: datetime) -> tuple[LegalHold, bool]:
    """End a hold in law, and remove the sealed copy unless another hold keeps it; says whether it is gone.

    Raises NotFoundError.
    """
    hold = lift_hold(session, hold_id, now=now)
    if hold.copy_key is None or any(one.copy_key == hold.copy_key for one in load_sealed(session)):
        return hold, False
    sealed_copy(home, hold.copy_key).unlink(missing_ok=True)
    return hold, True


def sealed_copy(home: Path, copy_key: str) -> Path:
    """Say where a sealed copy lies."""
    return home / HELD / f"{copy_key}.zip"


def _files(place: Place, traces: Traces) -> list[Path]:
    originals = [original_path(place.resume_folder, key) for key in traces.resume_files]
    mails = [place.mail_file(key) for key in traces.message_keys]
    return originals + mails + [place.home / EXPORTS / f"{key}.zip" for key in traces.export_keys]
