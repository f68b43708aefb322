"""`talentpool import-skills`: other names of skills in from a downloaded list, checked, and out again."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from talentpool.cli.failures import DONE, WITH_PROBLEMS
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say

if TYPE_CHECKING:
    from talentpool.matching.alias_files import AliasList
    from talentpool.matching.alias_import import AliasPlan

MOST_SHOWN = 5
REBUILT = "The index is made anew for the next list, which therefore takes longer once."


@click.command("import-skills", epilog="Example: talentpool import-skills skills_en.csv --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Report what would come in and write nothing.")
@click.option("--undo", is_flag=True, help="Put the skills back as they were before the last change to them.")
@JSON_OPTION
@pass_installation
def command(
    installation: Installation, *, file: Path | None, dry_run: bool, undo: bool, as_json: bool
) -> int:
    """Add other names of skills from FILE, so that a resume and a role that word them differently meet.

    FILE is a list you have downloaded: O*NET's Alternate Titles, Technology Skills or Software Skills (text,
    tabs), ESCO's skills_en.csv (any language), Stack Exchange's tag synonyms (CSV), or TOML laid out like
    config/skills.toml. What the skills here mean already stays; a wording of two skills, a word that adverts
    use everywhere and the like are left out and counted. Exit code 1 says that something was left out.
    """
    if undo == (file is not None) or undo and dry_run:
        raise click.UsageError("Give a FILE to import, or --undo alone.")
    installation.require_ready()
    if file is None:
        return _undo(installation, as_json=as_json)
    return _import(installation, file, dry_run=dry_run, as_json=as_json)


def _import(installation: Installation, file: Path, *, dry_run: bool, as_json: bool) -> int:
    from talentpool.clock import current_time
    from talentpool.matching.alias_files import read_alias_file
    from talentpool.rediscovery.matching_policy import import_aliases, plan_import

    found = read_alias_file(file)
    with installation.sessions.reading() as session:
        plan = plan_import(session, found)
    version = None
    if plan.added and not dry_run:
        with installation.sessions.writing() as session:
            version = import_aliases(session, plan, section=found.section, now=current_time())
            session.commit()
    if as_json:
        print_json(_document(found, plan, version, dry_run=dry_run))
    else:
        _print(file, found, plan, version, dry_run=dry_run)
    return WITH_PROBLEMS if plan.refused else DONE


def _undo(installation: Installation, *, as_json: bool) -> int:
    from talentpool.accounts.policies import restore_previous
    from talentpool.clock import current_time

    with installation.sessions.writing() as session:
        policy, restored = restore_previous(session, "skills", now=current_time())
        session.commit()
    if as_json:
        print_json({"version": policy.version, "restored": restored})
        return DONE
    say(f"The skills are those of version {restored} again (as version {policy.version}). {REBUILT}")
    return DONE


def _document(found: "AliasList", plan: "AliasPlan", version: int | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "list": found.title,
        "dry_run": dry_run,
        "added": plan.added,
        "known": plan.known,
        "refused": len(plan.refused),
        "refused_by_reason": plan.refused_by_reason(),
        "examples_added": _examples(plan),
        "examples_refused": [
            {"wording": one.wording, "name": one.name, "why": str(one.why)}
            for one in plan.refused[:MOST_SHOWN]
        ],
        "version": version,
    }


def _examples(plan: "AliasPlan") -> list[str]:
    pairs = [f"{alias} → {name}" for name, aliases in plan.aliases_by_name.items() for alias in aliases]
    return (pairs or list(plan.aliases_by_name))[:MOST_SHOWN]


def _print(file: Path, found: "AliasList", plan: "AliasPlan", version: int | None, *, dry_run: bool) -> None:
    say(f"{file.name}: {found.title}" + (" (dry run, nothing written)" if dry_run else ""))
    say(f"{plan.added:>9,} wordings added" if not dry_run else f"{plan.added:>9,} wordings to add")
    for example in _examples(plan):
        say(f"            {example}")
    say(f"{plan.known:>9,} known already")
    say(f"{len(plan.refused):>9,} left out")
    for why, count in plan.refused_by_reason().items():
        wordings = dict.fromkeys(one.wording for one in plan.refused if one.why == why)
        say(f"            {count:,}: {why}: {', '.join(islice(wordings, MOST_SHOWN))}")
    if version is not None:
        say(
            f"The skills are version {version} now. {REBUILT} `talentpool import-skills --undo` puts them back."
        )
