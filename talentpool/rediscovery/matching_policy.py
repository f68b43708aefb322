"""What the engine is told: the organisation's own weights and aliases over those this version ships."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.policies import load_policy, save_policy
from talentpool.matching.alias_files import AliasList
from talentpool.matching.alias_import import AliasPlan, merged_skills, plan_aliases
from talentpool.matching.settings import MatchingSettings, load_matching_settings
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
        "requirement_words": shipped.requirement_words.tables,
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


def plan_import(session: Session, found: AliasList) -> AliasPlan:
    """Decide what a list of aliases would change of the skills that hold now; writes nothing."""
    return plan_aliases(found.wordings, MatchingSettings.from_mapping(load_matching_values(session)))


def import_aliases(session: Session, plan: AliasPlan, *, section: str, now: datetime) -> int:
    """Save planned aliases as a new version of the skills and give its number; the caller commits.

    An index follows at the next search: its fingerprint is another one.
    """
    skills = merged_skills(load_policy(session, "skills").value, plan, section=section)
    MatchingSettings.from_mapping({**load_matching_values(session), "skills": skills})  # refuses what clashes
    version = save_policy(session, "skills", skills, recruiter_id=None, now=now).version
    details = {"section": section, "added": plan.added, "refused": len(plan.refused)}
    record_event(
        session, "skills_imported", object_kind="policy", object_id=version, recruiter_id=None, now=now,
        details=details,
    )  # fmt: skip
    return version
