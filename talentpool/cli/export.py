"""`talentpool export`: the pool, or one person, as a file that comes back as it was."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.errors import NotFoundError

ENDINGS = (".csv", ".xlsx")


@click.command(epilog="Example: talentpool export pool.xlsx")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--candidate",
    "candidate_id",
    type=click.IntRange(min=1),
    metavar="ID",
    help="Take out this person alone.",
)
@JSON_OPTION
@pass_installation
def command(installation: Installation, file: Path, *, candidate_id: int | None, as_json: bool) -> None:
    """Write everything on record about everybody to FILE, .csv or .xlsx by its name.

    `talentpool import FILE` brings it back as it was: all of it into an empty installation, nothing into the same
    one. The original files of resumes are not in it; a backup has them. The list of a role comes with
    `talentpool matches ROLE --csv OUT`.
    """
    from talentpool.imports.own_export import write_people

    if file.suffix.lower() not in ENDINGS:
        raise click.BadParameter(f"{file.name} has to end in .csv or .xlsx", param_hint="FILE")
    installation.require_ready()
    with installation.sessions.writing() as session:
        ids = _wanted(session, candidate_id)
        lines = write_people(session, ids, file, secret=installation.secret)
        record_event(
            session,
            "pool_exported" if candidate_id is None else "candidate_exported",
            object_kind="pool" if candidate_id is None else "candidate",
            object_id=candidate_id,
            recruiter_id=None,
            now=current_time(),
            details={"people": len(ids), "whole": True},
        )
        session.commit()
    if as_json:
        print_json({"people": len(ids), "lines": lines, "file": str(file)})
        return
    say(f"{len(ids):,} people written to {file} on {lines:,} lines.")


def _wanted(session: Session, candidate_id: int | None) -> list[int]:
    from sqlalchemy import true

    from talentpool.candidates.models import Candidate
    from talentpool.imports.own_export import exported_ids

    if candidate_id is None:
        return list(exported_ids(session, true()))
    if session.get(Candidate, candidate_id) is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    return [candidate_id]
