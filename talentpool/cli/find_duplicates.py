"""`talentpool find-duplicates`: who is in the pool twice, and, if asked, the certain ones made one."""

from collections.abc import Sequence

import click

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time


@click.command(epilog="Example: talentpool find-duplicates --merge")
@click.option("--merge", is_flag=True, help="Make those one of whom the rule is certain; each can be undone.")
@JSON_OPTION
@pass_installation
def command(installation: Installation, *, merge: bool, as_json: bool) -> None:
    """Look over the whole pool for people who are in it twice.

    Pairs wait on the page "Possible duplicates" for somebody to look. With --merge those become one who share an
    e-mail address, a phone or a page of their own and whose names go together.
    """
    from talentpool.candidates.duplicate_scan import scan_pool

    installation.require_ready()
    scanned = scan_pool(installation.sessions.writing.begin, now=current_time)
    merged = _merge_certain(installation, _certain(installation)) if merge else 0
    left = _open(installation)
    if as_json:
        print_json({"people": scanned.people, "open_pairs": left, "merged": merged})
        return
    say(f"Looked at {scanned.people:,} people; {merged:,} pairs merged, {left:,} wait for somebody to look.")


def _certain(installation: Installation) -> Sequence[int]:
    from sqlalchemy import true

    from talentpool.candidates.duplicates import pair_ids
    from talentpool.candidates.models import PairState, PairVerdict

    with installation.sessions.reading() as session:
        return pair_ids(session, seen=true(), state=PairState.OPEN, verdict=PairVerdict.CERTAIN)


def _open(installation: Installation) -> int:
    from sqlalchemy import true

    from talentpool.candidates.duplicates import count_pairs

    with installation.sessions.reading() as session:
        return count_pairs(session, seen=true()).open


def _merge_certain(installation: Installation, ids: Sequence[int]) -> int:
    """Merge pair by pair, each in its own transaction: what one merge changes, the next one sees."""
    from talentpool.candidates.duplicates import merge_by_rule
    from talentpool.candidates.models import PossibleDuplicate

    merged = 0
    for pair_id in ids:
        with installation.sessions.writing.begin() as session:
            pair = session.get(PossibleDuplicate, pair_id)
            if pair is None:
                continue
            done = merge_by_rule(
                session, pair, secret=installation.secret, recruiter_id=None, now=current_time()
            )
            merged += done is not None
    return merged
