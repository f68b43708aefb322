"""`talentpool export-shortlist`: the short list of a role as another system's import file."""

from pathlib import Path

import click

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.errors import InvalidInputError
from talentpool.imports.ats_export import HandOver, hand_over, record_hand_over
from talentpool.imports.ats_formats import get_format, load_formats
from talentpool.rediscovery.feedback import shortlisted_ids
from talentpool.roles.posting import get_role
from talentpool.settings import config_folder

PROBLEMS = 1  # done, with some who stayed here


@click.command(
    "export-shortlist",
    epilog="Example: talentpool export-shortlist 7 --format greenhouse --out shortlist.zip",
)
@click.argument("role", type=click.IntRange(min=1))
@click.option("--format", "code", default="csv", show_default=True, help="The system it is for.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; with the resumes in it if the name ends in .zip.",
)
@click.option("--candidate", "chosen", type=int, multiple=True, help="Only these of the short list.")
@JSON_OPTION
@pass_installation
def command(
    installation: Installation, *, role: int, code: str, out: Path, chosen: tuple[int, ...], as_json: bool
) -> None | int:
    """Write the short list of ROLE (its number) for another system, with "Rediscovered" as the source.

    Formats: greenhouse, lever, workable, bullhorn, recruitee, zoho, opencats, csv.
    """
    installation.require_ready()
    form, now = get_format(load_formats(config_folder()), code), current_time()
    with installation.sessions.writing.begin() as session:
        posted = get_role(session, role)
        listed = list(dict.fromkeys(shortlisted_ids(session, role)))
        if strangers := [one for one in chosen if one not in listed]:
            raise InvalidInputError(f"Candidate {strangers[0]} is not on the short list of role {role}.")
        ids = [one for one in listed if not chosen or one in chosen]
        if not ids:
            raise InvalidInputError(f"Nobody is on the short list of role {role} yet.")
        folder = installation.settings.resume_folder
        done = hand_over(session, posted, ids, out, form, resume_folder=folder, today=now.date())
        record_hand_over(session, role, done, form, recruiter_id=None, now=now)
    if as_json:
        print_json(
            {
                "people": done.people,
                "resumes": done.resumes,
                "stayed": [{"name": name, "because": why} for name, why in done.stayed],
                "left_behind": done.left_behind,
            }
        )
    else:
        _say(done, form.label, out)
    return PROBLEMS if done.stayed else None


def _say(done: HandOver, label: str, out: Path) -> None:
    say(f"{done.people:,} people written for {label} to {out}, with {done.resumes:,} resumes.")
    for name, why in done.stayed:
        say(f"  {name} stays here: {why}.")
    if done.left_behind:
        listed = ", ".join(f"{number} {name}" for name, number in done.left_behind.items())
        say(f"{label} has no column for: {listed}.")
