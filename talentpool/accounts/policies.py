"""What an organisation decides for itself: weights, aliases, cool-down, retention.

Files under `config/` ship the defaults and `init` copies them here; from then on the newest version in the
database holds, and every run remembers the version it used.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import PolicyVersion
from talentpool.errors import ConflictError, UnavailableError

POLICIES = ("matching", "skills", "contact", "retention")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One policy as it holds now, with the version a run can be reproduced by."""

    name: str
    version: int
    value: dict[str, Any]


def install_policies(session: Session, config_folder: Path, *, now: datetime) -> None:
    """Copy the shipped policies into the database; what an organisation has changed stays as it is."""
    for name in POLICIES:
        if _newest(session, name) is None:
            value = tomllib.loads((config_folder / f"{name}.toml").read_text(encoding="utf-8"))
            save_policy(session, name, value, recruiter_id=None, now=now)
    if _newest(session, "installation") is None:  # by which derived files know whose they are
        save_policy(session, "installation", {"id": uuid4().hex}, recruiter_id=None, now=now)


def load_policy(session: Session, name: str) -> Policy:
    """Load a policy as it holds now; raises UnavailableError before `talentpool init` has run."""
    newest = _newest(session, name)
    if newest is None:
        raise UnavailableError(f"The policy {name!r} is not set up yet; run `talentpool init`.")
    return Policy(name=name, version=newest.version, value=newest.value)


def policy_versions(session: Session, names: Sequence[str]) -> tuple[int, ...]:
    """Tell which version of each policy holds now, 0 for none; one query."""
    newest = (
        select(PolicyVersion.name, func.max(PolicyVersion.version))
        .where(PolicyVersion.name.in_(names))
        .group_by(PolicyVersion.name)
    )
    found = dict(session.execute(newest).all())
    return tuple(found.get(name, 0) for name in names)


def save_policy(
    session: Session, name: str, value: dict[str, Any], *, recruiter_id: int | None, now: datetime
) -> Policy:
    """Make `value` the version that holds from now on."""
    newest = _newest(session, name)
    version = 1 if newest is None else newest.version + 1
    session.add(
        PolicyVersion(name=name, version=version, value=value, created_at=now, recruiter_id=recruiter_id)
    )
    session.flush()
    return Policy(name=name, version=version, value=value)


def restore_previous(session: Session, name: str, *, now: datetime) -> tuple[Policy, int]:
    """Make the version before the newest hold again, as a new version; gives it and the number it had.

    Raises ConflictError where there is none before it.
    """
    newest = load_policy(session, name).version
    earlier = select(PolicyVersion).where(PolicyVersion.name == name, PolicyVersion.version < newest)
    before = session.scalars(earlier.order_by(PolicyVersion.version.desc()).limit(1)).first()
    if before is None:
        raise ConflictError(f"The policy {name!r} has only one version yet; there is nothing to go back to.")
    return save_policy(session, name, before.value, recruiter_id=None, now=now), before.version


def _newest(session: Session, name: str) -> PolicyVersion | None:
    versions = select(PolicyVersion).where(PolicyVersion.name == name).order_by(PolicyVersion.version.desc())
    return session.scalars(versions.limit(1)).first()
