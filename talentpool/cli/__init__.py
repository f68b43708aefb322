"""The outer door: what was typed becomes one call, and its outcome a sentence and an exit code.

Commands are named in one table and loaded when they are asked for, so that help needs neither the database
nor the matching engine. The environment is read here, once, and handed down.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click

from talentpool.cli.failures import explain

OTHERS_MAY_NOTHING = 0o077  # whatever a command writes is about people


class CommandPlace(NamedTuple):
    """In which module of this folder a command lives, and what it does in one line."""

    module: str
    summary: str


COMMANDS: dict[str, CommandPlace] = {
    "demo": CommandPlace("demo", "Show it all on a sample pool: ranked people, reasons, pages."),
    "init": CommandPlace("init", "Set up an installation and print a link for its administrator."),
    "import": CommandPlace("import_history", "Bring past candidates in from a file."),
    "sync": CommandPlace("sync", "Follow another system: take what is new in its exports."),
    "import-skills": CommandPlace("import_skills", "Add other names of skills from a downloaded list."),
    "undo-import": CommandPlace("undo_import", "Take an import back, except what changed since."),
    "export": CommandPlace("export", "Write people to a file that can be imported again."),
    "erase": CommandPlace("erase", "Erase a person everywhere, and prove it."),
    "post-role": CommandPlace("post_role", "Post a role and rank the people we already know."),
    "matches": CommandPlace("matches", "List the ranked people of a role."),
    "why-not": CommandPlace("why_not", "Say why somebody is not on a role's list, or not higher."),
    "close-role": CommandPlace("close_role", "End every open application of a role, each with its reason."),
    "export-shortlist": CommandPlace(
        "export_shortlist", "Write the short list of a role for another system."
    ),
    "find-duplicates": CommandPlace("find_duplicates", "Find people who are in the pool twice."),
    "up": CommandPlace("up", "Run pages and jobs together, and keep them running."),
    "serve": CommandPlace("serve", "Serve the pages."),
    "schedule": CommandPlace("schedule", "Run the jobs and the work people asked for."),
    "jobs": CommandPlace("jobs", "List the jobs, run one now, let one rest, see what ran."),
    "create-recruiter": CommandPlace("create_recruiter", "Add somebody who signs in."),
    "doctor": CommandPlace("doctor", "Say what is wrong with this installation and how to mend it."),
    "backup": CommandPlace("backup", "Write everything into a folder, checked."),
    "restore": CommandPlace("restore", "Bring an installation back from a backup."),
    "upgrade": CommandPlace("upgrade", "Back up, then bring the database to this version."),
    "evaluate": CommandPlace("evaluate", "Judge the ranker on labelled data."),
    "benchmark": CommandPlace("benchmark", "Measure speed, memory and size on made-up resumes."),
}


class CommandLine(click.Group):
    """The commands of the table, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command by its name; None where the table has none."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        command: click.Command = importlib.import_module(f"talentpool.cli.{place.module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table into the help, without loading a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command typed, or say which ones are spelled alike."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *given: Any, **named: Any) -> Any:
        """Do what was typed and end the process with its exit code, as `run` tells it."""
        if named.get("standalone_mode", True):
            os.umask(OTHERS_MAY_NOTHING)
            sys.exit(run(sys.argv[1:] if args is None else args, dict(os.environ)))
        return super().main(args, *given, **named)


@click.command(
    cls=CommandLine,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: talentpool demo",
)
@click.version_option(package_name="talentpool", message="talentpool %(version)s")
def main() -> None:
    """Find the right past candidates again the moment a role is posted.

    Data lives in the folder TALENTPOOL_HOME; TALENTPOOL_DATABASE_URL names another database than SQLite's
    file there.
    """


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command: 0 done, 1 done with problems, 2 bad usage or input, 3 unavailable.

    Whatever goes wrong becomes one sentence on standard error; where it happened
    is for TALENTPOOL_LOGS_LEVEL=debug, without what the error quotes.
    """
    try:
        outcome = main.main(list(arguments), prog_name="talentpool", standalone_mode=False, obj=dict(environ))
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else 0
    except Exception as error:  # noqa: BLE001 - the outermost door: people get a sentence, not a traceback
        failure = explain(error)
    if failure.sentence:
        click.echo(failure.sentence, err=True)
    if environ.get("TALENTPOOL_LOGS_LEVEL") == "debug":
        from talentpool.logs import without_words

        click.echo(without_words(failure.error), err=True)
    return failure.exit_code
