"""`talentpool close-role`: end every open application of a role, each with its reason, and close it."""

import csv
import io
from pathlib import Path

import click
from sqlalchemy import true

from talentpool.candidates.models import Application
from talentpool.candidates.reasons import KnownReason, load_reasons
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.closing.close import By, close_role, decide, open_applications
from talentpool.closing.endings import AS_USUAL, WITHOUT_END, Wanted, why_not_recordable
from talentpool.errors import InvalidInputError
from talentpool.roles.posting import get_role

COLUMNS = ("candidate", "reason", "holds", "words")
LONGEST_NUMBER = 19


@click.command("close-role", epilog="Example: talentpool close-role 7 --reason stronger_candidate_hired")
@click.argument("role", type=click.IntRange(min=1))
@click.option("--reason", default="", help="The reason of everybody who has none of their own: its code.")
@click.option(
    "--holds",
    default=AS_USUAL,
    show_default=True,
    help=f"How long it holds: months, '{AS_USUAL}' for as long as the reason says, or '{WITHOUT_END}'.",
)
@click.option("--words", default="", help="The reason in your words.")
@click.option(
    "--reasons",
    "reasons_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"A CSV file of people's own reasons, with the columns {', '.join(COLUMNS)}; the first is a candidate's number.",
)
@click.option("--list", "only_list", is_flag=True, help="Only list who is open, and the reasons there are.")
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,
    *,
    role: int,
    reason: str,
    holds: str,
    words: str,
    reasons_file: Path | None,
    only_list: bool,
    as_json: bool,
) -> None:
    """Close ROLE (its number): every application without an ending gets one, each with a reason.

    It is refused, and nothing is changed, as long as somebody would be left without a reason. Letters are
    written on the page of the role, where the closing can also be undone.
    """
    installation.require_ready()
    by = By(recruiter_id=None, now=current_time())
    own = read_own_reasons(reasons_file) if reasons_file else {}
    with installation.sessions.writing.begin() as session:
        posted, reasons = get_role(session, role), load_reasons(session)
        applications = [one for one, _ in open_applications(session, role, seen=true())]
        if only_list:
            _print_open(applications, reasons, as_json=as_json)
            return
        if strangers := sorted(own.keys() - {one.candidate_id for one in applications}):
            raise InvalidInputError(
                f"Candidate {strangers[0]} has no open application for role {role}; see --list."
            )
        everybodys = {"reason": reason, "holds": holds, "words": words}
        wanted = [
            _wanted(one, own.get(one.candidate_id, {}), everybodys)
            for one in applications
            if reason or one.candidate_id in own
        ]
        for one in wanted:
            if problem := why_not_recordable(one, reasons):
                raise InvalidInputError(problem)
        decisions = decide(session, posted, wanted, reasons, by)
        ended = close_role(session, posted, decisions, by)
        title, number = posted.title, ended.number
    if as_json:
        print_json({"role_id": role, "round": number, "ended": len(decisions)})
        return
    say(f"{title} is closed; {len(decisions):,} applications ended with it.")


def read_own_reasons(path: Path) -> dict[int, dict[str, str]]:
    """Read people's own reasons by candidate; raises InvalidInputError saying what is wrong, and in which line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path.name} is not in UTF-8; save it as “CSV UTF-8”.") from error
    reader, found = csv.DictReader(io.StringIO(text, newline="")), dict[int, dict[str, str]]()
    if missing := sorted({"candidate", "reason"} - set(reader.fieldnames or ())):
        raise InvalidInputError(
            f"{path.name} has no column {missing[0]!r}; the columns are {', '.join(COLUMNS)}."
        )
    for place, row in enumerate(reader, start=2):
        number = (row["candidate"] or "").strip()
        if not (number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER):
            raise InvalidInputError(
                f"Line {place} of {path.name} names no candidate; write the number that --list shows."
            )
        if int(number) in found:
            raise InvalidInputError(f"Line {place} of {path.name} names candidate {number} a second time.")
        found[int(number)] = {name: (row.get(name) or "").strip() for name in COLUMNS[1:]}
    return found


def _wanted(application: Application, own: dict[str, str], everybodys: dict[str, str]) -> Wanted:
    said = {name: own.get(name) or everybodys[name] for name in everybodys}
    return Wanted(
        application_id=application.id,
        outcome=said["reason"],
        stage=application.stage,
        holds=said["holds"],
        words=said["words"],
    )


def _print_open(applications: list[Application], reasons: dict[str, KnownReason], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "open": [
                    {"candidate": one.candidate_id, "name": one.candidate.full_name, "stage": one.stage.value}
                    for one in applications
                ],
                "reasons": {code: reason.label for code, reason in reasons.items()},
            }
        )
        return
    for one in applications:
        say(f"{one.candidate_id:>9}  {one.stage.value:<12} {one.candidate.full_name}")
    say(f"{len(applications):,} without an ending. Reasons:")
    for code, known in reasons.items():
        say(f"  {code:<26} {known.label}")
