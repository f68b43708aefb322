"""What an erasure works on: an installation, with its index to tidy and its sealed copies to write."""

from pathlib import Path

from sqlalchemy.orm import Session

from jobs.workplace import Workplace
from talentpool.erasure.access_export import write_access_export
from talentpool.erasure.carry_out import Place
from talentpool.outreach.mail_transport import file_name_of


def place_of_erasure(at: Workplace) -> Place:
    """Join the rooms an erasure needs."""
    settings = at.settings

    def tidy(session: Session) -> None:
        at.keeper.current(session, now=at.clock())
        at.keeper.compact(session, now=at.clock())

    def seal(session: Session, candidate_id: int, path: Path) -> None:
        folder, now = settings.resume_folder, at.clock()
        write_access_export(session, candidate_id, path, secret=at.secret, resume_folder=folder, now=now)

    return Place(
        sessions=at.sessions,
        home=settings.home,
        resume_folder=settings.resume_folder,
        secret=at.secret,
        mail_file=lambda key: settings.mail_folder / file_name_of(key),
        tidy_index=tidy,
        seal=seal,
        clock=at.clock,
    )
