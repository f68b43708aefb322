"""The work people asked for, taken from the queue and done: kinds in one table, one lane for each sort.

Lanes run beside each other, so that a long import does not hold up a re-match; within a lane one piece of work
follows the other, but for jobs, which run beside each other here as they do when they are due. A kind's last transaction records that the work is done, so that what a crash
interrupts is done again, and what was done is not.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError
from structlog.contextvars import bound_contextvars

from jobs import ask_for_consent, find_duplicates, make_access_export
from jobs.mail_short_list import mail_short_list
from jobs.one_of_many import is_fault, words_of
from jobs.place_of_erasure import place_of_erasure
from jobs.rematch_open_roles import keep_all_receipts, rematch
from jobs.run_job import run_job
from jobs.schedule import find_job
from jobs.workplace import Shift, StoppedError
from talentpool.accounts.audit import record_event
from talentpool.erasure.asked import MANY, ONE, ask_again
from talentpool.erasure.carry_out import carry_out, carry_out_together
from talentpool.erasure.erase import MessageLeavingError
from talentpool.errors import ConflictError, NotFoundError, TalentPoolError, UnavailableError
from talentpool.imports.checks import carry_out_check
from talentpool.imports.dates import DateOrder
from talentpool.imports.importer import import_file
from talentpool.imports.mapping_file import make_mapping
from talentpool.imports.models import Import, ImportState
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.undo import undo_import
from talentpool.imports.uploads import give_up_waiting
from talentpool.logs import get_log
from talentpool.outreach.consent_campaign import KIND as CONSENT_CAMPAIGN
from talentpool.outreach.stop_switch import stop_switch
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.work import queue, runs
from talentpool.work.leases import LeaseLostError

log = get_log(__name__)

WAIT_FOR_A_MESSAGE = timedelta(seconds=20)
WAIT_FOR_A_RUN = timedelta(seconds=2)
JOBS_LANE = "jobs"


class HeldUpError(Exception):
    """Say that something else has to end first: the work waits for so long, and the try does not count."""

    def __init__(self, words: str, *, wait: timedelta) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """One piece of work taken from the queue."""

    work_id: int
    kind: str
    details: dict[str, Any]
    asked_by: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of work is done, and in which lane."""

    do: Callable[[Shift, Errand], None]
    lane: str


def rematch_role(shift: Shift, errand: Errand) -> None:
    """Match one role again because somebody asked, or because it or the pool changed."""
    with shift.reading() as session:
        shift.workplace.keeper.current(session, now=shift.now)
    if errand.details.get("cause") == RunCause.SCHEDULED:
        rematch(shift, int(errand.details["role_id"]))
        keep_all_receipts(shift)
        with shift.writing() as session:
            queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)
        return
    with shift.writing() as session:
        rediscover(
            session,
            shift.workplace.keeper,
            int(errand.details["role_id"]),
            cause=RunCause(errand.details.get("cause", RunCause.ASKED)),
            recruiter_id=errand.asked_by,
            now=shift.now,
        )
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def check_upload(shift: Shift, errand: Errand) -> None:
    """Say what the import of an upload would do; an interrupted check begins anew."""
    carry_out_check(
        shift.workplace.sessions,
        shift.workplace.settings.upload_folder,
        (int(errand.details["import_id"]), str(errand.details["choices_key"])),
        secret=shift.workplace.secret,
        now=shift.now,
        go_on=shift.go_on_importing,
    )
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def import_upload(shift: Shift, errand: Errand) -> None:
    """Import the files that somebody uploaded, one after the other; an interrupted import goes on where it stopped.

    Afterwards the files go; the scheduler sees that the pool has changed and matches the open roles again.
    """
    files = [errand.details, *errand.details.get("others", ())]
    for place, told in enumerate(files):
        try:
            _import_file(shift, errand, told)
        except TalentPoolError as error:
            _give_up(shift, files[place + 1 :], f"{told.get('file_name')} could not be imported: {error}")
            raise
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)
        queue.ask_once(session, "find_duplicates", {}, asked_by=errand.asked_by, now=shift.now)
    for told in files:
        for path in (_path(shift, told), _resumes(shift, told)):
            if path is not None:
                path.unlink(missing_ok=True)


def _import_file(shift: Shift, errand: Errand, told: dict[str, Any]) -> None:
    if _is_imported(shift, told):
        return
    import_file(
        shift.workplace.sessions,
        _path(shift, told),
        _import_options(shift, told, errand.asked_by),
        secret=shift.workplace.secret,
        now=shift.now,
        progress=lambda _: shift.go_on_importing(),
    )


def _path(shift: Shift, told: dict[str, Any]) -> Path:
    return shift.workplace.settings.upload_folder / Path(str(told["file"])).name


def _resumes(shift: Shift, told: dict[str, Any]) -> Path | None:
    name = told.get("resumes")
    return shift.workplace.settings.upload_folder / Path(str(name)).name if name else None


def _give_up(shift: Shift, others: list[dict[str, Any]], problem: str) -> None:
    with shift.writing() as session:
        give_up_waiting(session, [told["import_id"] for told in others], problem, now=shift.now)


def undo_asked_for(shift: Shift, errand: Errand) -> None:
    """Take an import back because somebody asked; the scheduler then matches the open roles again."""
    undo_import(
        shift.workplace.sessions,
        int(errand.details["import_id"]),
        now=shift.now,
        go_on=shift.go_on_importing,
        resume_folder=shift.workplace.settings.resume_folder,
    )
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def look_for_duplicates(shift: Shift, errand: Errand) -> None:
    """Look for duplicates of everybody who changed since the last look."""
    find_duplicates.scan(shift, everybody=False)
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def mail_short_list_asked_for(shift: Shift, errand: Errand) -> None:
    """Send a hiring manager a short list, or the code for it; what may have left is not sent again by itself."""
    if errand.details.get("has_left"):
        raise ConflictError("The sender ended while this was being sent; it may or may not have arrived.")
    link_id, with_code = int(errand.details["link_id"]), bool(errand.details.get("with_code"))
    try:
        mail_short_list(
            shift, link_id, with_code=with_code, about_to_leave=partial(_note_leaving, shift, errand, True)
        )
    except UnavailableError:
        _note_leaving(shift, errand, False)
        raise
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def _note_leaving(shift: Shift, errand: Errand, has_left: bool) -> None:
    with shift.writing() as session:
        details = {**errand.details, "has_left": has_left}
        queue.tell(session, errand.work_id, details, fence=shift.fence)


def ask_for_consent_asked_for(shift: Shift, errand: Errand) -> None:
    """Ask the next people of a history without consent."""
    asked, held = ask_for_consent.ask_the_next(
        shift, most=int(errand.details["most"]), recruiter_id=errand.asked_by, asked_at=errand.asked_at
    )
    with shift.writing() as session:
        record_event(
            session,
            "consent_campaign_asked",
            object_kind="pool",
            object_id=None,
            recruiter_id=errand.asked_by,
            now=shift.now,
            details={"people": asked, "may_not_be_written_to": held},
        )
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def erase(shift: Shift, errand: Errand) -> None:
    """Remove a person everywhere and prove it; one who is gone already was erased before a crash.

    While a message to them is being sent it waits: the sender is done, or given up, within minutes. Where it may not
    be, the request can be decided about again.
    """
    candidate_id = int(errand.details["candidate_id"])
    try:
        with suppress(NotFoundError):
            carry_out(place_of_erasure(shift.workplace), candidate_id, recruiter_id=errand.asked_by)
    except MessageLeavingError as leaving:
        raise HeldUpError(str(leaving), wait=WAIT_FOR_A_MESSAGE) from leaving
    except ConflictError:
        with shift.writing() as session:
            ask_again(session, [candidate_id])
        raise
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def erase_many(shift: Shift, errand: Errand) -> None:
    """Remove people together, and prove it in one search; who may not go now is asked about again."""
    ids = [int(each) for each in errand.details["candidate_ids"]]
    erased, refused = carry_out_together(place_of_erasure(shift.workplace), ids, recruiter_id=errand.asked_by)
    for one in erased.values():
        if not one.proof.is_gone:
            log.warning(
                "erased_person_still_named", candidate_id=one.candidate_id, problems=len(one.proof.found)
            )
    log.info("people_erased", people=len(erased), left=len(refused))
    with shift.writing() as session:
        ask_again(session, refused)
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def export_for_access(shift: Shift, errand: Errand) -> None:
    """Put everything on record about one person into a file, for the answer to their request."""
    make_access_export.make(shift, errand.details)
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


def _is_imported(shift: Shift, told: dict[str, Any]) -> bool:
    with shift.reading() as session:
        record = session.get(Import, told.get("import_id") or 0)
    return record is not None and record.state is ImportState.DONE


def _import_options(shift: Shift, told: dict[str, Any], recruiter_id: int | None) -> ImportOptions:
    order, collected_on = told.get("date_order"), told.get("collected_on")
    return ImportOptions(
        import_id=told.get("import_id"),
        file_name=told.get("file_name"),
        source=told.get("source"),
        country=told.get("country"),
        date_order=DateOrder(order) if order else None,
        mapping=make_mapping({"columns": told.get("columns") or {}, **(told.get("words") or {})}),
        preset=told.get("preset"),
        recruiter_id=recruiter_id,
        resumes=_resumes(shift, told),
        collected_on=date.fromisoformat(collected_on) if collected_on else None,
        resume_folder=shift.workplace.settings.resume_folder,
    )


def run_job_now(shift: Shift, errand: Errand) -> None:
    """Run a job that somebody does not want to wait for; what interrupts it is taken up again.

    A run that is under way may have passed what this was asked for about, so it is done once more after that.
    """
    job = find_job(str(errand.details["job"]))
    run_job(job, shift, due_at=errand.asked_at)
    with shift.reading() as session:
        is_over = runs.is_known(session, job.name, due_at=errand.asked_at)
    if not is_over:
        shift.go_on()
        if shift.workplace.at_work.has(job.name):
            raise HeldUpError(f"{job.name} is under way, and runs again after that.", wait=WAIT_FOR_A_RUN)
        raise UnavailableError(f"{job.name} was interrupted; it is tried again.")
    with shift.writing() as session:
        queue.finish(session, errand.work_id, fence=shift.fence, now=shift.now)


KINDS: dict[str, Kind] = {
    ONE: Kind(erase, lane="erasures"),
    MANY: Kind(erase_many, lane="erasures"),
    "access_export": Kind(export_for_access, lane="exports"),
    "check_import": Kind(check_upload, lane="checks"),
    "find_duplicates": Kind(look_for_duplicates, lane="duplicates"),
    "import_file": Kind(import_upload, lane="imports"),
    "undo_import": Kind(undo_asked_for, lane="imports"),
    "rematch_role": Kind(rematch_role, lane="matching"),
    "mail_short_list": Kind(mail_short_list_asked_for, lane="letters"),
    CONSENT_CAMPAIGN: Kind(ask_for_consent_asked_for, lane="questions"),
    "run_job": Kind(run_job_now, lane=JOBS_LANE),
}
LANES = tuple(sorted({kind.lane for kind in KINDS.values()}))


def work_through(shift: Shift, lane: str) -> int:
    """Do everything that waits in one lane; gives how many pieces of work were begun."""
    kinds = [name for name, kind in KINDS.items() if kind.lane == lane]
    done = 0
    while (errand := _take(shift, kinds)) is not None:
        done += 1
        _do(shift, errand)
    return done


def _take(shift: Shift, kinds: list[str]) -> Errand | None:
    if shift.workplace.stopping.is_set():
        return None
    with shift.reading() as session:
        if not queue.is_waiting(session, kinds, now=shift.now):
            return None
        if "mail_short_list" in kinds and stop_switch(session).is_stopped:
            return None  # it waits like every other letter
    with shift.writing() as session:
        work = queue.take(session, fence=shift.fence, now=shift.now, kinds=kinds)
        if work is None:
            return None
        return Errand(
            work_id=work.id,
            kind=work.kind,
            details=dict(work.details),
            asked_by=work.asked_by,
            asked_at=work.asked_at,
        )


def _do(shift: Shift, errand: Errand) -> None:
    log.info("work_began", kind=errand.kind, work_id=errand.work_id)
    try:
        with bound_contextvars(work_id=errand.work_id):
            KINDS[errand.kind].do(shift, errand)
    except (LeaseLostError, OperationalError):  # an outage: it is given back when that is over
        raise
    except StoppedError:
        with shift.writing() as session:
            queue.put_back(session, errand.work_id, fence=shift.fence, now=shift.now)
        return
    except HeldUpError as held_up:
        until = shift.now + held_up.wait
        with shift.writing() as session:
            queue.wait(session, errand.work_id, str(held_up), fence=shift.fence, until=until)
        log.info("work_held_up", kind=errand.kind, work_id=errand.work_id)
        return
    except Exception as error:  # noqa: BLE001 - one piece of work must not stop the others
        _record_failure(shift, errand, error)
        return
    log.info("work_done", kind=errand.kind, work_id=errand.work_id)


def _record_failure(shift: Shift, errand: Errand, error: Exception) -> None:
    is_ours = not is_fault(error)
    log.error(
        "work_failed",
        kind=errand.kind,
        work_id=errand.work_id,
        because=type(error).__name__,
        exc_info=not is_ours,
    )
    # What we were given wrongly stays wrong; a disk or a mail server may be back in a moment.
    for_good = is_ours and not isinstance(error, UnavailableError)
    record = queue.fail if for_good else queue.try_later
    with shift.writing() as session:
        record(session, errand.work_id, words_of(error), fence=shift.fence, now=shift.now)
