"""What the engine is told: the organisation's own weights and aliases over those this version ships."""

import json
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.accounts.policies import Edit, Policy, change_policy, load_policy, save_policy
from talentpool.matching.alias_files import AliasList
from talentpool.matching.alias_import import AliasPlan, merged_skills, plan_aliases
from talentpool.matching.settings import MatchingSettings, load_matching_settings
from talentpool.settings import config_folder

Sections = Mapping[str, Mapping[str, Any]]


def matching_settings(session: Session) -> MatchingSettings:
    """Give what the engine is told now; raises UnavailableError before `talentpool init` has run."""
    return settings_with(session, load_weights(session))


def settings_with(session: Session, weights: Sections) -> MatchingSettings:
    """Give the settings as they would be with these weights; raises InvalidInputError for one that is none."""
    return _told(weights, load_policy(session, "skills").value)


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
    return plan_aliases(found.wordings, matching_settings(session))


def load_weights(session: Session) -> dict[str, dict[str, Any]]:
    """Load the weights that hold, with what this version has beside the chosen ones."""
    return chosen_over_shipped(load_policy(session, "matching").value, shipped_weights())


def shipped_weights() -> dict[str, dict[str, Any]]:
    """Read the weights this version ships."""
    return tomllib.loads((config_folder() / "matching.toml").read_text(encoding="utf-8"))


def change_weights(session: Session, weights: dict[str, Any], edit: Edit) -> Policy:
    """Make other weights hold, from the next match on; raises InvalidInputError or ChangedMeanwhileError."""
    chosen = chosen_over_shipped(weights, shipped_weights())
    settings_with(session, chosen)
    return change_policy(session, "matching", chosen, edit)


def change_skills(session: Session, skills: dict[str, Any], edit: Edit) -> Policy:
    """Make other names of skills hold; an index follows at the next search."""
    _told(load_weights(session), skills)
    return change_policy(session, "skills", skills, edit)


def import_aliases(session: Session, plan: AliasPlan, *, section: str, now: datetime) -> int:
    """Save planned aliases as a new version of the skills and give its number; the caller commits.

    An index follows at the next search: its fingerprint is another one.
    """
    skills = merged_skills(load_policy(session, "skills").value, plan, section=section)
    _told(load_weights(session), skills)  # refuses what clashes
    version = save_policy(session, "skills", skills, recruiter_id=None, now=now).version
    details = {"section": section, "added": plan.added, "refused": len(plan.refused)}
    record_event(
        session, "skills_imported", object_kind="policy", object_id=version, recruiter_id=None, now=now,
        details=details,
    )  # fmt: skip
    return version


def _told(weights: Sections, skills: Mapping[str, Any]) -> MatchingSettings:
    return _read(json.dumps([weights, skills]))


@lru_cache(maxsize=2)  # those that hold, and those that are being tried
def _read(told: str) -> MatchingSettings:
    """Read weights and skills once for as long as they are the same: what follows from them takes a while."""
    weights, skills = json.loads(told)
    return _shipped().told(weights, skills)


@cache
def _shipped() -> MatchingSettings:
    """Read what ships once a process: it comes with the program and changes with it."""
    return load_matching_settings(config_folder())
