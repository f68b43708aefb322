"""`talentpool backup`: everything of this installation in one folder, checked."""

from pathlib import Path

import click

from talentpool.backups.write import write_backup
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.schema import newest_revision, schema_revision


@click.command(epilog="Example: talentpool backup /mnt/backups/2026-11-23")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@JSON_OPTION
@pass_installation
def command(installation: Installation, folder: Path, as_json: bool) -> None:
    """Write everything into the new folder DIR, while people go on working.

    Holds all tables as of one moment, resumes, waiting uploads and the secret that recognises who asked not to
    be contacted: keep it as safe as the installation itself. The index is left out, it is made anew.
    """
    installation.require_whole()
    if schema_revision(installation.engine) == newest_revision():
        installation.require_ready()  # of an older one, tables may be missing that say whether the secret is ours
    manifest = write_backup(installation.engine, installation.settings, folder, now=current_time())
    if as_json:
        print_json({"folder": str(folder), "rows": manifest.rows, "files": len(manifest.files)})
        return
    say(f"{manifest.rows:,} rows and {len(manifest.files):,} files in {folder}.")
    say(f"Bring them back with `talentpool restore {folder}`.")
