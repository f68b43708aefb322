"""What the engine is told: the organisation's own weights and aliases over those this version ships."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.policies import Edit, Policy, change_policy, load_policy, save_policy
from talentpool.matching.alias_files import AliasList
from talentpool.matching.alias_import import AliasPlan, merged_skills, plan_aliases
from talentpool.matching.settings import MatchingSettings, load_matching_settings
from talentpool.settings import config_folder

Sections = Mapping[str, Mapping[str, Any]]


def load_matching_values(session: Session) -> dict[str, Any]:
    """Load what `MatchingSettings.from_mapping` reads, with the weights and aliases that hold now."""
    shipped = load_matching_settings(config_folder())
    return {
        **load_weights(session),
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


def load_weights(session: Session) -> dict[str, dict[str, Any]]:
    """Load the weights that hold, with what this version has beside the chosen ones."""
    return chosen_over_shipped(load_policy(session, "matching").value, shipped_weights())


def shipped_weights() -> dict[str, dict[str, Any]]:
    """Read the weights this version ships."""
    return tomllib.loads((config_folder() / "matching.toml").read_text(encoding="utf-8"))


def settings_with(session: Session, weights: Sections) -> MatchingSettings:
    """Give the settings as they would be with these weights; raises InvalidInputError for one that is none."""
    return MatchingSettings.from_mapping({**load_matching_values(session), **weights})


def change_weights(session: Session, weights: dict[str, Any], edit: Edit) -> Policy:
    """Make other weights hold, from the next match on; raises InvalidInputError or ChangedMeanwhileError."""
    chosen = chosen_over_shipped(weights, shipped_weights())
    settings_with(session, chosen)
    return change_policy(session, "matching", chosen, edit)


def change_skills(session: Session, skills: dict[str, Any], edit: Edit) -> Policy:
    """Make other names of skills hold; an index follows at the next search."""
    MatchingSettings.from_mapping({**load_matching_values(session), "skills": skills})
    return change_policy(session, "skills", skills, edit)


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
