"""Everything on record about one person goes into a file, for whoever answers their request."""

from jobs.workplace import Shift
from talentpool.consent.models import DataRequest
from talentpool.erasure.access_export import is_here, write_access_export
from talentpool.errors import NotFoundError


def make(shift: Shift, details: dict[str, object]) -> None:
    """Write the file; where the person is erased meanwhile nothing is left of it."""
    candidate_id, key = int(str(details["candidate_id"])), str(details["export_key"])
    settings = shift.workplace.settings
    path = settings.home / "exports" / f"{key}.zip"
    with shift.reading() as session:
        write_access_export(
            session,
            candidate_id,
            path,
            secret=shift.workplace.secret,
            resume_folder=settings.resume_folder,
            now=shift.now,
        )
    with shift.writing() as session:
        asked = session.get(DataRequest, int(str(details["request_id"])), with_for_update=True)
        is_wanted = asked is not None and asked.export_key == key and is_here(session, candidate_id)
        if asked is not None and is_wanted:
            asked.export_made_at = shift.now
    if not is_wanted:
        path.unlink(missing_ok=True)
        raise NotFoundError(
            "The person was erased while the file was made, or another file was asked for since."
        )
