"""How a role was weighed when it was matched, as its run keeps it: whoever is looked at later is scored the same."""

from collections.abc import Sequence
from typing import Any

from talentpool.matching.role import RoleTerm, WeighedRole
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import length_slope
from talentpool.rediscovery.models import MatchRun
from talentpool.roles.briefs import brief_from_json

OWN_KINDS = ("title", "text")


def terms_to_rows(terms: Sequence[RoleTerm]) -> list[list[Any]]:
    """Give the terms of a role the way a run keeps them."""
    return [list(term) for term in terms]


def role_terms(run: MatchRun) -> tuple[RoleTerm, ...]:
    """Read the terms of a role with the final weights they had in a run."""
    return tuple(RoleTerm(*row) for row in run.role_weights)


def own_terms_of(run: MatchRun) -> list[RoleTerm]:
    """Give the role's own words in a run, the weightiest first."""
    own = [term for term in role_terms(run) if term.kind in OWN_KINDS]
    return sorted(own, key=lambda term: (-term.weight, term.label))


def weighed_role(run: MatchRun, settings: MatchingSettings) -> WeighedRole:
    """Give the role of a run as everybody in it was scored."""
    terms = role_terms(run)
    own = sum(term.kind in OWN_KINDS for term in terms)
    return WeighedRole(brief=brief_from_json(run.brief), terms=terms, slope=length_slope(own, settings.role))
