"""`talentpool undo-import`: what an import brought goes again, except what people have changed since."""

import click

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.imports.undo import undo_import
from talentpool.imports.undo_report import UndoReport

MOST_LISTED = 20


@click.command("undo-import", epilog="Example: talentpool undo-import 7")
@click.argument("import_id", metavar="ID", type=int)
@JSON_OPTION
@pass_installation
def command(installation: Installation, import_id: int, *, as_json: bool) -> None:
    """Take the import ID back: created people go, changed values go back, opt-outs it alone asked for are lifted.

    What somebody has changed or added to since stays and is listed. It can be interrupted and started again; a
    second time changes nothing.
    """
    installation.require_ready()
    report = undo_import(
        installation.sessions,
        import_id,
        now=current_time(),
        resume_folder=installation.settings.resume_folder,
    )
    if as_json:
        print_json({"import_id": import_id, **report.as_json()})
        return
    _print_report(report)


def _print_report(report: UndoReport) -> None:
    said = "was undone before" if report.was_undone_before else "is undone"
    say(f"Import {report.import_id} {said}:")
    say(f"{report.people:>9,} people removed")
    say(f"{report.records:>9,} records removed from people who were here before")
    say(f"{report.restored:>9,} changes taken back")
    say(f"{report.opt_outs:>9,} do-not-contact entries taken back")
    say(f"{report.roles:>9,} past roles removed")
    if report.kept_count:
        say(f"{report.kept_count:>9,} records stay, because somebody has worked with them since:")
    for one in report.kept[:MOST_LISTED]:
        whose = f" of candidate {one.candidate_id}" if one.candidate_id and one.record != "candidates" else ""
        say(f"  {one.record} {one.record_id}{whose}: {one.because}")
    if report.kept_count > MOST_LISTED:
        say("  … all of them with --json")
