"""`talentpool erase`: a person goes everywhere, and searching proves it."""

from collections.abc import Sequence

import click

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.erasure.carry_out import Erased, carry_out
from talentpool.erasure.erase import Traces, look_up_traces, require_erasable
from talentpool.erasure.recipients import count_to_tell


@click.command(epilog="Example: talentpool erase 12 --yes")
@click.argument("candidate_id", metavar="ID", type=int)
@click.option("--yes", is_flag=True, help="Erase; without it only what would go is said.")
@JSON_OPTION
@pass_installation
def command(installation: Installation, candidate_id: int, *, yes: bool, as_json: bool) -> None:
    """Erase the candidate ID everywhere: rows, resume files, mail in the folder, the index.

    What stays are keyed hashes, so that no import or restore brings the person back, and the number in the audit
    log. It cannot be undone. Afterwards the person is searched for; exit code 1 says that something was found.
    """
    from jobs.place_of_erasure import place_of_erasure
    from jobs.workplace import open_workplace

    installation.require_ready()
    place = place_of_erasure(open_workplace(installation.settings, installation.engine))
    if not yes:
        with place.sessions.reading() as session:
            require_erasable(session, candidate_id, now=place.clock())
            _preview(look_up_traces(session, candidate_id), as_json=as_json)
        return
    erased = carry_out(place, candidate_id, recruiter_id=None)
    if as_json:
        print_json({"candidate_id": candidate_id, "requests": len(erased.requests), **erased.as_json()})
    else:
        _tell(erased)
        with place.sessions.reading() as session:
            _tell_of_recipients(count_to_tell(session, person_id=candidate_id))
    if not erased.proof.is_gone:
        raise SystemExit(1)


def _preview(traces: Traces, *, as_json: bool) -> None:
    files = len(traces.resume_files) + len(traces.message_keys)
    if as_json:
        print_json(
            {
                "candidate_id": traces.candidate_id,
                "rows": dict(traces.rows),
                "files": files,
                "requests": len(traces.requests),
            }
        )
        return
    say(f"Candidate {traces.candidate_id} would be erased; nothing is yet. That is:")
    for name, count in sorted(traces.rows.items()):
        say(f"{count:>9,} {name.replace('_', ' ')}")
    say(f"{files:>9,} files at most")
    _tell_of_requests(traces.requests, "would end")
    say(f"To erase for good: talentpool erase {traces.candidate_id} --yes")


def _tell_of_requests(request_ids: Sequence[int], end: str) -> None:
    if request_ids:
        numbers = ", ".join(str(each) for each in request_ids)
        what = f"Request {numbers}" if len(request_ids) == 1 else f"Requests {numbers}"
        say(f"{what} of this person {end} with it.")


def _tell_of_recipients(count: int) -> None:
    if count:
        who = "One recipient of the data has" if count == 1 else f"{count:,} recipients of the data have"
        say(f"{who} to be told (Art. 19 GDPR): Requests, Whom to tell.")


def _tell(erased: Erased) -> None:
    say(f"Candidate {erased.candidate_id} is erased: {erased.rows:,} rows, {erased.files:,} files.")
    if erased.is_sealed:
        say("Under the hold in law everything on record was sealed into one file in the home first.")
    _tell_of_requests(erased.requests, "ended")
    say(erased.proof.in_words())
    for place, count in sorted(erased.proof.found.items()):
        say(f"{count:>9,} in {place}")
    for mention in erased.proof.mentions:
        about = f", about candidate {mention.about}" if mention.about is not None else ""
        say(f"          {mention.table}, row {mention.row}{about}")
