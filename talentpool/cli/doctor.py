"""`talentpool doctor`: looks at everything an installation needs, and says how to mend what is wrong."""

from collections.abc import Iterator

import click

from talentpool.cli.health import CHECKS, Finding, Verdict
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.errors import TalentPoolError

MARKS = {Verdict.FINE: "ok  ", Verdict.WARNING: "note", Verdict.WRONG: "BAD "}


@click.command(epilog="Example: talentpool doctor")
@JSON_OPTION
@pass_installation
def command(installation: Installation, as_json: bool) -> int:
    """Say what is wrong with this installation and how to mend it.

    Changes nothing. The exit code is 1 when something is wrong, 0 when there is nothing or only notes.
    """
    findings = list(_examine(installation))
    healthy = all(finding.verdict is not Verdict.WRONG for finding in findings)
    if as_json:
        print_json({"healthy": healthy, "checks": [finding.as_document() for finding in findings]})
        return 0 if healthy else 1
    for finding in findings:
        say(f"{MARKS[finding.verdict]} {finding.check}: {finding.says}")
        if finding.remedy:
            say(f"     → {finding.remedy}")
    return 0 if healthy else 1


def _examine(installation: Installation) -> Iterator[Finding]:
    now = current_time()
    for name, check in CHECKS.items():
        try:
            verdict, says, remedy = check(installation, now)
        except TalentPoolError as error:
            verdict, says, remedy = Verdict.WRONG, str(error), ""
        yield Finding(check=name, verdict=verdict, says=says, remedy=remedy)
        if name == "database" and verdict is Verdict.WRONG:
            return  # the rest asks the database
