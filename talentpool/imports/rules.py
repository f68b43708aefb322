"""What the plan needs to know beside the rows and the people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from talentpool.candidates.reasons import KnownReason
from talentpool.imports.role_keys import RoleKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What the plan needs to know beside the rows: the source's name, our reasons and roles, and as of when it speaks."""

    source: str
    reasons: Mapping[str, KnownReason]
    role_ids: Mapping[RoleKey, int]
    as_of: datetime
    is_in_step: bool = False  # the source is followed: its newer word replaces its older one
