"""`talentpool restore`: an installation back from a backup, on this machine and this database."""

from datetime import datetime
from pathlib import Path

import click

from talentpool.backups.manifest import verify_backup
from talentpool.backups.restore import bring_secret_back, finish_restore, holds_data, restore_backup
from talentpool.backups.write import write_backup
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.database import many
from talentpool.errors import ConflictError
from talentpool.schema import newest_revision, schema_revision
from talentpool.work.leases import is_held

SCHEDULER = "scheduler"


@click.command(epilog="Example: talentpool restore /mnt/backups/2026-11-23")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is here; it is backed up into the home first.")
@JSON_OPTION
@pass_installation
def command(installation: Installation, folder: Path, *, force: bool, as_json: bool) -> None:
    """Bring everything back from the backup in DIR.

    Every byte is compared before anything is touched, and every row again before it is kept. The backup may
    come from the other kind of database. An installation that holds data is only replaced with --force.
    """
    verify_backup(folder)
    installation.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _make_room(installation, folder, force=force, now=current_time())
    manifest = restore_backup(installation.engine, installation.settings, folder)
    erased = _erase_again(installation)
    finish_restore(installation.settings)
    if as_json:
        print_json(
            {
                "rows": manifest.rows,
                "files": len(manifest.files),
                "made_at": manifest.made_at,
                "erased": erased,
            }
        )
        return
    say(
        f"{manifest.rows:,} rows and {len(manifest.files):,} files as of {manifest.made_at[:16]} UTC are back."
    )
    if erased:
        say(f"{erased:,} people who had been erased since are erased again.")
    if kept is not None:
        say(f"What was here before is in {kept}.")


def _erase_again(installation: Installation) -> int:
    """Erase who was erased after the backup was made, before anybody can be written to."""
    from jobs.place_of_erasure import place_of_erasure
    from jobs.workplace import open_workplace
    from talentpool.erasure.again import free_for_erasure, people_erased_before
    from talentpool.erasure.carry_out import carry_out_together
    from talentpool.erasure.proposed import PEOPLE_AT_A_TIME

    place = place_of_erasure(open_workplace(installation.settings, installation.engine))
    with place.sessions.reading() as session:
        again = people_erased_before(session, place.secret)
    with place.sessions.writing.begin() as session:
        free_for_erasure(session, again, now=place.clock())
    for some in many(again, at_a_time=PEOPLE_AT_A_TIME):
        _, refused = carry_out_together(place, some, recruiter_id=None)
        for error in refused.values():
            raise error
    return len(again)


def _make_room(installation: Installation, folder: Path, *, force: bool, now: datetime) -> Path | None:
    if installation.is_missing or not holds_data(installation.engine):
        return None
    if not force:
        raise ConflictError(
            f"The installation in {installation.settings.home} holds data; --force replaces it, after a backup of it."
        )
    _refuse_while_working(installation, now)
    bring_secret_back(installation.settings, folder)
    kept = installation.settings.home / "backups" / f"before-restore-{now:%Y-%m-%dT%H%M%S}"
    write_backup(installation.engine, installation.settings, kept, now=now)
    return kept


def _refuse_while_working(installation: Installation, now: datetime) -> None:
    if schema_revision(installation.engine) != newest_revision():
        return
    with installation.sessions.reading() as session:
        if is_held(session, SCHEDULER, now=now):
            raise ConflictError(
                "A scheduler works on this installation; stop `talentpool up` and `talentpool schedule` first."
            )
