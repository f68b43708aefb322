"""`talentpool upgrade`: the database brought to this version, after a backup."""

import click

from talentpool.backups.write import write_backup
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import say
from talentpool.cli.setting_up import set_up
from talentpool.clock import current_time
from talentpool.errors import UnavailableError
from talentpool.schema import newest_revision, schema_revision, upgrade_schema


@click.command(epilog="Example: talentpool upgrade")
@pass_installation
def command(installation: Installation) -> None:
    """Back up, then bring the database to this version.

    Stop `talentpool up` before, and start it after. When the database is current, only what this version ships new
    is brought in.
    """
    installation.require_whole()
    revision = schema_revision(installation.engine)
    if revision is None:
        raise UnavailableError("The database is empty; run `talentpool init` first.")
    now = current_time()
    if revision == newest_revision():
        set_up(installation, country=None, now=now)
        say(f"The database is at version {revision} already.")
        return
    folder = installation.settings.home / "backups" / f"before-upgrade-{now:%Y-%m-%dT%H%M%S}"
    write_backup(installation.engine, installation.settings, folder, now=now)
    say(f"Backed up into {folder}.")
    upgrade_schema(installation.engine)
    set_up(installation, country=None, now=now)
    say(f"Upgraded from version {revision} to {newest_revision()}.")
