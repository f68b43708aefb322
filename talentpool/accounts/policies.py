"""What an organisation decides for itself: weights, aliases, cool-down, retention.

Files under `config/` ship the defaults and `init` copies them here; from then on the newest version in the
database holds, and every run remembers the version it used.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session, SessionTransaction

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import PolicyVersion, Recruiter
from talentpool.accounts.policy_changes import PolicyChange, as_details, changes_between
from talentpool.errors import ConflictError, UnavailableError

POLICIES = ("matching", "skills", "contact", "retention")
READ = "policies read in this transaction"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One policy as it holds now, with the version a run can be reproduced by."""

    name: str
    version: int
    value: dict[str, Any]
    is_new: bool = False  # made by the very call that gave it


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """Who changes a policy, when, and which version they had before them (0 for none)."""

    recruiter_id: int | None
    seen_version: int
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionLine:
    """One version in a history; by nobody where the program made it."""

    version: int
    at: datetime
    by: str | None
    changes: tuple[PolicyChange, ...]
    is_first: bool


class ChangedMeanwhileError(ConflictError):
    """Somebody else has changed this policy since the page was opened."""

    def __init__(self, name: str, newest: int) -> None:
        super().__init__("Somebody has changed this since you opened it; look at it again, then save.")
        self.name, self.newest = name, newest


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
    """Tell which version of each policy holds now, 0 for none; one query a transaction."""
    kept = _read_in_this_transaction(session).versions
    if missing := [name for name in names if name not in kept]:
        found = _read_versions(session, missing)
        kept = _read_in_this_transaction(session).versions
        kept.update({name: found.get(name, 0) for name in missing})
    return tuple(kept[name] for name in names)


def _read_versions(session: Session, names: Sequence[str]) -> dict[str, int]:
    newest = (
        select(PolicyVersion.name, func.max(PolicyVersion.version))
        .where(PolicyVersion.name.in_(names))
        .group_by(PolicyVersion.name)
    )
    return dict(session.execute(newest).all())


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
    session.info.pop(READ, None)
    return Policy(name=name, version=version, value=value)


def change_policy(
    session: Session, name: str, value: dict[str, Any], edit: Edit, *, present: dict[str, Any] | None = None
) -> Policy:
    """Make a value hold that somebody chose, unless another has changed the policy since they looked.

    `present` is what holds now where rows of another table are the truth: a version that has fallen behind them
    is brought level first. Nothing is kept when nothing differs. Raises ChangedMeanwhileError.
    """
    _hold(session, name)
    newest, seen = _newest(session, name), edit.seen_version
    if present is not None and (newest is None or newest.value != present):
        is_seen = seen == (newest.version if newest else 0)
        level = save_policy(session, name, present, recruiter_id=None, now=edit.now)
        newest, seen = _newest(session, name), level.version if is_seen else seen
    if newest is None or newest.version != seen:
        raise ChangedMeanwhileError(name, 0 if newest is None else newest.version)
    changes = changes_between(newest.value, value)
    if not changes:
        return Policy(name=name, version=newest.version, value=newest.value)
    made = save_policy(session, name, value, recruiter_id=edit.recruiter_id, now=edit.now)
    details = {"policy": name, "count": len(changes), "changes": as_details(changes)}
    record_event(
        session, "policy_changed", object_kind="policy", object_id=made.version,
        recruiter_id=edit.recruiter_id, now=edit.now, details=details,
    )  # fmt: skip
    return replace(made, is_new=True)


def find_version(session: Session, name: str, version: int) -> PolicyVersion | None:
    """Find one version of a policy, whether it holds or not."""
    wanted = select(PolicyVersion).where(PolicyVersion.name == name, PolicyVersion.version == version)
    return session.scalars(wanted).first()


def policy_history(
    session: Session, name: str, *, before: int | None = None, most: int = 10
) -> list[VersionLine]:
    """List versions, the newest first, each with who made it and what it changed; `before` leaves older ones."""
    wanted = (
        select(PolicyVersion, Recruiter.name)
        .outerjoin(Recruiter, Recruiter.id == PolicyVersion.recruiter_id)
        .where(PolicyVersion.name == name)
        .order_by(PolicyVersion.version.desc())
        .limit(most + 1)
    )
    if before is not None:
        wanted = wanted.where(PolicyVersion.version < before)
    rows = session.execute(wanted).all()
    older = [*(row[0].value for row in rows[1:]), None]
    return [
        VersionLine(
            version=kept.version,
            at=kept.created_at,
            by=by,
            changes=tuple(changes_between(earlier, kept.value)) if earlier is not None else (),
            is_first=earlier is None,
        )
        for (kept, by), earlier in list(zip(rows, older, strict=False))[:most]
    ]


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


def _hold(session: Session, name: str) -> None:
    """Let nobody else change this policy before the transaction ends; SQLite has one writer at a time anyway."""
    first = select(PolicyVersion.id).where(PolicyVersion.name == name).order_by(PolicyVersion.version)
    session.execute(first.limit(1).with_for_update())


def _newest(session: Session, name: str) -> PolicyVersion | None:
    kept = _read_in_this_transaction(session).newest
    if name in kept:
        return kept[name]
    versions = select(PolicyVersion).where(PolicyVersion.name == name).order_by(PolicyVersion.version.desc())
    found = session.scalars(versions.limit(1)).first()
    _read_in_this_transaction(session).newest[name] = found
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """What was read of the policies in one transaction: a page asks for the same ones up to five times."""

    transaction: SessionTransaction | None
    newest: dict[str, PolicyVersion | None]
    versions: dict[str, int]


def _read_in_this_transaction(session: Session) -> _Read:
    transaction = session.get_transaction()
    read: _Read | None = session.info.get(READ)
    if read is None or transaction is None or read.transaction is not transaction:
        read = session.info[READ] = _Read(transaction=transaction, newest={}, versions={})
    return read
