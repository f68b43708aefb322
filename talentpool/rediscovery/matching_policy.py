"""What the engine is told: the organisation's own weights and aliases over those this version ships."""

import tomllib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy
from talentpool.matching.settings import load_matching_settings
from talentpool.settings import config_folder

Sections = Mapping[str, Mapping[str, Any]]


def load_matching_values(session: Session) -> dict[str, Any]:
    """Load what `MatchingSettings.from_mapping` reads, with the weights and aliases that hold now."""
    folder = config_folder()
    shipped = load_matching_settings(folder)
    weights = tomllib.loads((folder / "matching.toml").read_text(encoding="utf-8"))
    return {
        **chosen_over_shipped(load_policy(session, "matching").value, weights),
        "skills": load_policy(session, "skills").value,
        "stop_words": shipped.stop_words,
        "titles": {"level": shipped.level_words},
        "compounds": {"parts": shipped.compound_parts},
        "advert_shares": shipped.advert_shares,
    }


def chosen_over_shipped(chosen: Sections, shipped: Sections) -> dict[str, dict[str, Any]]:
    """Lay chosen values over shipped ones; what another version knew and this one does not is passed over.

    >>> chosen_over_shipped({"bands": {"good": 0.3, "old": 1}}, {"bands": {"good": 0.2, "new": 2}})
    {'bands': {'good': 0.3, 'new': 2}}
    """
    return {
        section: {key: chosen.get(section, {}).get(key, value) for key, value in values.items()}
        for section, values in shipped.items()
    }
