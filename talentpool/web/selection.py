"""Who is ticked in a list, as a form or an address says it."""

from flask import request

from talentpool.errors import NotFoundError
from talentpool.rediscovery.results import RunView
from talentpool.web.access import record_number

MOST_CHOSEN = 200
FIELD = "candidates"


def asked_people(view: RunView) -> list[int]:
    """Give whoever is ticked, in the order of the list; raises NotFoundError for somebody not in it."""
    asked = asked_ids()
    ranked = {candidate_id: view.rank_of(candidate_id) for candidate_id in asked}
    if gone := [candidate_id for candidate_id, rank in ranked.items() if rank is None]:
        raise NotFoundError(f"Nobody with the number {gone[0]} is in the list of this role.")
    return sorted(asked, key=lambda candidate_id: ranked[candidate_id] or 0)


def asked_ids() -> list[int]:
    """Read the numbers of whoever is ticked; what is no number is passed over, and so are more than 200."""
    sent = request.values.getlist(FIELD)
    return [one for one in dict.fromkeys(map(record_number, sent)) if one is not None][:MOST_CHOSEN]
